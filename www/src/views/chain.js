// The certificates that the server sent, as browsers show them: its own first.

import { html, nothing } from 'lit-html';
import { date, duration, t, visible } from '../text.js';
import { warning } from './icons.js';

/** Names listed of a certificate. */
const NAMES = 12;

export function chain(input, { ssl, x509 }, actions) {
  const chains = new Map();
  for (const record of ssl) {
    const ids = record.cert_chain_fps?.length ? record.cert_chain_fps : record.cert_chain_fuids;
    if (!ids?.length) continue;
    const held = chains.get(ids.join());
    chains.set(ids.join(), { ids, ts: held?.ts ?? record.ts, count: (held?.count ?? 0) + 1 });
  }
  const ranked = [...chains.values()].sort((a, b) => b.count - a.count);
  const hidden = ssl.length - ranked.reduce((sum, { count }) => sum + count, 0);
  const by = new Map(x509.flatMap((record) => [record.fingerprint, record.id].filter(Boolean).map((id) => [id, record])));
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
        ${ranked.length ? ranked[place].ids.map((id, i) => certificate(input, id, by.get(id), i, ranked[place], actions)) : nothing}
      </ol>
    </section>
  `;
}

function certificate(input, id, record, depth, { ts }, actions) {
  if (!record) return html`<li><p><code>${id}</code></p><p class="hint">${t('chain.unread')}</p></li>`;
  const of = (name) => record[`certificate.${name}`];
  const subject = of('subject') ?? '';
  const self = subject && subject === of('issuer');
  const names = [...(record['san.dns'] ?? []), ...(record['san.ip'] ?? []), ...(record['san.email'] ?? []), ...(record['san.uri'] ?? [])];
  const key = [of('key_type')?.toUpperCase() ?? of('key_alg'), of('key_length') && t('chain.bits', { n: of('key_length') }), of('curve')].filter(Boolean).join(', ');
  return html`
    <li>
      <h4>${visible(commonName(subject) || subject || t('chain.nameless'))}</h4>
      <p class="hint">
        ${t(depth ? 'chain.above' : 'chain.own')}${self ? html` · ${t('chain.self')}` : nothing}${record['basic_constraints.ca'] ? html` · ${t('chain.ca')}` : nothing}
      </p>
      ${validity(of('not_valid_before'), of('not_valid_after'), ts)}
      <dl class="pairs">
        ${pair('chain.subject', visible(subject))} ${self ? nothing : pair('chain.issuer', visible(of('issuer') ?? ''))}
        ${names.length ? pair('chain.names', list(names)) : nothing} ${pair('chain.key', key)} ${pair('chain.signature', of('sig_alg'))}
        ${pair('chain.serial', of('serial')?.replace(/\\\n/g, ''))} ${record.fingerprint ? pair('chain.fingerprint', html`<code>${record.fingerprint}</code>`) : nothing}
      </dl>
      ${record.fingerprint ? pem(input, record.fingerprint, actions) : nothing}
    </li>
  `;
}

/** The certificate's life as a bar, and a mark at the time when it was seen. */
function validity(from, to, seen) {
  if (from === undefined || to === undefined) return nothing;
  const [least, most] = [Math.min(from, seen), Math.max(to, seen)];
  const share = (time) => (most > least ? (time - least) / (most - least) : 0.5);
  const state = seen < from ? 'early' : seen > to ? 'late' : 'valid';
  const length = { early: from - seen, late: seen - to, valid: to - seen }[state];
  return html`
    <div class="validity ${state}">
      <i aria-hidden="true" .style=${`--from:${share(from)};--to:${share(to)};--seen:${share(seen)}`}></i>
      <p class="axis"><span>${date(from)}</span><span>${date(to)}</span></p>
      <p>${state === 'valid' ? nothing : warning}<span>${t(`chain.${state}`, { length: duration(length), whole: duration(to - from) })}</span></p>
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

function pair(key, value) {
  return value ? html`<div><dt>${t(key)}</dt><dd>${value}</dd></div>` : nothing;
}

/** The common name in a distinguished name as RFC 2253 writes it. */
function commonName(name) {
  return /(?:^|,)CN=((?:\\.|[^,\\])*)/.exec(name)?.[1].replace(/\\(.)/g, '$1');
}
