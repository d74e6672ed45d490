// Columns of a histogram as SVG: each a stack of ordinary, undecided, borderline and flagged. Flagged ones also carry a mark above them, so
// that they can be told without colour. Beside them: what the highest counts, and what each does when it is pointed at.

import { html, svg } from 'lit-html';
import type { Bin } from '../../model/bins.ts';
import { number } from '../../text.ts';
import type { On } from '../events.ts';

/** Width and height of the drawing; it is stretched to its place. */
export const WIDE = 1000;
export const HIGH = 100;
/** Room above the columns for the marks. */
const TOP = 12;
/** Share of the columns over which the number of the highest is written. */
const CORNER = 0.1;

/** How many a column counts in all. */
export const sum = (bin: Bin) => bin.reduce((all, count) => all + count, 0);

/** `scale` turns a count into a height from 0 to 1. */
export function columns(bins: Bin[], scale: (count: number) => number) {
  const width = WIDE / bins.length;
  return bins.map((bin, i) => {
    const [flagged, borderline, undecided] = bin;
    const all = sum(bin);
    if (!all) return '';
    const height = Math.max(4, scale(all) * (HIGH - TOP));
    const part = (count: number) => (count ? Math.max(3, (count / all) * height) : 0);
    const [low, border, middle] = [part(flagged), part(borderline), part(undecided)];
    const below = low + border + middle;
    const box = (look: string, y: number, h: number) =>
      h > 0
        ? svg`<rect class=${look} x=${i * width + width * 0.08} y=${HIGH - y - h} width=${width * 0.84} height=${h} />`
        : '';
    const x = (i + 0.5) * width;
    return svg`${box('column flagged', 0, low)}${box('column borderline', low, border)}${box('column undecided', low + border, middle)}${box('column ordinary', below, height - below)}
      ${flagged ? svg`<path class="mark" d="M${x} ${HIGH - height - 3}l-${width * 0.4} -7h${width * 0.8}z" />` : ''}`;
  });
}

/** A line at the height of the highest column with its number, at the end where the columns are lower. */
export function highest(bins: Bin[]) {
  const ends = Math.ceil(bins.length * CORNER);
  const [first, last] = [bins.slice(0, ends), bins.slice(-ends)].map((end) => Math.max(...end.map(sum)));
  return html`<span class="highest ${first > last ? 'last' : ''}" aria-hidden="true"><b>${number(Math.max(...bins.map(sum)))}</b></span>`;
}

/** A listener that has a drawing of `count` columns tell what the one under the pointer counts: `tell` makes a text of its place. */
export function pointedAt(count: number, tell: (place: number) => string) {
  return ({ currentTarget, clientX }: On<HTMLElement, PointerEvent>) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    const place = Math.floor(((clientX - left) / width) * count);
    currentTarget.title = place >= 0 && place < count ? tell(place) : '';
  };
}
