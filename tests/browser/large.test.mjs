// 100 000 destinations: the table stays smooth, no task holds the page up for long while it is used, and what it shows is of one state.

import assert from 'node:assert/strict';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { LONGEST_TASK, dropPaths, launch, longestTask, oneFile, open, result } from './support.mjs';

const ROWS = 100_000;
/** Entries of the list of indicators. */
const LISTED = 50_000;
/** Destinations with a name that begins with host99: of a third of all none has a name. */
const HOSTS_99 = Array.from({ length: ROWS }, (_, i) => i).filter((i) => i % 3 && String(i).startsWith('99')).length;
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

describe('100 000 destinations', { timeout: 300_000 }, () => {
  let [browser, page, errors, folder] = [];
  const path = (name) => join(folder, name);

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hushcap-'));
    await writeLogs(path('many'));
    browser = await launch();
    ({ page, errors } = await open(browser, oneFile));
  });
  after(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Holds the longest task while `act` runs against the bound. */
  async function smooth(test, what, act) {
    const { cpu, wall } = await longestTask(browser, page, act);
    test.diagnostic(`${what}: longest task ${cpu} ms, ${wall} ms by the clock`);
    assert.ok(cpu <= LONGEST_TASK, `${what}: a task took ${cpu} ms`);
  }
  const rows = (count) => page.waitForFunction((count) => document.querySelector('.grid').getAttribute('aria-rowcount') === String(count + 1), count);
  const filter = (text) => page.locator('#filter').fill(text);
  const someShown = () => page.locator('.shown', { hasText: 'of 100,000' }).waitFor();
  const chip = (text) => page.locator('.toolbar .chip', { hasText: text });
  const flaggedNow = async () => Number((await page.locator('.toolbar .chip.malware-like b').innerText()).replace(/\D/g, ''));
  const panel = () => page.locator('.top .tools button', { hasText: 'Lists' }).click();

  test('arrive without a long task, and few of them are in the document', async (test) => {
    await smooth(test, 'arriving', async () => {
      await dropPaths(page, [path('many')]);
      await result(page, 'many');
      await page.locator('.row').first().waitFor();
    });
    assert.equal(await page.locator('.grid').getAttribute('aria-rowcount'), String(ROWS + 1));
    assert.ok((await page.locator('.row').count()) < DRAWN);
  });

  test('are scrolled without a long task', async (test) => {
    await smooth(test, 'scrolling', async () => {
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
    });
  });

  test('are filtered without a long task: by each typed key, a network, a chip, a span of time', async (test) => {
    await smooth(test, 'typing a filter', async () => {
      await page.locator('#filter').pressSequentially('sni:host99*.example');
      await rows(HOSTS_99);
    });
    assert.match(await page.locator('.row .server').first().innerText(), /^host99\d*\.example$/);
    await smooth(test, 'filtering by a network', async () => {
      await filter('dst:198.0.0.0/16');
      await rows(65536);
      await filter('');
      await rows(ROWS);
    });
    await smooth(test, 'pressing a chip twice', async () => {
      await chip('Port not 443').click();
      await rows(0);
      await chip('Port not 443').click();
      await rows(ROWS);
    });
    await smooth(test, 'brushing the timeline', async () => {
      const field = await page.locator('.timeline .field').boundingBox();
      await page.mouse.move(field.x + field.width * 0.2, field.y + 40);
      await page.mouse.down();
      await page.mouse.move(field.x + field.width * 0.7, field.y + 40, { steps: 10 });
      await page.mouse.up();
      await someShown();
      await page.getByRole('button', { name: 'Show all the time' }).click();
      await rows(ROWS);
    });
  });

  test('are sorted and judged anew without a long task', async (test) => {
    for (const column of ['server', 'destination', 'source', 'activity', 'verdict', 'connections']) {
      await smooth(test, `sorting by ${column}`, async () => {
        await page.locator(`.head .${column} button`).click();
        await page.locator(`.head .${column}[aria-sort$=ending]`).waitFor();
      });
    }
    assert.equal(await page.locator('.row .connections').first().innerText(), '2');
    // Two clicks at once: the second turns what the first has asked for.
    await page.locator('.head .destination button').evaluate((button) => [button, button].forEach((button) => button.click()));
    await page.locator('.head .destination[aria-sort=descending]').waitFor();
    assert.match(await page.locator('.row .destination').first().innerText(), /^198\.1\.134\.159:/);
    await smooth(test, 'ticking a column', async () => {
      await page.locator('.menu summary').click();
      await page.locator('.menu label', { hasText: 'Mean validity of the certificates' }).click();
      await page.locator('.head', { hasText: 'Mean validity' }).waitFor();
      await page.keyboard.press('Escape');
    });
    const slider = page.getByLabel('Threshold of the score');
    await smooth(test, 'moving the threshold', async () => {
      for (const threshold of [0.3, 0.02, 0.01]) {
        await slider.fill(String(threshold));
        await page.locator('.summary .tag', { hasText: `threshold moved to ${threshold.toFixed(3)}` }).waitFor();
      }
      await page.getByRole('button', { name: 'Back to the model’s' }).click();
      await page.locator('.summary .tag').waitFor({ state: 'detached' });
    });
  });

  test('are marked by the reader’s lists without a long task', async (test) => {
    await page.locator('.row').nth(2).click();
    await page.locator('.details .marks').waitFor();
    await smooth(test, 'marking one as expected', async () => {
      await page.locator('.marks .chip', { hasText: 'Destination' }).click();
      await chip('expected').waitFor();
    });
    const list = Array.from({ length: LISTED }, (_, i) => (i % 50 ? `host${i * 3}.other.example` : `198.0.${(i / 50) % 256}.0/${24 + (i % 4)}`));
    writeFileSync(path('list.txt'), list.join('\n'));
    await smooth(test, `importing ${LISTED} indicators`, async () => {
      await panel();
      await page.locator('[data-choose=indicators]').setInputFiles(path('list.txt'));
      await page.locator('.entries li', { hasText: '50,000 entries' }).waitFor();
      await page.keyboard.press('Escape');
      await chip('indicator').waitFor();
    });
    await smooth(test, 'removing them', async () => {
      await panel();
      await page.getByRole('button', { name: 'Remove list.txt' }).click();
      await page.keyboard.press('Escape');
      await chip('indicator').waitFor({ state: 'detached' });
    });
    await page.locator('.marks .chip', { hasText: 'Destination' }).click();
    await chip('expected').waitFor({ state: 'detached' });
  });

  /** What each drawing of the page shows while `act` runs, without repetitions: each a text of all its counts. */
  async function states(act, end) {
    await page.evaluate(() => {
      globalThis.states = [];
      const text = (selector) => document.querySelector(selector)?.textContent ?? '';
      const look = () => {
        const rows = Number(document.querySelector('.grid').getAttribute('aria-rowcount')) - 1;
        const flagged = [(/(\d[\d,]*) of (the other )?[\d,]+ (TLS destinations )?resembl/.exec(text('h1'))?.[1] ?? '0'), text('.toolbar .chip.malware-like b')].map((count) => Number(count.replace(/\D/g, '')));
        const state = JSON.stringify({ rows, shown: text('.shown').split(' ')[0].replace(/\D/g, ''), flagged, tag: text('.summary button.tag').trim() });
        if (globalThis.states.at(-1) !== state) globalThis.states.push(state);
      };
      look();
      globalThis.looks = new MutationObserver(look);
      globalThis.looks.observe(document.getElementById('page'), { subtree: true, childList: true, attributes: true, characterData: true });
    });
    await page.evaluate(act);
    await end();
    // Work that was not ended would show later.
    await page.waitForTimeout(500);
    return page.evaluate(() => {
      globalThis.looks.disconnect();
      return globalThis.states.map((state) => JSON.parse(state));
    });
  }

  test('a newer filter ends an older one, and no drawing mixes two', async () => {
    const seen = await states(
      () => {
        const field = document.getElementById('filter');
        const type = (text) => {
          field.value = text;
          field.dispatchEvent(new Event('input', { bubbles: true }));
        };
        type('dst:198.0.0.0/16');
        // The page has drawn by then, and with that has begun to filter.
        return new Promise((resolve) => requestAnimationFrame(() => resolve(type('sni:host99*.example'))));
      },
      () => rows(HOSTS_99),
    );
    assert.deepEqual(seen.map(({ rows, shown }) => [rows, shown]), [
      [ROWS, ''],
      [HOSTS_99, String(HOSTS_99)],
    ]);
    await filter('');
    await rows(ROWS);
  });

  test('no drawing tells of verdicts at two thresholds', async () => {
    const before = await flaggedNow();
    // The network has to be looked up for each row: that takes many steps.
    await filter('dst:198.0.0.0/8 verdict:malware-like');
    await rows(before);
    const seen = await states(
      () => {
        const slider = document.querySelector('.scores input[type=range]');
        slider.value = '0';
        slider.dispatchEvent(new Event('input', { bubbles: true }));
      },
      () => page.locator('.summary button.tag').waitFor(),
    );
    const after = await flaggedNow();
    assert.ok(after > before, `${before} and ${after} are flagged`);
    for (const { rows, flagged, tag } of seen) assert.deepEqual([rows, ...flagged], Array(3).fill(tag ? after : before));
  });

  test('are walked to the last, which has its details', async () => {
    await filter('');
    await rows(ROWS);
    await page.locator('#grid').focus();
    await page.keyboard.press('End');
    await page.locator(`.row[aria-rowindex="${ROWS + 1}"]`).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.details .plot.activity').waitFor();
    assert.deepEqual(errors, []);
  });
});
