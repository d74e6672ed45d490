// Hosts, destinations, names and certificates as a drawing in columns, and the same as a table. Kinds are told by column, heading and shape,
// flagged ones by a sign. Certificates stand below the names, so that no line has to pass behind either.

import { html, nothing, svg } from 'lit-html';
import type { Subject } from '../../model/columns.ts';
import {
  KINDS,
  type Kind,
  type Neighbours,
  neighboursOf,
  type Thing,
  type Tie,
} from '../../model/neighbours.ts';
import { verdictOf } from '../../model/tuples.ts';
import type { Actions } from '../../state/store.ts';
import { t, visible } from '../../text.ts';
import { followed } from '../followed.ts';

const WIDE = 1000;
const ROW = 34;
const TOP = 30;
/** Where a column begins, and how wide its things are. */
const COLUMNS: Record<Kind, [left: number, width: number]> = {
  host: [0, 230],
  destination: [345, 270],
  name: [730, 270],
  certificate: [730, 270],
};
/** Letters that fit a thing, by pixels of its width. */
const LETTER = 8.2;

const held = new WeakMap<
  readonly number[],
  { of: Subject['result']; threshold: number | undefined; made: Neighbours }
>();

/** `places` must be the same list as long as nothing has changed: what is made of it is kept. */
export function neighbours({ result, threshold }: Subject, places: readonly number[], actions: Actions) {
  if (!places.length) return nothing;
  let kept = held.get(places);
  if (!kept || kept.of !== result || kept.threshold !== threshold) {
    const flagged = (place: number) => verdictOf(result, place, threshold) === 'malware-like';
    kept = { of: result, threshold, made: neighboursOf(result, places, flagged) };
    held.set(places, kept);
  }
  const { things, ties, left } = kept.made;
  const count = (kind: Kind) => things.filter((thing) => thing.kind === kind).length;
  const below = count('name') ? TOP + count('name') * ROW : 0;
  const tops: Record<Kind, number> = { host: 0, destination: 0, name: 0, certificate: below };
  const high = Math.max(...KINDS.map((kind) => tops[kind] + TOP + count(kind) * ROW));
  const middle: Middle = ({ kind, row }) => tops[kind] + TOP + row * ROW + ROW / 2;
  return html`
    <section class="neighbours">
      <h3>${t('neighbours.title')}</h3>
      <p class="hint">${t('neighbours.text')}${left ? html` ${t('neighbours.left', { n: left })}` : nothing}</p>
      <div class="scroll" tabindex="0" role="region" aria-label=${t('neighbours.title')}>
        <svg viewBox="0 0 ${WIDE} ${high}" role="img" aria-label=${t('neighbours.drawing', { things: things.length, ties: ties.length })}>
          ${KINDS.map((kind) => (count(kind) ? svg`<text class="column" x=${COLUMNS[kind][0]} y=${tops[kind] + 18}>${t(`neighbours.${kind}`)}</text>` : ''))}
          ${ties.map((tie) => line(tie, middle))} ${things.map((thing) => box(thing, middle(thing), actions))}
        </svg>
      </div>
      <details>
        <summary>${t('neighbours.table')}</summary>
        ${table(ties, actions)}
      </details>
    </section>
  `;
}

/** The height at which a thing is drawn. */
type Middle = (thing: Thing) => number;

function line({ from, to, relation }: Tie, middle: Middle) {
  const [left, width] = COLUMNS[from.kind];
  const [x, y, toX, toY] = [left + width, middle(from), COLUMNS[to.kind][0], middle(to)];
  const bend = (toX - x) / 2;
  return svg`<path class="tie ${relation}" d="M${x} ${y}C${x + bend} ${y} ${toX - bend} ${toY} ${toX} ${toY}" />`;
}

function box({ kind, value, field, follows, flagged }: Thing, y: number, actions: Actions) {
  const [left, width] = COLUMNS[kind];
  const high = ROW - 8;
  const round = { host: high / 2, destination: 3, name: 9, certificate: 0 }[kind];
  const text = `${flagged ? '▲ ' : ''}${short(visible(value), Math.floor((width - 16) / LETTER) - (flagged ? 2 : 0))}`;
  return svg`<g class="thing ${kind} ${flagged ? 'flagged' : ''}" @click=${() => actions.follow({ field, value: follows })}>
    <title>${visible(value)}</title>
    <rect x=${left + 1} y=${y - high / 2} width=${width - 2} height=${high} rx=${round} />
    ${kind === 'certificate' ? svg`<path d="M${left + width - 12} ${y - high / 2}l11 11" />` : ''}
    <text x=${left + 9} y=${y + 4.5}>${text}</text>
  </g>`;
}

/** A text of so many letters at most, its middle cut. */
function short(text: string, most: number): string {
  if (text.length <= most) return text;
  const tail = Math.floor((most - 1) / 2);
  return `${text.slice(0, most - 1 - tail)}…${text.slice(text.length - tail)}`;
}

function table(ties: Tie[], actions: Actions) {
  const thing = ({ value, field, follows, flagged, kind }: Thing) =>
    html`${flagged ? html`<span title=${t('verdict.malware-like')}>▲</span> ` : nothing}${followed(field, follows, actions, { text: visible(value), code: kind === 'certificate' })}`;
  return html`
    <table class="listed">
      <thead><tr>${['from', 'tie', 'to'].map((head) => html`<th scope="col">${t(`neighbours.${head}`)}</th>`)}</tr></thead>
      <tbody>${ties.map(({ from, to, relation }) => html`<tr><td>${thing(from)}</td><td>${t(`neighbours.tie.${relation}`)}</td><td>${thing(to)}</td></tr>`)}</tbody>
    </table>
  `;
}
