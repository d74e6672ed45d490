// The report as one HTML file: it says what the page says, needs nothing, holds no markup of a capture, and leaves out what is internal
// where that is asked for.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, test } from 'node:test';
import { choose, command, commandReport, dropPaths, exported, fixture, open, pageModule, plain, result, root, startSite, temporaryFolder } from './support.mjs';

const { Redactor } = await pageModule('report/redact.ts');

const site = startSite();
const axe = readFileSync(join(root, 'www/node_modules/axe-core/axe.min.js'), 'utf8');
const HOSTILE = '<img src=x onerror=alert(1)>';
/** Texts of the changed logs that belong to the inside, each with what must stand for it nowhere. */
const INTERNAL = ['10.77.8.9', 'fd00::77', '169.254.7.7', 'mail.corp.internal', 'printer', 'secret-case'];
let context;
afterEach(() => context?.close());

/** The logs of a capture in which some names and addresses are internal, and others are markup. */
function changedLogs(test) {
  const folder = join(temporaryFolder(test), 'secret-case');
  mkdirSync(folder);
  command(folder, 'logs', fixture('beacon.pcap'), '--out', '.');
  const changes = {
    '192.0.2.10': '10.77.8.9',
    '198.51.100.20': 'fd00::77',
    '198.51.100.30': '169.254.7.7',
    'mail.lab.test': 'mail.corp.internal',
    'shop.example.com': 'printer',
    'CN=localhost': `CN=${HOSTILE}`,
    'cdn.example.org': HOSTILE,
  };
  for (const name of readdirSync(folder)) {
    let text = readFileSync(join(folder, name), 'utf8');
    for (const [old, changed] of Object.entries(changes)) text = text.replaceAll(old, changed);
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** Opens an exported report without scripts; what the browser complains of is told. */
async function read(test, text, options = {}) {
  const file = join(temporaryFolder(test), 'report.html');
  writeFileSync(file, text);
  const context = await site.browser.newContext(options);
  test.after(() => context.close());
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('request', (request) => request.url().startsWith('file:') || complaints.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  return { page, complaints };
}

test('the file says what the page says, without script and without network', async (test) => {
  let page;
  ({ context, page } = await open(site.browser, site.server.url));
  await choose(page, fixture('beacon.pcap'));
  await result(page, 'beacon.pcap');
  const summary = await page.locator('h1').innerText();
  await page.locator('.row').first().click();
  await page.locator('.why').waitFor();
  await page.locator('.why .link').click();
  await page.locator('.bars li:not(.sum):nth-of-type(20)').waitFor();
  const [strongest] = await page.locator('.bars li:not(.sum) .name').allInnerTexts();
  await page.locator('.marks .chip', { hasText: 'Destination' }).click();
  await page.locator('.row .tag.expected').waitFor();
  const { name, text } = await exported(page, 'report.html');
  assert.equal(name, 'beacon.pcap.report.html');
  assert.match(text, /<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-[\w+/=]+&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;">/);
  assert.ok(!/<script|\bsrc=|\bhref=|\bstyle=|\bon\w+=/i.test(text));
  const { page: report, complaints } = await read(test, text, { javaScriptEnabled: false });
  const shown = await report.locator('body').innerText();
  const { tuples } = await commandReport(fixture('beacon.pcap'));
  assert.ok(shown.includes(summary.replace(';', ', 1 of them marked as expected;')), summary);
  assert.equal(await report.locator('article').count(), 1);
  assert.equal(await report.locator('tbody tr').count(), tuples.length);
  const article = await report.locator('article').innerText();
  for (const part of ['203.0.113.66:443/tcp', `Malware-like · ${tuples[0].score.toFixed(3)}`, 'expected', ...strongest.split('\n'), tuples[0].fingerprints.ja4[0], tuples[0].fingerprints.certificate[0], 'CN=localhost', 'Command and control']) {
    assert.ok(article.replaceAll(/\s+/g, ' ').includes(part.replaceAll(/\s+/g, ' ').trim()), `${part} in ${article}`);
  }
  assert.match(shown, /33 of 36 \(92\s%\)/);
  assert.match(shown, /scorecard/);
  // The style is in force: the policy's hash is that of the sheet.
  assert.equal(await report.locator('article').evaluate((article) => getComputedStyle(article).borderLeftWidth), '4px');
  assert.deepEqual(complaints, []);
});

test('a text of the capture is text in the file, and what is internal is left out where asked for', async (test) => {
  const folder = changedLogs(test);
  let page;
  ({ context, page } = await open(site.browser, site.server.url));
  await dropPaths(page, [folder]);
  await result(page, 'secret-case');
  assert.ok((await page.locator('.row.malware-like').count()) > 0, 'something is flagged');
  const open_ = { html: await exported(page, 'report.html'), json: await exported(page, 'report.json') };
  for (const internal of INTERNAL) for (const form of ['html', 'json']) assert.ok(open_[form].text.includes(internal), `${internal} in ${form}`);
  assert.ok(!open_.html.text.includes('<img'));
  assert.ok(open_.html.text.split('&lt;img src=x onerror=alert(1)&gt;').length > 3, 'in the certificate and in the table');
  assert.deepEqual(plain(JSON.parse(open_.json.text)), await commandReport(folder));
  const { page: report, complaints } = await read(test, open_.html.text);
  assert.equal(await report.locator('img').count(), 0);
  assert.deepEqual(complaints, []);

  await page.locator('#redact').check();
  const redacted = { html: await exported(page, 'report.html'), json: await exported(page, 'report.json') };
  assert.deepEqual([redacted.html.name, redacted.json.name], ['capture.report.html', 'capture.report.json']);
  for (const internal of INTERNAL) for (const form of ['html', 'json']) assert.ok(!redacted[form].text.includes(internal), `${internal} in redacted ${form}`);
  assert.match(redacted.html.text, /203\.0\.113\.66:443/);
  // All numbers stay, and a pseudonym stands for the same address everywhere.
  const [before, after] = [open_, redacted].map(({ json }) => JSON.parse(json.text));
  assert.deepEqual(after.tuples.map(({ features, score, explanation }) => ({ features, score, explanation })), before.tuples.map(({ features, score, explanation }) => ({ features, score, explanation })));
  assert.deepEqual(new Set(after.tuples.map(({ orig_h }) => orig_h)), new Set(['host-1']));
  assert.equal(after.capture.redacted, true);
  assert.equal(new Set(before.tuples.map(({ resp_h }) => resp_h)).size, new Set(after.tuples.map(({ resp_h }) => resp_h)).size);
  assert.ok(redacted.html.text.includes('host-1'));
});

test('axe finds nothing serious in it, in both languages and themes, and it fits 360 px', async (test) => {
  for (const language of ['en', 'zh']) {
    const { context, page } = await open(site.browser, `${site.server.url}#lang=${language}`);
    await choose(page, fixture('beacon.pcap'));
    await result(page, 'beacon.pcap');
    const { text } = await exported(page, 'report.html');
    await context.close();
    for (const colorScheme of ['light', 'dark']) {
      const { page: report } = await read(test, text, { colorScheme, viewport: { width: 360, height: 740 } });
      assert.equal(await report.locator('html').getAttribute('lang'), { en: 'en', zh: 'zh-Hans' }[language]);
      assert.ok((await report.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, `${language} ${colorScheme}: too wide`);
      await report.evaluate(axe);
      const { violations, passes } = await report.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
      assert.ok(passes.length > 5);
      const found = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes[0].target} ${nodes[0].failureSummary}`);
      assert.deepEqual(found, [], `${language} ${colorScheme}`);
    }
  }
});

test('a pseudonym stands for what is internal, and for nothing else', () => {
  const tuples = [{ orig_h: '10.0.0.1', resp_h: '192.0.2.9', server_names: ['printer', 'www.example.com', 'tcp'], dns: { state: 'unknown', names: [] } }];
  const redactor = new Redactor({ outline: { tuples } });
  const texts = {
    '10.0.0.1:443': 'host-1:443',
    '::ffff:10.0.0.1': 'host-1',
    '[fe80::1]:443': '[host-2]:443',
    'FE80:0:0::0:1%eth0': 'host-2',
    'fd12::5, 172.31.0.1, 100.64.0.1': 'host-3, host-4, host-5',
    '10-0-0-1.abc.example.net': 'host-1.abc.example.net',
    'a Printer here': 'a name-1 here',
    'CN=printer,O=Acme': 'CN=name-1,O=Acme',
    'CN=router': 'CN=name-3',
    'https://nas.lan:8443/': 'https://name-4:8443/',
    '*.dc.corp.internal': 'name-5',
  };
  for (const [text, expected] of Object.entries(texts)) assert.equal(redactor.text(text), expected, text);
  for (const text of ['192.0.2.9:443', '2001:db8::1', '172.32.0.1', '999.10.0.0', 'www.example.com', 'printer.example.com', 'homepage.example', 'local.example', 'CN=R3,O=Authority,C=US', 'CN=localhost', '12:34:56']) {
    assert.equal(redactor.text(text), text);
  }
  assert.equal(redactor.name('toaster'), 'name-6');
  // A hostile name cannot change what is not a text of the capture.
  const own = { kind: 'known_service', text_key: 'evidence.known_service', direction: 'lowers', about: 'context', natural_rate: 0.01 };
  const made = {
    ...tuples[0],
    dns: { state: 'looked-up', untold: null, names: [{ name: 'toaster', age: 3 }, { name: 'www.example.com', age: 4 }] },
    handshakes: { version: ['TLSv12'], cipher: [], next_protocol: [], subject: ['CN=router'], issuer: ['CN=R3,O=Authority,C=US'] },
    evidence: [{ ...own, values: { service: 'printer', port: 443 } }],
    sentence: 'The server is 10.0.0.1.',
    new_since_baseline: ['server_name', 'www.nas.lan'],
    topics: [{ topic: 'name', contribution: 1, features: ['tcp'] }],
    proto: 'tcp',
    purpose_evidence: null,
  };
  assert.deepEqual(redactor.tuple(made), {
    ...made,
    orig_h: 'host-1',
    server_names: ['name-1', 'www.example.com', 'name-2'],
    dns: { state: 'looked-up', untold: null, names: [{ name: 'name-6', age: 3 }, { name: 'www.example.com', age: 4 }] },
    handshakes: { ...made.handshakes, subject: ['CN=name-3'] },
    evidence: [{ ...own, values: { service: 'name-1', port: 443 } }],
    sentence: 'The server is host-1.',
    new_since_baseline: ['server_name', 'name-7'],
  });
});

test('its table breaks names alone, and those only where they must', async (test) => {
  const opened = await open(site.browser, site.server.url);
  context = opened.context;
  await choose(opened.page, fixture('beacon.pcap'));
  await result(opened.page, 'beacon.pcap');
  const { text } = await exported(opened.page, 'report.html');
  const { page } = await read(test, text);
  await page.setViewportSize({ width: 1280, height: 800 });
  const lines = await page.locator('table th, table td').evaluateAll((cells) =>
    cells.map((cell) => {
      const range = document.createRange();
      range.selectNodeContents(cell);
      return [cell.textContent, new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size];
    }),
  );
  assert.deepEqual(lines.filter(([, count]) => count > 1), []);
  assert.ok(lines.length >= 48);
});
