// 100 000 destinations: the table stays smooth, and no task holds the page up for long while it is used.

import assert from 'node:assert/strict';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { dropPaths, launch, oneFile, open, result, temporaryFolder } from './support.mjs';

const ROWS = 100_000;
/** Entries of the list of indicators. */
const LISTED = 50_000;
/** The least rows that a window of the test's size must not exceed in the document. */
const DRAWN = 60;

/** Zeek logs with one TLS connection to each of `ROWS` destinations, one in a hundred of them twice. */
async function writeLogs(folder) {
  mkdirSync(folder);
  const fields = 'ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p';
  const logs = {
    conn: ['#path\tconn', `#fields\t${fields}\tproto\tduration\torig_bytes\tresp_bytes\tconn_state`],
    ssl: ['#path\tssl', `#fields\t${fields}\tversion\tserver_name\testablished`],
  };
  for (const [name, head] of Object.entries(logs)) {
    const out = createWriteStream(join(folder, `${name}.log`));
    out.write(`${head.join('\n')}\n`);
    for (let i = 0; i < ROWS + ROWS / 100; i++) {
      const host = i % ROWS;
      const id = `${1.7e9 + i / 10}\tC${i}\t10.0.${host % 7}.1\t40000\t198.${host >> 16}.${(host >> 8) & 255}.${host & 255}\t443`;
      const rest = name === 'conn' ? `tcp\t${(i % 50) / 10}\t${i % 900}\t${i % 7000}\tSF` : `TLSv12\t${host % 3 ? `host${host}.example` : '-'}\tT`;
      if (!out.write(`${id}\t${rest}\n`)) await once(out, 'drain');
    }
    out.end();
    await once(out, 'close');
  }
}

/** Milliseconds beyond which the page would seem to hang; how long its tasks take is printed, because machines differ. */
const LONGEST = 2000;

test('100 000 rows are filtered, sorted and scrolled without a long task', { timeout: 240_000 }, async (test) => {
  const folder = join(temporaryFolder(test), 'many');
  await writeLogs(folder);
  const browser = await launch();
  test.after(() => browser.close());
  const { page, errors } = await open(browser, oneFile);
  await dropPaths(page, [folder]);
  await result(page, 'many');
  await page.locator('.row').first().waitFor();
  assert.equal(await page.locator('.grid').getAttribute('aria-rowcount'), String(ROWS + 1));
  assert.ok((await page.locator('.row').count()) < DRAWN);

  const longest = async (what, act) => {
    await page.evaluate(() => {
      globalThis.tasks = [];
      globalThis.watch = new PerformanceObserver((list) => globalThis.tasks.push(...list.getEntries().map(({ duration }) => duration)));
      globalThis.watch.observe({ type: 'longtask' });
    });
    await act();
    await page.waitForTimeout(150);
    const most = await page.evaluate(() => {
      globalThis.watch.disconnect();
      return Math.max(0, ...globalThis.tasks);
    });
    test.diagnostic(`${what}: longest task ${Math.round(most)} ms`);
    return most;
  };

  const scrolled = await longest('scrolling', async () => {
    const frames = await page.locator('.grid').evaluate(async (grid) => {
      const times = [];
      for (let i = 0; i < 60; i++) {
        grid.scrollTop += i < 30 ? 400 : grid.scrollHeight / 40;
        const start = performance.now();
        await new Promise(requestAnimationFrame);
        times.push(performance.now() - start);
      }
      return times.sort((a, b) => a - b);
    });
    test.diagnostic(`60 frames of scrolling: middle ${frames[30].toFixed(1)} ms, last tenth ${frames[54].toFixed(1)} ms`);
    assert.ok(frames[54] < 100, `${frames[54]} ms`);
  });
  assert.ok(scrolled < LONGEST, `scrolling: ${scrolled} ms`);

  const typed = await longest('typing a filter', async () => {
    await page.locator('#filter').pressSequentially('sni:host99*.example');
    await page.locator('.shown', { hasText: 'of 100,000' }).waitFor();
  });
  assert.ok(typed < LONGEST, `typing: ${typed} ms`);
  const sni = await page.locator('.row .server').first().innerText();
  assert.match(sni, /^host99\d*\.example$/);
  await page.locator('#filter').fill('');

  const sorted = await longest('sorting', async () => {
    for (const column of ['server', 'destination', 'connections']) {
      await page.locator(`.head .${column} button`).click();
      await page.locator(`.head .${column}[aria-sort$=ending]`).waitFor();
    }
  });
  assert.ok(sorted < LONGEST, `sorting: ${sorted} ms`);
  assert.equal(await page.locator('.row .connections').first().innerText(), '2');

  const list = join(folder, '..', 'list.txt');
  writeFileSync(list, Array.from({ length: LISTED }, (_, i) => (i % 50 ? `host${i * 3}.other.example` : `198.0.${(i / 50) % 256}.0/${24 + (i % 4)}`)).join('\n'));
  const marked = await longest(`importing ${LISTED} indicators`, async () => {
    await page.locator('.top .tools button', { hasText: 'Lists' }).click();
    await page.locator('[data-choose=indicators]').setInputFiles(list);
    await page.locator('.entries li', { hasText: '50,000 entries' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.bar .chip', { hasText: 'indicator' }).waitFor();
  });
  assert.ok(marked < LONGEST, `importing: ${marked} ms`);

  await page.locator('#grid').focus();
  await page.keyboard.press('End');
  await page.locator(`.row[aria-rowindex="${ROWS + 1}"]`).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.details .plot.activity').waitFor();
  assert.deepEqual(errors, []);
});
