// Indicators that nobody follows by mistake: `203[.]0[.]113[.]66`, one per line.

import { visible } from '../../text.ts';
import { BLOCK, type Work } from '../steps.ts';
import type { Chosen, Finding, Written } from './finding.ts';

/** A text with dots and colons that no program takes for an address or a link. */
export const defanged = (text: string): string =>
  visible(text).replace(/[.:]/g, '[$&]').replace(/^http/i, 'hxxp');

export function* defangedList({ findings }: Chosen): Work<Written> {
  const kinds: ((finding: Finding) => string[])[] = [
    ({ destination, port }) => [`${defanged(destination)}:${port}`],
    ({ names }) => names.map(defanged),
    ({ certificates }) => certificates.map(({ sha256 }) => sha256),
    ({ ja4, ja3 }) => [...ja4, ...ja3],
  ];
  const lines = new Set<string>();
  for (const values of kinds) {
    for (const [i, finding] of findings.entries()) {
      if (i % BLOCK === BLOCK - 1) yield;
      for (const value of values(finding)) lines.add(`${value}\n`);
    }
  }
  return { parts: [...lines], entries: lines.size, left: 0 };
}
