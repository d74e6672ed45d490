// A display filter for Wireshark and tshark that shows the packets of destinations.

import { BLOCK, type Work } from '../steps.ts';
import { type Chosen, isAddress, type Written } from './finding.ts';

/** Destinations of one filter: the program compiles it whole. */
export const MOST_FILTERED = 200;

export function* wiresharkFilter({ findings }: Chosen): Work<Written> {
  const terms = new Set<string>();
  for (const [i, { source, destination, port, proto }] of findings.entries()) {
    if (i % BLOCK === BLOCK - 1) yield;
    if (terms.size >= MOST_FILTERED) break;
    if (!isAddress(source) || !isAddress(destination) || (proto !== 'tcp' && proto !== 'udp')) continue;
    const of = destination.includes(':') ? 'ipv6' : 'ip';
    terms.add(`(${of}.addr == ${source} && ${of}.addr == ${destination} && ${proto}.port == ${port})`);
  }
  return {
    parts: [[...terms].join(' || '), '\n'],
    entries: terms.size,
    left: findings.length - terms.size,
  };
}
