// What a user can do: several inputs, cancel, bad files, a crash, logs together, the table, exports.

import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, afterEach, test } from 'node:test';
import { UDP, assertSound, captureOf, choose, command, commandReport, dropPaths, exported, fixture, generate, open, oneFile, result, startSite, temporaryFolder, trap } from './support.mjs';

const site = startSite();
let context;
let page;
beforeEach(async () => {
  ({ context, page } = await open(site.browser, site.server.url));
});
afterEach(() => context.close());

test('a file that is no capture gives its reason, and the next file works', async (test) => {
  const bad = join(temporaryFolder(test), 'notes.txt');
  writeFileSync(bad, 'Hello, this is no capture at all.');
  await choose(page, bad);
  const message = await page.locator('.end.failed').innerText();
  assert.match(message, /notes\.txt cannot be read/);
  assert.match(message, /48 65 6c 6c 6f/i);
  await choose(page, fixture('visit.pcap'));
  await result(page, 'visit.pcap');
});

test('a result is not lost without a question', async () => {
  const asked = [];
  page.on('dialog', (dialog) => {
    asked.push(dialog.type());
    return dialog.accept();
  });
  await page.locator('.brand').click();
  await page.reload();
  assert.deepEqual(asked, []);
  await choose(page, fixture('visit.pcap'));
  await result(page, 'visit.pcap');
  await page.locator('.row').first().click();
  await page.reload();
  assert.deepEqual(asked, ['beforeunload']);
});

test('an export that cannot be made says why, and the result stays', async () => {
  await choose(page, fixture('visit.pcap'));
  await result(page, 'visit.pcap');
  await page.workers()[0].evaluate(() => {
    globalThis.Blob = class {
      constructor() {
        throw new Error('no room');
      }
    };
  });
  await page.click('#tab-exports');
  await page.click('[data-export="conn.json"]');
  await page.locator('.toast', { hasText: 'The file could not be made: no room' }).waitFor();
  assert.match((await exported(page, 'report.json')).text, /"schema":1/);
});

test('a Report of Hushcap that is dropped back is recognised', async (test) => {
  await choose(page, fixture('visit.pcap'));
  await result(page, 'visit.pcap');
  const { name, text } = await exported(page, 'report.json');
  const path = join(temporaryFolder(test), name);
  writeFileSync(path, text);
  await choose(page, path);
  assert.match(await page.locator('.end.failed').innerText(), /A Report of Hushcap, which cannot be read back: visit\.pcap\.report\.json/);
});

test('an empty file says so', async (test) => {
  const empty = join(temporaryFolder(test), 'empty.pcap');
  writeFileSync(empty, '');
  await choose(page, empty);
  assert.match(await page.locator('.end.failed').innerText(), /empty/i);
});

test('a trap of the worker becomes a message, and the next file works', async (test) => {
  const large = join(temporaryFolder(test), 'large.pcap');
  await generate('256MiB', large);
  const [worker] = await Promise.all([page.waitForEvent('worker'), choose(page, large)]);
  await trap(worker);
  const message = await page.locator('.end.crashed').innerText();
  assert.match(message, /large\.pcap stopped by an error/);
  assert.match(message, /unreachable/);
  await choose(page, fixture('visit.pcap'));
  await result(page, 'visit.pcap');
});

test('the table fills while a capture is read, and a stop keeps what was found, marked partial', async (test) => {
  const large = join(temporaryFolder(test), 'large.pcap');
  const size = await generate('1GiB', large);
  await choose(page, large);
  await page.locator('.strip').waitFor({ timeout: 30_000 });
  const strip = await page.locator('.strip').innerText();
  assert.match(strip, /[\d,]+ packets, [\d,]+ connections, [\d,]+ TLS/);
  assert.match(strip, /[\d.]+ [kMG]?B of 1\.0\d GB/);
  assert.match(strip, /[\d.]+ MB\/s, .+ left/);
  await page.locator('.grid .row').first().click();
  await page.locator('.details .plot.activity svg').waitFor();
  await page.getByRole('button', { name: 'Stop and keep' }).click();
  await page.locator('.summary .partial', { hasText: 'Partial: stopped after' }).waitFor({ timeout: 10_000 });
  const report = await exported(page, 'report.json');
  assert.equal(report.name, 'large.pcap.partial.report.json');
  const { capture, health, tuples } = JSON.parse(report.text);
  assert.equal(capture.partial, true);
  assert.ok(capture.bytes > 0 && capture.bytes < size && tuples.length > 0);
  assert.equal(health.weird.truncated_file, undefined);
  await choose(page, fixture('visit.pcap'));
  await result(page, 'visit.pcap');
});

test('an input without a result offers another file, whatever became of it', async (test) => {
  const folder = temporaryFolder(test);
  const [bad, large] = [join(folder, 'notes.txt'), join(folder, 'large.pcap')];
  writeFileSync(bad, 'no capture');
  await generate('512MiB', large);
  const offersAnother = async (status) => {
    await page.waitForSelector(`.end.${status}`);
    await assertSound(page);
    const [chooser] = await Promise.all([page.waitForEvent('filechooser', { timeout: 5000 }), page.locator('.end').getByText('Choose another file').click()]);
    return chooser;
  };
  await choose(page, bad);
  await offersAnother('failed');
  const [worker] = await Promise.all([page.waitForEvent('worker'), choose(page, large, fixture('visit.pcap'))]);
  await page.locator('.inputs .input', { hasText: 'visit.pcap' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await offersAnother('cancelled');
  await page.locator('.inputs .input', { hasText: 'large.pcap' }).click();
  await trap(worker);
  const chooser = await offersAnother('crashed');
  await chooser.setFiles(fixture('beacon.pcap'));
  await result(page, 'beacon.pcap');
});

test('cancel takes an input that waits out of the queue', async (test) => {
  const large = join(temporaryFolder(test), 'large.pcap');
  await generate('256MiB', large);
  await choose(page, large, fixture('visit.pcap'));
  await page.locator('.inputs .input', { hasText: 'visit.pcap' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.waitForSelector('.end.cancelled', { timeout: 2000 });
  await page.getByRole('button', { name: 'Remove large.pcap' }).click();
  await page.getByRole('button', { name: 'Analyse again' }).click();
  await result(page, 'visit.pcap');
});

test('several captures are analysed one after the other, a bad one among them', async (test) => {
  const bad = join(temporaryFolder(test), 'bad.pcap');
  writeFileSync(bad, 'no');
  await choose(page, fixture('browsing.pcap'), bad, fixture('visit.pcapng'));
  await page.waitForFunction(() => document.querySelectorAll('.inputs .done').length === 2);
  assert.equal(await page.locator('.inputs .failed').count(), 1);
  await page.locator('.inputs .input', { hasText: 'visit.pcapng' }).click();
  await result(page, 'visit.pcapng');
  await page.getByRole('button', { name: 'Remove bad.pcap' }).click();
  await page.locator('.inputs .failed').waitFor({ state: 'detached' });
  assert.equal(await page.locator('.inputs .done').count(), 2);
});

test('of many inputs each can be asked for what stands behind it, and few workers are kept', { timeout: 240_000 }, async (test) => {
  const folder = temporaryFolder(test);
  const names = Array.from({ length: 140 }, (_, i) => `visit-${String(i).padStart(3, '0')}.pcap`);
  const paths = names.map((name) => join(folder, name));
  for (const path of paths) copyFileSync(fixture('visit.pcap'), path);
  const large = join(folder, 'large.pcap');
  await generate('64MiB', large);
  await choose(page, large, ...paths);
  const tally = page.locator('nav.inputs .all');
  await tally.filter({ hasNotText: /running|waiting/ }).waitFor({ timeout: 200_000 });
  assert.equal(await tally.innerText(), '141 inputs: 141 analysed');
  const pick = async (name) => {
    await tally.click();
    await page.locator('dialog[open] .inputs .input', { hasText: name }).click();
    await result(page, name);
  };
  const workers = () => page.workers().length;
  for (let i = 0; workers() > 8 && i < 50; i++) await page.waitForTimeout(100);
  assert.equal(workers(), 8);
  // The one that was analysed first has none: its file is read once more, and the reader sees that.
  await result(page, 'large.pcap');
  await page.locator('.row').first().click();
  await page.locator('.strip.again', { hasText: 'Reading large.pcap again' }).waitFor();
  await page.locator('.details .hint', { hasText: 'Reading large.pcap again' }).waitFor();
  await page.locator('.chain li, .chain .hint').first().waitFor({ timeout: 60_000 });
  await page.locator('.strip.again').waitFor({ state: 'detached' });
  // An export of another is the one that the command line writes.
  await pick(names[0]);
  const expected = await commandReport(paths[0]);
  assert.deepEqual(JSON.parse((await exported(page, 'report.json')).text), expected);
  for (let i = 0; workers() > 8 && i < 50; i++) await page.waitForTimeout(100);
  assert.equal(workers(), 8);
  // A file that is gone is said to be so; the table stays.
  unlinkSync(paths[1]);
  await pick(names[1]);
  await page.locator('.row').first().click();
  await page.locator('.strip.again.alert', { hasText: 'changed, moved or removed' }).waitFor();
  assert.ok(await page.locator('.row').count());
});

test('a worker that breaks off after it has read an input again is replaced once more', async () => {
  await choose(page, ...Array(10).fill(fixture('visit.pcap')));
  await page.waitForFunction(() => document.querySelectorAll('.inputs .done').length === 10);
  await page.locator('.inputs .input').first().click();
  await result(page, 'visit.pcap');
  const [worker] = await Promise.all([page.waitForEvent('worker'), page.locator('.row').first().click()]);
  await page.locator('.details .plot.activity svg').waitFor();
  await trap(worker);
  await page.locator('.strip.again.alert', { hasText: 'unreachable' }).waitFor();
  await page.locator('.row').nth(1).click();
  await page.locator('.strip.again').waitFor({ state: 'detached' });
  await page.locator('.details .plot.activity svg').waitFor();
});

test('a stopped analysis is read again as far as it went', async (test) => {
  const large = join(temporaryFolder(test), 'large.pcap');
  await generate('512MiB', large);
  await choose(page, large);
  await page.locator('.strip').waitFor({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Stop and keep' }).click();
  await page.locator('.summary .partial', { hasText: 'Partial: stopped after' }).waitFor({ timeout: 10_000 });
  const before = (await exported(page, 'report.json')).text;
  // Later inputs take the places of its worker.
  await choose(page, ...Array(9).fill(fixture('visit.pcap')));
  await page.waitForFunction(() => document.querySelectorAll('.inputs .done').length === 10);
  await page.locator('.inputs .input', { hasText: 'large.pcap' }).click();
  await result(page, 'large.pcap');
  assert.ok((await exported(page, 'report.json')).text === before);
});

test('a lack of memory is no fault of the file, and told in the language of the page', async () => {
  await context.addInitScript(noMemory);
  await page.goto(`${site.server.url}?#lang=zh`);
  await choose(page, fixture('visit.pcap'));
  const told = await page.locator('.end.crashed').innerText();
  assert.match(told, /浏览器没有足够的内存/);
  assert.match(told, /重新分析/);
  assert.doesNotMatch(told, /无法读取/);
});

test('logs chosen together are one input with the capture\'s own verdicts', async (test) => {
  const folder = temporaryFolder(test);
  mkdirSync(join(folder, 'logs'));
  command(folder, 'logs', fixture('beacon.pcap'), '--out', 'logs');
  await choose(page, ...['conn', 'dns', 'ssl', 'x509'].map((kind) => join(folder, 'logs', `${kind}.log`)));
  await result(page, 'conn.log + dns.log + ssl.log + x509.log');
  const fromLogs = JSON.parse((await exported(page, 'report.json')).text);
  assert.equal(fromLogs.capture.packets, null);
  await choose(page, fixture('beacon.pcap'));
  await result(page, 'beacon.pcap');
  const fromCapture = JSON.parse((await exported(page, 'report.json')).text);
  assert.deepEqual(fromLogs.tuples, fromCapture.tuples);
});

test('a list of all inputs takes the place of a strip that would be long', async (test) => {
  const folder = temporaryFolder(test);
  const bad = join(folder, 'bad.pcap');
  writeFileSync(bad, 'no');
  const paths = Array.from({ length: 20 }, (_, i) => join(folder, `beacon-${i}.pcap`));
  for (const path of paths) copyFileSync(fixture('beacon.pcap'), path);
  await choose(page, ...paths, bad);
  const all = page.locator('.inputs .all', { hasText: /21 inputs.*20 analysed.*1 not readable/ });
  await all.waitFor();
  const { height, wide } = await page.locator('nav.inputs').evaluate((nav) => ({ height: nav.offsetHeight, wide: nav.scrollWidth > nav.clientWidth }));
  assert.ok(height < 120 && !wide, `${height} px`);
  await all.click();
  const list = page.locator('dialog[open] .inputs');
  await list.locator('li', { hasText: 'bad.pcap' }).filter({ hasText: 'not readable' }).waitFor();
  assert.match(await list.locator('li', { hasText: 'beacon-7.pcap' }).innerText(), /\d+ of 7 flagged/);
  await list.locator('.input', { hasText: 'beacon-7.pcap' }).click();
  await page.locator('dialog[open]').waitFor({ state: 'detached' });
  await result(page, 'beacon-7.pcap');
});

test('captures and a folder of logs dropped together are inputs of their own', async (test) => {
  const folder = temporaryFolder(test);
  command(folder, 'logs', fixture('beacon.pcap'), '--out', 'evening');
  await dropPaths(page, [fixture('visit.pcap.gz'), join(folder, 'evening')]);
  await page.waitForFunction(() => document.querySelectorAll('.inputs .done').length === 2);
  await page.locator('.inputs .input', { hasText: 'evening' }).click();
  await result(page, 'evening');
  assert.deepEqual(JSON.parse((await exported(page, 'report.json')).text), await commandReport(join(folder, 'evening')));
});

test('the one-file page takes dropped files and folders', async (test) => {
  const folder = temporaryFolder(test);
  command(folder, 'logs', fixture('beacon.pcap'), '--out', 'evening');
  const { context, page } = await open(site.browser, oneFile);
  test.after(() => context.close());
  await dropPaths(page, [fixture('visit.pcap.gz'), join(folder, 'evening')]);
  await page.waitForFunction(() => document.querySelectorAll('.inputs .done').length === 2);
});

test('a sample is called laboratory traffic in the list of inputs too', async () => {
  await page.locator('.samples button').first().click();
  await page.waitForSelector('.results');
  assert.match(await page.locator('.summary').innerText(), /laboratory traffic/);
  await choose(page, fixture('visit.pcap'));
  await result(page, 'visit.pcap');
  assert.match(await page.locator('.inputs').textContent(), /laboratory traffic/);
});

test('a drop without a file says so, also behind a result', async (test) => {
  await choose(page, fixture('visit.pcap'));
  await result(page, 'visit.pcap');
  await dropPaths(page, [temporaryFolder(test)]);
  assert.match(await page.locator('.problem').innerText(), /no file/);
});

test('a file name cannot turn the window\'s title round', async (test) => {
  const path = join(temporaryFolder(test), 'a\u202egnp.pcap');
  copyFileSync(fixture('visit.pcap'), path);
  await choose(page, path);
  await page.waitForSelector('.results');
  assert.equal(await page.title(), 'a\\u{202e}gnp.pcap · Hushcap');
  assert.ok(!(await page.content()).includes('\u202e'));
});

test('exports are the files that the command line writes', async (test) => {
  const folder = temporaryFolder(test);
  await choose(page, fixture('browsing.pcap'));
  await result(page, 'browsing.pcap');
  for (const format of ['zeek', 'json']) {
    command(folder, 'logs', fixture('browsing.pcap'), '--out', format, '--format', format);
    for (const kind of ['conn', 'ssl', 'x509']) {
      const { name, text } = await exported(page, `${kind}.${format}`);
      assert.equal(name, `browsing.pcap.${kind}.${format === 'zeek' ? 'log' : 'json'}`);
      assert.equal(withoutClock(text), withoutClock(readFileSync(join(folder, format, `${kind}.log`), 'utf8')), `${kind} ${format}`);
    }
  }
  const features = command(join(fixture('')), 'features', 'browsing.pcap');
  assert.equal((await exported(page, 'features.tsv')).text, features);
  assert.equal((await exported(page, 'features.csv')).text, features.replaceAll('\t', ','));
});

test('a table of features holds no formula of the input', async (test) => {
  const name = '=HYPERLINK("x"),1.pcap';
  const path = join(temporaryFolder(test), name);
  copyFileSync(fixture('browsing.pcap'), path);
  await choose(page, path);
  await result(page, name);
  const first = async (format) => (await exported(page, `features.${format}`)).text.split('\n')[1];
  assert.ok((await first('tsv')).startsWith(`'${name}\t`));
  assert.ok((await first('csv')).startsWith(`"'=HYPERLINK(""x""),1.pcap",`));
});

test('an input without TLS says what it holds, why nothing was judged, and what to do', async (test) => {
  const path = join(temporaryFolder(test), 'dns.pcap');
  writeFileSync(path, captureOf(101, UDP));
  await choose(page, path);
  await result(page, 'dns.pcap');
  assert.match(await page.locator('h1').innerText(), /No TLS connection was found/);
  const reasons = await page.locator('.reasons').innerText();
  assert.match(reasons, /none shows a TLS handshake/);
  assert.match(reasons, /Most of it is UDP/);
  assert.match(reasons, /Packets: 1; Link types: raw IP \(101\); Connections: 1; udp: 1/);
});

test('what cannot be read is named as the reason, and what can be is not said to be unread', async (test) => {
  const folder = temporaryFolder(test);
  const reasonsOf = async (name, linkType, packet) => {
    writeFileSync(join(folder, name), captureOf(linkType, packet));
    await choose(page, join(folder, name));
    await result(page, name);
    return page.locator('.reasons').innerText();
  };
  // A data frame of 802.11 with the bit "protected", IPsec between two gateways, a link that carries no IP.
  const wireless = await reasonsOf('wireless.pcap', 105, [0x88, 0x41, ...Array(60).fill(0)]);
  assert.match(wireless, /1 frames of Wi-Fi are encrypted/);
  assert.doesNotMatch(wireless, /no IP connection/);
  const esp = await reasonsOf('esp.pcap', 101, [...UDP.slice(0, 9), 50, ...UDP.slice(10)]);
  assert.match(esp, /1 packets are encrypted by IPsec/);
  const links = await reasonsOf('links.pcap', 251, UDP);
  for (const name of ['Ethernet', '802.11 radiotap', 'PPPoE', 'NFLOG']) assert.ok(links.includes(name), name);
  assert.match(links, /Link types: Bluetooth LE \(251\)/);
  const udp = await reasonsOf('udp.pcap', 101, UDP);
  assert.doesNotMatch(udp, /not scored|tunnel is not read/);
});

test('a new input begins with a view of its own, and one without a result with its reason', async (test) => {
  const path = join(temporaryFolder(test), 'dns.pcap');
  writeFileSync(path, captureOf(101, UDP));
  await choose(page, fixture('browsing.pcap'));
  await result(page, 'browsing.pcap');
  await page.locator('#filter').fill('port:1');
  await page.locator('.shown', { hasText: '0 of' }).waitFor();
  await page.click('#tab-exports');
  await choose(page, path);
  await result(page, 'dns.pcap');
  await page.locator('.reasons').waitFor({ timeout: 3000 });
  await choose(page, fixture('beacon.pcap'));
  await result(page, 'beacon.pcap');
  assert.equal(await page.locator('.row').count(), 7);
  assert.equal(await page.locator('#filter').inputValue(), '');
  // The first is looked at as it was left.
  await page.locator('.inputs .input', { hasText: 'browsing.pcap' }).click();
  await page.locator('#tab-exports[aria-selected=true]').waitFor();
});

test('a link says how each input is looked at first', async () => {
  await page.goto(`${site.server.url}?#tab=exports&filter=port:1`);
  await choose(page, fixture('beacon.pcap'));
  await page.locator('#tab-exports[aria-selected=true]').waitFor();
  await page.click('#tab-destinations');
  await page.locator('.shown', { hasText: '0 of 7' }).waitFor();
});

test('text of an input stays text, and what would turn it round is written out', async (test) => {
  const folder = temporaryFolder(test);
  const name = '<img src=x onerror=document.title=1>\u202egnp.exe';
  const id = { ts: 1.7e9, uid: 'C1', 'id.orig_h': '192.0.2.1', 'id.orig_p': 50000, 'id.resp_h': '192.0.2.2', 'id.resp_p': 443 };
  const logs = {
    conn: { ...id, proto: 'tcp', service: 'ssl', duration: 1, orig_bytes: 1, resp_bytes: 1, conn_state: 'SF' },
    ssl: { ...id, version: 'TLSv12', server_name: name, established: true },
  };
  const paths = Object.entries(logs).map(([log, record]) => {
    writeFileSync(join(folder, `${log}.log`), `${JSON.stringify(record)}\n`);
    return join(folder, `${log}.log`);
  });
  await choose(page, ...paths);
  await result(page, 'conn.log + ssl.log');
  const shown = name.replace('\u202e', '\\u{202e}');
  assert.equal(await page.locator('.row .server').innerText(), shown);
  await page.locator('.row').click();
  await page.locator('.details').waitFor();
  assert.equal(await page.locator('.details h2').innerText(), shown);
  assert.equal(await page.locator('img').count(), 0);
});

/** Gives workers no memory for a module, as a browser that has none left. */
function noMemory() {
  const { createObjectURL } = URL;
  const poor = `WebAssembly.Instance = class { constructor() { throw new RangeError('WebAssembly.Instance(): Out of memory: Cannot allocate Wasm memory for new instance'); } };`;
  URL.createObjectURL = (blob) => createObjectURL(blob.type === 'text/javascript' ? new Blob([poor, blob], { type: blob.type }) : blob);
}

/** A log without the lines that hold the time of writing. */
function withoutClock(text) {
  return text.replace(/^#(open|close)\t.*\n/gm, '');
}
