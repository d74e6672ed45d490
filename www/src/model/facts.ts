// What is told of an input as pairs of a key and a text: what it is, how much could be judged, its damage, the model.

import counters from '../generated/counters.json';
import {
  bracketed,
  bytes,
  duration,
  hasText,
  listed,
  moment,
  number,
  percent,
  significant,
  t,
} from '../text.ts';
import type { Counts, Schema } from './report.ts';
import type { Result } from './result.ts';

/** Before this a capture's clock was not set (1970) or cannot have seen TLS as it is. */
const CLOCK_STARTS = Date.UTC(1996, 0) / 1000;

/** A key of the catalogue, and what is told under it. */
export type Fact = [key: string, text: string];

export type FactPart = 'capture' | 'coverage' | 'health' | 'model';

export function factsOf(result: Result): Record<FactPart, Fact[]> {
  const { capture, health, model } = result.outline;
  const time = (ts: number | null) => (ts === null ? t('seen.unknown') : moment(ts));
  return {
    capture: told([
      ['seen.format', capture.format],
      ['seen.size', bytes(capture.bytes)],
      ['seen.first', time(capture.first_ts)],
      ['seen.last', time(capture.last_ts)],
      capture.first_ts !== null &&
        capture.last_ts !== null && ['seen.length', duration(capture.last_ts - capture.first_ts)],
      capture.packets !== null && ['seen.packets', number(capture.packets)],
      capture.link_types.length > 0 && [
        'seen.links',
        listed(capture.link_types.map((number) => linkType(number, result.schema))),
      ],
    ]),
    coverage: [
      ['seen.connections', number(health.connections)],
      ['seen.tls', number(health.tls_connections)],
      ['seen.certificates', share(health.tls_with_certificate, health.tls_connections)],
      ['seen.tuples', number(result.length)],
    ],
    health: [
      ['seen.truncated', number(health.truncated_packets)],
      ['seen.checksums', number(health.bad_checksums)],
      ['seen.gaps', number(health.gaps)],
    ],
    model: [
      [
        'seen.model.name',
        t('seen.model.of', {
          name: model.name,
          kind: hasText(`seen.kind.${model.kind}`) ? t(`seen.kind.${model.kind}`) : model.kind,
        }),
      ],
      ['seen.model.threshold', significant(model.threshold)],
      ['seen.model.features', number(model.features)],
      ['seen.model.trained', model.trained.slice(0, 12)],
    ],
  };
}

const told = (facts: (Fact | false)[]) => facts.filter((fact) => fact !== false);

/** Whether an oddity means that a part of the file could not be used. */
const isFileDamage = (name: string) => counters.file_damage.some((kind) => name.includes(kind));

/** What may make the verdicts less sure, as keys of the catalogue. */
export function damage(result: Result): string[] {
  const { health, capture } = result.outline;
  return [
    Object.keys(health.weird).some(isFileDamage) && 'damage.file',
    counted(health.weird, 'x509_log_missing') && 'damage.x509_log',
    counted(health.weird, 'log_in_unread_form') && 'damage.unread',
    health.truncated_packets && 'damage.truncated',
    health.gaps && 'damage.gaps',
    Object.keys(health.limits_hit).length && 'damage.limits',
    capture.first_ts !== null && capture.first_ts < CLOCK_STARTS && 'damage.clock',
  ].filter((key) => typeof key === 'string');
}

/** How often something was counted. */
export const counted = (counts: Counts, kind: string): number =>
  Object.hasOwn(counts, kind) ? counts[kind] : 0;

/** What else is to be known of the verdicts, likewise. */
export function remarks({ outline: { health } }: Result): string[] {
  return [
    health.tls_with_certificate < health.tls_connections && 'seen.hidden',
    health.bad_checksums && 'seen.offload',
  ].filter((key) => typeof key === 'string');
}

function share(some: number, all: number): string {
  return all ? t('seen.share', { some, all, share: percent(some / all) }) : number(0);
}

/** Names of link types that are not read, but met often; from tcpdump.org's list. */
const UNREAD_LINK_TYPES = new Map([
  [195, '802.15.4'],
  [227, 'SocketCAN'],
  [251, 'Bluetooth LE'],
]);

/** A LINKTYPE number with its name: as the program reads it, or as it is known otherwise. */
export function linkType(number: number, { link_types }: Schema): string {
  const [, name = UNREAD_LINK_TYPES.get(number)] = link_types.find(([read]) => read === number) ?? [];
  return name ? bracketed(name, String(number)) : String(number);
}
