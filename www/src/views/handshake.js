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
  return html`
    <section class="handshake">
      <h3>${t('handshake.title', { count: ssl.length })}</h3>
      <dl class="pairs">${handshakeFacts(ssl).map((fact) => pair(fact, ssl.length))}</dl>
    </section>
  `;
}

/** Facts as `{name, label, values}`; a value is `{text, n}`, as it is shown and how often it was seen, and `more` values are left out. */
export function handshakeFacts(ssl) {
  const others = new Set(ssl.flatMap(Object.keys).filter((name) => !FIRST.includes(name) && !ELSEWHERE.test(name)));
  const facts = [...FIRST, ...others].map((name) => ({ name, label: FIRST.includes(name) ? t(`handshake.${name}`) : undefined, ...valuesOf(name, ssl) }));
  return facts.filter(({ values }) => values.length);
}

function valuesOf(name, ssl) {
  const counts = new Map();
  for (const record of ssl) {
    const value = record[name] === undefined ? undefined : text(record[name]);
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const ranked = [...counts].sort(([, a], [, b]) => b - a).map(([text, n]) => ({ text, n }));
  return { values: ranked.slice(0, VALUES), more: Math.max(0, ranked.length - VALUES) };
}

function pair({ name, label, values, more }, all) {
  const count = (n) => (n === all ? nothing : html` <small>${t('handshake.of', { some: n, all })}</small>`);
  return html`
    <div>
      <dt>${label ?? html`<code>${name}</code>`}</dt>
      <dd>
        ${values.map(({ text, n }) => html`<span class="item">${text}${count(n)}</span>`)}
        ${more ? html`<span class="item">${t('handshake.more', { n: number(more) })}</span>` : nothing}
      </dd>
    </div>
  `;
}

function text(value) {
  if (typeof value === 'boolean') return t(value ? 'values.yes' : 'values.no');
  return visible(Array.isArray(value) ? value.join(', ') : String(value));
}
