// Which organisation and country an address belongs to, by files that the reader supplies: MaxMind DB, or CSV with networks or ranges.
//
// A CSV has a row a network (`network` or its first cell), or a row a range (first and last address, as text or as numbers), and columns
// for the organisation and the country, which its head names or which are told by how their cells look.

import { type Address, parseAddress, parseNetwork } from '../network.ts';
import { BLOCK, sorted, type Work } from '../steps.ts';
import { fields, Mmdb, type Value } from './mmdb.ts';
import { isRemark, rowsOf } from './rows.ts';

/** What is known of an address; absent is unknown. */
export interface Place {
  organisation?: string;
  country?: string;
}

/** A file of places. */
export interface Places {
  name: string;
  /** Networks read and rows that were not; a MaxMind DB is asked by address, and has neither. */
  rows: number;
  skipped: number;
  find(address: Address): Place | undefined;
}

/** Characters of a name that are kept. */
const LONGEST = 120;

/** Reads a file; `undefined` where it is none of these. */
export function* readPlaces(name: string, bytes: Uint8Array<ArrayBuffer>): Work<Places | undefined> {
  const database = openMmdb(bytes);
  if (database) return { name, rows: 0, skipped: 0, find: (address) => placeOf(database.find(address)) };
  // A file of bytes is no table.
  if (bytes.subarray(0, 512).includes(0)) return undefined;
  return yield* readTable(name, new TextDecoder().decode(bytes));
}

function openMmdb(bytes: Uint8Array<ArrayBuffer>): Mmdb | undefined {
  try {
    return new Mmdb(bytes);
  } catch {
    return undefined;
  }
}

/** Of a record of GeoLite2, DB-IP or IPinfo. */
function placeOf(record: Value): Place | undefined {
  const {
    autonomous_system_organization,
    autonomous_system_number,
    country,
    registered_country,
    as_name,
    name,
    asn,
    country_code,
  } = fields(record);
  const number = autonomous_system_number ?? asn;
  const organisation = text(autonomous_system_organization ?? as_name ?? name);
  const code = fields(country).iso_code ?? fields(registered_country).iso_code ?? country_code ?? country;
  return placed(
    organisation ?? (number === undefined ? undefined : `AS${text(number)?.replace(/^AS/i, '')}`),
    text(code),
  );
}

const text = (value: Value): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, LONGEST) : undefined;

function placed(organisation: string | undefined, country: string | undefined): Place | undefined {
  const found: Place = {};
  if (organisation) found.organisation = organisation;
  if (country && /^[a-z]{2}$/i.test(country) && country.toUpperCase() !== 'ZZ')
    found.country = country.toUpperCase();
  return found.organisation || found.country ? found : undefined;
}

const compare = (one: bigint, other: bigint) => (one < other ? -1 : one > other ? 1 : 0);

/** A stretch of addresses. */
interface Stretch {
  first: bigint;
  last: bigint;
  place: Place;
}

function* readTable(name: string, whole: string): Work<Places | undefined> {
  const stretches = new Map<number, Stretch[]>([
    [32, []],
    [128, []],
  ]);
  let [rows, skipped, count] = [0, 0, 0];
  let head: string[] = [];
  for (const { cells } of rowsOf(whole.replace(/^\ufeff/, ''))) {
    if (++count % BLOCK === 0) yield;
    if (cells.every((cell) => !cell) || isRemark(cells)) continue;
    const found = stretchOf(cells, head);
    if (found) {
      stretches.get(found.bits)?.push(found.stretch);
      rows += 1;
    } else if (!rows && !head.length) head = cells.map((cell) => cell.toLowerCase());
    else skipped += 1;
  }
  if (!rows) return undefined;
  for (const [bits, list] of stretches) {
    const order = yield* sorted(list.length, (a, b) => compare(list[a].first, list[b].first) || a - b);
    stretches.set(
      bits,
      Array.from(order, (place) => list[place]),
    );
  }
  return { name, rows, skipped, find: ({ bits, value }) => within(stretches.get(bits) ?? [], value) };
}

function stretchOf(cells: string[], head: string[]): { bits: number; stretch: Stretch } | undefined {
  const network = parseNetwork(cells[0]);
  const [first, last] = network ? [network, network] : [addressOf(cells[0]), addressOf(cells[1] ?? '')];
  if (!first || !last || first.bits !== last.bits) return undefined;
  const rest = network ? 1 : 2;
  const place = placeOfCells(cells.slice(rest), head.slice(rest));
  if (!place) return undefined;
  const width = network ? BigInt(network.bits - network.length) : 0n;
  const base = (first.value >> width) << width;
  const end = network ? base + (1n << width) - 1n : last.value;
  return end < base ? undefined : { bits: first.bits, stretch: { first: base, last: end, place } };
}

/** An address as text, or as the number of an IPv4 one. */
function addressOf(cell: string): Address | undefined {
  if (/^\d{1,10}$/.test(cell))
    return Number(cell) <= 0xffffffff ? { bits: 32, value: BigInt(cell) } : undefined;
  return parseAddress(cell);
}

function placeOfCells(cells: string[], head: string[]): Place | undefined {
  const named = (pattern: RegExp) => cells[head.findIndex((name) => pattern.test(name))];
  const country =
    named(/country.*(code|iso)|^country$|^cc$/) ?? cells.find((cell) => /^[A-Z]{2}$/.test(cell));
  const organisation =
    named(/organi[sz]ation|^as_?name|^as_?org|^org$|^isp$|^description$/) ??
    cells.find((cell) => cell !== country && /[a-z]{3}/i.test(cell));
  return placed(organisation?.slice(0, LONGEST), country);
}

/** The stretch that holds an address: the last that begins before it, or one around that. */
function within(stretches: Stretch[], value: bigint): Place | undefined {
  let [low, high] = [0, stretches.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (stretches[middle].first <= value) low = middle + 1;
    else high = middle;
  }
  // Networks lie within one another to a few levels.
  for (let i = low - 1; i >= 0 && i >= low - 32; i--)
    if (stretches[i].last >= value) return stretches[i].place;
  return undefined;
}
