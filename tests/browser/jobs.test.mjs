// What a reader comes for, on real captures, in as few steps as that takes: opening files is one, each click after it another.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';
import { corpusCaptures, open, reference, result, startSite } from './support.mjs';

const site = startSite();
const DRIDEX = ['corpus', 'captures', 'malware/pan-unit42+wireshark-tutorial-Dridex-traffic/2020-06-03-Dridex-infection-traffic.pcap'];

/** A page, and what counts the steps on it. */
async function reader(t) {
  const { context, page } = await open(site.browser, site.server.url, { permissions: ['clipboard-read', 'clipboard-write'] });
  t.after(() => context.close());
  let steps = 0;
  return {
    page,
    open: async (...paths) => {
      steps += 1;
      await page.locator('.chooser input').first().setInputFiles(paths);
    },
    click: async (...where) => {
      steps += 1;
      await page.locator(...where).first().click();
    },
    took: (most) => {
      t.diagnostic(`${steps} steps`);
      assert.ok(steps <= most, `${steps} steps`);
    },
  };
}

/** The Dridex capture, or `undefined` where the reference data are absent, which the test says. */
function dridex(t) {
  const path = reference(...DRIDEX);
  if (!path) t.skip('skipped: the shared reference data are absent');
  return path;
}

test('the C2 of Dridex is explained to a colleague in a copied paragraph', async (t) => {
  const path = dridex(t);
  if (!path) return;
  const { page, open, click, took } = await reader(t);
  await open(path);
  await result(page, basename(path));
  await click('.row.malware-like');
  await click('.acts button', { hasText: 'Copy for a ticket' });
  await page.locator('.toast', { hasText: 'Copied' }).waitFor();
  took(4);
  const text = await page.evaluate(() => navigator.clipboard.readText());
  const { tuples } = JSON.parse(await reportOf(page));
  const worst = tuples.find(({ verdict }) => verdict === 'malware-like');
  assert.ok(text.includes(worst.resp_h.replaceAll('.', '[.]')), text);
  assert.ok(text.includes('Malware-like') && text.includes(worst.sentence.replace(/\.$/, '')), text);
  t.diagnostic(text);
});

async function reportOf(page) {
  await page.click('#tab-exports');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('[data-export="report.json"]')]);
  return readFileSync(await download.path(), 'utf8');
}

// Opening the file is a step here too, the three that follow make the rule.
test('a selection becomes Suricata rules', async (t) => {
  const path = dridex(t);
  if (!path) return;
  const { page, open, click, took } = await reader(t);
  await open(path);
  await result(page, basename(path));
  await click('.row.malware-like');
  await click('.acts button', { hasText: 'Into other tools' });
  const [download] = await Promise.all([page.waitForEvent('download'), click('[data-share=suricata]')]);
  took(4);
  assert.match(readFileSync(await download.path(), 'utf8'), /^alert tcp /m);
});

test('two captures are compared', async (t) => {
  const paths = corpusCaptures(4, 2e6);
  if (!paths.length) return t.skip('skipped: the shared reference data are absent');
  const { page, open, click, took } = await reader(t);
  await open(paths[0], paths.at(-1));
  await page.waitForFunction(() => document.querySelectorAll('.inputs .done').length === 2, undefined, { timeout: 240_000 });
  await click('#tab-compare');
  await page.locator('.tallied, .hint').first().waitFor();
  took(4);
});

test('twenty captures are checked at once, and the worst stands first', async (t) => {
  const paths = corpusCaptures(20, 3e6);
  if (!paths.length) return t.skip('skipped: the shared reference data are absent');
  const { page, open, click, took } = await reader(t);
  await open(...paths);
  await page.locator('.inputs .all', { hasNotText: /waiting|running/ }).waitFor({ timeout: 240_000 });
  await click('.whole');
  await page.locator('.summary h1', { hasText: /TLS destinations in \d+ inputs/ }).waitFor();
  took(3);
  const scores = await page.locator('.row .score span').allInnerTexts();
  assert.equal(Number(scores[0]), Math.max(...scores.map(Number)));
  t.diagnostic(await page.locator('.summary h1').innerText());
});

test('a known appliance is muted in all inputs', async (t) => {
  const path = dridex(t);
  if (!path) return;
  const { page, open, click, took } = await reader(t);
  await open(path, path);
  await page.waitForFunction(() => document.querySelectorAll('.inputs .done').length === 2, undefined, { timeout: 240_000 });
  await click('.row.malware-like');
  await click('.marks .chip', { hasText: 'Destination' });
  took(3);
  for (const input of [0, 1]) {
    await page.locator('.inputs li .input').nth(input).click();
    await page.locator('.row .tag.expected').first().waitFor();
  }
});
