// The certificates that the server sent, as browsers show them: its own first.

import { html, nothing, type TemplateResult } from 'lit-html';
import type { Evidence } from '../model/evidence.ts';
import type { LogRow } from '../model/report.ts';
import type { Input, Shown, View } from '../state/input.ts';
import type { Actions } from '../state/store.ts';
import { date, duration, listed, t, visible } from '../text.ts';
import type { On } from './events.ts';
import { followed } from './followed.ts';
import { warning } from './icons.ts';

/** Fields of the filter by what is told of a certificate, and characters that the outline has of a value. */
const FIELDS = new Map([
  ['chain.subject', 'subject'],
  ['chain.issuer', 'issuer'],
  ['chain.fingerprint', 'certificate'],
]);
const CHARACTERS = 256;

/** Names listed of a certificate. */
const NAMES = 12;

export function chain({ input, view }: Shown, evidence: Pick<Evidence, 'ssl' | 'x509'>, actions: Actions) {
  const { ssl } = evidence;
  const ranked = chainsOf(evidence);
  const hidden = ssl.length - ranked.reduce((sum, { count }) => sum + count, 0);
  const place = Math.min(view.chain, ranked.length - 1);
  return html`
    <section class="chain">
      <h3>${t('chain.title')}</h3>
      ${hidden && ssl.length ? html`<p class="hint">${t('chain.hidden', { some: hidden, all: ssl.length })}</p>` : nothing}
      ${
        ranked.length > 1
          ? html`<label class="hint">${t('chain.which', { n: ranked.length })}
            <select .value=${String(place)} @change=${(event: On<HTMLSelectElement>) => actions.view({ chain: Number(event.target.value) })}>
              ${ranked.map(({ count }, i) => html`<option value=${i} ?selected=${i === place}>${t('chain.option', { i: i + 1, count })}</option>`)}
            </select></label>`
          : nothing
      }
      <ol>
        ${ranked.length ? ranked[place].certificates.map(({ id, record }, i) => certificate(id, record, i, ranked[place].ts, actions, (print) => pem(input, view, print, actions))) : nothing}
      </ol>
    </section>
  `;
}

/** A certificate of a chain, with its record where it was read. */
export interface Link {
  id: string;
  record: LogRow | undefined;
}

/** A chain, when it was seen first, and how often it was seen. */
export interface Chain {
  certificates: Link[];
  ts: number;
  count: number;
}

/** Chains, the most frequent first. */
export function chainsOf({ ssl, x509 }: Pick<Evidence, 'ssl' | 'x509'>): Chain[] {
  const chains = new Map<string, { ids: string[]; ts: number; count: number }>();
  for (const record of ssl) {
    const prints = textsOf(record, 'cert_chain_fps');
    const ids = prints.length ? prints : textsOf(record, 'cert_chain_fuids');
    if (!ids.length) continue;
    const held = chains.get(ids.join());
    chains.set(ids.join(), { ids, ts: held?.ts ?? Number(record.ts), count: (held?.count ?? 0) + 1 });
  }
  const by = new Map<unknown, LogRow>(
    x509.flatMap((record) =>
      [record.fingerprint, record.id].filter(Boolean).map((id) => [id, record] as const),
    ),
  );
  const ranked = [...chains.values()].sort((a, b) => b.count - a.count);
  return ranked.map(({ ids, ts, count }) => ({
    certificates: ids.map((id) => ({ id, record: by.get(id) })),
    ts,
    count,
  }));
}

/** A field of a row that is a list of texts; empty where it is absent. */
const textsOf = (record: LogRow, name: string): string[] => {
  const value = record[name];
  return Array.isArray(value) ? value.map(String) : [];
};

/** What a certificate says of itself: its `title`, whether it is `self`-signed, and `pairs` of a key and a text. */
export function certificateFacts(record: LogRow): {
  title: string;
  self: boolean;
  pairs: [key: string, text: string][];
} {
  const of = (name: string): string | undefined => {
    const value = record[`certificate.${name}`];
    return value === undefined || value === null ? undefined : String(value);
  };
  const subject = of('subject') ?? '';
  const self = subject !== '' && subject === of('issuer');
  const names = ['san.dns', 'san.ip', 'san.email', 'san.uri'].flatMap((name) => textsOf(record, name));
  const key = [
    of('key_type')?.toUpperCase() ?? of('key_alg'),
    of('key_length') && t('chain.bits', { n: of('key_length') }),
    of('curve'),
  ]
    .filter(Boolean)
    .join(t('page.comma'));
  const pairs: [string, string | undefined][] = [
    ['chain.subject', visible(subject)],
    ['chain.issuer', self ? '' : visible(of('issuer') ?? '')],
    ['chain.names', list(names)],
    ['chain.key', key],
    ['chain.signature', of('sig_alg')],
    ['chain.serial', of('serial')?.replace(/\\\n/g, '')],
    ['chain.fingerprint', record.fingerprint === undefined ? undefined : String(record.fingerprint)],
  ];
  return {
    title: visible(commonName(subject) || subject || t('chain.nameless')),
    self,
    pairs: pairs.flatMap(([key, text]) => (text ? [[key, text]] : [])),
  };
}

/** A certificate's dates, and how it stood to them when it was seen. */
export interface Validity {
  from: number;
  to: number;
  state: 'early' | 'late' | 'valid';
  text: string;
}

/** How long the certificate was still valid, or not, when it was seen; `undefined` where it has no dates. */
export function validityFacts(record: LogRow, seen: number): Validity | undefined {
  const [from, to] = [record['certificate.not_valid_before'], record['certificate.not_valid_after']];
  if (typeof from !== 'number' || typeof to !== 'number') return undefined;
  const state = seen < from ? 'early' : seen > to ? 'late' : 'valid';
  const length = { early: from - seen, late: seen - to, valid: to - seen }[state];
  return {
    from,
    to,
    state,
    text: t(`chain.${state}`, { length: duration(length), whole: duration(to - from) }),
  };
}

function certificate(
  id: string,
  record: LogRow | undefined,
  depth: number,
  ts: number,
  actions: Actions,
  pem: (fingerprint: string) => TemplateResult,
) {
  if (!record) return html`<li><p><code>${id}</code></p><p class="hint">${t('chain.unread')}</p></li>`;
  const { title, self, pairs } = certificateFacts(record);
  const told = (key: string, text: string) => {
    const field = FIELDS.get(key);
    // The outline has the names of servers' own certificates alone.
    if (!field || (depth && field !== 'certificate')) return text;
    const value = [...text].slice(0, CHARACTERS).join('');
    return followed(field, value, actions, { text, whole: true, code: field === 'certificate' });
  };
  return html`
    <li>
      <h4>${title}</h4>
      <p class="hint">
        ${t(depth ? 'chain.above' : 'chain.own')}${self ? html` · ${t('chain.self')}` : nothing}${record['basic_constraints.ca'] ? html` · ${t('chain.ca')}` : nothing}
      </p>
      ${validity(validityFacts(record, ts), ts)}
      <dl class="pairs">
        ${pairs.map(([key, text]) => html`<div><dt>${t(key)}</dt><dd>${told(key, text)}</dd></div>`)}
      </dl>
      ${record.fingerprint ? pem(String(record.fingerprint)) : nothing}
    </li>
  `;
}

/** The certificate's life as a bar, and a mark at the time when it was seen. */
function validity(facts: Validity | undefined, seen: number) {
  if (!facts) return nothing;
  const { from, to, state, text } = facts;
  const [least, most] = [Math.min(from, seen), Math.max(to, seen)];
  const share = (time: number) => (most > least ? (time - least) / (most - least) : 0.5);
  return html`
    <div class="validity ${state}">
      <i aria-hidden="true" .style=${`--from:${share(from)};--to:${share(to)};--seen:${share(seen)}`}></i>
      <p class="axis"><span>${date(from)}</span><span>${date(to)}</span></p>
      <p>${state === 'valid' ? nothing : warning}<span>${text}</span></p>
    </div>
  `;
}

function pem(input: Input, view: View, fingerprint: string, actions: Actions) {
  const shown = view.pem?.fingerprint === fingerprint ? view.pem : undefined;
  if (!shown)
    return html`<button class="link" @click=${() => actions.pem(input, fingerprint)}>${t('chain.pem')}</button>`;
  const { text } = shown;
  if (!text) return html`<p class="hint" role="status">${t('chain.pem.absent')}</p>`;
  return html`
    <pre tabindex="0" role="region" aria-label="PEM">${text}</pre>
    <button class="link" @click=${() => actions.copy(text)}>${t('chain.copy')}</button>
  `;
}

function list(names: string[]): string {
  return visible(listed(names, NAMES));
}

/** The common name in a distinguished name as RFC 2253 writes it. */
function commonName(name: string): string | undefined {
  return /(?:^|,)CN=((?:\\.|[^,\\])*)/.exec(name)?.[1].replace(/\\(.)/g, '$1');
}
