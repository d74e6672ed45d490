// The page says what the command line says, number for number, in both of its forms.

import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { after, before, test } from 'node:test';
import { commandReport, corpusCaptures, fixture, launch, oneFile, open, pageReport, reference, samples, serve } from './support.mjs';

let browser;
let server;
before(async () => {
  browser = await launch();
  server = await serve();
});
after(async () => {
  await browser.close();
  server.close();
});

const FORMS = { 'hosted page': () => server.url, 'one-file page': () => oneFile };

for (const [form, url] of Object.entries(FORMS)) {
  test(`${form}: samples have the command line's reports`, async () => {
    const { context, page, errors } = await open(browser, url());
    for (const sample of samples()) {
      const [button] = await page.locator('.samples button', { hasText: sample }).all();
      assert.ok(button, `${sample} is offered`);
      await button.click();
      await page.waitForSelector('.results');
      assert.match(await page.locator('.summary').innerText(), /laboratory traffic/);
      await page.locator('.brand').click();
      assert.deepEqual(await pageReport(page, fixture(sample)), await commandReport(fixture(sample)));
    }
    assert.deepEqual(errors, []);
    await context.close();
  });

  test(`${form}: ten captures of the corpus have the command line's reports`, async (test) => {
    const captures = corpusCaptures(10);
    if (!captures.length) return test.skip('the shared captures are absent');
    const { context, page, errors } = await open(browser, url());
    let tuples = 0;
    for (const capture of captures) {
      const [shown, expected] = [await pageReport(page, capture), await commandReport(capture)];
      assert.deepEqual(shown, expected, basename(capture));
      tuples += expected.tuples.length;
    }
    assert.ok(tuples > 0);
    assert.deepEqual(errors, []);
    test.diagnostic(`${captures.length} captures, ${tuples} tuples equal`);
    await context.close();
  });
}

test('a folder of Zeek logs has the command line\'s report', async (test) => {
  const folder = reference('corpus', 'zeek', 'warmcookie_host_2024');
  if (!folder) return test.skip('the shared logs are absent');
  const { context, page } = await open(browser, server.url);
  await dropPaths(page, [folder]);
  await page.waitForSelector('.results');
  const { exported } = await import('./support.mjs');
  const shown = JSON.parse((await exported(page, 'report.json')).text);
  assert.deepEqual(shown, await commandReport(folder));
  assert.equal(shown.capture.name, basename(folder));
  await context.close();
});

/** Drops files or folders on the window, as the operating system does. */
async function dropPaths(page, paths) {
  const session = await page.context().newCDPSession(page);
  for (const type of ['dragEnter', 'dragOver', 'drop']) {
    await session.send('Input.dispatchDragEvent', {
      type,
      x: 300,
      y: 700,
      data: { items: [], files: paths, dragOperationsMask: 1 },
    });
  }
}
