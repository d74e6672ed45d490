// What is read beside captures, without a browser: lists as their publishers write them, files of organisations and countries, case files.
// All of it is made here, in the form of the published ones.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pageModule } from './support.mjs';

const { readIndicators } = await pageModule('model/lists/read.ts');
const { readPlaces } = await pageModule('model/lists/places.ts');
const { parseAddress } = await pageModule('model/network.ts');
const { caseText, readCase } = await pageModule('model/notes.ts');
const { finished } = await pageModule('model/steps.ts');

const [MD5, SHA1, SHA256] = [32, 40, 64].map((length) => 'a1'.repeat(length / 2));
const JA4 = 't13d1516h2_8daaf6152771_02713d6af862';
const read = (text) => finished(readIndicators(text));

/** What entries name, and why other lines name nothing. */
async function told(text) {
  const { entries, unread } = await read(text);
  return {
    named: entries.map(({ kind, value, port }) => (port === undefined ? `${kind} ${value}` : `${kind} ${value} ${port}`)),
    why: unread.map(({ why }) => why),
  };
}

const BANNER = ['################################', '# A list of mine               #', '################################', '#'].join('\n');

describe('lists of abuse.ch', () => {
  test('certificates by SHA-1', async () => {
    const text = `${BANNER}\n# Listingdate,SHA1,Listingreason\n2026-01-02 03:04:05,${SHA1},Vidar C&C\n# END 1 entries\n`;
    assert.deepEqual(await told(text), { named: [`sha1 ${SHA1}`], why: [] });
  });

  test('JA3', async () => {
    const text = `${BANNER}\n# ja3_md5,Firstseen,Lastseen,Listingreason\n${MD5},2026-01-02 03:04:05,2026-02-03 04:05:06,Tofsee\n`;
    assert.deepEqual(await told(text), { named: [`ja3 ${MD5}`], why: [] });
  });

  test('addresses of a botnet name their port alone', async () => {
    const text = `${BANNER}\n# Firstseen,DstIP,DstPort\n2026-01-02 03:04:05,192.0.2.7,4444\n`;
    assert.deepEqual(await told(text), { named: ['address 192.0.2.7 4444'], why: [] });
  });

  test('Feodo Tracker has ports and a status, as CSV and as JSON', async () => {
    const csv = `${BANNER}\n"first_seen_utc","dst_ip","dst_port","c2_status","last_online","malware"\n"2026-01-02 03:04:05","192.0.2.8","443","offline","2026-01-03","Dridex"\n# END 1 entries\n`;
    assert.deepEqual(await told(csv), { named: ['address 192.0.2.8 443'], why: [] });
    assert.match((await read(csv)).entries[0].note, /offline.*Dridex/);
    const json = JSON.stringify([{ ip_address: '192.0.2.8', port: 443, status: 'online', hostname: null, malware: 'Dridex', first_seen: '2026-01-02 03:04:05' }], null, 4);
    assert.deepEqual(await told(json), { named: ['address 192.0.2.8 443'], why: [] });
    assert.match((await read(json)).entries[0].note, /Dridex, online/);
  });

  test('ThreatFox says of each value what it is', async () => {
    const row = (type, value) => `"2026-01-02 03:04:05", "7", "${value}", "${type}", "botnet_cc", "win.dridex"`;
    const text = `${BANNER}\n# "first_seen_utc","ioc_id","ioc_value","ioc_type","threat_type","malware"\n${[row('ip:port', '192.0.2.9:8443'), row('domain', 'c2.example'), row('url', 'http://u.example:8080/x'), row('md5_hash', MD5), row('sha256_hash', SHA256), row('sha1_hash', SHA1)].join('\n')}\n`;
    assert.deepEqual(await told(text), { named: ['address 192.0.2.9 8443', 'name c2.example', 'name u.example 8080'], why: ['file', 'file', 'file'] });
  });
});

/** Values of MISP by type, what they name, or why nothing. */
const MISP = [
  ['ip-dst', '192.0.2.1', 'address 192.0.2.1'],
  ['ip-src', '2001:db8::1', 'address 2001:db8::1'],
  ['ip-dst', '192.0.2.0/24', 'network 192.0.2.0/24'],
  ['ip-dst|port', '192.0.2.2|8443', 'address 192.0.2.2 8443'],
  ['ip-src|port', '2001:db8::2|99', 'address 2001:db8::2 99'],
  ['domain', 'd.example', 'name d.example'],
  ['hostname', 'h.d.example', 'name h.d.example'],
  ['hostname|port', 'h.example|444', 'name h.example 444'],
  ['domain|ip', 'e.example|192.0.2.3', 'name e.example', 'address 192.0.2.3'],
  ['url', 'https://u.example/a?b=c', 'name u.example'],
  ['ja3-fingerprint-md5', MD5, `ja3 ${MD5}`],
  ['x509-fingerprint-sha1', SHA1, `sha1 ${SHA1}`],
  ['x509-fingerprint-sha256', SHA256, `sha256 ${SHA256}`],
  ['text', JA4, `ja4 ${JA4}`],
  ['md5', MD5, 'file'],
  ['sha1', SHA1, 'file'],
  ['sha256', SHA256, 'file'],
  ['filename|sha256', `a.exe|${SHA256}`, 'file'],
  ['filename|md5', `a.exe|${MD5}`, 'file'],
  ['malware-sample', `a.exe|${MD5}`, 'file'],
  ['imphash', MD5, 'file'],
  ['hassh-md5', MD5, 'type'],
  ['x509-fingerprint-md5', MD5, 'type'],
  ['email-src', 'a@b.example', 'type'],
  ['comment', 'x.example', 'type'],
  ['ip-dst', 'no address', 'form'],
  ['ip-dst|port', '192.0.2.2|70000', 'form'],
];
const WHY = ['file', 'type', 'form', 'context', 'local'];
const expected = MISP.flatMap(([, , ...what]) => what);
const [named, why] = [expected.filter((what) => !WHY.includes(what)), expected.filter((what) => WHY.includes(what))];

describe('MISP', () => {
  test('CSV is read by its type column', async () => {
    const rows = MISP.map(([type, value], i) => `"u-${i}",1,"Network activity","${type}","${value}","",1,1700000000`);
    assert.deepEqual(await told(`uuid,event_id,category,type,value,comment,to_ids,date\n${rows.join('\n')}\n`), { named, why });
  });

  test('JSON is read by its types, in attributes and in those of objects', async () => {
    const attributes = MISP.map(([type, value], i) => ({ id: String(i), type, category: 'Network activity', to_ids: true, value, comment: 'x', Tag: [{ name: 'a] }"' }] }));
    const half = Math.floor(attributes.length / 2);
    const event = (more) => ({ Event: { info: 'has "Attribute":[ in its text', Attribute: attributes.slice(0, half), Object: [{ name: 'o', Attribute: attributes.slice(half) }], ...more } });
    for (const text of [JSON.stringify(event()), JSON.stringify({ response: [event()] }, null, 2)]) assert.deepEqual(await told(text), { named, why });
  });

  test('what is context alone is not detected by', async () => {
    assert.deepEqual(await told('type,value,to_ids\nip-dst,192.0.2.1,0\nip-dst,192.0.2.2,1\n'), { named: ['address 192.0.2.2'], why: ['context'] });
    const json = JSON.stringify({ Event: { Attribute: [{ type: 'ip-dst', value: '192.0.2.1', to_ids: false }] } });
    assert.deepEqual(await told(json), { named: [], why: ['context'] });
  });
});

test('STIX: what the patterns of indicators compare', async () => {
  const patterns = {
    "[ipv4-addr:value = '192.0.2.1']": ['address 192.0.2.1'],
    "[ipv4-addr:value = '192.0.2.1' OR domain-name:value = 'd.example']": ['address 192.0.2.1', 'name d.example'],
    "[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '192.0.2.2' AND network-traffic:dst_port = 8443]": ['address 192.0.2.2 8443'],
    "[url:value = 'https://u.example/x']": ['name u.example'],
    [`[x509-certificate:hashes.'SHA-256' = '${SHA256}']`]: [`sha256 ${SHA256}`],
    [`[x509-certificate:hashes.'SHA-1' = '${SHA1}']`]: [`sha1 ${SHA1}`],
    [`[file:hashes.MD5 = '${MD5}']`]: 'file',
    "[NOT ipv4-addr:value = '192.0.2.1']": 'type',
    "[ipv4-addr:value != '192.0.2.1']": 'type',
    "[process:name = 'x']": 'type',
    'alert tls any any': 'form',
  };
  for (const [pattern, wanted] of Object.entries(patterns)) {
    const objects = [
      { type: 'identity', spec_version: '2.1', id: 'identity--11111111-1111-4111-8111-111111111111', name: 'x' },
      { type: 'indicator', spec_version: '2.1', id: 'indicator--22222222-2222-4222-8222-222222222222', name: 'n', pattern, pattern_type: 'stix' },
    ];
    const { named, why } = await told(JSON.stringify({ type: 'bundle', id: 'bundle--1', objects }));
    assert.deepEqual(typeof wanted === 'string' ? why : named, [wanted].flat(), pattern);
  }
});

test('what Hushcap exports as STIX and MISP it reads again', async () => {
  const { FORMATS, randomUuid } = await pageModule('model/exchange/formats.ts');
  const finding = { input: 'a', source: '10.0.0.1', destination: '192.0.2.5', port: 8443, proto: 'tcp', verdict: 'malware-like', score: 0.9, names: ['n.example'], first: 1.7e9, ja3: [MD5], ja4: [JA4], certificates: [{ sha256: SHA256 }], sentence: null, known: [] };
  const making = { made: new Date(), version: '1', uuid: randomUuid, sids: { first: 1, last: 9 } };
  for (const [format, wanted] of Object.entries({ stix: ['address 192.0.2.5 8443', 'name n.example', `sha256 ${SHA256}`], misp: ['address 192.0.2.5 8443', 'name n.example', `ja3 ${MD5}`, `sha256 ${SHA256}`] })) {
    const { parts } = await finished(FORMATS[format].write({ findings: [finding], common: () => 0 }, making));
    assert.deepEqual((await told(parts.join(''))).named, wanted, format);
  }
});

test('a hosts file names what it leads nowhere, and not the machine itself', async () => {
  const text = '# hosts\n127.0.0.1 localhost\n127.0.0.1\tlocalhost.localdomain\n::1 ip6-localhost\n0.0.0.0 ads.example\n127.0.0.1 a.example b.example # two\n0.0.0.0 0.0.0.0\n||blocked.example^\n! a remark\n';
  assert.deepEqual(await told(text), { named: ['name ads.example', 'name a.example', 'name b.example', 'domain blocked.example'], why: ['local', 'local', 'local', 'local'] });
});

test('a hash of a column of files is of no certificate', async () => {
  const text = `first_seen,sha256_hash,md5_hash,file_name\n2026-01-02,${SHA256},${MD5},a.exe\n`;
  assert.deepEqual(await told(text), { named: [], why: ['file'] });
});

test('50 000 attributes of MISP are read in steps that no reader feels', async () => {
  const attributes = Array.from({ length: 50_000 }, (_, i) => ({ id: String(i), event_id: '1', type: 'ip-dst|port', category: 'Network activity', to_ids: true, uuid: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`, value: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}|443`, comment: 'a comment of some length', Tag: [] }));
  const text = JSON.stringify({ Event: { Attribute: attributes } });
  const work = readIndicators(text);
  let steps = 0;
  for (let step = work.next(); !step.done; step = work.next()) steps += 1;
  assert.ok(steps >= 48, `${steps} steps`);
  assert.equal((await read(text)).entries.length, 50_000);
});

test('hostile JSON costs no more time than its length, and ends', async () => {
  const started = performance.now();
  const texts = ['['.repeat(1e6), '{"Attribute":['.repeat(1e5), `{"Attribute":[${'{"a":"'.repeat(1e5)}`, `[{"x":"${'\\'.repeat(1e6)}`, `{"objects":[${'{},'.repeat(1e5)}]}`, `{"Attribute":[{"type":"url","value":"http://${'a.'.repeat(1e5)}"}]}`];
  for (const text of texts) await read(text);
  assert.ok(performance.now() - started < 20_000, `${performance.now() - started} ms`);
  assert.deepEqual((await read('{"Attribute":[{"type":"ip-dst","value":"192.0.2.1","to_ids":true,"__proto__":{"x":1}}]}')).entries.length, 1);
});

/** A MaxMind DB with these networks, `[prefix as bits, record]`; the records are maps of texts and of maps. */
function mmdb(networks, { size = 24, ipv6 = true, type = 'Test-ASN' } = {}) {
  const text = (value) => [...head(2, Buffer.byteLength(value)), ...Buffer.from(value)];
  const head = (type, length) => (length < 29 ? [(type << 5) | length] : [(type << 5) | 29, length - 29]);
  const number = (type, value, bytes) => (type > 7 ? [bytes, type - 7] : [(type << 5) | bytes]).concat(Array.from({ length: bytes }, (_, i) => Number((BigInt(value) >> BigInt(8 * (bytes - 1 - i))) & 255n)));
  const map = (fields) => [...head(7, Object.keys(fields).length), ...Object.entries(fields).flatMap(([name, value]) => [...text(name), ...encoded(value)])];
  const encoded = (value) => (typeof value === 'string' ? text(value) : typeof value === 'number' ? number(6, value, 4) : map(value));
  const nodes = [[undefined, undefined]];
  const data = [];
  for (const [bits, record] of networks) {
    let node = 0;
    for (const [i, bit] of [...bits].entries()) {
      if (i === bits.length - 1) nodes[node][bit] = { at: data.length };
      else {
        nodes[node][bit] ??= nodes.push([undefined, undefined]) - 1;
        node = nodes[node][bit];
      }
    }
    data.push(...encoded(record));
  }
  const value = (child) => (child === undefined ? nodes.length : typeof child === 'number' ? child : nodes.length + 16 + child.at);
  const tree = nodes.flatMap((children) => {
    const [left, right] = children.map(value);
    const big = (value, bytes) => Array.from({ length: bytes }, (_, i) => (value / 256 ** (bytes - 1 - i)) & 255);
    if (size === 28) return [...big(left & 0xffffff, 3), ((left >>> 24) << 4) | (right >>> 24), ...big(right & 0xffffff, 3)];
    return [...big(left, size / 8), ...big(right, size / 8)];
  });
  const metadata = map({ node_count: nodes.length, record_size: size, ip_version: ipv6 ? 6 : 4, database_type: type });
  return Uint8Array.from([...tree, ...Array(16).fill(0), ...data, 0xab, 0xcd, 0xef, ...Buffer.from('MaxMind.com'), ...metadata]);
}

const bitsOf = (address, length) => [...parseAddress(address).value.toString(2).padStart(address.includes(':') ? 128 : 32, '0').slice(0, length)].join('');
const find = (places, address) => places.find(parseAddress(address));

describe('organisations and countries', () => {
  for (const size of [24, 28, 32]) {
    test(`of a MaxMind DB with records of ${size} bits`, async () => {
      const bytes = mmdb(
        [
          [`${'0'.repeat(96)}${bitsOf('203.0.113.0', 24)}`, { autonomous_system_number: 64500, autonomous_system_organization: 'Example Networks' }],
          [`${'0'.repeat(96)}${bitsOf('198.51.100.0', 24)}`, { country: { iso_code: 'DE' }, registered_country: { iso_code: 'FR' } }],
          [bitsOf('2001:db8::', 32), { autonomous_system_number: 64501, autonomous_system_organization: 'Six' }],
        ],
        { size },
      );
      const places = await finished(readPlaces('a.mmdb', bytes));
      assert.deepEqual(find(places, '203.0.113.66'), { organisation: 'Example Networks' });
      assert.deepEqual(find(places, '198.51.100.9'), { country: 'DE' });
      assert.deepEqual(find(places, '2001:db8::5'), { organisation: 'Six' });
      assert.equal(find(places, '192.0.2.1'), undefined);
      assert.equal(find(places, '2001:db9::5'), undefined);
    });
  }

  test('a damaged MaxMind DB gives less, and never fails or hangs', async () => {
    const bytes = mmdb([[`${'0'.repeat(96)}${bitsOf('203.0.113.0', 24)}`, { autonomous_system_number: 64500, autonomous_system_organization: 'Example Networks' }]]);
    for (let at = 0; at < bytes.length; at++) {
      for (const value of [0x00, 0x20, 0x3f, 0xff]) {
        const damaged = Uint8Array.from(bytes);
        damaged[at] = value;
        const places = await finished(readPlaces('a.mmdb', damaged));
        if (places) find(places, '203.0.113.66');
      }
      const cut = await finished(readPlaces('a.mmdb', bytes.slice(0, at)));
      if (cut) find(cut, '203.0.113.66');
    }
  });

  test('of tables with networks, with ranges, and with numbers', async () => {
    const bytes = (text) => new TextEncoder().encode(text);
    const networks = await finished(readPlaces('a.csv', bytes('network,autonomous_system_number,autonomous_system_organization\n203.0.113.0/24,64500,"Example, Inc."\n203.0.113.128/25,64501,Inner\n2001:db8::/32,64502,Six\nnonsense,1,x\n')));
    assert.deepEqual([networks.rows, networks.skipped], [3, 1]);
    assert.deepEqual(find(networks, '203.0.113.1'), { organisation: 'Example, Inc.' });
    assert.deepEqual(find(networks, '203.0.113.200'), { organisation: 'Inner' });
    assert.deepEqual(find(networks, '2001:db8::9'), { organisation: 'Six' });
    assert.equal(find(networks, '203.0.112.255'), undefined);
    const ranges = await finished(readPlaces('b.tsv', bytes('198.51.100.0\t198.51.100.127\t64500\tUS\tEXAMPLE-AS\n198.51.100.128\t198.51.100.255\t64501\tNL\tOther\n')));
    assert.deepEqual(find(ranges, '198.51.100.200'), { organisation: 'Other', country: 'NL' });
    const numbers = await finished(readPlaces('c.csv', bytes('"3221225984","3221226239","JP","Japan"\n')));
    assert.equal(find(numbers, '192.0.2.5').country, 'JP');
  });

  test('what is no such file is refused', async () => {
    for (const text of ['', 'words alone\n', '\u0000\u0001', 'a,b,c\n1,2,3\n'.replace('1,2,3', 'x,y,z')]) assert.equal(await finished(readPlaces('x', new TextEncoder().encode(text))), undefined, JSON.stringify(text));
  });
});

describe('a case file', () => {
  const note = { orig_h: '10.0.0.1', resp_h: '192.0.2.1', resp_p: 443, proto: 'tcp', status: 'checked', text: 'a <b>note</b>\nof two lines' };

  test('is read as it was written', () => {
    const text = caseText(new Map([['k', note]]), [{ name: 'a.pcap', size: 7 }], new Date());
    assert.deepEqual(readCase(text), { notes: [note], inputs: [{ name: 'a.pcap', size: 7 }], refused: 0, otherVersion: undefined });
  });

  test('entries that are not sound are counted and left out', () => {
    const bad = [null, 7, [], {}, { ...note, status: 'infected' }, { ...note, orig_h: '<script>' }, { ...note, resp_p: 70000 }, { ...note, resp_p: '443' }, { ...note, proto: 'toString' }, { ...note, text: { toString: 1 } }];
    const { notes, refused } = readCase(JSON.stringify({ hushcap: 'case', version: 1, notes: [note, ...bad], inputs: 'none' }));
    assert.deepEqual(notes, [note]);
    assert.equal(refused, bad.length);
    assert.equal(readCase(JSON.stringify({ hushcap: 'case', version: 1, notes: [{ ...note, text: 'x'.repeat(1e5) }] })).notes[0].text.length, 4000);
  });

  test('another version and another file are told apart', () => {
    assert.equal(readCase('{"hushcap":"case","version":2,"notes":[]}').otherVersion, 2);
    for (const text of ['', '{', 'null', '[]', '{"hushcap":"expected"}', '{"hushcap":"case","version":1}']) assert.equal(readCase(text), undefined, text);
  });
});
