// Takes the README's pictures of the built page into www/pictures/: the start and a sample's result, in both languages and
// themes, and on a narrow window.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const www = dirname(fileURLToPath(import.meta.url));
const dist = resolve(process.env.HUSHCAP_DIST ?? join(www, '../dist'));
const out = join(www, 'pictures');
const SAMPLE = 'beacon.pcap';
const WIDE = { viewport: { width: 1280, height: 860 } };
const NARROW = { viewport: { width: 360, height: 760 }, deviceScaleFactor: 1.5 };
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
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const { name, view, language = 'en', ...options } of PICTURES) {
  const page = await browser.newPage({ colorScheme: 'light', reducedMotion: 'reduce', ...options });
  await page.goto(`${pathToFileURL(join(dist, 'hushcap.html'))}#lang=${language}`);
  await page.waitForSelector('main h1');
  await view?.(page);
  await page.mouse.move(0, 0);
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 90 });
  await page.close();
  const picture = Buffer.from(data, 'base64');
  if (picture.length > LIMIT) throw new Error(`${name} has ${picture.length} bytes, ${LIMIT} allowed`);
  const path = join(out, `${name}.webp`);
  writeFileSync(path, picture);
  console.log(`${path}: ${picture.length} bytes`);
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
