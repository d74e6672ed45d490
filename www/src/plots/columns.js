// Columns of a histogram as SVG: each a stack of ordinary, undecided and flagged. Flagged ones also carry a mark above them, so
// that they can be told without colour.

import { svg } from 'lit-html';

/** Width and height of the drawing; it is stretched to its place. */
export const WIDE = 1000;
export const HIGH = 100;
/** Room above the columns for the marks. */
const TOP = 12;

/** `scale` turns a count into a height from 0 to 1. */
export function columns(bins, scale) {
  const width = WIDE / bins.length;
  return bins.map(([flagged, undecided, ordinary], i) => {
    const all = ordinary + flagged + undecided;
    if (!all) return '';
    const height = Math.max(4, scale(all) * (HIGH - TOP));
    const part = (count) => (count ? Math.max(3, (count / all) * height) : 0);
    const [low, middle] = [part(flagged), part(undecided)];
    const box = (look, y, h) => (h > 0 ? svg`<rect class=${look} x=${i * width + width * 0.08} y=${HIGH - y - h} width=${width * 0.84} height=${h} />` : '');
    const x = (i + 0.5) * width;
    return svg`${box('column flagged', 0, low)}${box('column undecided', low, middle)}${box('column ordinary', low + middle, height - low - middle)}
      ${flagged ? svg`<path class="mark" d="M${x} ${HIGH - height - 3}l-${width * 0.4} -7h${width * 0.8}z" />` : ''}`;
  });
}
