// axe finds nothing serious or critical in any view, in both languages and themes; and what it cannot see: the keyboard alone, reduced
// motion, paper.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { UDP, assertSound, captureOf, choose, drawn, fixture, generate, launch, oneFile, open, result, root, serve, temporaryFolder, trap } from './support.mjs';

const axe = readFileSync(join(root, 'www/node_modules/axe-core/axe.min.js'), 'utf8');
let browser;
/** A capture that is read for some seconds. */
let large;
before(async () => {
  browser = await launch();
  large = join(mkdtempSync(join(tmpdir(), 'hushcap-')), 'large.pcap');
  await generate('1GiB', large);
});
after(async () => {
  await browser.close();
  rmSync(dirname(large), { recursive: true });
});

async function audit(page, view) {
  await drawn(page);
  await assertSound(page);
  await page.evaluate(axe);
  const { violations, passes } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  assert.ok(passes.length > 10, `${view}: axe ran`);
  const found = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  const told = found.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ target, failureSummary }) => `${target} ${failureSummary}`).join(' | ')}`);
  assert.deepEqual(told, [], view);
}

for (const language of ['en', 'zh']) {
  for (const colorScheme of ['light', 'dark']) {
    test(`${language}, ${colorScheme}: axe finds nothing serious`, async (test) => {
      const bad = join(temporaryFolder(test), 'bad.txt');
      writeFileSync(bad, 'no capture');
      const { context, page } = await open(browser, `${oneFile}#lang=${language}`, { colorScheme });
      await audit(page, 'start');
      await page.locator('.tools .quiet').first().click();
      await page.locator('dialog[open]').waitFor();
      await audit(page, 'privacy');
      await page.keyboard.press('Escape');
      await choose(page, fixture('certificates.pcap'));
      await result(page, 'certificates.pcap');
      await audit(page, 'table');
      await page.locator('#filter').fill('scroe>1 -verdict:undecided');
      await page.locator('.menu summary').click();
      await audit(page, 'mistake and columns');
      await page.keyboard.press('Escape');
      await page.locator('.row').first().click();
      await page.locator('.chain li').first().waitFor();
      await page.locator('.logrows .chip').first().click();
      await page.locator('.chain .link').first().click();
      await page.locator('.chain pre').waitFor();
      await audit(page, 'details');
      await page.keyboard.press('?');
      await page.locator('dialog[open]').waitFor();
      await audit(page, 'help');
      await page.keyboard.press('Escape');
      await page.locator('.marks .chip').first().click();
      await page.locator('.marks .chip[aria-pressed=true]').waitFor();
      await page.locator('.top .tools .quiet').nth(1).click();
      const list = join(temporaryFolder(test), 'list.csv');
      writeFileSync(list, '0.0.0.0/0,a note\nnothing to see\n');
      await page.locator('[data-choose=indicators]').setInputFiles(list);
      await page.locator('.entries summary').click();
      await audit(page, 'lists');
      await page.keyboard.press('Escape');
      await page.locator('.details .indicator:visible, .row .indicator:visible').first().waitFor();
      await audit(page, 'marks');
      await page.locator('.notices').waitFor();
      for (const tab of ['seen', 'compare', 'exports']) {
        await page.click(`#tab-${tab}`);
        await audit(page, tab);
      }
      await choose(page, fixture('beacon.pcap'));
      await result(page, 'beacon.pcap');
      await page.click('#tab-compare');
      await page.locator('.tallied').waitFor();
      await audit(page, 'two inputs side by side');
      await page.locator('.baseline select').selectOption('0.1');
      await page.locator('[data-calibrate]').click();
      await page.locator('.judged-by').waitFor();
      await audit(page, 'baseline');
      await page.locator('.judged-by .link').first().click();
      await page.locator('#filter').fill('');
      await page.locator('.whole').click();
      await page.locator('.row').first().click();
      await page.locator('.origins').waitFor();
      await audit(page, 'all inputs as one');
      await choose(page, bad);
      await page.waitForSelector('.end.failed');
      await audit(page, 'error');
      await context.close();
    });
  }
}

for (const language of ['en', 'zh']) {
  for (const colorScheme of ['light', 'dark']) {
    test(`${language}, ${colorScheme}: axe finds nothing serious in the views of values`, async (test) => {
      const { context, page } = await open(browser, `${oneFile}#lang=${language}`, { colorScheme, viewport: { width: 1440, height: 900 } });
      test.after(() => context.close());
      await choose(page, fixture('browsing.pcap'));
      await result(page, 'browsing.pcap');
      const value = (field) => page.locator(`[data-facet=${field}] li`).first();
      const openPlace = async (field) => {
        await value(field).locator('.more').click();
        await page.locator('[data-does=open]').click();
      };
      await value('source').locator('.to').click();
      await audit(page, 'facets');
      await value('source').locator('.more').click();
      await page.locator('.value-menu').waitFor();
      await audit(page, 'menu of a value');
      await page.locator('[data-does=open]').click();
      await page.locator('[data-place=host] .listed').nth(1).waitFor();
      await page.locator('.neighbours summary').click();
      await audit(page, 'host');
      await page.locator('.place-head .button').click();
      await page.locator('.connections-grid .row').first().click();
      await audit(page, 'connections of a host');
      await page.click('#tab-destinations');
      await page.locator('.place-head .way .link').click();
      await openPlace('certificate');
      await page.locator('[data-place=certificate] .chain li').first().waitFor();
      await page.locator('.place summary').first().click();
      await audit(page, 'certificate');
      await page.locator('.place-head .way .link').click();
      await openPlace('ja4');
      await page.locator('.about').waitFor();
      await audit(page, 'fingerprint');
      await page.keyboard.press('Control+k');
      await page.locator('#palette').fill('s');
      await page.locator('.palette li').first().waitFor();
      await audit(page, 'palette');
      await page.keyboard.press('Escape');
      for (const width of [360, 720]) {
        await page.setViewportSize({ width, height: 780 });
        await audit(page, `facets and fingerprint at ${width} pixels`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= width, `the page is ${wide} pixels wide at ${width}`);
      }
    });
  }
}

for (const language of ['en', 'zh']) {
  for (const colorScheme of ['light', 'dark']) {
    test(`${language}, ${colorScheme}: axe finds nothing serious while an analysis runs, nor where it ends early`, async (test) => {
      const dns = join(temporaryFolder(test), 'dns.pcap');
      writeFileSync(dns, captureOf(101, UDP));
      const { context, page } = await open(browser, `${oneFile}#lang=${language}`, { colorScheme });
      test.after(() => context.close());
      await choose(page, large, dns);
      await page.locator('.strip').waitFor({ timeout: 30_000 });
      await audit(page, 'running');
      assert.equal(await page.locator('.strip').count(), 1, 'it still runs');
      await page.locator('.inputs .input', { hasText: 'dns.pcap' }).click();
      await page.locator('.run').waitFor();
      await audit(page, 'waiting');
      await page.locator('.inputs .input', { hasText: 'large.pcap' }).click();
      await page.locator('.strip .button').click();
      await page.locator('.summary .partial .icon').waitFor({ timeout: 10_000 });
      await audit(page, 'partial');
      await page.click('#tab-seen');
      await audit(page, 'partial, seen');
      await page.locator('.inputs .input', { hasText: 'dns.pcap' }).click();
      await page.locator('.reasons').waitFor();
      await audit(page, 'without TLS');
      const [worker] = await Promise.all([page.waitForEvent('worker'), choose(page, large)]);
      await trap(worker);
      await page.waitForSelector('.end.crashed');
      await audit(page, 'crashed');
      await choose(page, ...Array(12).fill(dns));
      await page.locator('.inputs .all').click();
      await page.locator('dialog[open] .inputs li').nth(13).waitFor();
      await audit(page, 'list of inputs');
    });

    test(`${language}, ${colorScheme}: axe finds nothing serious in a frame`, async (test) => {
      const site = await serve();
      const folder = temporaryFolder(test);
      writeFileSync(join(folder, 'index.html'), `<!doctype html><html lang="en"><title>Host</title><iframe title="Hushcap" src="${site.url}#lang=${language}" style="width: 100%; height: 700px"></iframe></html>`);
      const host = await serve(folder);
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme });
      test.after(() => Promise.all([context.close(), site.close(), host.close()]));
      const page = await context.newPage();
      await page.goto(host.url);
      const frame = await (await page.waitForSelector('iframe')).contentFrame();
      await frame.waitForSelector('main h1');
      await page.evaluate((bytes) => frames[0].postMessage({ hushcap: 1, type: 'analyse', id: 'a', name: 'sent.pcap', bytes: Uint8Array.from(bytes).buffer, report: true }, '*'), [...readFileSync(fixture('beacon.pcap'))]);
      await frame.locator('dialog[open] .primary').waitFor();
      await audit(frame, 'consent');
      await frame.locator('dialog[open] .primary').click();
      await frame.locator('.grid .row').first().waitFor();
      await audit(frame, 'result in a frame');
    });
  }
}

test('on a narrow screen no text of the view of an analysis lies on another', async (test) => {
  const { context, page } = await open(browser, oneFile, { viewport: { width: 360, height: 740 } });
  test.after(() => context.close());
  await choose(page, large);
  await page.locator('.strip b').waitFor({ timeout: 30_000 });
  await page.waitForFunction(() => /left/.test(document.querySelector('.strip').innerText));
  const { overlaps, wide } = await page.evaluate(() => {
    const parts = [...document.querySelectorAll('.strip progress, .strip p > *, .strip button')].map((part) => ({ text: part.innerText, box: part.getBoundingClientRect() }));
    const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
    const overlaps = parts.flatMap((one, i) => parts.slice(i + 1).filter((other) => meet(one.box, other.box)).map((other) => `${one.text} | ${other.text}`));
    return { overlaps, wide: document.querySelector('.strip progress').offsetWidth };
  });
  assert.deepEqual(overlaps, []);
  assert.ok(wide > 250, `the bar is ${wide} px wide`);
});

test('keys alone lead from a sample to the reason of its verdict', async () => {
  const { context, page } = await open(browser, oneFile);
  const reach = async (selector) => {
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press('Tab');
      if (await page.locator(`${selector}:focus`).count()) return;
    }
    assert.fail(`Tab never reaches ${selector}`);
  };
  await reach('.samples button');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.grid .row');
  await reach('#filter');
  await page.keyboard.press('Enter');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.locator('.details .why').waitFor();
  await reach('.details .why button');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelectorAll('.bars li:not(.sum)').length === 176);
  await page.keyboard.press('Escape');
  await page.locator('.details').waitFor({ state: 'detached' });
  assert.equal(await page.evaluate(() => document.activeElement.id), 'grid');
  await context.close();
});

test('nothing moves where motion is reduced', async () => {
  const { context, page } = await open(browser, oneFile, { reducedMotion: 'reduce' });
  await choose(page, fixture('beacon.pcap'));
  await result(page, 'beacon.pcap');
  const moving = await page.evaluate(() =>
    [...document.querySelectorAll('*')].filter((element) => {
      const { transitionDuration, animationName } = getComputedStyle(element);
      return animationName !== 'none' || transitionDuration.split(',').some((time) => parseFloat(time) > 0);
    }).length,
  );
  assert.equal(moving, 0);
  await context.close();
});

test('with forced colours the chosen tab and row, the bars and the legend can be told', async () => {
  const { context, page } = await open(browser, oneFile);
  await page.emulateMedia({ forcedColors: 'active' });
  await choose(page, fixture('beacon.pcap'));
  await result(page, 'beacon.pcap');
  await page.locator('.row').first().click();
  await page.locator('.why button').click();
  await page.locator('.lowers').first().waitFor();
  const style = (selector, property, pseudo) => page.locator(selector).first().evaluate((element, [property, pseudo]) => getComputedStyle(element, pseudo)[property], [property, pseudo]);
  const ground = await style('body', 'backgroundColor');
  const tabs = await page.locator('.tabs button').evaluateAll((tabs) => tabs.map((tab) => getComputedStyle(tab).borderBottomColor));
  assert.notEqual(tabs[0], tabs[1]);
  assert.equal(tabs[1], tabs[2]);
  assert.equal(await style('.row[aria-selected=true]', 'outlineStyle'), 'solid');
  assert.equal(await style('.row[aria-selected=false]', 'outlineStyle'), 'none');
  for (const bar of ['.raises .track', '.lowers .track', '.sum .track']) {
    const colour = await style(bar, 'backgroundColor', '::after');
    assert.ok(![ground, 'rgba(0, 0, 0, 0)'].includes(colour), `${bar} is ${colour} on ${ground}`);
  }
  assert.match(await style('.cell.score i', 'backgroundImage'), /gradient/);
  const legend = await page.locator('.key i').evaluateAll((squares) => squares.map((square) => getComputedStyle(square).backgroundColor));
  assert.equal(new Set([ground, ...legend]).size, 3, `${ground}, ${legend}`);
  await context.close();
});

test('paper shows the whole result and none of the tools', async () => {
  const { context, page } = await open(browser, oneFile, { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' });
  await choose(page, fixture('beacon.pcap'));
  await result(page, 'beacon.pcap');
  await page.locator('.row').first().click();
  await page.locator('.details .why').waitFor();
  const columns = await page.locator('rect.column').count();
  assert.ok(columns > 20, `${columns} columns in the plots`);
  await page.emulateMedia({ media: 'print' });
  // A4 with margins of 1 cm, and with none.
  for (const width of [718, 794]) {
    await page.setViewportSize({ width, height: 1123 });
    await drawn(page);
    for (const tool of ['#filter', '.toolbar', '.chips .chip', '.menu', '.tabs', '.top .tools']) {
      assert.equal(await page.locator(tool).filter({ visible: true }).count(), 0, `${tool} at ${width}`);
    }
    assert.ok(await page.locator('.summary h1').isVisible());
    assert.equal(await page.locator('rect.column').filter({ visible: true }).count(), columns, `columns of the plots at ${width}`);
    assert.equal(await page.locator('.row').filter({ visible: true }).count(), 7);
    const { beyond, cut, lefts } = await page.evaluate(() => {
      const cells = [...document.querySelectorAll('.grid .cell')];
      return {
        beyond: cells.filter((cell) => cell.getBoundingClientRect().right > innerWidth + 0.5).length,
        cut: cells.filter((cell) => getComputedStyle(cell).textOverflow === 'ellipsis' && getComputedStyle(cell).overflow !== 'visible').length,
        lefts: ['.grid', '.details'].map((part) => document.querySelector(part).getBoundingClientRect()).map(({ left, width }) => [left, Math.round(width)]),
      };
    });
    assert.deepEqual([beyond, cut], [0, 0], `cells beyond the paper and cut at ${width}`);
    assert.deepEqual(lefts, [[0, width], [0, width]], 'the details have a column of their own');
  }
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector('.summary strong')).color), 'rgb(23, 34, 42)', 'dark on light');
  await context.close();
});

test('paper takes the rows that are not in view too', async () => {
  const { context, page } = await open(browser, oneFile, { viewport: { width: 1280, height: 300 } });
  await choose(page, fixture('certificates.pcap'));
  await result(page, 'certificates.pcap');
  const all = Number(await page.locator('.grid').getAttribute('aria-rowcount')) - 1;
  const rows = page.locator('.row');
  assert.ok((await rows.count()) < all, `${await rows.count()} of ${all} rows are drawn on the screen`);
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  assert.equal(await rows.count(), all, 'the paper does not wait for a frame');
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  assert.ok((await rows.count()) < all, 'and leaves the screen as it was');
  await context.close();
});
