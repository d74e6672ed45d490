// A reader's way through a real capture of malware: what the fixtures show piece by piece, on traffic that nobody made for a test.

import assert from 'node:assert/strict';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { choose, commandReport, dropPaths, drawn, exported, malwareCaptures, oneFile, open, plain, result, startSite, temporaryFolder, tshark } from './support.mjs';

/** Destinations without which a capture shows too little. */
const ENOUGH = 15;
/** Bytes above which a capture would make the test slow. */
const LIMIT = 12e6;

/** The capture with most destinations of those in which some are flagged, and its Report; nothing without the reference data. */
async function chosen() {
  const reports = [];
  for (const path of malwareCaptures(LIMIT)) reports.push({ path, report: await commandReport(path) });
  const flags = ({ report }) => report.tuples.some(({ verdict }) => verdict === 'malware-like');
  const [most] = reports.filter(flags).sort((a, b) => b.report.tuples.length - a.report.tuples.length);
  return most;
}

const site = startSite();
let real;
before(async () => {
  real = await chosen();
});

/** Each form of the page goes the whole way. */
for (const [form, url] of Object.entries({ 'hosted page': () => site.server.url, 'one-file page': () => oneFile })) {
  describe(`a real capture on the ${form}`, () => {
    let context;
    let page;
    let errors;
    let flagged;

    before(async () => {
      if (!real) return;
      ({ context, page, errors } = await open(site.browser, url()));
      flagged = real.report.tuples.filter(({ verdict }) => verdict === 'malware-like');
      await dropPaths(page, [real.path]);
      await result(page, basename(real.path));
    });
    after(() => context?.close());

    /** A test that needs the capture, and leaves the destinations shown unfiltered. */
    const step = (name, body) =>
      test(name, async (t) => {
        if (!real) return t.skip('the shared captures are absent');
        await page.click('#tab-destinations');
        await body(t);
        await page.click('#tab-destinations');
        await filter('', real.report.tuples.length);
        assert.deepEqual(errors, []);
      });

    async function filter(text, rows) {
      await page.locator('#filter').fill(text);
      await page.waitForFunction((rows) => document.querySelector('.grid')?.getAttribute('aria-rowcount') === String(rows + 1), rows, { timeout: 5000 });
    }
    const isAt = ({ orig_h, resp_h, resp_p }) => `source:${orig_h} dst:${resp_h} port:${resp_p}`;

    step('is summed up and listed', async () => {
      assert.ok(real.report.tuples.length >= ENOUGH && flagged.length > 0);
      assert.match(await page.locator('h1').innerText(), new RegExp(`^${flagged.length} of ${real.report.tuples.length} TLS destinations`));
      await filter('verdict:malware-like', flagged.length);
      const shown = await page.locator('.row').allInnerTexts();
      for (const { resp_h } of flagged) assert.ok(shown.some((row) => row.includes(resp_h)), resp_h);
      await filter('-verdict:malware-like', real.report.tuples.length - flagged.length);
    });

    step('shows on the timeline when the flagged connections were', async () => {
      assert.ok((await page.locator('.timeline .mark').count()) > 0);
      await page.getByLabel('End of the span').focus();
      for (let i = 0; i < 9; i++) await page.keyboard.press('PageDown');
      await page.locator('.shown', { hasText: `of ${real.report.tuples.length}` }).waitFor();
      await page.getByRole('button', { name: 'Show all the time' }).click();
    });

    step('says by the keyboard alone why a destination is flagged', async () => {
      await filter('verdict:malware-like', flagged.length);
      await page.locator('.grid').focus();
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.locator('.details .why').waitFor();
      assert.match(await page.locator('.details p.verdict').innerText(), /Malware-like/);
      const place = await page.locator('.details').innerText();
      const tuple = flagged.find(({ resp_h, resp_p }) => place.includes(`${resp_h}:${resp_p}`));
      assert.ok(tuple, place);
      const [base, raw] = (await page.locator('.bars .sum b').allInnerTexts()).map((text) => Number(text.replace('−', '-')));
      assert.ok(Math.abs(base - tuple.base) < 0.002 && Math.abs(raw - tuple.raw) < 0.002, `${base} ${raw}`);
      for (const ja4 of tuple.fingerprints.ja4) assert.ok(place.includes(ja4), ja4);
      await page.keyboard.press('Escape');
    });

    step('is marked as expected, and the mark is taken back', async () => {
      await filter(isAt(flagged[0]), 1);
      await page.locator('.row').first().click();
      const chip = page.locator('.marks .chip', { hasText: 'Destination' });
      await chip.click();
      await page.locator('h1', { hasText: 'marked as expected' }).waitFor();
      await chip.click();
      await page.locator('h1:not(:has-text("marked as expected"))').waitFor();
      await page.keyboard.press('Escape');
    });

    step('is held against a list of indicators', async (t) => {
      const path = join(temporaryFolder(t), 'list.csv');
      writeFileSync(path, `ioc,note\n${flagged[0].resp_h},seen before\n`);
      await page.locator('.top .tools button', { hasText: 'Lists' }).click();
      await page.locator('[data-choose=indicators]').setInputFiles(path);
      await page.locator('dialog[open]').getByText('list.csv').first().waitFor();
      await page.keyboard.press('Escape');
      await filter('indicator:yes', real.report.tuples.filter(({ resp_h }) => resp_h === flagged[0].resp_h).length);
    });

    step('gives logs that the program and the page read as the same destinations', async (t) => {
      for (const format of ['zeek', 'json']) {
        const folder = join(temporaryFolder(t), `logs-${format}`);
        mkdirSync(folder);
        for (const log of ['conn', 'ssl', 'x509', 'dns']) {
          const { name, text } = await exported(page, `${log}.${format}`);
          assert.ok(name.includes(log), name);
          writeFileSync(join(folder, `${log}.log`), text);
        }
        const again = await commandReport(folder);
        const told = ({ tuples }) => tuples.map(({ orig_h, resp_h, resp_p, proto, verdict, score, features }) => ({ orig_h, resp_h, resp_p, proto, verdict, score, features }));
        assert.deepEqual(told(again), told(real.report).filter(({ proto }) => proto === 'tcp'), format);
        const other = await open(site.browser, url());
        await dropPaths(other.page, [folder]);
        await result(other.page, `logs-${format}`);
        assert.deepEqual(plain(JSON.parse((await exported(other.page, 'report.json')).text)), again);
        await other.context.close();
      }
    });

    step('gives features, a report and a report to read', async () => {
      const { text: features } = await exported(page, 'features.csv');
      assert.equal(features.trim().split('\n').length, real.report.tuples.length + 1);
      assert.deepEqual(plain(JSON.parse((await exported(page, 'report.json')).text)), real.report);
      const { text: html } = await exported(page, 'report.html');
      for (const { resp_h, resp_p } of flagged) assert.ok(html.includes(`${resp_h}:${resp_p}`));
      const inside = new Set(real.report.tuples.map(({ orig_h }) => orig_h).filter((address) => /^(10|192\.168)\./.test(address)));
      assert.ok(inside.size > 0);
      await page.locator('#redact').check();
      const { text: redacted } = await exported(page, 'report.html');
      await page.locator('#redact').uncheck();
      for (const address of inside) assert.ok(!redacted.includes(address), address);
    });

    step('gives the packets of what is flagged, as tshark counts them', async (t) => {
      await page.click('#tab-exports');
      const [download] = await Promise.all([page.waitForEvent('download'), page.click('[data-export="packets"]')]);
      const path = join(temporaryFolder(t), 'flagged.pcap');
      await download.saveAs(path);
      assert.ok(statSync(path).size > 24 && statSync(path).size < statSync(real.path).size);
      const { tuples } = await commandReport(path);
      const told = ({ score, verdict, dns, evidence, sentence }) => ({ score, verdict, dns, evidence, sentence });
      assert.deepEqual(tuples.map(told), flagged.map(told));
      const ends = (filter) => tshark('-r', path, '-Y', filter, '-T', 'fields', '-e', 'ip.src', '-e', 'ip.dst');
      if (ends('tcp') === undefined) return t.diagnostic('without tshark the packets have no second opinion');
      assert.deepEqual(new Set(ends('!dns').trim().split(/\s+/)), new Set(flagged.flatMap(({ orig_h, resp_h }) => [orig_h, resp_h])));
      // Beside them there is DNS alone, and of hosts alone that talk to what is flagged.
      const asking = ends('dns').trim().split('\n').filter(Boolean);
      const hosts = new Set(flagged.map(({ orig_h }) => orig_h));
      for (const line of asking) assert.ok(line.split(/\s+/).some((end) => hosts.has(end)), line);
    });

    step('reads in Chinese, and in the dark on a narrow screen without running over it', async () => {
      const other = await open(site.browser, `${url()}#lang=zh`, { viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
      await choose(other.page, real.path);
      await result(other.page, basename(real.path));
      assert.match(await other.page.locator('h1').innerText(), new RegExp(`${real.report.tuples.length}.*\\p{Script=Han}`, 'u'));
      assert.ok((await other.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
      await other.page.locator('.row').first().click();
      await other.page.locator('.details .why').waitFor();
      await drawn(other.page);
      assert.ok((await other.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0);
      await other.context.close();
    });
  });
}
