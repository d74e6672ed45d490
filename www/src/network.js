// Networks: `10.0.0.0/8`, `2001:db8::/32` → a test of an address.

const V4 = /^\d{1,3}(\.\d{1,3}){3}$/;

/** A test whether an address, given as text, lies in the network; `undefined` where `text` is none. */
export function addressTest(text) {
  const [address, length] = text.split('/');
  const network = numberOf(address);
  if (length === undefined || !/^\d{1,3}$/.test(length) || !network || Number(length) > network.bits) return undefined;
  const shift = BigInt(network.bits - Number(length));
  return (other) => {
    const number = numberOf(other);
    return number?.bits === network.bits && number.value >> shift === network.value >> shift;
  };
}

/** A text that sorts addresses by their numbers. */
export function addressKey(text) {
  if (V4.test(text)) return `4${text.split('.').map((part) => part.padStart(3, '0')).join('')}`;
  const number = numberOf(text);
  return number ? `6${number.value.toString(16).padStart(32, '0')}` : text;
}

/** `{bits, value}` of an address. */
function numberOf(text) {
  if (V4.test(text)) return { bits: 32, value: text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n) };
  if (!/^[0-9a-f:.]+$/i.test(text) || !text.includes(':')) return undefined;
  const [head, tail, ...more] = text.split('::').map((half) => half.split(':').filter(Boolean).flatMap(group));
  if (more.length) return undefined;
  const zeros = 8 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? zeros !== 0 : zeros < 0) return undefined;
  const groups = [...head, ...Array(zeros).fill(0n), ...(tail ?? [])];
  return { bits: 128, value: groups.reduce((sum, part) => sum * 65536n + part, 0n) };
}

/** A group of an IPv6 address, or the IPv4 address at its end. */
function group(text) {
  if (!text.includes('.')) return [BigInt(`0x${text}`)];
  const [a, b, c, d] = text.split('.').map(BigInt);
  return [a * 256n + b, c * 256n + d];
}
