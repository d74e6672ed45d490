// axe finds nothing serious or critical in any view, in both languages and themes; and what it cannot see: the keyboard alone, reduced
// motion, paper.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { UDP, assertSound, captureOf, choose, drawn, fixture, generate, launch, oneFile, open, result, root, serve, temporaryFolder, trap } from './support.mjs';

const axe = readFileSync(join(root, 'www/node_modules/axe-core/axe.min.js'), 'utf8');
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

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
      await page.locator('#filter').fill('scroe>1 verdict:malware-like');
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
      await page.locator('.details .indicator, .row .indicator').first().waitFor();
      await audit(page, 'marks');
      for (const tab of ['seen', 'exports']) {
        await page.click(`#tab-${tab}`);
        await audit(page, tab);
      }
      await choose(page, bad);
      await page.waitForSelector('.end.failed');
      await audit(page, 'error');
      await context.close();
    });
  }
}

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
  await page.waitForFunction(() => document.querySelectorAll('.bars li:not(.sum)').length === 37);
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

test('paper shows the result and none of the tools', async () => {
  const { context, page } = await open(browser, oneFile);
  await choose(page, fixture('beacon.pcap'));
  await result(page, 'beacon.pcap');
  await page.emulateMedia({ media: 'print' });
  for (const part of ['.tabs', '.bar', '.top .tools']) assert.ok(!(await page.locator(part).first().isVisible()), part);
  assert.ok(await page.locator('.summary h1').isVisible());
  assert.equal(await page.locator('.row:visible').count(), 7);
  const pdf = await page.pdf();
  assert.ok(pdf.length > 5000);
  await context.close();
});
