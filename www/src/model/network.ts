// Addresses, networks and names as text (`10.0.0.1`, `2001:db8::/32`, `Example.com.`) → what is compared.

export interface Address {
  bits: number;
  value: bigint;
}

export interface Network extends Address {
  /** Bits that its addresses have in common. */
  length: number;
}

const V4 = /^\d{1,3}(\.\d{1,3}){3}$/;

/** A test whether an address, given as text, lies in the network; `undefined` where `text` is none. */
export function addressTest(text: string): ((other: string) => boolean) | undefined {
  const network = parseNetwork(text);
  if (!network) return undefined;
  const wanted = networkKey(network, network.length);
  return (other: string) => networkKey(parseAddress(other), network.length) === wanted;
}

/** A test whether an address, given as text, is the same, however it is written; `undefined` where `text` is none. */
export function sameAddressTest(text: string): ((other: string) => boolean) | undefined {
  const address = parseAddress(text);
  if (!address) return undefined;
  const plain = text.toLowerCase();
  // Only those of IPv6 are written in more than one way.
  return (other) =>
    other === plain ||
    (address.bits === 128 && other.includes(':') && parseAddress(other)?.value === address.value);
}

/** `{bits, value, length}` of a network; `undefined` where `text` is none. */
export function parseNetwork(text: string): Network | undefined {
  const [address, length] = text.split('/');
  const network = parseAddress(address);
  if (length === undefined || !/^\d{1,3}$/.test(length) || !network || Number(length) > network.bits)
    return undefined;
  return { ...network, length: Number(length) };
}

/** What the addresses of a network of that length have in common, as text. */
export function networkKey(address: Address | undefined, length: number): string | undefined {
  if (!address || length > address.bits) return undefined;
  return `${address.bits}/${length} ${address.value >> BigInt(address.bits - length)}`;
}

/** A name as names are compared (RFC 4343): without case, and without the dot of the root. */
export function canonicalName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

/** A text that sorts addresses by their numbers. */
export function addressKey(text: string): string {
  if (V4.test(text))
    return `4${text
      .split('.')
      .map((part) => part.padStart(3, '0'))
      .join('')}`;
  const number = parseAddress(text);
  return number ? `6${number.value.toString(16).padStart(32, '0')}` : text;
}

/** `{bits, value}` of an address; `undefined` where `text` is none. */
export function parseAddress(text: string): Address | undefined {
  if (V4.test(text)) return addressOf(32, text.split('.'), 256n);
  if (!/^[0-9a-f:.]+$/i.test(text) || !text.includes(':')) return undefined;
  const [head, tail, ...more] = text
    .split('::')
    .map((half) => half.split(':').filter(Boolean).flatMap(group));
  if (more.length) return undefined;
  const zeros = 8 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? zeros !== 0 : zeros < 0) return undefined;
  return addressOf(128, [...head, ...Array(zeros).fill('0x0'), ...(tail ?? [])], 65536n);
}

/** The address of these parts, each below `base`. */
function addressOf(bits: number, parts: (string | bigint)[], base: bigint): Address | undefined {
  const numbers = parts.map((part) => BigInt(part));
  return numbers.every((part) => part < base)
    ? { bits, value: numbers.reduce((sum, part) => sum * base + part, 0n) }
    : undefined;
}

/** A group of an IPv6 address, or the two of the IPv4 address at its end. */
function group(text: string): (string | bigint)[] {
  if (!text.includes('.')) return [`0x${text}`];
  const value = V4.test(text) ? parseAddress(text)?.value : undefined;
  return value === undefined ? [65536n] : [value >> 16n, value & 65535n];
}
