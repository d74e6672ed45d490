// A value of a field as other programs ask for it.

/** What Wireshark calls a field. Of issuers and certificates it has no field to compare. */
const NAMES = new Map(
  Object.entries({
    sni: 'tls.handshake.extensions_server_name',
    looked_up: 'dns.qry.name',
    ja3: 'tls.handshake.ja3',
    ja3s: 'tls.handshake.ja3s',
    ja4: 'tls.handshake.ja4',
    alpn: 'tls.handshake.extensions_alpn_str',
  }),
);

/** Fields of an address: on which side of a packet it is changes with the way. */
const ADDRESSES = new Set(['host', 'source', 'destination']);

/** A display filter of Wireshark for a value; `undefined` where there is not a field for it. */
export function displayFilter(field: string, value: string): string | undefined {
  if (ADDRESSES.has(field)) return `${value.includes(':') ? 'ipv6' : 'ip'}.addr == ${value}`;
  if (field === 'port') return `tcp.port == ${value} || udp.port == ${value}`;
  const name = NAMES.get(field);
  return name && `${name} == ${textOf(value)}`;
}

/** A text as a display filter has it: in quotes, with what is no letter of ASCII as an escape. */
const textOf = (value: string) =>
  `"${[...new TextEncoder().encode(value)].map((byte) => (byte < 32 || byte > 126 || byte === 34 || byte === 92 ? `\\x${byte.toString(16).padStart(2, '0')}` : String.fromCharCode(byte))).join('')}"`;
