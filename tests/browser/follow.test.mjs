// Values lead on: to the filter, to hosts, certificates and single connections, to the clipboard; every view has an address that tells
// nothing of the capture, and Back and Forward lose nothing.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { assertSound, choose, command, commandReport, drawn, fixture, open, pageModule, result, startSite, temporaryFolder, tshark } from './support.mjs';

const site = startSite();
let context;
let page;
let errors;

async function show(name, hash = '', options = {}) {
  ({ context, page, errors } = await open(site.browser, site.server.url + hash, options));
  await choose(page, fixture(name));
  await result(page, name);
}
afterEach(async () => {
  await assertSound(page);
  assert.deepEqual(errors, []);
  await context.close();
});

const facets = async () => {
  const button = page.locator('.ends .quiet', { hasText: 'Facets' });
  if ((await button.getAttribute('aria-pressed')) === 'false') await button.click();
  await page.locator('.facets li').first().waitFor();
};
const facet = (field) => page.locator(`[data-facet=${field}]`);
const openMenu = async (value) => {
  await value.locator('.more').click();
  await page.locator('.value-menu [role=menuitem]:focus').waitFor();
};
const does = (what) => page.locator(`[data-does=${what}]`).click();
const filterText = () => page.locator('#filter').inputValue();
const rows = async () => Number(await page.locator('#grid').getAttribute('aria-rowcount')) - 1;
/** The rows of a log that the command line writes. */
function log(t, capture, kind) {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'logs'));
  command(folder, 'logs', fixture(capture), '--out', 'logs', '--format', 'json');
  return readFileSync(join(folder, 'logs', `${kind}.log`), 'utf8').trim().split('\n').map((line) => JSON.parse(line));
}
const host = (row) => [row['id.orig_h'], row['id.resp_h']];

/** Texts of the capture that no address may hold. */
const captured = ({ tuples }) => tuples.flatMap((tuple) => [tuple.orig_h, tuple.resp_h, ...tuple.server_names, ...Object.values(tuple.fingerprints).flat(), ...tuple.handshakes.issuer, ...tuple.handshakes.subject]);

test('facets count what the rows have, and a click asks for a value, Alt-click leaves it out', async () => {
  const { tuples } = await commandReport(fixture('browsing.pcap'));
  await show('browsing.pcap');
  await facets();
  for (const [field, of] of Object.entries({ source: ({ orig_h }) => [orig_h], sni: ({ server_names }) => server_names, issuer: ({ handshakes }) => handshakes.issuer, ja4: ({ fingerprints }) => fingerprints.ja4 })) {
    const counts = new Map();
    for (const value of tuples.flatMap(of)) counts.set(value, (counts.get(value) ?? 0) + 1);
    assert.equal(await facet(field).locator('.count').innerText(), String(counts.size), field);
    const shown = await facet(field).locator('li').evaluateAll((lines) => lines.map((line) => [line.querySelector('.to').title, Number(line.querySelector('b').innerText)]));
    assert.deepEqual(shown.map(([, count]) => count), [...counts.values()].sort((a, b) => b - a).slice(0, 6), field);
    for (const [value, count] of shown) assert.equal(counts.get(value), count, value);
  }
  const source = facet('source').locator('.to').first();
  const address = await source.innerText();
  const from = tuples.filter(({ orig_h }) => orig_h === address).length;
  await source.click();
  await drawn(page);
  assert.equal(await filterText(), `source:${address}`);
  assert.equal(await rows(), from);
  assert.equal(await source.getAttribute('aria-pressed'), 'true');
  await source.click();
  await drawn(page);
  assert.equal(await filterText(), '');
  await source.click({ modifiers: ['Alt'] });
  await drawn(page);
  assert.equal(await filterText(), `-source:${address}`);
  assert.equal(await rows(), tuples.length - from);
});

test('the menu of a value is worked by keys, and copies it in the forms that others read', async (t) => {
  await show('browsing.pcap', '', { permissions: ['clipboard-read', 'clipboard-write'] });
  await facets();
  const name = facet('sni').locator('li').first();
  const value = await name.locator('.to').getAttribute('title');
  await name.locator('.more').focus();
  await page.keyboard.press('Enter');
  await page.locator('[data-does=open]:focus').waitFor();
  await page.keyboard.press('ArrowUp');
  await page.locator('[data-does=wireshark]:focus').waitFor();
  await page.keyboard.press('Home');
  await page.keyboard.press('Escape');
  await page.locator('.value-menu').waitFor({ state: 'detached' });
  assert.ok(await name.locator('.more').evaluate((button) => button === document.activeElement), 'the focus is back');
  const copied = async (value, what) => {
    await page.evaluate(() => navigator.clipboard.writeText(''));
    await openMenu(value);
    await does(what);
    return (await page.waitForFunction(() => navigator.clipboard.readText())).jsonValue();
  };
  assert.equal(await copied(name, 'copy'), value);
  assert.equal(await copied(name, 'defanged'), value.replaceAll('.', '[.]'));
  const filters = [await copied(name, 'wireshark')];
  for (const field of ['source', 'destination', 'port']) filters.push(await copied(facet(field).locator('li').first(), 'wireshark'));
  for (const filter of filters) {
    const packets = tshark('-r', fixture('browsing.pcap'), '-Y', filter, '-T', 'fields', '-e', 'frame.number');
    if (packets === undefined) return t.skip('tshark is not installed');
    assert.ok(packets.trim().split('\n').length > 0 && packets.trim() !== '', filter);
  }
});

test('display filters quote what is in a value', async () => {
  ({ context, page, errors } = await open(site.browser, site.server.url));
  const { displayFilter } = await pageModule('model/indicate.ts');
  assert.equal(displayFilter('sni', 'a"b\\c\u00fc'), 'tls.handshake.extensions_server_name == "a\\x22b\\x5cc\\xc3\\xbc"');
  assert.equal(displayFilter('host', '2001:db8::1'), 'ipv6.addr == 2001:db8::1');
  assert.equal(displayFilter('issuer', 'CN=x'), undefined);
});

test('a host has its destinations, the names that it asked for, and its connections', async (t) => {
  const { tuples } = await commandReport(fixture('browsing.pcap'));
  await show('browsing.pcap');
  await facets();
  const line = facet('source').locator('li').first();
  const address = await line.locator('.to').innerText();
  await openMenu(line);
  await does('open');
  await page.locator('[data-place=host] h2', { hasText: address }).waitFor();
  const own = tuples.filter(({ orig_h }) => orig_h === address);
  const listed = await page.locator('.place table').first().locator('tbody tr').count();
  assert.equal(listed, own.length);
  const asked = new Set(log(t, 'browsing.pcap', 'dns').filter((row) => row['id.orig_h'] === address && row.query).map(({ query }) => query));
  await page.locator('h3', { hasText: `Names asked of DNS (${asked.size})` }).waitFor();
  const names = await page.locator('[aria-label="Names asked of DNS"] tbody td:first-child .to').evaluateAll((all) => all.map(({ title }) => title));
  assert.deepEqual(new Set(names), asked);
  const conn = log(t, 'browsing.pcap', 'conn').filter((row) => host(row).includes(address));
  await page.locator('.place-head .button').click();
  await page.locator('.connections-head', { hasText: `${conn.length} of ${conn.length} connections` }).waitFor();
  await page.locator('.connections-head .chip', { hasText: address }).click();
  await page.locator('.connections-head', { hasText: `${log(t, 'browsing.pcap', 'conn').length} connections` }).waitFor();
});

test('a certificate has its handshakes, its chain and the destinations that served it', async (t) => {
  const ssl = log(t, 'certificates.pcap', 'ssl');
  const x509 = log(t, 'certificates.pcap', 'x509');
  const chained = ssl.find(({ cert_chain_fps }) => cert_chain_fps?.length > 1);
  const [own, above] = chained.cert_chain_fps;
  await show('certificates.pcap');
  await page.locator('#filter').fill(`certificate:${own}`);
  await facets();
  await page.locator('[data-facet=certificate] li').first().waitFor();
  await openMenu(facet('certificate').locator('li').first());
  await does('open');
  await page.locator('[data-place=certificate]').waitFor();
  const count = (id) => ssl.filter(({ cert_chain_fps }) => cert_chain_fps?.includes(id)).length;
  await page.locator('.place-head', { hasText: `in ${count(own)} handshakes` }).waitFor();
  assert.equal(await page.locator('.place .chain > ol > li').count(), chained.cert_chain_fps.length);
  const serial = x509.find(({ fingerprint }) => fingerprint === own)['certificate.serial'];
  await page.locator('.place summary', { hasText: 'All fields' }).click();
  assert.ok((await page.locator('.place details').first().innerText()).includes(serial));
  assert.ok(count(above) >= count(own));
});

test('connections are rows that are sorted, filtered and saved as packets', async (t) => {
  const conn = log(t, 'browsing.pcap', 'conn');
  await show('browsing.pcap');
  await page.click('#tab-connections');
  await page.locator('.connections-head', { hasText: `${conn.length} of ${conn.length}` }).waitFor();
  const uids = () => page.locator('.connections-grid .row .uid').allInnerTexts();
  const known = (column) => page.locator(`.connections-grid .head .${column} button`);
  await page.waitForFunction(() => ![...document.querySelectorAll('.connections-grid .uid')].some(({ innerText }) => innerText === '…'));
  const byStart = [...conn].sort((a, b) => a.ts - b.ts).map(({ uid }) => uid);
  assert.deepEqual((await uids()).length, (await page.locator('.connections-grid .row').count()));
  // Identifiers of the page are drawn with each analysis: what they name is compared.
  const ends = await page.locator('.connections-grid .row .source').allInnerTexts();
  assert.deepEqual(ends.slice(0, 10), [...conn].sort((a, b) => a.ts - b.ts).slice(0, 10).map((row) => (row['id.orig_h'].includes(':') ? `[${row['id.orig_h']}]:${row['id.orig_p']}` : `${row['id.orig_h']}:${row['id.orig_p']}`)));
  assert.equal(byStart.length, conn.length);
  await known('received').click();
  await page.locator('.connections-grid .received[aria-sort=descending]').waitFor();
  await drawn(page);
  await page.waitForFunction(() => document.querySelector('.connections-grid .row .source').innerText !== '…');
  const most = conn.reduce((most, row) => ((row.resp_bytes ?? 0) > (most.resp_bytes ?? 0) ? row : most));
  const first = page.locator('.connections-grid .row').first();
  assert.ok((await first.locator('.source').innerText()).endsWith(`:${most['id.orig_p']}`));
  await page.locator('#connections').focus();
  await page.keyboard.press('j');
  await page.locator('.connections-grid .row[aria-selected=true]').waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('[data-export=connection]')]);
  assert.equal(download.suggestedFilename(), 'browsing.pcap.connections.pcap');
  const ports = tshark('-r', await download.path(), '-T', 'fields', '-e', 'tcp.srcport', '-e', 'tcp.dstport');
  if (ports === undefined) return t.skip('tshark is not installed');
  const lines = ports.trim().split('\n');
  assert.equal(lines.length, most.orig_pkts + most.resp_pkts);
  for (const line of lines) assert.deepEqual(line.split('\t').sort(), [String(most['id.orig_p']), String(most['id.resp_p'])].sort());
  // Those of the destinations that the filter leaves.
  await page.click('#tab-destinations');
  const name = await page.locator('.row .server span:not(.absent)').first().innerText();
  await page.locator('#filter').fill(`sni=${name}`);
  await drawn(page);
  const { tuples } = await commandReport(fixture('browsing.pcap'));
  const left = tuples.filter(({ server_names }) => server_names.includes(name)).reduce((sum, { connections }) => sum + connections, 0);
  await page.click('#tab-connections');
  await page.locator('.connections-head', { hasText: `${left} of ${conn.length}` }).waitFor();
});

test('a fingerprint is a word above the table of those that show it', async () => {
  await show('browsing.pcap');
  await facets();
  const line = facet('ja4').locator('li').first();
  const count = Number(await line.locator('b').innerText());
  const value = await line.locator('.to').getAttribute('title');
  await openMenu(line);
  await does('open');
  await page.locator('.about h2', { hasText: 'JA4' }).waitFor();
  await drawn(page);
  assert.equal(await filterText(), `ja4=${value}`);
  assert.equal(await rows(), count);
  assert.match(await page.locator('.about').innerText(), new RegExp(`Shown by ${count} destinations`));
  await page.locator('.about > .quiet').click();
  await page.locator('.about').waitFor({ state: 'detached' });
  assert.equal(await filterText(), '');
});

test('what is connected is drawn, and stands in a table as well', async () => {
  await show('browsing.pcap');
  await facets();
  await openMenu(facet('source').locator('li').first());
  await does('open');
  await page.locator('.neighbours .scroll > svg').waitFor();
  const ties = await page.locator('.neighbours .tie').count();
  const label = await page.locator('.neighbours .scroll > svg').getAttribute('aria-label');
  assert.match(label, new RegExp(`\\b${ties} ties`));
  await page.locator('.neighbours summary').click();
  assert.equal(await page.locator('.neighbours tbody tr').count(), ties);
  const boxes = await page.locator('.neighbours .thing rect').evaluateAll((all) => all.map((rect) => rect.getBoundingClientRect()).map(({ left, right, top, bottom }) => ({ left, right, top, bottom })));
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  assert.ok(!boxes.some((one, i) => boxes.slice(i + 1).some((other) => meet(one, other))), 'no thing lies on another');
});

test('an address tells nothing of the capture, and leads there again', async () => {
  const report = await commandReport(fixture('browsing.pcap'));
  const secrets = captured(report);
  const places = [];
  await show('browsing.pcap');
  await facets();
  const note = async () => {
    await drawn(page);
    const told = await page.evaluate(() => JSON.stringify([location.href, document.title, history.state, { ...localStorage }, { ...sessionStorage }]));
    for (const secret of secrets) assert.ok(!decodeURIComponent(told).includes(secret), `${secret} in ${told}`);
    places.push([new URL(page.url()).hash, await page.locator('.place-head, .about, .details h2').first().innerText().catch(() => filterText())]);
  };
  const table = async () => {
    await page.click('#tab-destinations');
    const back = page.locator('.place-head .way .link');
    if (await back.count()) await back.click();
    await page.locator('#filter').fill('');
    await drawn(page);
  };
  for (const field of ['source', 'certificate', 'ja4', 'issuer', 'sni']) {
    await openMenu(facet(field).locator('li').last());
    await does('open');
    await page.locator('.place-head, .about').first().waitFor();
    await note();
    await table();
  }
  await page.locator('.row').nth(2).click();
  await page.locator('.details').waitFor();
  await note();
  await page.keyboard.press('Escape');
  assert.equal(new Set(places.map(([hash]) => hash)).size, 6, String(places));
  await context.close();
  for (const [hash, head] of places) {
    await show('browsing.pcap', hash);
    await page.locator('.place-head, .about, .details h2').first().waitFor();
    await page.waitForFunction((head) => [...document.querySelectorAll('.place-head, .about, .details h2')].some(({ innerText }) => innerText === head), head);
    await context.close();
  }
  await show('certificates.pcap', '#/1?filter=ja4%3D%409999.0');
  await page.locator('.toast', { hasText: 'this input does not have' }).waitFor();
  assert.equal(await filterText(), '');
  for (const hash of ['#/1/host/99999999.0', '#/1/destination/999999999', '#/1/__proto__/0.0', '#/1/host/', '#/1/toString/1?filter=x']) {
    await context.close();
    await show('beacon.pcap', hash);
    assert.equal(await page.locator('#grid').count(), 1, hash);
  }
});

test('Back and Forward move through views and filters, and never lose the result', async () => {
  await show('browsing.pcap');
  await facets();
  const workers = page.workers().length;
  await page.locator('#filter').fill('example');
  await drawn(page);
  await openMenu(facet('source').locator('li').first());
  await does('open');
  await page.locator('[data-place=host]').waitFor();
  await page.locator('.place-head .button').click();
  await page.locator('.connections-grid .row').first().waitFor();
  await page.click('#tab-seen');
  await choose(page, fixture('beacon.pcap'));
  await result(page, 'beacon.pcap');
  await page.locator('.brand').click();
  await page.waitForSelector('.start');
  const steps = ['#panel.destinations', '#panel.seen', '#panel.connections', '[data-place=host]', '#grid'];
  for (const step of steps) {
    await page.goBack();
    await page.locator(step).waitFor();
  }
  assert.equal(await filterText(), 'example');
  assert.match(await page.locator('.summary .source').innerText(), /browsing\.pcap/);
  await page.goBack();
  await page.waitForFunction(() => document.getElementById('filter')?.value === '');
  for (const step of ['#grid', ...steps.toReversed().slice(1, -1)]) {
    await page.goForward();
    await page.locator(step).waitFor();
  }
  await page.goForward();
  await result(page, 'beacon.pcap');
  assert.equal(await page.locator('#panel.destinations').count(), 1);
  assert.ok(page.workers().length >= workers, 'the workers that answer are still there');
  await page.goForward();
  await page.waitForSelector('.start');
});

test('letters of a filter are one step back, and rows that are walked through none', async () => {
  await show('browsing.pcap');
  await page.locator('#filter').pressSequentially('exam');
  await drawn(page);
  await page.locator('#grid').focus();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.locator('.details').waitFor();
  for (let i = 0; i < 3; i++) await page.keyboard.press('j');
  await page.goBack();
  await page.locator('.details').waitFor({ state: 'detached' });
  assert.equal(await filterText(), 'exam');
  await page.goBack();
  await page.waitForFunction(() => document.getElementById('filter').value === '');
});

test('the palette finds actions, fields and destinations by keys alone', async () => {
  await show('browsing.pcap');
  const name = await page.locator('.row .server span:not(.absent)').first().innerText();
  const type = async (text) => {
    await page.keyboard.press('Control+k');
    await page.locator('#palette:focus').waitFor();
    await page.keyboard.type(text);
    await page.locator('.palette li[aria-selected=true]').waitFor();
    await drawn(page);
  };
  await type(name);
  await page.keyboard.press('Enter');
  await page.locator('.details h2', { hasText: name }).waitFor();
  await type('looked_');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement.id === 'filter' && document.activeElement.value === 'looked_up:');
  await type('Connections');
  await page.keyboard.press('Enter');
  await page.locator('.connections-grid .row').first().waitFor();
  await type('中文');
  await page.keyboard.press('Enter');
  await page.locator('html[lang=zh-Hans]').waitFor();
  await page.keyboard.press('Control+k');
  await page.locator('#palette').fill('no such thing at all');
  await page.locator('dialog[open] .hint').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('dialog[open]').waitFor({ state: 'detached' });
});
