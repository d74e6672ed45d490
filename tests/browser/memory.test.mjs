// A capture of 1 GiB passes through the page in less than 400 MiB of the module's memory, and the page answers all the while.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { LONGEST_TASK, choose, exported, generate, launch, longestTask, oneFile, open, result, temporaryFolder } from './support.mjs';

const LIMIT = 400 * 2 ** 20;

test('1 GiB is analysed in less than 400 MiB', { timeout: 600_000 }, async (test) => {
  const capture = join(temporaryFolder(test), 'generated.pcap');
  const bytes = await generate('1GiB', capture);
  assert.ok(bytes >= 2 ** 30);
  const browser = await launch();
  test.after(() => browser.close());
  const { page } = await open(browser, oneFile);
  const longest = await longestTask(browser, page, async () => {
    await choose(page, capture);
    await page.locator('.strip').waitFor({ timeout: 60_000 });
    await page.locator('.strip').waitFor({ state: 'detached', timeout: 500_000 });
    await result(page, 'generated.pcap');
  });
  test.diagnostic(`longest of ${longest.count} tasks: ${longest.cpu} ms, ${longest.wall} ms by the clock`);
  assert.ok(longest.cpu <= LONGEST_TASK, `a task took ${longest.cpu} ms`);
  const report = JSON.parse((await exported(page, 'report.json')).text);
  assert.equal(report.capture.bytes, bytes);
  assert.ok(report.health.tls_connections > 0);
  await page.click('#tab-seen');
  // The memory of a module never shrinks: its size at the end is the most that it took.
  const memory = Number(await page.locator('.seen data').getAttribute('value'));
  const run = await page.locator('.block', { has: page.locator('data') }).innerText();
  test.diagnostic(`${(memory / 2 ** 20).toFixed(0)} MiB; ${run.split('\n').join(' ')}`);
  assert.ok(memory > 0 && memory < LIMIT, `${memory} bytes`);
});
