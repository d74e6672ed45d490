// A capture without the content of its encrypted records: TLS application data, and alerts and handshakes behind a ChangeCipherSpec → zeros,
// which compress, checksums kept as right or wrong as they were. Nothing that the program reads changes; the samples would double the page
// otherwise.

const HEADER = 24;
const [CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA] = [20, 21, 22, 23];
/** Messages that stay in the clear behind the ChangeCipherSpec that TLS 1.3 sends for old middleboxes: hellos after a HelloRetryRequest. */
const HELLOS = [1, 2];

/** Blanks a pcap file of Ethernet in little-endian byte order; any other is given back as it is. */
export function blank(file) {
  const bytes = new Uint8Array(file);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== 0xa1b2c3d4 || view.getUint32(20, true) !== 1) return bytes;
  const streams = new Map();
  for (let at = HEADER; at < bytes.length; ) {
    const start = at + 16;
    at = start + view.getUint32(at + 8, true);
    const segment = segmentOf(view, start);
    if (segment && segment.end <= at) follow(bytes, view, segment, streams);
  }
  return bytes;
}

/** Where the TCP header, its payload and their end are, and which direction of which connection it is. */
function segmentOf(view, start) {
  const ip = start + 14;
  const type = view.getUint16(start + 12);
  let tcp;
  let end;
  let addresses;
  if (type === 0x0800 && view.getUint8(ip + 9) === 6) {
    tcp = ip + (view.getUint8(ip) & 15) * 4;
    end = ip + view.getUint16(ip + 2);
    addresses = [ip + 12, ip + 20];
  } else if (type === 0x86dd && view.getUint8(ip + 6) === 6) {
    tcp = ip + 40;
    end = tcp + view.getUint16(ip + 4);
    addresses = [ip + 8, ip + 40];
  } else return undefined;
  const key = [...range(view, ...addresses), ...range(view, tcp, tcp + 4)].join();
  return { tcp, payload: tcp + (view.getUint8(tcp + 12) >> 4) * 4, end, key, seq: view.getUint32(tcp + 4), syn: view.getUint8(tcp + 13) & 2 };
}

function range(view, from, to) {
  return Array.from({ length: to - from }, (_, i) => view.getUint8(from + i));
}

/** Follows the records of one direction in order; a segment out of order is left as it is. */
function follow(bytes, view, { tcp, payload, end, key, seq, syn }, streams) {
  if (syn) streams.set(key, { next: (seq + 1) >>> 0, head: [], left: 0 });
  const stream = streams.get(key);
  if (!stream || syn || seq !== stream.next) return;
  stream.next = (seq + end - payload) >>> 0;
  let removed = 0;
  for (let i = payload; i < end; i++) {
    if (stream.left === 0) {
      stream.head.push(bytes[i]);
      if (stream.head.length < 5) continue;
      const [type, major] = stream.head;
      const isSealed = type === APPLICATION_DATA || (stream.sealed && (type === ALERT || type === HANDSHAKE));
      stream.blanks = isSealed && major === 3;
      stream.first = type === HANDSHAKE;
      stream.sealed ||= type === CHANGE_CIPHER_SPEC && major === 3;
      stream.left = stream.head[3] * 256 + stream.head[4];
      stream.head = [];
    } else {
      stream.left -= 1;
      if (stream.first && HELLOS.includes(bytes[i])) stream.blanks = false;
      stream.first = false;
      if (!stream.blanks) continue;
      removed += bytes[i] << ((i - tcp) % 2 ? 0 : 8);
      bytes[i] = 0;
    }
  }
  if (removed) view.setUint16(tcp + 16, folded(view.getUint16(tcp + 16) + removed));
}

/** A sum in ones' complement (RFC 1071); what left the sum is added to its complement, the checksum. */
function folded(sum) {
  let rest = sum;
  while (rest > 0xffff) rest = (rest & 0xffff) + Math.floor(rest / 0x10000);
  return rest;
}
