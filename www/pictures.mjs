// Takes the README's pictures of the built page into www/pictures/: the start and a sample's result, in both languages and
// themes, and on a narrow window.

import { mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const www = dirname(fileURLToPath(import.meta.url));
const dist = resolve(process.env.HUSHCAP_DIST ?? join(www, '../dist'));
const out = join(www, 'pictures');
const SAMPLE = 'beacon.pcap';
const WIDE = { viewport: { width: 1180, height: 740 } };
const NARROW = { viewport: { width: 360, height: 720 }, deviceScaleFactor: 1.5 };
/** A picture in the README must not slow it down. */
const LIMIT = 150_000;

const PICTURES = [
  { name: 'start', ...WIDE },
  { name: 'start-zh', language: 'zh', ...WIDE },
  { name: 'result', view: details, ...WIDE },
  { name: 'result-dark', view: details, colorScheme: 'dark', ...WIDE },
  { name: 'result-zh', view: details, language: 'zh', ...WIDE },
  { name: 'result-narrow', view: table, ...NARROW },
];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--hide-scrollbars'],
});
mkdirSync(out, { recursive: true });
for (const { name, view, language = 'en', ...options } of PICTURES) {
  const page = await browser.newPage({ colorScheme: 'light', reducedMotion: 'reduce', ...options });
  await page.goto(`${pathToFileURL(join(dist, 'hushcap.html'))}#lang=${language}`);
  await page.waitForSelector('main h1');
  await view?.(page);
  await page.mouse.move(0, 0);
  const path = join(out, `${name}.png`);
  await page.screenshot({ path, animations: 'disabled' });
  await page.close();
  const { size } = statSync(path);
  if (size > LIMIT) throw new Error(`${path} has ${size} bytes, ${LIMIT} allowed`);
  console.log(`${path}: ${size} bytes`);
}
await browser.close();

async function table(page) {
  await page.locator('.samples button', { hasText: SAMPLE }).click();
  await page.waitForSelector('.grid .row');
}

async function details(page) {
  await table(page);
  await page.locator('.grid .row').first().click();
  await page.waitForSelector('.details');
}
