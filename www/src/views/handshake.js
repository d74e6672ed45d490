// What the handshakes of a tuple agreed on: each fact with its values and how often each was seen.

import { html, nothing } from 'lit-html';
import { number, t, visible } from '../text.js';

/** Facts in the order of reading; any other column of the records that is not told elsewhere follows. */
const FIRST = ['version', 'cipher', 'curve', 'next_protocol', 'established', 'resumed', 'last_alert', 'sni_matches_cert'];
const ELSEWHERE = /^(ts|uid|id\..*|server_name|subject|issuer|(client_)?cert_chain_f(p|uid)s|ssl_history)$/;
/** Values listed of a fact. */
const VALUES = 6;

export function handshake({ ssl }) {
  if (!ssl.length) return nothing;
  const others = new Set(ssl.flatMap(Object.keys).filter((name) => !FIRST.includes(name) && !ELSEWHERE.test(name)));
  return html`
    <section class="handshake">
      <h3>${t('handshake.title', { count: ssl.length })}</h3>
      <dl class="pairs">${[...FIRST, ...others].map((name) => fact(name, ssl))}</dl>
    </section>
  `;
}

function fact(name, ssl) {
  const counts = new Map();
  for (const record of ssl) {
    const value = record[name] === undefined ? undefined : text(record[name]);
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  if (!counts.size) return nothing;
  const ranked = [...counts].sort(([, a], [, b]) => b - a);
  const count = (n) => (n === ssl.length ? nothing : html` <small>${t('handshake.of', { some: n, all: ssl.length })}</small>`);
  return html`
    <div>
      <dt>${FIRST.includes(name) ? t(`handshake.${name}`) : html`<code>${name}</code>`}</dt>
      <dd>
        ${ranked.slice(0, VALUES).map(([value, n]) => html`<span class="item">${value}${count(n)}</span>`)}
        ${ranked.length > VALUES ? html`<span class="item">${t('handshake.more', { n: number(ranked.length - VALUES) })}</span>` : nothing}
      </dd>
    </div>
  `;
}

function text(value) {
  if (typeof value === 'boolean') return t(value ? 'values.yes' : 'values.no');
  return visible(Array.isArray(value) ? value.join(', ') : String(value));
}
