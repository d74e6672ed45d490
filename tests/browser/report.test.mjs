// The page says what the command line says, number for number, in both of its forms.

import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { test } from 'node:test';
import {
  commandReport,
  corpusCaptures,
  dropPaths,
  exported,
  fixture,
  home,
  oneFile,
  open,
  pageReport,
  plain,
  reference,
  result,
  samples,
  startSite,
} from './support.mjs';

const site = startSite();

const FORMS = { 'hosted page': () => site.server.url, 'one-file page': () => oneFile };

for (const [form, url] of Object.entries(FORMS)) {
  test(`${form}: samples have the command line's reports`, async () => {
    const { context, page, errors } = await open(site.browser, url());
    for (const sample of samples()) {
      await page.locator('.samples button', { hasText: sample }).click();
      await result(page, sample);
      assert.match(await page.locator('.summary').innerText(), /laboratory traffic/);
      const { text } = await exported(page, 'report.json');
      assert.deepEqual(plain(JSON.parse(text)), await commandReport(fixture(sample)));
      await home(page);
    }
    assert.deepEqual(errors, []);
    await context.close();
  });

  test(`${form}: ten captures of the corpus have the command line's reports`, async (t) => {
    const captures = corpusCaptures(10);
    if (!captures.length) return t.skip('the shared captures are absent');
    const { context, page, errors } = await open(site.browser, url());
    let tuples = 0;
    for (const capture of captures) {
      const [shown, expected] = [await pageReport(page, capture), await commandReport(capture)];
      assert.deepEqual(shown, expected, basename(capture));
      tuples += expected.tuples.length;
    }
    assert.ok(tuples > 0);
    assert.deepEqual(errors, []);
    t.diagnostic(`${captures.length} captures, ${tuples} tuples equal`);
    await context.close();
  });
}

test("dropped folders of Zeek logs have the command line's reports", async (t) => {
  const folders = ['warmcookie_host_2024', 'ctu50_008'].map((name) => reference('corpus', 'zeek', name));
  if (!folders.every(Boolean)) return t.skip('the shared logs are absent');
  const { context, page } = await open(site.browser, site.server.url);
  for (const folder of folders) {
    await dropPaths(page, [folder]);
    await result(page, basename(folder));
    assert.deepEqual(plain(JSON.parse((await exported(page, 'report.json')).text)), await commandReport(folder));
  }
  await context.close();
});
