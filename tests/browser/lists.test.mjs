// The reader's own lists: what is marked as expected, and lists of indicators. They are shown, kept and taken back, and change no verdict.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import { choose, commandReport, exported, fixture, oneFile, open, plain, result, startSite, temporaryFolder } from './support.mjs';

const site = startSite();
let context;
let page;

async function show(name, url = site.server.url, options = {}) {
  ({ context, page } = await open(site.browser, url, options));
  await choose(page, fixture(name));
  await result(page, name);
}
afterEach(() => context.close());

const rows = (count) => page.waitForFunction((count) => document.querySelector('.grid').getAttribute('aria-rowcount') === String(count + 1), count, { timeout: 5000 });
const filter = (text) => page.locator('#filter').fill(text);
const stored = () => page.evaluate(() => ({ ...localStorage }));
const panel = () => page.locator('.top .tools button', { hasText: 'Lists' }).click();

async function select(text) {
  await filter(text);
  await rows(1);
  await page.locator('.row').first().click();
  await page.locator('.details .marks').waitFor();
}

async function marked(kind, pressed = true) {
  await page.locator('.marks .chip', { hasText: kind }).click();
  await page.locator(`.marks .chip[aria-pressed=${pressed}]`, { hasText: kind }).waitFor();
}

async function importList(test, name, text, what = 'indicators') {
  const path = join(temporaryFolder(test), name);
  writeFileSync(path, text);
  if (!(await page.locator('dialog[open]').count())) await panel();
  await page.locator(`[data-choose=${what}]`).setInputFiles(path);
}

describe('what is marked as expected', () => {
  test('stays in the table with a mark, is counted in the summary, and changes neither verdict nor Report', async () => {
    await show('beacon.pcap');
    await select('203.0.113.66');
    await marked('Certificate');
    assert.match(await page.locator('.marks').innerText(), /You marked it as expected/);
    assert.match(await page.locator('.details p.verdict').innerText(), /Malware-like/);
    await page.locator('h1', { hasText: '1 of 7 TLS destinations resembles malware’s TLS behaviour, 1 of them marked as expected; 92 %' }).waitFor();
    await filter('expected:yes verdict:malware-like');
    await rows(1);
    assert.match(await page.locator('.row .tag.expected').innerText(), /expected/);
    await filter('expected:no');
    await rows(6);
    assert.equal(await page.locator('.row .tag.expected').count(), 0);
    const { text } = await exported(page, 'report.json');
    assert.deepEqual(plain(JSON.parse(text)), await commandReport(fixture('beacon.pcap')));
  });

  test('has a chip that writes its term', async () => {
    await show('beacon.pcap');
    assert.equal(await page.locator('.toolbar .chip', { hasText: 'expected' }).count(), 0);
    await select('cdn.example.org');
    await marked('Destination');
    await filter('');
    await rows(7);
    await page.locator('.toolbar .chip', { hasText: 'expected' }).click();
    await rows(1);
    assert.equal(await page.locator('#filter').inputValue(), 'expected:yes');
  });

  test('by a server name holds for every destination of that name, and ends when it is pressed again', async () => {
    await show('beacon.pcap');
    await select('cdn.example.org');
    await marked('Server name');
    await marked('Server name', false);
    await filter('expected:yes');
    await rows(0);
  });

  test('is kept by the browser, and nothing else of the capture is', async () => {
    await show('beacon.pcap');
    assert.deepEqual(await stored(), {});
    await select('cdn.example.org');
    await marked('Server name');
    await marked('Destination');
    const kept = await stored();
    assert.deepEqual(Object.keys(kept), ['hushcap.expected']);
    assert.deepEqual(JSON.parse(kept['hushcap.expected']).entries, [
      { kind: 'server', value: 'cdn.example.org' },
      { kind: 'destination', value: '198.51.100.30:443' },
    ]);
    assert.ok(!page.url().includes('198.51.100.30') && !page.url().includes('mail'));
    await page.goto(site.server.url);
    await choose(page, fixture('beacon.pcap'));
    await result(page, 'beacon.pcap');
    await filter('expected:yes');
    await rows(1);
  });

  test('is exported, undone and imported again', async (test) => {
    await show('beacon.pcap');
    await select('203.0.113.66');
    await marked('Certificate');
    await marked('Destination');
    await panel();
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('[data-export=expected]')]);
    assert.equal(download.suggestedFilename(), 'hushcap-expected.json');
    const text = readFileSync(await download.path(), 'utf8');
    assert.equal(JSON.parse(text).entries.length, 2);
    const heading = (n) => page.locator('.panel h3', { hasText: `Marked as expected (${n})` }).waitFor();
    await page.getByRole('button', { name: 'Undo the last change' }).click();
    await heading(1);
    await page.getByRole('button', { name: 'Undo the last change' }).click();
    await heading(0);
    assert.deepEqual(await stored(), {});
    await importList(test, 'expected.json', text, 'expected');
    await heading(2);
    await page.getByRole('button', { name: 'Remove 203.0.113.66:443' }).click();
    await heading(1);
    await page.keyboard.press('Escape');
    await filter('expected:yes');
    await rows(1);
  });

  test('a file that is no export is refused, and entries that are none are counted', async (test) => {
    await show('beacon.pcap');
    await importList(test, 'other.json', '[1, 2]', 'expected');
    await page.locator('.panel .problem', { hasText: 'other.json is no export of expected entries' }).waitFor();
    const entries = [{ kind: 'server', value: 'CDN.example.org.' }, { kind: 'colour', value: 'red' }, { kind: 'certificate', value: 'zz' }, { kind: 'destination', value: '1.2.3.4' }, null, {}];
    await importList(test, 'mixed.json', JSON.stringify({ hushcap: 'expected', version: 1, entries }), 'expected');
    await page.locator('.panel .problem', { hasText: '5 entries are none of the three kinds' }).waitFor();
    await page.keyboard.press('Escape');
    await filter('expected:yes sni:cdn.example.org');
    await rows(1);
  });

  test('lives for the visit on a page from the disk, and says so', async () => {
    await show('beacon.pcap', oneFile);
    await select('cdn.example.org');
    await marked('Server name');
    assert.deepEqual(await stored(), {});
    await panel();
    const told = await page.locator('dialog[open]').innerText();
    assert.match(told, /This page cannot keep them/);
    assert.ok(!told.includes('no room'));
  });

  test('says so where the browser has no room to keep it', async () => {
    await show('beacon.pcap');
    // The whole store belongs to one name; what is left is less than an entry.
    await page.evaluate(() => {
      for (let size = 1 << 22; size; size >>= 1) for (;;) {
        try {
          localStorage.setItem('another', (localStorage.getItem('another') ?? '') + 'x'.repeat(size));
        } catch {
          break;
        }
      }
    });
    await select('cdn.example.org');
    await marked('Server name');
    await panel();
    assert.match(await page.locator('dialog[open] .expected').innerText(), /no room to keep this/);
    await page.keyboard.press('Escape');
    await filter('expected:yes');
    await rows(1);
  });

  test('is marked by keys alone', async () => {
    await show('beacon.pcap');
    await page.locator('#grid').focus();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.locator('.details .marks').waitFor();
    for (let i = 0; i < 60 && !(await page.locator('.marks .chip:focus').count()); i++) await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.locator('.marks .chip[aria-pressed=true]').waitFor();
  });
});

/** SHA-1 of the first certificate of the chosen tuple. */
async function shownSha1() {
  await page.locator('.chain .link').first().click();
  await page.locator('.chain pre').waitFor();
  const der = execFileSync('openssl', ['x509', '-outform', 'DER'], { input: await page.locator('.chain pre').innerText() });
  return createHash('sha1').update(der).digest('hex');
}

describe('lists of indicators', () => {
  test('name a certificate by its SHA-1 also where the worker of an input has ended', async (test) => {
    await show('beacon.pcap');
    await select('203.0.113.66');
    const sha1 = await shownSha1();
    await choose(page, ...Array(9).fill(fixture('visit.pcap')));
    await page.waitForFunction(() => document.querySelectorAll('.inputs .done').length === 10);
    let started = 0;
    page.on('worker', () => (started += 1));
    await importList(test, 'one.txt', `${sha1}\n`);
    await page.locator('.entries li', { hasText: 'one.txt' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.inputs .input', { hasText: 'beacon.pcap' }).click();
    await filter('indicator:yes');
    await rows(1);
    // No file is read again for it.
    assert.equal(started, 0);
  });

  test('name destinations by address, network, port, domain, JA3, JA4 and certificate', async (test) => {
    await show('certificates.pcap');
    const { tuples } = JSON.parse((await exported(page, 'report.json')).text);
    await page.click('#tab-destinations');
    const whole = tuples.find(({ fingerprints, server_names }) => fingerprints.certificate.length && fingerprints.ja4.length && server_names.length);
    const { ja3, ja4, certificate } = whole.fingerprints;
    const [name] = whole.server_names;
    const above = name.slice(name.indexOf('.') + 1);
    await select(`dst:${whole.resp_h} port:${whole.resp_p} sni=${name}`);
    const sha1 = await shownSha1();
    const names = (tuple, test) => tuple.server_names.some((name) => test(name.toLowerCase()));
    const cases = {
      [whole.resp_h]: ({ resp_h }) => resp_h === whole.resp_h,
      [`${whole.resp_h}:${whole.resp_p}`]: ({ resp_h, resp_p }) => resp_h === whole.resp_h && resp_p === whole.resp_p,
      [`${whole.resp_h}:1`]: () => false,
      '203.0.113.0/24': ({ resp_h }) => resp_h.startsWith('203.0.113.'),
      [name.toUpperCase()]: (tuple) => names(tuple, (other) => other === name),
      [above]: (tuple) => names(tuple, (other) => other === above),
      [`.${above}`]: (tuple) => names(tuple, (other) => other === above || other.endsWith(`.${above}`)),
      [`*.${above}`]: (tuple) => names(tuple, (other) => other.endsWith(`.${above}`)),
      [`.${above.slice(1)}`]: () => false,
      [ja3[0]]: ({ fingerprints }) => fingerprints.ja3.includes(ja3[0]),
      [ja4[0]]: ({ fingerprints }) => fingerprints.ja4.includes(ja4[0]),
      [certificate[0].toUpperCase().match(/../g).join(':')]: ({ fingerprints }) => fingerprints.certificate.includes(certificate[0]),
      [sha1]: ({ fingerprints }) => fingerprints.certificate.includes(certificate[0]),
    };
    await filter('');
    await page.keyboard.press('Escape');
    await filter('indicator:yes');
    for (const [line, passes] of Object.entries(cases)) {
      await importList(test, 'one.txt', `${line}\n`);
      await page.locator('.entries li', { hasText: 'one.txt' }).waitFor();
      await page.keyboard.press('Escape');
      await rows(tuples.filter(passes).length).catch(() => assert.fail(`${line}: ${tuples.filter(passes).length} rows expected`));
    }
    assert.ok(tuples.some((tuple) => !cases['203.0.113.0/24'](tuple)) || tuples.some((tuple) => !cases[ja4[0]](tuple)), 'not all match all');
  });

  test('show which entry of which list matched, apart from the verdict, and say which lines were not understood', async (test) => {
    await show('beacon.pcap');
    await importList(
      test,
      'feed.csv',
      ['# a feed of mine', 'indicator,description', '203.0.113.66,"seen by us, twice"', 'nothing to see', '', 'cdn[.]example[.]org;content', 'https://example.org/x'].join('\r\n'),
    );
    const entry = page.locator('.entries li', { hasText: 'feed.csv' }).first();
    await entry.locator('summary', { hasText: '2 lines were not understood' }).click();
    assert.deepEqual(await entry.locator('ol li').evaluateAll((lines) => lines.map((line) => [line.value, line.textContent])), [
      [4, 'nothing to see'],
      [7, 'https://example.org/x'],
    ]);
    await page.keyboard.press('Escape');
    await select('203.0.113.66');
    const told = await page.locator('.marks .indicator').innerText();
    assert.match(told, /1 entry of your indicator lists names it/);
    assert.match(told, /Destination address 203\.0\.113\.66: feed\.csv, line 3 seen by us, twice/);
    await filter('indicator:yes');
    await rows(2);
    assert.equal(await page.locator('.row .tag.indicator').count(), 2);
    const { text } = await exported(page, 'report.json');
    assert.deepEqual(plain(JSON.parse(text)), await commandReport(fixture('beacon.pcap')));
  });

  test('are kept by the browser until they are removed', async (test) => {
    await show('beacon.pcap');
    await importList(test, 'mine.txt', '203.0.113.66 # beacon\n.example.org\n');
    await page.locator('.entries li', { hasText: '2 entries' }).waitFor();
    assert.deepEqual(await stored(), { 'hushcap.list.mine.txt': '[[1,"203.0.113.66","beacon"],[2,".example.org",""]]' });
    await page.goto(site.server.url);
    await choose(page, fixture('beacon.pcap'));
    await result(page, 'beacon.pcap');
    await filter('indicator:yes sni:cdn.example.org');
    await rows(1);
    await panel();
    await page.getByRole('button', { name: 'Remove mine.txt' }).click();
    await page.locator('.entries li').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await filter('indicator:yes');
    await rows(0);
    assert.deepEqual(await stored(), {});
  });

  test('hold hostile text harmlessly', async (test) => {
    await show('beacon.pcap');
    const errors = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await importList(test, '<img src=x onerror=alert(1)>.csv', `203.0.113.66,<img src=x onerror=alert(1)>\u202e\n${'"'.repeat(4000)}\n${'a.'.repeat(4000)}\n`);
    await page.locator('.entries li', { hasText: '1 entry' }).waitFor();
    await page.keyboard.press('Escape');
    await select('203.0.113.66');
    assert.match(await page.locator('.marks .indicator').innerText(), /<img src=x onerror=alert\(1\)>\\u\{202e\}/);
    assert.equal(await page.locator('img').count(), 0);
    assert.deepEqual(errors, []);
  });

  test('a flag takes yes or no', async () => {
    await show('beacon.pcap');
    await filter('expected:maybe');
    await page.locator('.mistakes', { hasText: '“maybe” is neither yes nor no' }).waitFor();
  });
});
