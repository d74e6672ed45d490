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
  await generate('256MiB', large);
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
  await page.waitForFunction((all) => document.querySelectorAll('.inputs .done').length === all || document.querySelector('.inputs .failed, .inputs .crashed'), 141, { timeout: 200_000 });
  assert.equal(await page.locator('.inputs .failed, .inputs .crashed').count(), 0);
  await page.waitForFunction(() => !document.querySelector('.strip'));
  const workers = () => page.workers().length;
  for (let i = 0; workers() > 8 && i < 50; i++) await page.waitForTimeout(100);
  assert.equal(workers(), 8);
  // The one that was analysed first has none: its file is read once more, and the reader sees that.
  await result(page, 'large.pcap');
  await page.locator('.row').first().click();
  await page.locator('.strip.again', { hasText: 'Reading large.pcap again' }).waitFor();
  await page.locator('.chain li, .chain .hint').first().waitFor({ timeout: 60_000 });
  await page.locator('.strip.again').waitFor({ state: 'detached' });
  // An export of another is the one that the command line writes.
  await page.locator('.inputs .input', { hasText: names[0] }).click();
  await result(page, names[0]);
  const expected = await commandReport(paths[0]);
  assert.deepEqual(JSON.parse((await exported(page, 'report.json')).text), expected);
  for (let i = 0; workers() > 8 && i < 50; i++) await page.waitForTimeout(100);
  assert.equal(workers(), 8);
  // A file that is gone is said to be so; the table stays.
  unlinkSync(paths[1]);
  await page.locator('.inputs .input', { hasText: names[1] }).click();
  await result(page, names[1]);
  await page.click('#tab-destinations');
  await page.locator('.row').first().click();
  await page.locator('.strip.again.alert', { hasText: 'changed, moved or removed' }).waitFor();
  assert.ok(await page.locator('.row').count());
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
  await choose(page, ...['conn', 'ssl', 'x509'].map((kind) => join(folder, 'logs', `${kind}.log`)));
  await result(page, 'conn.log + ssl.log + x509.log');
  const fromLogs = JSON.parse((await exported(page, 'report.json')).text);
  assert.equal(fromLogs.capture.packets, null);
  await choose(page, fixture('beacon.pcap'));
  await result(page, 'beacon.pcap');
  const fromCapture = JSON.parse((await exported(page, 'report.json')).text);
  assert.deepEqual(fromLogs.tuples, fromCapture.tuples);
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
