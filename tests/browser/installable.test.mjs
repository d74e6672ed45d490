// The installable form: it can be installed, opens captures, and works without its host after the first visit. Its service
// worker fetches the files of the build and nothing else.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { choose, dist, fixture, launch, launchProfile, open, result, serve, temporaryFolder } from './support.mjs';

let browser;
let server;
let context;
let page;
before(async () => {
  browser = await launch();
});
after(() => browser.close());
beforeEach(async () => {
  server = await serve();
});
afterEach(async () => {
  await context.close();
  server.close();
});

/** Opens the form, and waits until its service worker has it all. */
async function visit() {
  ({ context, page } = await open(browser, `${server.url}app/`));
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated');
}

/** The paths below app/ that the service worker keeps. */
const kept = () => readdirSync(join(dist, 'app')).filter((name) => name !== 'sw.js').map((name) => `GET /app/${name === 'index.html' ? '' : name}`);

test('a browser finds nothing that keeps it from being installed', async (t) => {
  context = await launchProfile(temporaryFolder(t));
  page = await context.newPage();
  await page.goto(`${server.url}app/`);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const session = await context.newCDPSession(page);
  const manifest = await session.send('Page.getAppManifest');
  assert.deepEqual(manifest.errors, []);
  const { name, file_handlers, icons } = JSON.parse(manifest.data);
  assert.equal(name, 'Hushcap');
  assert.ok(icons.length > 0);
  assert.deepEqual(Object.values(file_handlers[0].accept).flat().sort(), ['.cap', '.pcap', '.pcapng']);
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  assert.deepEqual(installabilityErrors.map(({ errorId }) => errorId), []);
});

test('after the first visit it loads and analyses without its host', async () => {
  await visit();
  const asked = new Set(server.requests);
  for (const file of kept()) assert.ok(asked.has(file), `${file} of ${[...asked]}`);
  assert.deepEqual([...asked].filter((line) => line !== 'GET /app/sw.js' && !kept().includes(line)), []);
  const before = server.requests.length;
  server.close();
  await page.close();
  page = await context.newPage();
  const requests = [];
  page.on('requestfinished', (request) => requests.push(new URL(request.url())));
  await page.goto(`${server.url}app/#language=en`);
  await page.locator('.samples button', { hasText: 'browsing.pcap' }).click();
  await result(page, 'browsing.pcap');
  await choose(page, fixture('visit.pcapng.gz'));
  await result(page, 'visit.pcapng.gz');
  assert.equal(server.requests.length, before);
  const paths = requests.filter(({ protocol }) => protocol !== 'blob:').map(({ pathname }) => `GET ${pathname}`);
  assert.ok(paths.length > 0);
  assert.deepEqual(paths.filter((path) => !kept().includes(path)), []);
});

test('the privacy panel tells of it, and counts no request', async () => {
  await visit();
  await page.locator('.tools .quiet').first().click();
  const text = await page.locator('dialog[open]').innerText();
  assert.match(text, /Requests since the page loaded\s+0\b/);
  assert.match(text, /keeps its own files/);
  assert.match(text, /manifest-src 'self'/);
});

test('the service worker answers for its own files alone', async () => {
  await visit();
  const served = server.requests.length;
  // A frame is the only thing that the page could still ask for; the worker itself could fetch.
  const [worker] = context.serviceWorkers();
  const outside = await worker.evaluate(() => answer(new Request('/index.html')).then(({ type }) => type));
  assert.equal(outside, 'error');
  const inside = await worker.evaluate(() => answer(new Request('app.js?1')).then((response) => response.status));
  assert.equal(inside, 200);
  assert.notEqual(await page.evaluate((url) => fetch(url).then(() => 'sent', String), `${server.url}app/app.js`), 'sent');
  assert.equal(server.requests.length, served);
});

test('captures that the system opens with it are analysed', async () => {
  context = await browser.newContext();
  page = await context.newPage();
  // The system starts no browser here: the consumer is called as it would be, with handles of the browser's own.
  await page.addInitScript(() => {
    LaunchQueue.prototype.setConsumer = (consumer) => (globalThis.consumer = consumer);
  });
  await page.goto(`${server.url}app/`);
  await page.waitForFunction(() => globalThis.consumer);
  await page.evaluate(async (bytes) => {
    const folder = await navigator.storage.getDirectory();
    const handle = await folder.getFileHandle('opened.pcap', { create: true });
    const out = await handle.createWritable();
    await out.write(Uint8Array.from(bytes));
    await out.close();
    consumer({ files: [handle] });
  }, [...readFileSync(fixture('visit.pcap'))]);
  await result(page, 'opened.pcap');
});

test('the plain page keeps its stricter policy', async () => {
  ({ context, page } = await open(browser, server.url));
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
  assert.match(policy, /connect-src 'none'; worker-src blob:; img-src data:;/);
  assert.doesNotMatch(policy, /manifest-src/);
  assert.equal(readFileSync(join(dist, 'app.js'), 'utf8'), readFileSync(join(dist, 'app/app.js'), 'utf8'));
});

test('every file of the build has its sum', async () => {
  context = await browser.newContext();
  const checked = execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: dist, encoding: 'utf8' });
  const lines = checked.trim().split('\n');
  assert.ok(lines.every((line) => line.endsWith(': OK')), checked);
  const files = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name !== 'SHA256SUMS');
  assert.equal(lines.length, files.length);
});
