// What the handshakes of a tuple agreed on: each fact with its values and how often each was seen.

import { html, nothing } from 'lit-html';
import type { Evidence } from '../model/evidence.ts';
import type { LogRow, TupleOutline } from '../model/report.ts';
import type { Actions } from '../state/store.ts';
import { listed, number, t, visible } from '../text.ts';
import { followed } from './followed.ts';

/** Facts in the order of reading; any other column of the records that is not told elsewhere follows. */
const FIRST = [
  'version',
  'cipher',
  'curve',
  'next_protocol',
  'established',
  'resumed',
  'last_alert',
  'sni_matches_cert',
];
const ELSEWHERE =
  /^(ts|uid|id\..*|server_name|subject|issuer|(client_)?cert_chain_f(p|uid)s|ssl_history|ja3s?|ja4)$/;
/** Fingerprints of the hellos, the client's before the server's. */
export const PRINTS = ['ja4', 'ja3', 'ja3s'] as const;
/** Values listed of a fact. */
const VALUES = 6;

export function handshake({ fingerprints }: TupleOutline, { ssl }: Evidence, actions: Actions) {
  if (!ssl.length) return nothing;
  const facts = handshakeFacts(ssl);
  const [told, rest] = [facts.filter(({ label }) => label), facts.filter(({ label }) => !label)];
  return html`
    <section class="handshake">
      <h3>${t('handshake.title', { count: ssl.length })}</h3>
      <dl class="pairs">${told.map((fact) => pair(fact, ssl.length, actions))} ${PRINTS.map((kind) => prints(kind, fingerprints[kind], actions))}</dl>
      ${
        rest.length
          ? html`<details>
            <summary>${t('handshake.rest')}</summary>
            <p class="hint">${t('handshake.rest.text')}</p>
            <dl class="pairs">${rest.map((fact) => pair(fact, ssl.length, actions))}</dl>
          </details>`
          : nothing
      }
    </section>
  `;
}

/** A value as it is shown, and how often it was seen. */
export interface Seen {
  text: string;
  n: number;
}

/** What handshakes agreed on; `more` values are left out. A column that the page does not know has no label. */
export interface HandshakeFact {
  name: string;
  label: string | undefined;
  values: Seen[];
  more: number;
}

export function handshakeFacts(ssl: LogRow[]): HandshakeFact[] {
  const others = new Set(
    ssl
      .flatMap((record) => Object.keys(record))
      .filter((name) => !FIRST.includes(name) && !ELSEWHERE.test(name)),
  );
  const facts = [...FIRST, ...others].map((name) => ({
    name,
    label: FIRST.includes(name) ? t(`handshake.${name}`) : undefined,
    ...valuesOf(name, ssl),
  }));
  return facts.filter(({ values }) => values.length);
}

function valuesOf(name: string, ssl: LogRow[]): { values: Seen[]; more: number } {
  const counts = new Map<string, number>();
  for (const record of ssl) {
    const value = record[name] === undefined ? undefined : text(record[name]);
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const ranked = [...counts].sort(([, a], [, b]) => b - a).map(([text, n]) => ({ text, n }));
  return { values: ranked.slice(0, VALUES), more: Math.max(0, ranked.length - VALUES) };
}

/** The fingerprints of a kind. */
function prints(kind: (typeof PRINTS)[number], values: string[], actions: Actions) {
  if (!values.length) return nothing;
  const name = t(`marks.of.${kind}`);
  return html`
    <div>
      <dt>${name}</dt>
      <dd>${values.slice(0, VALUES).map((value) => html`<span class="item print">${followed(kind, value, actions, { code: true, whole: true })}</span>`)} ${values.length > VALUES ? html`<span class="item">${t('handshake.more', { n: number(values.length - VALUES) })}</span>` : nothing}</dd>
    </div>
  `;
}

/** Fields of the filter by the columns that they are of. */
const FIELDS = new Map([
  ['version', 'version'],
  ['cipher', 'cipher'],
  ['next_protocol', 'alpn'],
]);

function pair({ name, label, values, more }: HandshakeFact, all: number, actions: Actions) {
  const field = FIELDS.get(name);
  const value = (text: string) => (field ? followed(field, text, actions, { whole: true }) : text);
  const count = (n: number) =>
    n === all ? nothing : html` <small>${t('handshake.of', { some: n, all })}</small>`;
  return html`
    <div>
      <dt>${label ?? html`<code>${name}</code>`}</dt>
      <dd>
        ${values.map(({ text, n }) => html`<span class="item">${value(text)}${count(n)}</span>`)}
        ${more ? html`<span class="item">${t('handshake.more', { n: number(more) })}</span>` : nothing}
      </dd>
    </div>
  `;
}

function text(value: unknown): string {
  if (typeof value === 'boolean') return t(value ? 'values.yes' : 'values.no');
  return visible(Array.isArray(value) ? listed(value) : String(value));
}
