// A row's connections over the capture's time, as ticks: what comes regularly shows at a glance.

import { html, svg } from 'lit-html';
import { binOf } from '../../model/bins.ts';
import type { Result } from '../../model/result.ts';

const BINS = 120;

export function spark(result: Result, index: number, flagged: boolean) {
  const { span } = result;
  const starts = result.startsOf(index);
  if (!span || !starts.length) return '';
  const counts = new Uint32Array(BINS);
  for (const start of starts) counts[binOf(start, ...span, BINS)] += 1;
  const most = Math.max(...counts);
  let path = '';
  counts.forEach((count, i) => {
    if (count) path += `M${i + 0.5} 20v-${6 + 14 * Math.sqrt(count / most)}`;
  });
  return html`<svg class="spark ${flagged ? 'flagged' : ''}" viewBox="0 0 ${BINS} 20" preserveAspectRatio="none" aria-hidden="true">${svg`<path d=${path} />`}</svg>`;
}
