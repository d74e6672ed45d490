// How the connections of one tuple beat: their intervals as a histogram, and in numbers how equal intervals and sizes are.

import { html, nothing, svg } from 'lit-html';
import { intervalBins, quartiles } from '../../model/bins.ts';
import type { Activity } from '../../model/evidence.ts';
import type { TupleOutline } from '../../model/report.ts';
import { bytes, duration, moment, number, percent, t } from '../../text.ts';

const BINS = 24;
const WIDE = 480;
const HIGH = 60;
/** Connections that last so long, in seconds, are told of: what stays open needs no beat. */
const LONG = 600;

export function beat({ beacon, connections: count }: TupleOutline, connections: Activity[]) {
  const sizes = quartiles(connections.map(({ sent }) => sent));
  const longest = longestOf(connections);
  return html`
    <div class="beat">
      <p>${beacon ? t('beat.from', { count, beats: number(beacon.beats) }) : t('beat.few', { count })}</p>
      ${beacon ? histogram(connections) : nothing}
      <dl class="pairs">
        ${
          beacon
            ? [
                pair('beat.interval', duration(beacon.interval)),
                pair('beat.jitter', t('beat.jitter.of', { share: percent(beacon.jitter) })),
                pair('beat.span', duration(beacon.span)),
              ]
            : nothing
        }
        ${sizes && count > 1 ? pair('beat.sizes', t('beat.middle', { middle: size(sizes.middle), lower: size(sizes.lower), upper: size(sizes.upper) })) : nothing}
        ${beacon?.size_score === null || beacon?.size_score === undefined ? nothing : pair('beat.alike', percent(beacon.size_score))}
        ${longest && (longest.duration >= LONG || count > 1) ? pair(longest.duration >= LONG ? 'beat.long' : 'beat.longest', t('beat.since', { length: duration(longest.duration), start: moment(longest.start) })) : nothing}
      </dl>
    </div>
  `;
}

function histogram(connections: Activity[]) {
  const { bins, width } = intervalBins(connections, BINS);
  const most = Math.max(...bins);
  if (!most) return nothing;
  const column = WIDE / bins.length;
  const at = bins.indexOf(most);
  const told = t('beat.histogram', {
    count: bins.reduce((sum, n) => sum + n, 0),
    most,
    from: duration(at * width),
    to: duration((at + 1) * width),
  });
  return html`
    <figure class="plot intervals">
      <svg viewBox="0 0 ${WIDE} ${HIGH}" preserveAspectRatio="none" role="img" aria-label=${told}>
        ${bins.map((n, i) => {
          const height = n ? Math.max(3, (n / most) * (HIGH - 4)) : 0;
          return svg`<rect x=${i * column + 1} y=${HIGH - height} width=${column - 2} height=${height}><title>${t('beat.bin', { from: duration(i * width), to: duration((i + 1) * width), count: n })}</title></rect>`;
        })}
      </svg>
      <div class="axis"><span>0</span><span>${t('beat.axis')}</span><span>${duration(bins.length * width)}</span></div>
      <figcaption>${told}</figcaption>
    </figure>
  `;
}

function longestOf(connections: Activity[]): Activity | undefined {
  const timed = connections.filter(({ duration }) => duration > 0);
  return timed.reduce<Activity | undefined>(
    (most, one) => (most && most.duration >= one.duration ? most : one),
    undefined,
  );
}

const size = (count: number) => bytes(Math.round(count));

const pair = (key: string, text: string) => html`<div><dt>${t(key)}</dt><dd>${text}</dd></div>`;
