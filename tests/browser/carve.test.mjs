// The flagged packets as a new capture: tshark and the program itself read it, and find what was flagged and nothing else.

import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { choose, commandReport, dropPaths, exported, fixture, generate, LONGEST_TASK, longestTask, open, reference, result, startSite, temporaryFolder, tshark } from './support.mjs';

const site = startSite();
let context;
let page;
beforeEach(async () => {
  ({ context, page } = await open(site.browser, site.server.url));
});
afterEach(() => context.close());

const button = '[data-export="packets"]';

/** Carves on the page; the capture's path. */
async function carved(folder) {
  await page.click('#tab-exports');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(button)]);
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  return path;
}

/** The packets that a filter of tshark lets through, as time and length; `undefined` without tshark. */
const listed = (path, filter) => tshark('-r', path, ...(filter ? ['-Y', filter] : []), '-T', 'fields', '-e', 'frame.time_epoch', '-e', 'frame.len');

const filterOf = (tuples) =>
  tuples
    .map(({ orig_h, resp_h, resp_p, proto }) => {
      const ip = orig_h.includes(':') ? 'ipv6' : 'ip';
      return (
        `(${ip}.src==${orig_h} && ${ip}.dst==${resp_h} && ${proto}.dstport==${resp_p}) || ` +
        `(${ip}.src==${resp_h} && ${ip}.dst==${orig_h} && ${proto}.srcport==${resp_p})`
      );
    })
    .join(' || ');

/** Where DNS is read. */
const DNS = 'udp.port in {53,137,5353,5355} || tcp.port==53';

/** Fails unless a carved capture holds the packets of these tuples, and beside them look-ups alone. */
function assertPacketsOf(carved, original, tuples) {
  assert.equal(listed(carved, filterOf(tuples)), listed(original, filterOf(tuples)));
  assert.equal(listed(carved, `!(${filterOf(tuples)}) && !(${DNS})`) || '', '');
}

/** What depends neither on the other tuples of a capture, as the purpose does, nor on the time that it covers. */
const judged = ({ purpose, purpose_evidence, beacon, features, explanation, ...rest }) => ({
  ...rest,
  beacon: beacon && { ...beacon, score: undefined, duration_score: undefined },
  features: { ...features, ...OF_THE_TIME },
  explanation: explanation.filter(({ feature }) => !Object.hasOwn(OF_THE_TIME, feature)),
});
const OF_THE_TIME = { beacon_score: undefined, beacon_duration_score: undefined };

for (const packed of [false, true]) {
  test(`the flagged packets of a capture${packed ? ' in gzip' : ''} are those that tshark counts, and are judged the same`, async (t) => {
    const folder = temporaryFolder(t);
    const original = join(folder, packed ? 'original.pcap.gz' : 'original.pcap');
    const bytes = readFileSync(fixture('beacon.pcap'));
    writeFileSync(original, packed ? gzipSync(bytes) : bytes);
    await choose(page, original);
    await result(page, packed ? 'original.pcap.gz' : 'original.pcap');
    const path = await carved(folder);
    assert.match(path, /\.flagged\.pcap$/);
    await page.locator('.exports .said', { hasText: /\d+ of 667 packets written/ }).waitFor();
    const flagged = (await commandReport(original)).tuples.filter(({ verdict }) => verdict === 'malware-like');
    assert.ok(flagged.length > 0);
    const { tuples } = await commandReport(path);
    assert.deepEqual(tuples.map(judged), flagged.map(judged));
    const packets = listed(path);
    if (packets === undefined) t.diagnostic('without tshark the packets have no second opinion');
    else assert.ok(packets.split('\n').length > 20);
    assertPacketsOf(path, original, flagged);
    // The page opens what it wrote.
    await choose(page, path);
    await result(page, path.split('/').pop());
    assert.deepEqual(JSON.parse((await exported(page, 'report.json')).text).tuples.map(judged), tuples.map(judged));
  });
}

test('a threshold that was moved decides what is carved', async (t) => {
  await page.evaluate(() => (location.hash = 'threshold=0'));
  await choose(page, fixture('visit.pcapng.gz'));
  await result(page, 'visit.pcapng.gz');
  await page.locator('.summary .tag', { hasText: /threshold/i }).waitFor();
  const path = await carved(temporaryFolder(t));
  const { tuples } = await commandReport(fixture('visit.pcapng.gz'));
  const flagged = tuples.filter(({ verdict }) => verdict !== 'undecided');
  assert.ok(flagged.length > 0);
  assert.deepEqual((await commandReport(path)).tuples.map(judged), flagged.map(judged));
  assertPacketsOf(path, fixture('visit.pcapng.gz'), flagged);
});

test('without a flagged destination there is nothing to carve, and the page says so', async () => {
  await choose(page, fixture('visit.pcap'));
  await result(page, 'visit.pcap');
  await page.click('#tab-exports');
  await page.locator('ul.exports', { hasText: 'No destination is flagged.' }).waitFor();
  assert.ok(await page.locator(button).isDisabled());
});

test('logs hold no packets, and the page says what to open', async (t) => {
  const logs = reference('corpus', 'zeek', 'warmcookie_host_2024');
  if (!logs) return t.skip('the shared logs are absent');
  await dropPaths(page, [logs]);
  await result(page, 'warmcookie_host_2024');
  await page.click('#tab-exports');
  await page.locator('ul.exports', { hasText: 'Open the capture that they were made from' }).waitFor();
  assert.equal(await page.locator(button).count(), 0);
});

test('a file that is gone is told, and its result stays', async (t) => {
  const path = join(temporaryFolder(t), 'gone.pcap');
  copyFileSync(fixture('beacon.pcap'), path);
  await choose(page, path);
  await result(page, 'gone.pcap');
  truncateSync(path, 5000);
  await page.click('#tab-exports');
  await page.click(button);
  await page.locator('.exports .said', { hasText: 'Nothing was written' }).waitFor();
  await page.click('#tab-destinations');
  await page.locator('.grid .row').first().click();
  await page.locator('.details').waitFor();
});

test('a large capture is carved while the page stays quick', async (t) => {
  const path = join(temporaryFolder(t), 'large.pcap');
  await generate('128MiB', path);
  await page.evaluate(() => (location.hash = 'threshold=0'));
  await choose(page, path);
  await result(page, 'large.pcap');
  await page.click('#tab-exports');
  await page.locator(button).waitFor();
  await page.waitForTimeout(300);
  const folder = temporaryFolder(t);
  let file;
  const longest = await longestTask(site.browser, page, async () => {
    file = await carved(folder);
    await page.locator('.exports .said', { hasText: 'packets written' }).waitFor();
  });
  const [original, report] = [await commandReport(path), await commandReport(file)];
  const kept = original.tuples.filter(({ verdict }) => verdict !== 'undecided');
  assert.deepEqual(report.tuples.map(judged), kept.map(judged));
  t.diagnostic(`${report.capture.packets} of ${original.capture.packets} packets, longest task ${JSON.stringify(longest)} ms`);
  assert.ok(longest.cpu < LONGEST_TASK, `${longest.cpu} ms`);
});
