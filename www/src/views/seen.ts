// What was seen of the input: what it is, how much of it could be judged, and what was damaged.

import { html, nothing } from 'lit-html';
import { damage, factsOf, linkType, remarks } from './facts.ts';
import { bytes, duration, hasText, number, t, visible } from '../text.ts';
import { warning } from './icons.ts';

/** Packets that cannot be read, by the kind they are counted as: the reasons that they give. */
const UNREAD = { encrypted_wireless_frame: 'wireless', encrypted_ESP: 'esp', exceeded_tunnel_max_depth: 'depth', unknown_link_type: 'links' };

/** Protocols listed. */
const PROTOCOLS = 20;

export function seen(input) {
  const { result } = input.view.found;
  const { capture, health } = result.outline;
  return html`
    ${result.length ? nothing : reasons(input)} ${notes(input)}
    <div class="columns">
      ${['capture', 'coverage', 'health'].map((part) => facts(part, factsOf(result)[part]))}
      ${protocols(result)} ${counts('weird', health.weird)} ${counts('limit', health.limits_hit)}
      ${facts('model', factsOf(result).model)}
      ${facts('run', [
        ['seen.run.time', duration(input.seconds)],
        ['seen.run.speed', t('seen.per_second', { size: bytes(capture.bytes / input.seconds) })],
        ['seen.run.memory', html`<data value=${input.memory}>${bytes(input.memory)}</data>`],
      ])}
    </div>
  `;
}

/** Why nothing could be judged, what there was instead, and what to do. */
function reasons({ partial, view }) {
  const { result } = view.found;
  const { health } = result.outline;
  const { tcp = 0, udp = 0 } = result.protocols.proto;
  const { weird } = health;
  const unread = Object.keys(UNREAD).filter((kind) => weird[kind]);
  const read = [...new Set(result.schema.link_types.map(([, name]) => name))].join(', ');
  const told = [
    partial && ['stopped'],
    !health.connections && !unread.length && ['empty'],
    weird.ssl_log_missing && ['ssl_log'],
    health.connections && !health.tls_connections && !weird.ssl_log_missing && ['no_tls'],
    !health.tls_connections && udp > tcp && ['udp'],
    !health.tls_connections && health.truncated_packets && ['snaplen'],
    ...unread.map((kind) => [UNREAD[kind], { n: weird[kind], list: read }]),
  ].filter(Boolean);
  return html`
    <section class="card reasons">
      <h2>${t('reasons.title')}</h2>
      <ul>${told.map(([key, values]) => html`<li>${t(`reasons.${key}`, values)}</li>`)}</ul>
      <p>${t('reasons.found', { list: foundInstead(result) })}</p>
    </section>
  `;
}

/** In a few words, what the input holds. */
function foundInstead({ outline: { capture, health }, protocols, schema }) {
  return [
    capture.packets !== null && `${t('seen.packets')}: ${number(capture.packets)}`,
    capture.link_types.length && `${t('seen.links')}: ${capture.link_types.map((number) => linkType(number, schema)).join(', ')}`,
    `${t('seen.connections')}: ${number(health.connections)}`,
    ...[...Object.entries(protocols.proto), ...Object.entries(protocols.service)].map(([name, count]) => `${visible(name)}: ${number(count)}`),
  ]
    .filter(Boolean)
    .join('; ');
}

function protocols({ protocols: { proto, service } }) {
  const entries = [...Object.entries(proto), ...Object.entries(service).sort(([, a], [, b]) => b - a)];
  return html`
    <section class="block">
      <h2>${t('seen.protocols')}</h2>
      ${entries.length
        ? html`<dl class="pairs">${entries.slice(0, PROTOCOLS).map(([name, count]) => html`<div><dt>${visible(name)}</dt><dd>${number(count)}</dd></div>`)}</dl>`
        : html`<p class="hint">${t('seen.protocols.none')}</p>`}
    </section>
  `;
}

function notes({ partial, view }) {
  const { result } = view.found;
  return html`
    <ul class="notes">
      ${partial ? html`<li class="alert">${warning}<span>${t('partial.note')}</span></li>` : nothing}
      ${damage(result).map((key) => html`<li class="alert">${warning}<span>${t(key)}</span></li>`)} ${remarks(result).map((key) => html`<li><span>${t(key)}</span></li>`)}
    </ul>
  `;
}

function facts(part, pairs) {
  return html`
    <section class="block">
      <h2>${t(`seen.${part}`)}</h2>
      <dl class="pairs">
        ${pairs.map(([key, value]) => html`<div><dt>${t(key)}</dt><dd>${value}</dd></div>`)}
      </dl>
    </section>
  `;
}

/** Kinds with their counts: `weird` or `limit`. */
function counts(what, kinds) {
  const entries = Object.entries(kinds);
  const named = (kind) => (hasText(`${what}.${kind}`) ? html`${t(`${what}.${kind}`)} <small><code>${kind}</code></small>` : html`<code>${kind}</code>`);
  return html`
    <section class="block">
      <h2>${t(`seen.${what}`)}</h2>
      ${entries.length
        ? html`<dl class="pairs">${entries.map(([kind, count]) => html`<div><dt>${named(kind)}</dt><dd>${number(count)}</dd></div>`)}</dl>`
        : html`<p class="hint">${t('seen.none')}</p>`}
    </section>
  `;
}
