// The certificates that the server sent, as browsers show them: its own first.

import { html, nothing } from 'lit-html';
import { date, duration, t, visible } from '../text.ts';
import { warning } from './icons.ts';

/** Names listed of a certificate. */
const NAMES = 12;

export function chain(input, evidence, actions) {
  const { ssl } = evidence;
  const ranked = chainsOf(evidence);
  const hidden = ssl.length - ranked.reduce((sum, { count }) => sum + count, 0);
  const { view } = input;
  const place = Math.min(view.chain ?? 0, ranked.length - 1);
  return html`
    <section class="chain">
      <h3>${t('chain.title')}</h3>
      ${hidden && ssl.length ? html`<p class="hint">${t('chain.hidden', { some: hidden, all: ssl.length })}</p>` : nothing}
      ${ranked.length > 1
        ? html`<label class="hint">${t('chain.which', { n: ranked.length })}
            <select .value=${String(place)} @change=${(event) => actions.view({ chain: Number(event.target.value) })}>
              ${ranked.map(({ count }, i) => html`<option value=${i} ?selected=${i === place}>${t('chain.option', { i: i + 1, count })}</option>`)}
            </select></label>`
        : nothing}
      <ol>
        ${ranked.length ? ranked[place].certificates.map(({ id, record }, i) => certificate(input, id, record, i, ranked[place], actions)) : nothing}
      </ol>
    </section>
  `;
}

/** Chains as `{certificates, ts, count}`, the most frequent first: each certificate with its `id` and, where it was read, its `record`. */
export function chainsOf({ ssl, x509 }) {
  const chains = new Map();
  for (const record of ssl) {
    const ids = record.cert_chain_fps?.length ? record.cert_chain_fps : record.cert_chain_fuids;
    if (!ids?.length) continue;
    const held = chains.get(ids.join());
    chains.set(ids.join(), { ids, ts: held?.ts ?? record.ts, count: (held?.count ?? 0) + 1 });
  }
  const by = new Map(x509.flatMap((record) => [record.fingerprint, record.id].filter(Boolean).map((id) => [id, record])));
  const ranked = [...chains.values()].sort((a, b) => b.count - a.count);
  return ranked.map(({ ids, ts, count }) => ({ certificates: ids.map((id) => ({ id, record: by.get(id) })), ts, count }));
}

/** What a certificate says of itself: its `title`, whether it is `self`-signed, and `pairs` of a key and a text. */
export function certificateFacts(record) {
  const of = (name) => record[`certificate.${name}`];
  const subject = of('subject') ?? '';
  const self = subject !== '' && subject === of('issuer');
  const names = [...(record['san.dns'] ?? []), ...(record['san.ip'] ?? []), ...(record['san.email'] ?? []), ...(record['san.uri'] ?? [])];
  const key = [of('key_type')?.toUpperCase() ?? of('key_alg'), of('key_length') && t('chain.bits', { n: of('key_length') }), of('curve')].filter(Boolean).join(', ');
  const pairs = [
    ['chain.subject', visible(subject)],
    ['chain.issuer', self ? '' : visible(of('issuer') ?? '')],
    ['chain.names', list(names)],
    ['chain.key', key],
    ['chain.signature', of('sig_alg')],
    ['chain.serial', of('serial')?.replace(/\\\n/g, '')],
    ['chain.fingerprint', record.fingerprint],
  ];
  return { title: visible(commonName(subject) || subject || t('chain.nameless')), self, pairs: pairs.filter(([, text]) => text) };
}

/** How long the certificate was still valid, or not, when it was seen: `{state, text}`; `undefined` where it has no dates. */
export function validityFacts(record, seen) {
  const [from, to] = [record['certificate.not_valid_before'], record['certificate.not_valid_after']];
  if (from === undefined || to === undefined) return undefined;
  const state = seen < from ? 'early' : seen > to ? 'late' : 'valid';
  const length = { early: from - seen, late: seen - to, valid: to - seen }[state];
  return { from, to, state, text: t(`chain.${state}`, { length: duration(length), whole: duration(to - from) }) };
}

function certificate(input, id, record, depth, { ts }, actions) {
  if (!record) return html`<li><p><code>${id}</code></p><p class="hint">${t('chain.unread')}</p></li>`;
  const { title, self, pairs } = certificateFacts(record);
  return html`
    <li>
      <h4>${title}</h4>
      <p class="hint">
        ${t(depth ? 'chain.above' : 'chain.own')}${self ? html` · ${t('chain.self')}` : nothing}${record['basic_constraints.ca'] ? html` · ${t('chain.ca')}` : nothing}
      </p>
      ${validity(validityFacts(record, ts), ts)}
      <dl class="pairs">
        ${pairs.map(([key, text]) => html`<div><dt>${t(key)}</dt><dd>${key === 'chain.fingerprint' ? html`<code>${text}</code>` : text}</dd></div>`)}
      </dl>
      ${record.fingerprint ? pem(input, record.fingerprint, actions) : nothing}
    </li>
  `;
}

/** The certificate's life as a bar, and a mark at the time when it was seen. */
function validity(facts, seen) {
  if (!facts) return nothing;
  const { from, to, state, text } = facts;
  const [least, most] = [Math.min(from, seen), Math.max(to, seen)];
  const share = (time) => (most > least ? (time - least) / (most - least) : 0.5);
  return html`
    <div class="validity ${state}">
      <i aria-hidden="true" .style=${`--from:${share(from)};--to:${share(to)};--seen:${share(seen)}`}></i>
      <p class="axis"><span>${date(from)}</span><span>${date(to)}</span></p>
      <p>${state === 'valid' ? nothing : warning}<span>${text}</span></p>
    </div>
  `;
}

function pem(input, fingerprint, actions) {
  const shown = input.view.pem?.fingerprint === fingerprint ? input.view.pem : undefined;
  if (!shown) return html`<button class="link" @click=${() => actions.pem(input, fingerprint)}>${t('chain.pem')}</button>`;
  if (!shown.text) return html`<p class="hint" role="status">${t('chain.pem.absent')}</p>`;
  return html`
    <pre tabindex="0" role="region" aria-label="PEM">${shown.text}</pre>
    <button class="link" @click=${() => actions.copy(shown.text)}>${t('chain.copy')}</button>
  `;
}

function list(names) {
  const text = visible(names.slice(0, NAMES).join(', '));
  return names.length > NAMES ? t('details.names', { listed: text, n: names.length - NAMES }) : text;
}

/** The common name in a distinguished name as RFC 2253 writes it. */
function commonName(name) {
  return /(?:^|,)CN=((?:\\.|[^,\\])*)/.exec(name)?.[1].replace(/\\(.)/g, '$1');
}
