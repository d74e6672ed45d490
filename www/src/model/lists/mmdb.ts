// A MaxMind DB file → what it holds of an address. https://maxmind.github.io/MaxMind-DB/ (version 2).
//
// The file is the reader's, and may be damaged: each read is checked, pointers are followed to a depth, and what cannot be read is absent.

import type { Address } from '../network.ts';

/** What begins the metadata, which ends the file. */
const MARK = [0xab, 0xcd, 0xef, ...new TextEncoder().encode('MaxMind.com')];
/** Bytes of the end in which the mark is looked for. */
const METADATA = 128 * 1024;
/** Zero bytes between tree and data. */
const GAP = 16;
/** Maps, arrays and pointers that are followed into one another, and values of one record. */
const DEPTH = 16;
const VALUES = 4096;

const [POINTER, STRING, DOUBLE, BYTES, UINT16, UINT32, MAP, INT32, UINT64, UINT128, ARRAY, BOOLEAN, FLOAT] = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 15,
];

export type Value = string | number | boolean | undefined | Value[] | { [name: string]: Value };

/** Thrown where a file contradicts itself. */
class Damaged extends Error {}

export class Mmdb {
  #view: DataView;
  #bytes: Uint8Array;
  #nodes: number;
  #size: number;
  #ipv6: boolean;
  #kept = new Map<number, Value>();
  /** What kind of database it is, such as `GeoLite2-ASN`. */
  readonly type: string;

  /** Reads the metadata; throws where `bytes` are no such file. */
  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const start = markEnd(bytes);
    if (start === undefined) throw new Damaged('no metadata');
    const metadata = fields(this.#read(start, start, { left: VALUES }, 0).value);
    const [nodes, size] = [Number(metadata.node_count), Number(metadata.record_size)];
    const sound = Number.isInteger(nodes) && nodes > 0 && [24, 28, 32].includes(size);
    if (!sound || nodes * (size / 4) + GAP > start) throw new Damaged('unsound metadata');
    [this.#nodes, this.#size] = [nodes, size];
    this.#ipv6 = metadata.ip_version === 6;
    this.type = String(metadata.database_type ?? '');
  }

  /** The record of an address; `undefined` where there is none. */
  find({ bits, value }: Address): Value {
    if (bits === 128 && !this.#ipv6) return undefined;
    try {
      let node = 0;
      // An IPv4 address is below 96 bits of zero in a tree of IPv6.
      for (let i = this.#ipv6 && bits === 32 ? 96 : 0; i > 0 && node < this.#nodes; i--)
        node = this.#child(node, 0);
      for (let bit = bits - 1; bit >= 0 && node < this.#nodes; bit--)
        node = this.#child(node, Number((value >> BigInt(bit)) & 1n));
      if (node <= this.#nodes) return undefined;
      return this.#record(node - this.#nodes - GAP);
    } catch {
      return undefined;
    }
  }

  #record(offset: number): Value {
    // Many addresses share a record.
    if (!this.#kept.has(offset)) {
      const data = this.#nodes * (this.#size / 4) + GAP;
      this.#kept.set(offset, this.#read(data + offset, data, { left: VALUES }, 0).value);
    }
    return this.#kept.get(offset);
  }

  /** A node's left (0) or right (1) record. */
  #child(node: number, side: number): number {
    const at = node * (this.#size / 4);
    if (this.#size === 32) return this.#uint(at + 4 * side, 4);
    if (this.#size === 24) return this.#uint(at + 3 * side, 3);
    const middle = this.#uint(at + 3, 1);
    const high = side ? middle & 15 : middle >> 4;
    return high * 0x1000000 + this.#uint(at + 4 * side, 3);
  }

  #uint(at: number, length: number): number {
    if (at < 0 || at + length > this.#bytes.length) throw new Damaged('beyond the end');
    let value = 0;
    for (let i = 0; i < length; i++) value = value * 256 + this.#bytes[at + i];
    return value;
  }

  /** The value at a place, and where the next begins. Pointers count from `data`. */
  #read(at: number, data: number, budget: { left: number }, depth: number): { value: Value; next: number } {
    if (depth > DEPTH || budget.left-- <= 0) throw new Damaged('too deep or too long');
    const control = this.#uint(at++, 1);
    let type = control >> 5;
    if (type === POINTER) return this.#follow(at, control, data, budget, depth);
    if (type === 0) type = 7 + this.#uint(at++, 1);
    let size = control & 31;
    if (size > 28) {
      const more = size - 28;
      size = [29, 285, 65821][more - 1] + this.#uint(at, more);
      at += more;
    }
    if (type === MAP || type === ARRAY) return this.#many(type, size, at, data, budget, depth);
    if (type === BOOLEAN) return { value: size !== 0, next: at };
    const next = at + size;
    if (next > this.#bytes.length) throw new Damaged('beyond the end');
    return { value: this.#plain(type, at, size), next };
  }

  #follow(at: number, control: number, data: number, budget: { left: number }, depth: number) {
    const length = (control >> 3) & 3;
    const high = length < 3 ? (control & 7) * 256 ** (length + 1) : 0;
    const offset = high + this.#uint(at, length + 1) + [0, 2048, 526336, 0][length];
    const { value } = this.#read(data + offset, data, budget, depth + 1);
    return { value, next: at + length + 1 };
  }

  #many(type: number, size: number, at: number, data: number, budget: { left: number }, depth: number) {
    const list: Value[] = [];
    const map = new Map<string, Value>();
    let next = at;
    for (let i = 0; i < size; i++) {
      const first = this.#read(next, data, budget, depth + 1);
      next = first.next;
      if (type === ARRAY) list.push(first.value);
      else {
        const second = this.#read(next, data, budget, depth + 1);
        next = second.next;
        map.set(String(first.value), second.value);
      }
    }
    return { value: type === ARRAY ? list : Object.fromEntries(map), next };
  }

  #plain(type: number, at: number, size: number): Value {
    if (type === STRING) return new TextDecoder().decode(this.#bytes.subarray(at, at + size));
    if (type === DOUBLE && size === 8) return this.#view.getFloat64(at);
    if (type === FLOAT && size === 4) return this.#view.getFloat32(at);
    const numbers = [UINT16, UINT32, INT32, UINT64, UINT128];
    return numbers.includes(type) && size <= 8
      ? this.#uint(at, size)
      : type === BYTES
        ? undefined
        : undefined;
  }
}

/** The place behind the last mark. */
function markEnd(bytes: Uint8Array): number | undefined {
  const first = Math.max(0, bytes.length - METADATA);
  for (let at = bytes.length - MARK.length; at >= first; at--)
    if (MARK.every((byte, i) => bytes[at + i] === byte)) return at + MARK.length;
  return undefined;
}

/** A map's fields; none of what is no map. */
export const fields = (value: Value): { [name: string]: Value } =>
  value && typeof value === 'object' && !Array.isArray(value) ? value : {};
