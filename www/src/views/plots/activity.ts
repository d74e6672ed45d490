// The connections of one tuple on a time axis: each as wide as it lasted; bytes received above the line, bytes sent below it.

import { html, nothing, svg } from 'lit-html';
import { quartiles } from '../../model/bins.ts';
import type { Activity } from '../../model/evidence.ts';
import type { Span } from '../../model/result.ts';
import { bytes, duration, moment, t } from '../../text.ts';

/** Connections that are drawn one by one. */
const DRAWN = 1500;
const WIDE = 1000;
const HALF = 50;

/** `span` is the time of the whole input: one or two connections are shown in it, more in their own. */
export function activity(connections: Activity[], span: Span | undefined) {
  const drawn = connections.slice(0, DRAWN);
  const own = extent(drawn);
  const [from, to] = drawn.length > 2 || !span ? own : [Math.min(own[0], span[0]), Math.max(own[1], span[1])];
  const most = Math.log1p(Math.max(1, ...drawn.flatMap(({ sent, received }) => [sent || 0, received || 0])));
  const place = (time: number) => (to > from ? ((time - from) / (to - from)) * (WIDE - 4) : WIDE / 2);
  const height = (count: number) => (count > 0 ? Math.max(3, (Math.log1p(count) / most) * (HALF - 4)) : 0);
  const told = rhythm(connections);
  return html`
    <figure class="plot activity">
      <svg viewBox="0 0 ${WIDE} ${2 * HALF}" preserveAspectRatio="none" role="img" aria-label=${told}>
        <path class="line" d="M0 ${HALF}H${WIDE}" />
        ${drawn.map(({ start, duration: lasted, sent, received, tls }) => {
          const x = place(start);
          const width = Math.max(4, lasted > 0 && to > from ? (lasted / (to - from)) * (WIDE - 4) : 4);
          return svg`<g class=${tls ? 'tls' : 'other'}><rect class="received" x=${x} y=${HALF - height(received)} width=${width} height=${height(received)} /><rect class="sent" x=${x} y=${HALF} width=${width} height=${height(sent)} />${
            received > 0 || sent > 0
              ? nothing
              : svg`<rect class="empty" x=${x} y=${HALF - 2} width=${width} height="4" />`
          }</g>`;
        })}
      </svg>
      <div class="axis"><span>${moment(from)}</span><span>${duration(to - from)}</span></div>
      <p class="key"><i class="received"></i>${t('activity.received')} <i class="sent"></i>${t('activity.sent')}</p>
      <p>${told}</p>
      ${connections.length > DRAWN ? html`<p class="hint">${t('activity.cut', { some: DRAWN, all: connections.length })}</p>` : nothing}
    </figure>
  `;
}

function extent(connections: Activity[]): Span {
  let [from, to] = [Infinity, -Infinity];
  for (const { start, duration: lasted } of connections) {
    from = Math.min(from, start);
    to = Math.max(to, start + (lasted || 0));
  }
  return [from, to];
}

/** How often, how long and how much, by medians: one that stands apart does not change them. */
function rhythm(connections: Activity[]): string {
  const gaps = quartiles(connections.slice(1).map(({ start }, i) => start - connections[i].start));
  const [lasted, sent, received] = (['duration', 'sent', 'received'] as const).map(
    (name) => quartiles(connections.map((connection) => connection[name]))?.middle,
  );
  const size = (value: number | undefined) =>
    value === undefined ? t('values.missing') : bytes(Math.round(value));
  return [
    gaps && connections.length > 2
      ? t('activity.interval', {
          middle: duration(gaps.middle),
          lower: duration(gaps.lower),
          upper: duration(gaps.upper),
        })
      : t('activity.few', { count: connections.length }),
    t('activity.median', {
      lasted: lasted === undefined ? t('values.missing') : duration(lasted),
      sent: size(sent),
      received: size(received),
    }),
  ].join(' ');
}
