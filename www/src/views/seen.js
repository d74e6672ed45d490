// What was seen of the input: what it is, how much of it could be judged, and what was damaged.

import { html, nothing } from 'lit-html';
import { bytes, duration, hasText, moment, number, percent, significant, t, visible } from '../text.js';
import { warning } from './icons.js';

/** Protocols listed. */
const PROTOCOLS = 20;

/** Before this a capture's clock was not set (1970) or cannot have seen TLS as it is. */
const CLOCK_STARTS = Date.UTC(1996, 0) / 1000;

export function seen(input) {
  const { result } = input;
  const { capture, health, model } = result.outline;
  return html`
    ${result.length ? nothing : reasons(input)} ${notes(input)}
    <div class="columns">
      ${facts('seen.capture', [
        ['seen.format', capture.format],
        ['seen.size', bytes(capture.bytes)],
        ['seen.first', capture.first_ts === null ? t('seen.unknown') : moment(capture.first_ts)],
        ['seen.last', capture.last_ts === null ? t('seen.unknown') : moment(capture.last_ts)],
        capture.first_ts !== null && ['seen.length', duration(capture.last_ts - capture.first_ts)],
        capture.packets !== null && ['seen.packets', number(capture.packets)],
        capture.link_types.length && ['seen.links', capture.link_types.map(linkType).join(', ')],
      ])}
      ${facts('seen.coverage', [
        ['seen.connections', number(health.connections)],
        ['seen.tls', number(health.tls_connections)],
        ['seen.certificates', share(health.tls_with_certificate, health.tls_connections)],
        ['seen.tuples', number(result.length)],
      ])}
      ${facts('seen.health', [
        ['seen.truncated', number(health.truncated_packets)],
        ['seen.checksums', number(health.bad_checksums)],
        ['seen.gaps', number(health.gaps)],
      ])}
      ${protocols(result)} ${counts('weird', health.weird)} ${counts('limit', health.limits_hit)}
      ${facts('seen.model', [
        ['seen.model.name', `${model.name} (${model.kind})`],
        ['seen.model.threshold', significant(model.threshold)],
        ['seen.model.features', number(model.features)],
        ['seen.model.trained', html`<code>${model.trained.slice(0, 12)}</code>`],
      ])}
      ${facts('seen.run', [
        ['seen.run.time', duration(input.seconds)],
        ['seen.run.speed', t('seen.per_second', { size: bytes(capture.bytes / input.seconds) })],
        ['seen.run.memory', html`<data value=${input.memory}>${bytes(input.memory)}</data>`],
      ])}
    </div>
  `;
}

/** Kinds of oddities that mean a damaged file, of which only the readable part was analysed. */
const FILE_DAMAGE = ['truncated_file', 'truncated_gzip', 'damaged_gzip', 'damaged_record', 'damaged_block', 'truncated_log', 'log_line_too_long', 'json_row_unreadable'];

/** What may make the verdicts less sure, as keys of the catalogue. */
export function damage(result) {
  const { health, capture } = result.outline;
  return [
    FILE_DAMAGE.some((kind) => health.weird[kind]) && 'file',
    health.weird.x509_log_missing && 'x509_log',
    health.weird.log_in_unread_form && 'unread',
    health.truncated_packets && 'truncated',
    health.gaps && 'gaps',
    Object.keys(health.limits_hit).length && 'limits',
    capture.first_ts !== null && capture.first_ts < CLOCK_STARTS && 'clock',
  ].filter(Boolean);
}

/** Why nothing could be judged, what there was instead, and what to do. */
function reasons({ result, partial }) {
  const { health } = result.outline;
  const { tcp = 0, udp = 0 } = result.protocols.proto;
  const keys = [
    partial && 'stopped',
    !health.connections && 'empty',
    health.weird.ssl_log_missing && 'ssl_log',
    health.connections && !health.tls_connections && !health.weird.ssl_log_missing && 'no_tls',
    !health.tls_connections && udp > tcp && 'udp',
    !health.tls_connections && health.truncated_packets && 'snaplen',
    health.weird.unknown_link_type && 'links',
  ].filter(Boolean);
  return html`
    <section class="card reasons">
      <h2>${t('reasons.title')}</h2>
      <ul>${keys.map((key) => html`<li>${t(`reasons.${key}`)}</li>`)}</ul>
      <p>${t('reasons.found', { list: foundInstead(result) })}</p>
    </section>
  `;
}

/** In a few words, what the input holds. */
function foundInstead({ outline: { capture, health }, protocols }) {
  return [
    capture.packets !== null && `${t('seen.packets')}: ${number(capture.packets)}`,
    capture.link_types.length && `${t('seen.links')}: ${capture.link_types.map(linkType).join(', ')}`,
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

function notes({ result, partial }) {
  const { health } = result.outline;
  const hidden = health.tls_connections && health.tls_with_certificate < health.tls_connections;
  return html`
    <ul class="notes">
      ${partial ? html`<li class="alert">${warning}<span>${t('partial.note')}</span></li>` : nothing}
      ${damage(result).map((key) => html`<li class="alert">${warning}<span>${t(`damage.${key}`)}</span></li>`)}
      ${hidden ? html`<li><span>${t('seen.hidden')}</span></li>` : nothing}
      ${health.bad_checksums ? html`<li><span>${t('seen.offload')}</span></li>` : nothing}
    </ul>
  `;
}

function facts(title, pairs) {
  return html`
    <section class="block">
      <h2>${t(title)}</h2>
      <dl class="pairs">
        ${pairs.filter(Boolean).map(([key, value]) => html`<div><dt>${t(key)}</dt><dd>${value}</dd></div>`)}
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

function share(some, all) {
  return all ? t('seen.share', { some, all, share: percent(some / all) }) : number(0);
}

/** A LINKTYPE number with its name from tcpdump.org's list. */
function linkType(number) {
  const names = {
    0: 'BSD loopback',
    1: 'Ethernet',
    9: 'PPP',
    12: 'raw IP',
    101: 'raw IP',
    105: '802.11',
    108: 'OpenBSD loopback',
    113: 'Linux SLL',
    127: '802.11 radiotap',
    189: 'USB Linux',
    220: 'USB Linux mmapped',
    228: 'IPv4',
    229: 'IPv6',
    239: 'NFLOG',
    249: 'USBPcap',
    276: 'Linux SLL2',
  };
  return names[number] ? `${names[number]} (${number})` : String(number);
}
