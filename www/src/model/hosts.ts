// What each host of a result talks to.

import type { Result } from './result.ts';
import { verdictOf } from './tuples.ts';

/** A host's destinations, and how many of them are flagged. */
export interface Host {
  all: number;
  flagged: number;
}

const kept = new WeakMap<Result, { threshold: number | undefined; hosts: Map<string, Host> }>();

/** Hosts by their addresses; counted again only when the threshold has changed. */
export function hostsOf(result: Result, threshold: number | undefined): Map<string, Host> {
  const held = kept.get(result);
  if (held && held.threshold === threshold) return held.hosts;
  const hosts = new Map<string, Host>();
  result.outline.tuples.forEach(({ orig_h }, i) => {
    const host = hosts.get(orig_h) ?? { all: 0, flagged: 0 };
    host.all += 1;
    host.flagged += Number(verdictOf(result, i, threshold) === 'malware-like');
    hosts.set(orig_h, host);
  });
  kept.set(result, { threshold, hosts });
  return hosts;
}
