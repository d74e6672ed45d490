// The exports for other tools: each is read by its consumer, and no captured text ends a cell, a string or a rule.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { runPython, runSuricata } from './consumers.mjs';
import { choose, fixture, open, pageModule, reference, result, startSite, temporaryFolder, tshark } from './support.mjs';

const { FORMATS, FORMAT_NAMES, randomUuid } = await pageModule('model/exchange/formats.ts');
const { defanged } = await pageModule('model/exchange/defang.ts');
const { safeCell } = await pageModule('model/spreadsheet.ts');
const { finished } = await pageModule('model/steps.ts');

const site = startSite();

/** A destination with these values. */
const finding = (more = {}) => ({
  input: 'capture.pcap',
  source: '10.0.0.5',
  destination: '203.0.113.66',
  port: 8443,
  proto: 'tcp',
  verdict: 'malware-like',
  score: 0.9375,
  profileVerdict: null,
  newSinceBaseline: [],
  names: ['cdn.example.org'],
  lookedUp: [],
  connections: 12,
  first: 1.7e9,
  last: 1.7e9 + 600,
  ja3: ['a1'.repeat(16)],
  ja3s: [],
  ja4: ['t13d1516h2_8daaf6152771_02713d6af862'],
  certificates: [{ sha256: 'b2'.repeat(32), sha1: 'c3'.repeat(20) }],
  evidence: [],
  sentence: 'The certificate is self-signed',
  known: [],
  purpose: null,
  expected: false,
  indicators: [],
  ...more,
});

const making = { made: new Date('2026-01-02T03:04:05Z'), version: '0.1.0', sids: { first: 1_000_000, last: 1_999_999 }, uuid: randomUuid };

async function written(format, findings, common = () => 0, more = {}) {
  const { parts, ...rest } = await finished(FORMATS[format].write({ findings, common }, { ...making, ...more }));
  return { text: parts.join(''), ...rest };
}

/** Server names that a capture may hold: formulas, ends of lines, cells, strings and rules, and what turns a line round. */
const HOSTILE = [
  '=HYPERLINK("http://evil.example","x")',
  '+1+cmd|\' /C calc\'!A0',
  '@SUM(1+1)*cmd|\' /C calc\'!A0',
  '-2+3+cmd',
  '＝1+1',
  'a;=1+1',
  'a,=1+1',
  'a\tb\tIntel::ADDR\tx',
  'a\r\nalert ip any any -> any any (msg:"x"; sid:1;)',
  'a\n#fields\tindicator',
  '"; sid:1; rev:1;) #',
  "a'] OR [ipv4-addr:value = '0.0.0.0/0",
  'a\\',
  '|00|',
  '\u202egro.elpmaxe',
  '\u0000\u0007',
  '</script><img src=x onerror=alert(1)>',
  '",]}{"',
];
const hostile = HOSTILE.map((name, i) => finding({ names: [name], destination: `203.0.113.${i + 1}`, input: name, indicators: [name] }));

/** Rows of a CSV (RFC 4180), read by a reader of its own. */
function rowsOfCsv(text) {
  const rows = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)) {
    rows.at(-1).push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === '\n') rows.push([]);
  }
  return rows.filter((row) => row.length > 1);
}

describe('hostile text', () => {
  test('is no formula, no cell and no line of its own in CSV', async () => {
    const { text } = await written('csv', hostile);
    const [head, ...rows] = rowsOfCsv(text);
    assert.equal(rows.length, HOSTILE.length);
    for (const row of rows) {
      assert.equal(row.length, head.length);
      for (const cell of row) {
        assert.ok(Number.isFinite(Number(cell)) || !/(^|[;,|])\s*[=+@\-＝＋－＠]/.test(cell), cell);
        assert.ok(!/[\p{Cc}\u202e]/u.test(cell), cell);
      }
    }
    assert.equal(safeCell('-1.5'), '-1.5', 'a number stays one');
  });

  test('is a value in JSON, STIX and MISP', async () => {
    const json = JSON.parse((await written('json', hostile)).text);
    assert.deepEqual(json.destinations.map(({ server_names }) => server_names[0]), HOSTILE);
    const { objects } = JSON.parse((await written('stix', hostile)).text);
    const patterns = objects.flatMap(({ pattern }) => pattern ?? []);
    assert.ok(patterns.length >= HOSTILE.length);
    for (const pattern of patterns) assert.match(pattern, /^\[[^'\n]*('([^'\\]|\\[\\'])*'[^'\n]*)+\]$/);
    const { Event } = JSON.parse((await written('misp', hostile)).text);
    assert.deepEqual([...new Set(Event.Attribute.map(({ type }) => type))].sort(), ['ip-dst|port', 'ja3-fingerprint-md5', 'text', 'x509-fingerprint-sha256'], 'none is a host name');
    for (const { comment, value } of Event.Attribute) assert.ok(!/\p{Cc}/u.test(comment + value));
  });

  test('adds no line and no column to a Zeek file', async () => {
    const { text, entries, left } = await written('zeek', hostile);
    const lines = text.trimEnd().split('\n');
    assert.equal(lines.length, entries + 1);
    assert.ok(left >= HOSTILE.length, 'no hostile name is a domain');
    for (const line of lines.slice(1)) assert.match(line, /^[0-9a-f.:]+\tIntel::(ADDR|CERT_HASH)\tHushcap\t[\w-]+, score 0\.\d{3}, port \d+\t[TF]$/);
  });

  test('adds no rule and no option to Suricata’s, which accepts all', async (t) => {
    const { text, entries, left } = await written('suricata', hostile);
    const rules = text.trimEnd().split('\n').filter((line) => !line.startsWith('#'));
    assert.equal(rules.length, entries);
    assert.equal(left, 0);
    for (const [i, rule] of rules.entries()) {
      assert.match(rule, /^alert (tcp|tls) [^()]* \(msg:"[\w .:-]*"; .*; rev:1;\)$/);
      assert.deepEqual(rule.match(/\bsid:\d+/g), [`sid:${1_000_000 + i}`]);
    }
    const told = runSuricata(t, text);
    if (told) assert.ok(told.accepted, told.output);
  });

  test('does not change a display filter or a defanged line', async () => {
    const { text } = await written('wireshark', [...hostile, finding({ source: '1.2.3.4 || tcp' })]);
    assert.ok(!HOSTILE.some((name) => text.includes(name)) && !text.includes('|| tcp)'));
    const { text: lines, entries } = await written('defanged', hostile);
    assert.equal(lines.trimEnd().split('\n').length, entries);
    assert.ok(!/[\p{Cc}\u202e]/u.test(lines.replaceAll('\n', '')));
  });
});

describe('what ordinary destinations show too', () => {
  const common = (kind) => (kind === 'ja3' || kind === 'name' ? 3 : 0);

  test('is a comment among rules, is not to be detected by in MISP, and is left out of STIX and Zeek', async () => {
    const rules = (await written('suricata', [finding()], common)).text.split('\n');
    const active = rules.filter((line) => line.startsWith('alert '));
    assert.deepEqual(active.map((line) => /msg:"Hushcap: (\w+)/.exec(line)[1]), ['address', 'ja4', 'certificate']);
    assert.equal(rules.filter((line) => line.startsWith('# alert ')).length, 2);
    const { Event } = JSON.parse((await written('misp', [finding()], common)).text);
    const detecting = Event.Attribute.filter(({ to_ids }) => to_ids).map(({ type }) => type);
    assert.deepEqual(detecting, ['ip-dst|port', 'x509-fingerprint-sha256']);
    const { objects } = JSON.parse((await written('stix', [finding()], common)).text);
    assert.ok(!objects.some(({ pattern }) => pattern?.includes('domain-name')));
    assert.ok(!(await written('zeek', [finding()], common)).text.includes('Intel::DOMAIN'));
  });

  test('rules end with the last signature identifier that was allowed', async () => {
    const { text, entries, left } = await written('suricata', [finding()], () => 0, { sids: { first: 7, last: 8 } });
    assert.deepEqual(text.match(/sid:\d+/g), ['sid:7', 'sid:8']);
    assert.deepEqual([entries, left], [2, 3]);
  });
});

test('defanging leaves nothing that a program turns into a link', () => {
  assert.equal(defanged('cdn.example.org'), 'cdn[.]example[.]org');
  assert.equal(defanged('2001:db8::1'), '2001[:]db8[:][:]1');
});

/** Saves one format of what the page shows; its path and text. */
async function saved(page, folder, format) {
  await page.click('#tab-exports');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(`[data-share=${format}]`)]);
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  return { path, name: basename(path), text: readFileSync(path, 'utf8') };
}

/** Packets of a capture, as time and length; `undefined` without tshark. */
const listed = (path, filter) => tshark('-r', path, ...(filter ? ['-Y', filter] : []), '-T', 'fields', '-e', 'frame.time_epoch', '-e', 'frame.len');

/** A carved capture holds the packets that a display filter finds in the whole one, and beside them DNS alone: how the addresses were looked up. */
function assertCarved(t, carved, capture, filter) {
  const found = listed(capture, filter);
  if (found === undefined) return t.diagnostic('skipped: no tshark');
  assert.ok(found.split('\n').length > 10);
  assert.equal(listed(carved, filter), found);
  assert.equal(listed(carved, `!(${filter}) && !dns`), '');
}

/** Opens a capture on the page. */
async function shown(t, path) {
  const { context, page } = await open(site.browser, site.server.url, { permissions: ['clipboard-read', 'clipboard-write'] });
  t.after(() => context.close());
  await choose(page, path);
  await result(page, basename(path));
  return page;
}

describe('the flagged destination of a capture', () => {
  test('Suricata alerts by each rule on the capture that they were made of, and on that destination alone', async (t) => {
    const folder = temporaryFolder(t);
    const page = await shown(t, fixture('beacon.pcap'));
    const { text, name } = await saved(page, folder, 'suricata');
    assert.equal(name, 'beacon.pcap.rules');
    const told = runSuricata(t, text, fixture('beacon.pcap'));
    if (!told) return;
    assert.ok(told.accepted, told.output);
    const sids = (text) => [...new Set(text)].sort();
    const active = text.split('\n').filter((line) => line.startsWith('alert ')).map((line) => Number(/sid:(\d+)/.exec(line)[1]));
    assert.ok(active.length >= 3, text);
    assert.deepEqual(sids(told.alerts.map(({ alert }) => alert.signature_id)), sids(active));
    const ends = told.alerts.map(({ src_ip, dest_ip }) => [src_ip, dest_ip].includes('203.0.113.66'));
    assert.ok(ends.every(Boolean), JSON.stringify(told.alerts.map(({ src_ip, dest_ip, alert }) => [src_ip, dest_ip, alert.signature])));
  });

  test('tshark finds the packets by the display filter that the page carves', async (t) => {
    const folder = temporaryFolder(t);
    const page = await shown(t, fixture('beacon.pcap'));
    const { text } = await saved(page, folder, 'wireshark');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('[data-export=packets]')]);
    await download.saveAs(join(folder, 'flagged.pcap'));
    assertCarved(t, join(folder, 'flagged.pcap'), fixture('beacon.pcap'), text.trim());
  });

  test('the STIX library and validator read the bundle', async (t) => {
    const page = await shown(t, fixture('beacon.pcap'));
    const { path } = await saved(page, temporaryFolder(t), 'stix');
    const told = runPython(
      t,
      `
import json, sys, stix2, stix2validator
text = open(sys.argv[1]).read()
bundle = stix2.parse(text, allow_custom=False, version='2.1')
results = stix2validator.validate_string(text, stix2validator.ValidationOptions(version='2.1', strict=True))
print(json.dumps({'valid': results.is_valid, 'errors': [str(e) for e in results.errors], 'patterns': [o.pattern for o in bundle.objects if o.type == 'indicator']}))
`,
      path,
    );
    if (!told) return;
    const { valid, errors, patterns } = JSON.parse(told);
    assert.ok(valid, errors.join('\n'));
    assert.ok(patterns.some((pattern) => pattern.includes("'203.0.113.66'")), patterns.join('\n'));
  });

  test('PyMISP reads the event, and knows each type in its category', async (t) => {
    const page = await shown(t, fixture('beacon.pcap'));
    const { path } = await saved(page, temporaryFolder(t), 'misp');
    const told = runPython(
      t,
      `
import json, sys, pymisp
event = pymisp.MISPEvent()
event.load_file(sys.argv[1])
known = event.describe_types['category_type_mappings']
print(json.dumps([[a.type, a.value, a.to_ids, a.type in known[a.category]] for a in event.attributes]))
`,
      path,
    );
    if (!told) return;
    const attributes = JSON.parse(told);
    assert.ok(attributes.every(([, , , fits]) => fits), told);
    assert.ok(attributes.some(([type, value, detects]) => type === 'ip-dst|port' && value.startsWith('203.0.113.66|') && detects), told);
  });

  test('a Zeek file has the columns of its framework and nothing but its own types', async (t) => {
    const page = await shown(t, fixture('beacon.pcap'));
    const { text } = await saved(page, temporaryFolder(t), 'zeek');
    const [head, ...lines] = text.trimEnd().split('\n').map((line) => line.split('\t'));
    // Intel::Item has indicator, indicator_type and meta, of which source, desc and do_notice are members.
    assert.deepEqual(head, ['#fields', 'indicator', 'indicator_type', 'meta.source', 'meta.desc', 'meta.do_notice']);
    const types = ['ADDR', 'SUBNET', 'URL', 'SOFTWARE', 'EMAIL', 'DOMAIN', 'USER_NAME', 'CERT_HASH', 'PUBKEY_HASH', 'FILE_HASH', 'FILE_NAME'];
    assert.ok(lines.length >= 2);
    for (const line of lines) {
      assert.equal(line.length, 5);
      assert.ok(types.includes(line[1].replace('Intel::', '')), line[1]);
    }
    assert.ok(lines.some(([indicator, type]) => indicator === '203.0.113.66' && type === 'Intel::ADDR'));
    assert.ok(lines.some(([indicator, type]) => /^[0-9a-f]{40}$/.test(indicator) && type === 'Intel::CERT_HASH'));
  });

  test('is copied for a ticket in one paragraph', async (t) => {
    const page = await shown(t, fixture('beacon.pcap'));
    await page.locator('.row.malware-like').first().click();
    await page.locator('.acts button', { hasText: 'Copy for a ticket' }).click();
    await page.locator('.toast', { hasText: 'Copied' }).waitFor();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    assert.ok(!text.includes('\n'));
    assert.match(text, /contacted 203\[\.\]0\[\.\]113\[\.\]66/);
    assert.match(text, /Hushcap’s verdict: Malware-like, with a score of \d\.\d{3}/);
    assert.match(text, /JA4 t\d/);
    assert.ok(!/\{\w+\}|undefined|NaN/.test(text), text);
    t.diagnostic(text);
  });
});

describe('which destinations are exported', () => {
  test('the chosen one, the flagged ones that the filter shows, or all that it shows', async (t) => {
    const folder = temporaryFolder(t);
    const page = await shown(t, fixture('beacon.pcap'));
    const rows = async () => JSON.parse((await saved(page, folder, 'json')).text).destinations;
    assert.deepEqual((await rows()).map(({ verdict }) => verdict), ['malware-like']);
    await page.locator('.scopes label', { hasText: 'All that the filter shows' }).click();
    assert.equal((await rows()).length, 7);
    await page.click('#tab-destinations');
    await page.locator('#filter').fill('sni:cdn.example.org');
    await page.locator('.grid[aria-rowcount="2"]').waitFor();
    await page.locator('.row').first().click();
    await page.locator('.acts button', { hasText: 'Into other tools' }).click();
    assert.deepEqual((await rows()).map(({ server_names }) => server_names), [['cdn.example.org']]);
    const [head, row] = rowsOfCsv((await saved(page, folder, 'csv')).text);
    assert.equal(row[head.indexOf('server_names')], 'cdn.example.org');
  });

  test('the packets of the chosen destinations are those that tshark finds by the filter of the same', async (t) => {
    const folder = temporaryFolder(t);
    const page = await shown(t, fixture('beacon.pcap'));
    await page.locator('#filter').fill('sni:*.example.org');
    await page.locator('.grid[aria-rowcount="3"]').waitFor();
    const { text } = await saved(page, folder, 'wireshark');
    const { path, name } = await saved(page, folder, 'packets');
    assert.equal(name, 'beacon.pcap.shown.pcap');
    assertCarved(t, path, fixture('beacon.pcap'), text.trim());
  });

  test('each format is saved, and its button says what it is', async (t) => {
    const page = await shown(t, fixture('beacon.pcap'));
    for (const format of FORMAT_NAMES) {
      const { text } = await saved(page, temporaryFolder(t), format);
      assert.ok(text.length > 20, format);
      await page.locator('.toast', { hasText: 'written' }).waitFor();
    }
    await page.locator('[data-sid=first]').fill('500');
    await page.locator('[data-sid=first]').blur();
    const { text } = await saved(page, temporaryFolder(t), 'suricata');
    assert.match(text, /sid:500; /);
  });
});


/** Captures of malware below the shared reference data. */
const REAL = ['malware/pan-unit42+wireshark-tutorial-Dridex-traffic/2020-06-03-Dridex-infection-traffic.pcap', 'malware/ainrm+cobaltstrike-suricata-rules/https_stagless_jquery2.4.6.pcapng'];

for (const name of REAL) {
  test(`of ${basename(name)} each format is read by its consumer, and each rule alerts`, async (t) => {
    const capture = reference('corpus', 'captures', name);
    if (!capture) return t.skip('skipped: the shared reference data are absent');
    const folder = temporaryFolder(t);
    const page = await shown(t, capture);
    const { text: json } = await saved(page, folder, 'json');
    const { destinations } = JSON.parse(json);
    assert.ok(destinations.length > 0 && destinations.every(({ verdict }) => verdict === 'malware-like'));
    t.diagnostic(`${destinations.length} flagged destinations`);
    const { text: rules } = await saved(page, folder, 'suricata');
    const told = runSuricata(t, rules, capture);
    if (told) {
      assert.ok(told.accepted, told.output);
      const active = [...rules.matchAll(/^alert .*sid:(\d+)/gm)].map(([, sid]) => Number(sid));
      const silent = active.filter((sid) => !told.alerts.some(({ alert }) => alert.signature_id === sid));
      assert.deepEqual(silent.map((sid) => rules.split('\n').find((line) => line.includes(`sid:${sid};`))), [], 'rules without an alert');
      t.diagnostic(`${active.length} rules, ${told.alerts.length} alerts`);
    }
    const { text: filter } = await saved(page, folder, 'wireshark');
    const packets = await saved(page, folder, 'packets');
    assertCarved(t, packets.path, capture, filter.trim());
    const stix = await saved(page, folder, 'stix');
    const misp = await saved(page, folder, 'misp');
    const valid = runPython(
      t,
      `
import json, sys, stix2validator, pymisp
results = stix2validator.validate_string(open(sys.argv[1]).read(), stix2validator.ValidationOptions(version='2.1', strict=True))
event = pymisp.MISPEvent()
event.load_file(sys.argv[2])
known = event.describe_types['category_type_mappings']
print(json.dumps([results.is_valid, all(a.type in known[a.category] for a in event.attributes), len(event.attributes)]))
`,
      stix.path,
      misp.path,
    );
    if (valid) assert.deepEqual(JSON.parse(valid).slice(0, 2), [true, true]);
  });
}
