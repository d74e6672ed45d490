// What was seen of the input: what it is, how much of it could be judged, and what was damaged.

import { html, nothing, type TemplateResult } from 'lit-html';
import { counted, damage, type FactPart, factsOf, linkType, remarks } from '../model/facts.ts';
import type { Counts } from '../model/report.ts';
import type { Result } from '../model/result.ts';
import type { Done, Shown } from '../state/input.ts';
import {
  bytes,
  counterKey,
  duration,
  hasText,
  labelled,
  listed,
  number,
  t,
  type Values,
  visible,
} from '../text.ts';
import { warning } from './icons.ts';

/** Packets that cannot be read, by the kind they are counted as: the reasons that they give. */
const UNREAD = new Map([
  ['encrypted_wireless_frame', 'wireless'],
  ['encrypted_ESP', 'esp'],
  ['exceeded_tunnel_max_depth', 'depth'],
  ['unknown_link_type', 'links'],
]);

/** Protocols listed. */
const PROTOCOLS = 20;

export function seen(shown: Shown) {
  const { status } = shown;
  const { result } = shown.found;
  const { capture, health } = result.outline;
  return html`
    ${result.length ? nothing : reasons(shown)} ${notes(shown)}
    <div class="columns">
      ${(['capture', 'coverage', 'health'] as const).map((part) => facts(part, factsOf(result)[part]))}
      ${protocols(result)} ${counts('weird', health.weird)} ${counts('limit', health.limits_hit)}
      ${facts('model', factsOf(result).model)}
      ${status.is === 'done' ? facts('run', run(status, capture.bytes)) : nothing}
    </div>
  `;
}

/** How long it took, and how much memory. */
function run({ seconds, memory }: Done, size: number): Told[] {
  return [
    ['seen.run.time', duration(seconds)],
    ['seen.run.speed', t('seen.per_second', { size: bytes(size / seconds) })],
    ['seen.run.memory', html`<data value=${memory}>${bytes(memory)}</data>`],
  ];
}

/** Why nothing could be judged, what there was instead, and what to do. */
function reasons({ status, found: { result } }: Shown) {
  const { health } = result.outline;
  const { tcp = 0, udp = 0 } = result.protocols.proto;
  const { weird } = health;
  const unread = [...UNREAD].flatMap(([kind, reason]) =>
    counted(weird, kind) ? [{ n: counted(weird, kind), reason }] : [],
  );
  const noSsl = counted(weird, 'ssl_log_missing') > 0;
  const read = listed([...new Set(result.schema.link_types.map(([, name]) => name))]);
  const told: (false | [key: string, values?: Values])[] = [
    status.is === 'done' && status.partial && ['stopped'],
    !health.connections && !unread.length && ['empty'],
    noSsl && ['ssl_log'],
    health.connections > 0 && !health.tls_connections && !noSsl && ['no_tls'],
    !health.tls_connections && udp > tcp && ['udp'],
    !health.tls_connections && health.truncated_packets > 0 && ['snaplen'],
    ...unread.map(({ n, reason }): [string, Values] => [reason, { n, list: read }]),
  ];
  return html`
    <section class="card reasons">
      <h2>${t('reasons.title')}</h2>
      <ul>${told.map((reason) => (reason ? html`<li>${t(`reasons.${reason[0]}`, reason[1])}</li>` : nothing))}</ul>
      <p>${t('reasons.found', { list: foundInstead(result) })}</p>
    </section>
  `;
}

/** In a few words, what the input holds. */
function foundInstead({ outline: { capture, health }, protocols, schema }: Result): string {
  return [
    capture.packets !== null && labelled(t('seen.packets'), number(capture.packets)),
    capture.link_types.length &&
      labelled(t('seen.links'), listed(capture.link_types.map((number) => linkType(number, schema)))),
    labelled(t('seen.connections'), number(health.connections)),
    ...[...Object.entries(protocols.proto), ...Object.entries(protocols.service)].map(([name, count]) =>
      labelled(visible(name), number(count)),
    ),
    ...mostFirst(health.busiest_ports).map(([port, size]) => labelled(visible(port), bytes(size))),
    ...mostFirst(health.not_read).map(([kind, packets]) =>
      t('seen.not_read', { kind: visible(kind), n: packets }),
    ),
  ]
    .filter(Boolean)
    .join(t('page.semicolon'));
}

function mostFirst(counts: Counts): [string, number][] {
  return Object.entries(counts).sort(([, a], [, b]) => b - a);
}

function protocols({ protocols: { proto, service } }: Result) {
  const entries = [...Object.entries(proto), ...Object.entries(service).sort(([, a], [, b]) => b - a)];
  return html`
    <section class="block">
      <h2>${t('seen.protocols')}</h2>
      ${
        entries.length
          ? html`<dl class="pairs">${entries.slice(0, PROTOCOLS).map(([name, count]) => html`<div><dt>${visible(name)}</dt><dd>${number(count)}</dd></div>`)}</dl>`
          : html`<p class="hint">${t('seen.protocols.none')}</p>`
      }
    </section>
  `;
}

function notes({ status, found: { result } }: Shown) {
  return html`
    <ul class="notes">
      ${status.is === 'done' && status.partial ? html`<li class="alert">${warning}<span>${t('partial.note')}</span></li>` : nothing}
      ${damage(result).map((key) => html`<li class="alert">${warning}<span>${t(key)}</span></li>`)} ${remarks(result).map((key) => html`<li><span>${t(key)}</span></li>`)}
    </ul>
  `;
}

/** A key of the catalogue, and what is told under it. */
type Told = [key: string, value: string | TemplateResult];

function facts(part: FactPart | 'run', pairs: Told[]) {
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
function counts(what: 'weird' | 'limit', kinds: Counts) {
  const entries = Object.entries(kinds);
  const named = (name: string) => {
    const key = counterKey(what, name);
    const advice = key && hasText(`${key}.advice`) ? html`<small>${t(`${key}.advice`)}</small> ` : nothing;
    return key ? html`${t(key)} ${advice}<small><code>${name}</code></small>` : html`<code>${name}</code>`;
  };
  return html`
    <section class="block">
      <h2>${t(`seen.${what}`)}</h2>
      ${
        entries.length
          ? html`<dl class="pairs">${entries.map(([kind, count]) => html`<div><dt>${named(kind)}</dt><dd>${number(count)}</dd></div>`)}</dl>`
          : html`<p class="hint">${t('seen.none')}</p>`
      }
    </section>
  `;
}
