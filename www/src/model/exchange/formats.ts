// The formats of other tools, by name.

import type { Work } from '../steps.ts';
import { defangedList } from './defang.ts';
import type { Chosen, Written } from './finding.ts';
import { mispEvent } from './misp.ts';
import { stixBundle } from './stix.ts';
import { type SidRange, suricataRules } from './suricata.ts';
import { destinationsCsv, destinationsJson } from './table.ts';
import { wiresharkFilter } from './wireshark.ts';
import { zeekIntel } from './zeek.ts';

/** What a format is made with. */
export interface Making {
  made: Date;
  /** The program's. */
  version: string;
  sids: SidRange;
  /** A random UUID. */
  uuid(): string;
}

export interface Format {
  /** The end of a file's name, and its media type. */
  ending: string;
  type: string;
  /** Whether it is short enough to be copied. */
  copied?: boolean;
  write(chosen: Chosen, making: Making): Work<Written>;
}

const JSON_TYPE = 'application/json';
const TEXT = 'text/plain';

export const FORMATS = {
  csv: { ending: 'csv', type: 'text/csv', write: destinationsCsv },
  json: { ending: 'json', type: JSON_TYPE, write: destinationsJson },
  stix: { ending: 'stix.json', type: JSON_TYPE, write: stixBundle },
  misp: { ending: 'misp.json', type: JSON_TYPE, write: mispEvent },
  zeek: { ending: 'intel.dat', type: TEXT, write: zeekIntel },
  suricata: {
    ending: 'rules',
    type: TEXT,
    copied: true,
    write: (chosen, { sids }) => suricataRules(chosen, sids),
  },
  wireshark: {
    ending: 'filter.txt',
    type: TEXT,
    copied: true,
    write: wiresharkFilter,
  },
  defanged: {
    ending: 'defanged.txt',
    type: TEXT,
    copied: true,
    write: defangedList,
  },
} satisfies Record<string, Format>;

export type FormatName = keyof typeof FORMATS;

export const FORMAT_NAMES = Object.keys(FORMATS) as FormatName[];

/** A random UUID, also where the browser gives none because the page came without encryption. */
export function randomUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
