// How it looks: no page wider than its window, in either theme and language.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { choose, fixture, launch, oneFile, open, result, temporaryFolder } from './support.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

for (const language of ['en', 'zh']) {
  for (const [name, options] of Object.entries({
    '360 px, light': { viewport: { width: 360, height: 740 } },
    '360 px, dark': { viewport: { width: 360, height: 740 }, colorScheme: 'dark' },
    '1280 px, dark': { colorScheme: 'dark' },
  })) {
    test(`${language}, ${name}: no view is wider than the window`, async (test) => {
      const bad = join(temporaryFolder(test), `${'a-long-name-without-end'.repeat(6)}.txt`);
      writeFileSync(bad, 'no capture');
      const { context, page, errors } = await open(browser, `${oneFile}#lang=${language}`, options);
      const fits = async (view) => {
        await page.waitForTimeout(50);
        const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(beyond <= 0, `${view}: ${beyond} px too wide`);
      };
      await fits('start');
      await choose(page, fixture('certificates.pcap'));
      await result(page, 'certificates.pcap');
      await fits('table');
      await page.locator('.row').first().click();
      await page.locator('.details').waitFor();
      await page.locator('.lowering').waitFor();
      await page.locator('.marks .chip').first().click();
      await page.locator('.marks .chip[aria-pressed=true]').waitFor();
      await fits('details');
      await page.locator('.details header button').last().click();
      for (const tab of ['seen', 'compare', 'exports']) {
        await page.click(`#tab-${tab}`);
        await fits(tab);
      }
      await page.locator('.top .tools .quiet').nth(1).click();
      const list = join(temporaryFolder(test), `${'a-long-name-without-end'.repeat(6)}.csv`);
      writeFileSync(list, `0.0.0.0/0,${'a-long-note'.repeat(20)}\n${'nothing-to-see'.repeat(20)}\n`);
      await page.locator('[data-choose=indicators]').setInputFiles(list);
      await page.locator('.entries summary').click();
      await fits('lists');
      await page.keyboard.press('Escape');
      await page.click('#tab-destinations');
      await page.locator('.row .indicator').first().waitFor();
      await fits('marks');
      await choose(page, bad);
      await page.waitForSelector('.end.failed');
      await fits('error');
      await page.locator('.tools .quiet').first().click();
      await fits('privacy');
      assert.deepEqual(errors, []);
      await context.close();
    });
  }
}

test('at 360 px each heading of the table is as wide as its word', async () => {
  const { context, page } = await open(browser, oneFile, { viewport: { width: 360, height: 740 } });
  await choose(page, fixture('certificates.pcap'));
  await result(page, 'certificates.pcap');
  const heads = await page.locator('.head button > span:first-child').evaluateAll((words) =>
    words.map((word) => {
      const [head, text] = [word.closest('.cell'), document.createRange()];
      text.selectNodeContents(word);
      return [word.textContent, head.clientWidth, text.getBoundingClientRect().width];
    }),
  );
  assert.equal(heads.length, 7);
  for (const [word, shown, whole] of heads) assert.ok(whole > 30 && whole <= shown, `${word}: ${shown} of ${whole}`);
  await context.close();
});

test('text and ground differ enough in both themes', async () => {
  for (const colorScheme of ['light', 'dark']) {
    const { context, page } = await open(browser, oneFile, { colorScheme });
    const pairs = await page.evaluate(contrasts);
    for (const [pair, ratio] of pairs) assert.ok(ratio >= 4.5, `${colorScheme}: ${pair} has ${ratio.toFixed(2)}`);
    await context.close();
  }
});

/** Contrast (WCAG 2) of the text colours on the grounds that they are used on. */
function contrasts() {
  const probe = document.body.appendChild(document.createElement('i'));
  const channels = (name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color.match(/[\d.]+/g).slice(0, 3).map(Number);
  };
  const luminance = (name) => {
    const [r, g, b] = channels(name).map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => (Math.max(luminance(a), luminance(b)) + 0.05) / (Math.min(luminance(a), luminance(b)) + 0.05);
  const used = [
    ...['text', 'muted', 'accent', 'flag', 'doubt'].flatMap((text) => ['ground', 'surface'].map((ground) => [text, ground])),
    ['text', 'raised'],
    ['muted', 'raised'],
    ['text', 'accent-soft'],
    ['muted', 'accent-soft'],
    ['flag', 'accent-soft'],
    ['text', 'flag-soft'],
    ['text', 'doubt-soft'],
    ['doubt', 'doubt-soft'],
    ['accent-text', 'accent'],
  ];
  return used.map(([text, ground]) => [`${text} on ${ground}`, ratio(text, ground)]);
}
