// After it has loaded, the page makes no request; and its policy would refuse one, also to a worker.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { choose, dist, exported, fixture, oneFile, open, result, serve, startSite } from './support.mjs';

const site = startSite();

for (const [form, url] of Object.entries({ 'hosted page': () => site.server.url, 'one-file page': () => oneFile })) {
  for (const offline of [false, true]) {
    test(`${form}: no request after loading${offline ? ', with the network cut' : ''}`, async () => {
      const { context, page, errors } = await open(site.browser, url());
      await page.waitForLoadState('networkidle');
      await context.setOffline(offline);
      const served = site.server.requests.length;
      const requests = [];
      context.on('request', (request) => requests.push(request.url()));
      await page.locator('.samples button', { hasText: 'browsing.pcap' }).click();
      await result(page, 'browsing.pcap');
      await page.locator('.grid .row').first().click();
      await exported(page, 'conn.json');
      await choose(page, fixture('visit.pcapng.gz'));
      await result(page, 'visit.pcapng.gz');
      await page.locator('.tools .quiet').first().click();
      assert.match(await page.locator('dialog[open]').innerText(), /Requests since the page loaded\s+0\b/);
      // A Blob URL stands for bytes that the page itself holds: it is never fetched from anywhere.
      assert.deepEqual(requests.filter((url) => !url.startsWith('blob:')), []);
      assert.equal(site.server.requests.length, served);
      assert.deepEqual(errors, []);
      await context.close();
    });
  }

  test(`${form}: the policy refuses what a script could try`, async () => {
    const { context, page } = await open(site.browser, url());
    await page.locator('.samples button', { hasText: 'browsing.pcap' }).click();
    await result(page, 'browsing.pcap');
    const served = site.server.requests.length;
    const trap = `${site.server.url}trap`;
    for (const place of [page, page.workers()[0]]) assert.notEqual(await place.evaluate(tryFetch, trap), 'sent');
    for (const place of [page, page.workers()[0]]) assert.notEqual(await place.evaluate(trySocket, trap), 'open');
    assert.notEqual(await page.evaluate(tryImage, trap), 'loaded');
    assert.equal(await page.evaluate(tryMarkup), 'refused');
    await page.waitForTimeout(200);
    assert.deepEqual(site.server.requests.slice(served), []);
    await context.close();
  });
}

test('requests of the page and of its worker are counted where the policy lets them pass, and shown at once', async () => {
  const server = await serve();
  const context = await site.browser.newContext();
  const page = await context.newPage();
  await page.route(server.url, async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace("connect-src 'none'", "connect-src 'self'");
    await route.fulfill({ response, body });
  });
  await page.goto(server.url);
  const shown = (count) => page.locator('.proof dl div', { hasText: 'Requests since the page loaded' }).locator('dd', { hasText: new RegExp(`^${count}$`) }).waitFor();
  await shown(0);
  for (const name of ['one', 'two']) await page.evaluate((url) => fetch(url), `${server.url}trap?${name}`);
  await shown(2);
  await page.locator('.samples button', { hasText: 'browsing.pcap' }).click();
  await result(page, 'browsing.pcap');
  await page.locator('.tools .quiet').first().click();
  const panel = page.locator('dialog[open] .facts div').first().locator('dd');
  assert.equal(await panel.innerText(), '2');
  await page.workers()[0].evaluate((url) => fetch(url), `${server.url}trap?three`);
  await panel.filter({ hasText: /^3$/ }).waitFor();
  await context.close();
  server.close();
});

test('the build has the name that its files give by the command in the panel', async () => {
  const { context, page } = await open(site.browser, site.server.url);
  await page.locator('.tools .quiet').first().click();
  const command = await page.locator('dialog[open] li code').innerText();
  const name = await page.locator('dialog[open] .facts code').innerText();
  for (const folder of [dist, join(dist, 'app')]) assert.equal(execFileSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' }).slice(0, 12), name);
  await context.close();
});

test('no file of the build asks for another but its script and its style', async () => {
  const { context } = await open(site.browser, site.server.url);
  assert.deepEqual([...new Set(site.server.requests)].filter((line) => !/ \/(app\.js|style\.css)?$/.test(line)), []);
  await context.close();
});

test('the first load is small, samples and model included', (t) => {
  const sent = ['index.html', 'app.js', 'style.css'].map((name) => gzipSync(readFileSync(join(dist, name)), { level: 9 }).length);
  const sum = sent.reduce((sum, length) => sum + length);
  t.diagnostic(`${Math.round(sum / 1000)} kB gzipped`);
  assert.ok(sum < 760_000, `${sum} bytes`);
});

test('the script has no code for what no policy covers', () => {
  const script = readFileSync(join(dist, 'app.js'), 'utf8');
  assert.deepEqual(script.match(/RTCPeerConnection|window\.open\(|location\.(href|assign|replace)/g), null);
});

const tryFetch = (url) =>
  fetch(url, { mode: 'no-cors' }).then(
    () => 'sent',
    (error) => String(error),
  );

const trySocket = (url) =>
  new Promise((resolve) => {
    try {
      const socket = new WebSocket(url.replace('http', 'ws'));
      socket.onopen = () => resolve('open');
      socket.onerror = () => resolve('refused');
    } catch (error) {
      resolve(String(error));
    }
  });

const tryImage = (url) =>
  new Promise((resolve) => {
    const image = new Image();
    image.onload = () => resolve('loaded');
    image.onerror = () => resolve('refused');
    image.src = `${url}?image`;
  });

// Trusted types: no string becomes markup.
const tryMarkup = () => {
  try {
    document.createElement('div').innerHTML = '<b>text</b>';
    return 'taken';
  } catch {
    return 'refused';
  }
};
