// When the connections began, flagged ones marked; a span of it can be chosen by the pointer or by two sliders.

import { html, nothing, svg } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { binOf, keptBins, timeBins } from '../../model/bins.ts';
import type { Subject } from '../../model/columns.ts';
import type { Span } from '../../model/result.ts';
import { verdictsOf } from '../../model/tuples.ts';
import type { View } from '../../state/input.ts';
import type { Actions } from '../../state/store.ts';
import { bracketed, duration, labelled, moment, t, timeIsLocal } from '../../text.ts';
import type { On } from '../events.ts';
import { columns, HIGH, highest, pointedAt, sum, WIDE } from './columns.ts';

const BINS = 100;
const binsOf = keptBins((result, threshold) =>
  timeBins(result, verdictsOf(result, threshold).kinds, result.span ?? [0, 0], BINS),
);

/** Chooses the span between two shares of the time. */
type Choose = (a: number, b: number) => void;

export function timeline(view: View, { result, threshold }: Subject, actions: Actions) {
  const { span } = result;
  if (!span) return nothing;
  const [from, to] = span;
  const bins = binsOf(result, threshold);
  const most = Math.max(...bins.map(sum));
  const time = (share: number) => from + share * (to - from);
  const tell = (i: number) =>
    t('timeline.column', {
      from: moment(time(i / BINS)),
      to: moment(time((i + 1) / BINS)),
      count: sum(bins[i]),
      flagged: bins[i][0],
    });
  const at = (share: number) => labelled(moment(time(share)), tell(binOf(time(share), from, to, BINS)));
  const flagged = bins.reduce((sum, [flagged]) => sum + flagged, 0);
  const [first, last] = shares(view.brush, span);
  const choose: Choose = (a, b) => {
    const [low, high] = a < b ? [a, b] : [b, a];
    const whole = low <= 0 && high >= 1;
    actions.view({ brush: whole ? undefined : [time(low), time(high)] });
  };
  return html`
    <figure class="plot timeline">
      <figcaption>
        <strong>${t('timeline.title')}</strong>
        <span>${t('timeline.text', { count: result.numbers.starts.length, flagged, length: duration(to - from) })}</span>
        ${
          view.brush
            ? html`<button class="link" @click=${() => actions.view({ brush: undefined })}>${t('timeline.all')}</button>`
            : html`<span class="hint wide">${t('timeline.hint')}</span>`
        }
      </figcaption>
      <div class="field" @pointerdown=${(event: On<HTMLElement, PointerEvent>) => to > from && drag(event, choose)} @pointermove=${pointedAt(BINS, tell)}>
        <svg viewBox="0 0 ${WIDE} ${HIGH}" preserveAspectRatio="none" role="img" aria-label=${bracketed(t('timeline.text', { count: result.numbers.starts.length, flagged, length: duration(to - from) }), t('timeline.scale'))}>
          ${columns(bins, (count) => Math.sqrt(count / most))}
          ${view.brush ? svg`<rect class="veil" x="0" y="0" width=${first * WIDE} height=${HIGH} /><rect class="veil" x=${last * WIDE} y="0" width=${(1 - last) * WIDE} height=${HIGH} />` : nothing}
        </svg>
        ${highest(bins)}
        ${
          to > from
            ? [
                edge('timeline.from', first, at(first), (share) => choose(share, last)),
                edge('timeline.to', last, at(last), (share) => choose(first, share)),
              ]
            : nothing
        }
      </div>
      <div class="axis"><span>${moment(view.brush?.[0] ?? from)}</span>${zone(actions)}<span class="scale">${t('timeline.scale')}</span><span>${moment(view.brush?.[1] ?? to)}</span></div>
    </figure>
  `;
}

/** The time zone, which a click changes. */
function zone(actions: Actions) {
  const local = timeIsLocal();
  return html`<button class="link" @click=${() => actions.localTime(!local)}>${t(local ? 'time.local' : 'time.utc')}</button>`;
}

function shares(brush: Span | undefined, [from, to]: Span): number[] {
  return brush && to > from ? brush.map((time) => (time - from) / (to - from)) : [0, 1];
}

/** An end of the chosen span as a slider, so that keys can move it. */
function edge(label: string, share: number, told: string, moved: (share: number) => void) {
  return html`
    <input
      type="range"
      min="0"
      max="1"
      step="0.01"
      .value=${live(String(share))}
      aria-label=${t(label)}
      aria-valuetext=${told}
      @input=${(event: On<HTMLInputElement>) => moved(Number(event.target.value))}
    />
  `;
}

function drag(event: On<HTMLElement, PointerEvent>, choose: Choose): void {
  if (event.button !== 0) return;
  const box = event.currentTarget.getBoundingClientRect();
  const share = ({ clientX }: PointerEvent) => Math.min(1, Math.max(0, (clientX - box.left) / box.width));
  const begun = share(event);
  const move = (event: PointerEvent) => {
    if (Math.abs(share(event) - begun) > 0.004) choose(begun, share(event));
  };
  const end = (event: PointerEvent) => {
    removeEventListener('pointermove', move);
    removeEventListener('pointerup', end);
    removeEventListener('pointercancel', end);
    // A click without a way chooses everything again.
    if (Math.abs(share(event) - begun) <= 0.004) choose(0, 1);
  };
  addEventListener('pointermove', move);
  addEventListener('pointerup', end);
  addEventListener('pointercancel', end);
  event.preventDefault();
}
