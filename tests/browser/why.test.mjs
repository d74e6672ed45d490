// The details of one destination: contributions, connections, handshakes, certificates and log rows are those of the logs.

import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { choose, command, exported, fixture, open, result, root, startSite, temporaryFolder } from './support.mjs';

const site = startSite();

async function show(name, filter = '', options = {}) {
  const { context, page } = await open(site.browser, `${site.server.url}#filter=${encodeURIComponent(filter)}`, options);
  await choose(page, fixture(name));
  await result(page, name);
  await page.locator('.row').first().click();
  await page.locator('.details .plot.activity svg').waitFor();
  return { context, page };
}

/** Labels of features by name, as the documents have them. */
function featureLabels() {
  const table = readFileSync(join(root, 'crate/ARCHITECTURE.md'), 'utf8');
  return new Map([...table.matchAll(/^\| \d+ \| `(\w+)` \|[^|]*\|[^|]*\| (.+?)\.? \|/gm)].map(([, name, label]) => [name, label]));
}

/** Records of a JSON log of the page. */
const records = (text) => text.trim().split('\n').map((line) => JSON.parse(line));

test('a score is explained by parts that add up to it, from base to sum', async () => {
  const { context, page } = await show('browsing.pcap');
  await page.locator('.why button').click();
  await page.waitForFunction(() => document.querySelectorAll('.bars li:not(.sum)').length === 176);
  const [base, raw] = (await page.locator('.bars .sum b').allInnerTexts()).map((text) => Number(text.replace('−', '-')));
  const parts = (await page.locator('.bars li:not(.sum) b').allInnerTexts()).map((text) => Number(text.replace('−', '-')));
  assert.ok(Math.abs(base + parts.reduce((sum, part) => sum + part, 0) - raw) < 0.02);
  // Each bar begins where the one above ended.
  const ends = await page.locator('.bars li:not(.sum) .track').evaluateAll((tracks) =>
    tracks.map((track) => {
      const [from, to] = ['--from', '--to'].map((name) => Number(track.style.getPropertyValue(name)));
      return track.parentElement.classList.contains('lowers') ? [to, from] : [from, to];
    }),
  );
  for (let i = 1; i < ends.length; i++) assert.ok(Math.abs(ends[i][0] - ends[i - 1][1]) < 1e-9, `bar ${i}`);
  const { tuples } = JSON.parse((await exported(page, 'report.json')).text);
  for (const { base, raw, explanation } of tuples) {
    const sum = explanation.reduce((sum, { contribution }) => sum + contribution, base);
    assert.ok(Math.abs(sum - raw) < 1e-9, `${sum} is ${raw}`);
  }
  await context.close();
});

for (const [language, range, stop] of [
  ['en', /(Usual in benign traffic: (.*) to (.*)|Nearly always .* in benign traffic)\.$/, '.'],
  ['zh', /(良性流量中通常为 ?(.*?) ?至 ?(.*)|良性流量中几乎总为“.*”)。$/, '。'],
]) {
  test(`${language}: each contribution has a sentence beside the usual range`, async () => {
    const { context, page } = await open(site.browser, `${site.server.url}#lang=${language}`);
    await choose(page, fixture('browsing.pcap'));
    await result(page, 'browsing.pcap');
    await page.locator('.row.ordinary').first().click();
    await page.locator('.why button').click();
    await page.waitForFunction(() => document.querySelectorAll('.bars li:not(.sum)').length === 176);
    const steps = await page.locator('.bars li:not(.sum)').evaluateAll((items) =>
      items.map((item) => ({ name: item.querySelector('.name').textContent, note: item.querySelector('small')?.textContent ?? '', way: item.className })),
    );
    let usual = 0;
    for (const { name, note, way } of steps) {
      const [, , low, high] = range.exec(note) ?? [];
      assert.ok(low === undefined || low !== high, `${name}: ${note}`);
      const sentence = note.replace(range, '').trim();
      assert.ok(sentence.endsWith(stop) && sentence.length > 4, `${name}: ${note}`);
      if (/^(A usual value|数值常见)/.test(sentence)) {
        usual += 1;
        const said = /towards malware|偏向恶意软件/.test(sentence) ? 'raises' : /towards benign|偏向良性流量/.test(sentence) ? 'lowers' : 'neither';
        assert.equal(way, said, `${name}: ${note}`);
      }
    }
    assert.ok(usual > 10, `${usual} usual values`);
    await context.close();
  });
}

test('what would lower a score is what the model says of usual values', async () => {
  const { context, page } = await show('beacon.pcap', '203.0.113.66');
  const { model, tuples } = JSON.parse((await exported(page, 'report.json')).text);
  await page.click('#tab-destinations');
  const [{ score, explanation }] = tuples;
  // Which features are changed, and in which order, follows from the Report alone.
  const unusual = explanation.filter(({ feature, value, contribution }) => {
    const usual = model.usual[feature];
    return contribution > 0 && value !== null && usual && (value < usual[0] || value > usual[1]);
  });
  assert.ok(unusual.length > 2);
  await page.locator('.lowering li').first().waitFor();
  const lines = await page.locator('.lowering li').allInnerTexts();
  // What would not lower it is left out.
  assert.ok(lines.length > 1 && lines.length <= Math.min(6, unusual.length) + 1);
  assert.match(lines.at(-1), new RegExp(`All ${unusual.length} that raise it`));
  // Each is one of them, from its value to the nearest usual one.
  const labels = featureLabels();
  const asNumber = (text) => (text === 'yes' ? 1 : text === 'no' ? 0 : Number.parseFloat(text) / (text.includes('%') ? 100 : 1));
  for (const line of lines.slice(0, -1)) {
    const [, label, usual, value] = /^(.*): (.+) instead of (.+)$/m.exec(line);
    const changed = unusual.find(({ feature }) => labels.get(feature) === label);
    assert.ok(changed, line);
    const [low, high] = model.usual[changed.feature];
    assert.deepEqual([asNumber(usual), asNumber(value)], [changed.value > high ? high : low, changed.value], line);
  }
  const scores = lines.map((line) => /([\d.]+) → ([\d.]+)/.exec(line).slice(1).map(Number));
  for (const [i, [from, to]] of scores.entries()) {
    assert.ok(Math.abs(from - score) < 0.001);
    assert.ok(to < from, lines[i]);
    assert.match(lines[i].trim(), to < model.threshold ? /falls below the threshold/ : /\blower$/);
  }
  await context.close();
});

test('what lowers no score is not listed, of no destination', async () => {
  let [silent, told] = [0, 0];
  for (const name of ['certificates.pcap', 'beacon.pcap', 'browsing.pcap']) {
    const { context, page } = await show(name);
    const rows = Number(await page.locator('#grid').getAttribute('aria-rowcount')) - 1;
    await page.locator('#grid').focus();
    await page.keyboard.press('Home');
    for (let i = 0; i < rows; i++) {
      if (i) await page.keyboard.press('j');
      await page.locator(`.row[aria-rowindex="${i + 2}"][aria-selected=true]`).waitFor();
      await page.locator('.lowering').waitFor();
      const lines = await page.locator('.lowering li').allInnerTexts();
      for (const line of lines) {
        const [from, to] = /([\d.]+) → ([\d.]+)/.exec(line).slice(1).map(Number);
        assert.ok(to < from, line);
      }
      if (lines.length) told += 1;
      else {
        silent += 1;
        assert.match(await page.locator('.lowering').innerText(), /would lower it at a usual value|None of the features that raise/);
      }
    }
    await context.close();
  }
  assert.ok(silent > 0 && told > 0, `${silent} silent, ${told} told`);
});

test('features in which the model has seen nothing like a tuple are named', async (test) => {
  // More connections to one server than any that the model was made with.
  const folder = temporaryFolder(test);
  const rows = Array.from({ length: 3000 }, (_, i) => ({ ts: 1.7e9 + 3 * i, uid: `C${i}`, 'id.orig_h': '10.0.0.1', 'id.orig_p': 1024 + i, 'id.resp_h': '192.0.2.1', 'id.resp_p': 443 }));
  const log = (name, columns) => writeFileSync(join(folder, name), rows.map((row) => `${JSON.stringify({ ...row, ...columns })}\n`).join(''));
  log('conn.log', { proto: 'tcp', duration: 1, orig_bytes: 100, resp_bytes: 200, conn_state: 'SF' });
  log('ssl.log', { version: 'TLSv12', cipher: 'TLS_RSA_WITH_AES_128_CBC_SHA', server_name: 'www.example', established: true });
  const { context, page } = await open(site.browser, site.server.url);
  await choose(page, join(folder, 'conn.log'), join(folder, 'ssl.log'));
  await result(page, 'conn.log + ssl.log');
  await page.locator('.row').first().click();
  const told = await page.locator('.outside').innerText();
  assert.match(told, /In 1 feature the model has seen nothing like this destination/);
  const { tuples } = JSON.parse((await exported(page, 'report.json')).text);
  assert.deepEqual(tuples[0].outside, ['n_records']);
  assert.ok(told.includes(featureLabels().get('n_records')), told);
  await context.close();
});

test('a beacon shows as evenly spaced connections with its interval', async () => {
  const { context, page } = await show('beacon.pcap', 'verdict:malware-like');
  assert.equal(await page.locator('.plot.activity g').count(), 24);
  const middle = /Median interval between starts ([\d.]+) s; the middle half ([\d.]+) s to ([\d.]+) s/.exec(await page.locator('.plot.activity').innerText());
  const { text } = await exported(page, 'conn.json');
  const starts = records(text)
    .filter((conn) => conn['id.resp_h'] === '203.0.113.66')
    .map(({ ts }) => ts)
    .sort((a, b) => a - b);
  const gaps = starts.slice(1).map((start, i) => start - starts[i]).sort((a, b) => a - b);
  assert.ok(Math.abs(Number(middle[1]) - gaps[11]) < 0.01, `${middle[1]} is ${gaps[11]}`);
  assert.ok(Number(middle[2]) >= gaps[4] && Number(middle[3]) <= gaps[18]);
  await context.close();
});

test('handshake facts are those of ssl.log', async () => {
  const { context, page } = await show('beacon.pcap', '203.0.113.66');
  const shown = await page.locator('.handshake').innerText();
  const ssl = records((await exported(page, 'ssl.json')).text).filter((ssl) => ssl['id.resp_h'] === '203.0.113.66');
  assert.match(shown, new RegExp(`${ssl.length} TLS handshakes`));
  for (const fact of ['version', 'cipher', 'curve']) assert.ok(shown.includes(ssl[0][fact]), `${fact} ${ssl[0][fact]} in ${shown}`);
  await context.close();
});

test('fields that are numbers stand apart, folded, each name beside its value also at 360 px', async () => {
  const { context, page } = await show('beacon.pcap', '203.0.113.66', { viewport: { width: 360, height: 740 } });
  const told = await page.locator('.handshake > dl').innerText();
  assert.ok(!/client_|sigalgs|771/.test(told), told);
  await page.locator('.handshake summary').click();
  await page.locator('.handshake details dd').first().waitFor();
  assert.match(await page.locator('.handshake details').innerText(), /client_ciphers\s+[\d, ]+/);
  const overlaps = await page.locator('.handshake details dt').evaluateAll((names) =>
    names.filter((name) => {
      const text = document.createRange();
      text.selectNodeContents(name);
      return text.getBoundingClientRect().right > name.nextElementSibling.getBoundingClientRect().left;
    }).map((name) => name.textContent),
  );
  assert.deepEqual(overlaps, []);
  await context.close();
});

test('fingerprints are those of the Report, and are copied from their menu', async () => {
  const { context, page } = await show('beacon.pcap', '203.0.113.66', { permissions: ['clipboard-read', 'clipboard-write'] });
  const { tuples } = JSON.parse((await exported(page, 'report.json')).text);
  await page.click('#tab-destinations');
  await page.locator('.handshake .print').first().waitFor();
  const { ja4, ja3, ja3s } = tuples[0].fingerprints;
  assert.deepEqual(await page.locator('.handshake .print .to').allInnerTexts(), [ja4[0], ja3[0], ja3s[0]]);
  await page.locator('.handshake .print .more').first().click();
  await page.locator('[data-does=copy]').click();
  await page.locator('.toast', { hasText: 'Copied' }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), ja4[0]);
  await context.close();
});

test('the certificate is the one in the capture: fields, fingerprint and PEM', async () => {
  const { context, page } = await show('beacon.pcap', '203.0.113.66');
  await page.getByRole('button', { name: 'Show as PEM' }).click();
  const certificate = new X509Certificate(await page.locator('.chain pre').innerText());
  const shown = await page.locator('.chain li').first().innerText();
  assert.ok(shown.includes(certificate.fingerprint256.replaceAll(':', '').toLowerCase()));
  assert.ok(shown.includes(new Date(certificate.validFrom).toISOString().slice(0, 10)));
  assert.ok(shown.includes(certificate.serialNumber));
  assert.match(shown, /self-signed/);
  assert.match(shown, /Valid when it was seen/);
  await context.close();
});

test('a chain is shown from the server\'s own certificate up, an expired one as expired', async () => {
  const { context, page } = await show('certificates.pcap', 'cert_valid_at_capture_ratio:0');
  assert.match(await page.locator('.validity.late, .validity.early').first().innerText(), /Expired: seen|Not valid yet/);
  await page.locator('#filter').fill('cert_path_len_mean>1');
  // The table follows the filter a moment later.
  for (let tries = 0; tries < 50 && (await page.locator('.chain li').count()) < 2; tries++) {
    await page.waitForTimeout(100);
    await page.locator('.row').first().click();
  }
  const [own, above] = await page.locator('.chain li').allInnerTexts();
  const issuer = /Issuer\s+(.+)/.exec(own)[1];
  assert.ok(above.includes(issuer), `${issuer} in ${above}`);
  await context.close();
});

test('log rows are the rows of the logs', async () => {
  const { context, page } = await show('certificates.pcap', 'sni:none');
  for (const log of ['conn', 'ssl']) {
    await page.locator('.logrows').getByRole('button', { name: `${log}.log` }).click();
    const table = page.locator('.logrows table');
    await table.locator('th', { hasText: log === 'conn' ? 'conn_state' : 'ssl_history' }).waitFor();
    const heads = await table.locator('th').allInnerTexts();
    // What a cell shows for people, its title has as the log does.
    const cells = await table.locator('tbody tr').evaluateAll((rows) => rows.map((row) => [...row.cells].map(({ title }) => title)));
    assert.match(await table.locator('tbody tr td').nth(heads.indexOf('ts')).innerText(), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} UTC$/);
    const uids = cells.map((row) => row[heads.indexOf('uid')]);
    const all = new Map(records((await exported(page, `${log}.json`)).text).map((record) => [record.uid, record]));
    for (const [i, uid] of uids.entries()) {
      for (const [j, head] of heads.entries()) {
        const value = all.get(uid)[head];
        const text = value === undefined ? '-' : [value].flat().join(',');
        assert.equal(cells[i][j].trim(), text.trim(), `${log} ${uid} ${head}`);
      }
    }
    await page.click('#tab-destinations');
  }
  await context.close();
});

test('from logs there is evidence too, without the certificate itself', async (test) => {
  const folder = temporaryFolder(test);
  mkdirSync(join(folder, 'logs'));
  command(folder, 'logs', fixture('beacon.pcap'), '--out', 'logs');
  const { context, page } = await open(site.browser, site.server.url);
  await choose(page, ...['conn', 'ssl', 'x509'].map((kind) => join(folder, 'logs', `${kind}.log`)));
  await result(page, 'conn.log + ssl.log + x509.log');
  await page.locator('.row').first().click();
  await page.getByRole('button', { name: 'Show as PEM' }).first().click();
  await page.locator('.chain', { hasText: 'logs hold only its fields' }).waitFor();
  assert.equal(await page.locator('.plot.activity g').count(), 24);
  await context.close();
});
