// What the browser tests share: the built page over http and from file://, the command line to compare with, captures.

import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { after, before } from 'node:test';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import * as esbuild from '../../www/node_modules/esbuild/lib/main.js';
import { chromium } from '../../www/node_modules/playwright-core/index.mjs';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const dist = resolve(process.env.HUSHCAP_DIST ?? join(root, 'dist'));
const binary = resolve(process.env.HUSHCAP_BIN ?? join(root, 'target/debug/hushcap'));
const shared = resolve(process.env.HUSHCAP_SHARED ?? join(root, '../shared'));

/** What a module of the page exports, such as `model/filter.ts`: bundled without the rest of the page, and loaded here. */
export async function pageModule(name) {
  const options = { bundle: true, write: false, format: 'esm', target: 'es2022', logLevel: 'warning' };
  const { outputFiles } = await esbuild.build({ entryPoints: [join(root, 'www/src', name)], ...options });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser that runs until the returned `close`. */
export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
}

/** A browser that keeps what it stores in `folder`, as its user's does: only such a one installs pages. */
export function launchProfile(folder) {
  return chromium.launchPersistentContext(folder, { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
}

/** Serves a folder, `dist/` without one, with more headers; `requests` lists what was asked for. */
export async function serve(folder = dist, headers = {}) {
  const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.webmanifest': 'application/manifest+json' };
  const requests = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const { pathname } = new URL(request.url, 'http://localhost');
    const file = join(folder, pathname.endsWith('/') ? `${pathname}index.html` : pathname);
    if (!existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'text/plain', ...headers }).end(readFileSync(file));
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${server.address().port}/`, requests, close };
}

/** A browser and the served page, from the first test of a file to its last; usable inside tests. */
export function startSite() {
  const site = {};
  before(async () => {
    site.browser = await launch();
    site.server = await serve();
  });
  after(async () => {
    await site.browser.close();
    site.server.close();
  });
  return site;
}

export const oneFile = pathToFileURL(join(dist, 'hushcap.html')).href;

/** Opens the page; errors of the page itself fail the test that reads `errors`. */
export async function open(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  if (process.env.HUSHCAP_FRAME_DELAY) await context.addInitScript(slowFrames, Number(process.env.HUSHCAP_FRAME_DELAY));
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(url);
  await page.waitForSelector('main h1');
  return { context, page, errors };
}

/** Draws late, as a busy machine does: `HUSHCAP_FRAME_DELAY=200` finds tests that look before the page has drawn. */
function slowFrames(delay) {
  const draw = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (step) => setTimeout(() => draw(step), delay);
}

/**
 * Waits until what was just done is drawn: the page draws in the next frame, lists measure themselves in the one after, and the rows of
 * many destinations take several.
 */
export async function drawn(page) {
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)))));
  await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
}

/** Fails where a text of the page is made of what is not a text. */
export async function assertSound(page) {
  const unsound = await page.evaluate(() => document.body.innerText.split('\n').filter((line) => /\[object |\bundefined\b|\bNaN\b/.test(line)));
  assert.deepEqual(unsound, []);
}

/** Milliseconds that no task on the page's main thread may take: what is waited for longer is felt as a halt. */
export const LONGEST_TASK = 100;

/**
 * The longest task on the page's main thread while `act` runs, in milliseconds: `cpu` by the time that the thread worked in it, `wall` by the
 * clock. On a machine that is busy with other things a task is stopped for as long as others run, which says nothing of the page: it is the
 * thread's time that is held against a bound, so that no test fails by chance. The two are the same on a quiet machine, as nothing that the
 * page does on this thread waits for a disk or a lock.
 */
export async function longestTask(browser, page, act) {
  await browser.startTracing(page, { categories: ['toplevel', 'blink.user_timing'] });
  let trace;
  try {
    await act();
    await page.evaluate(() => performance.mark('watched to the end'));
  } finally {
    trace = await browser.stopTracing();
  }
  const { traceEvents } = JSON.parse(trace);
  // A browser whose buffer is full leaves out what follows.
  if (!traceEvents.some(({ name }) => name === 'watched to the end')) throw new Error('the browser did not record all tasks');
  const thread = ({ pid, tid }) => `${pid} ${tid}`;
  const mains = new Set(traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(thread));
  const tasks = traceEvents.filter((event) => event.name === 'ThreadControllerImpl::RunTask' && mains.has(thread(event)));
  if (!tasks.some(({ tdur }) => tdur > 0)) throw new Error('the browser did not record the time of tasks');
  const most = (time) => Math.round(tasks.reduce((longest, task) => Math.max(longest, task[time] ?? 0), 0) / 1000);
  return { cpu: most('tdur'), wall: most('dur'), count: tasks.length };
}

/** Chooses files as a user does. */
export function choose(page, ...paths) {
  return page.locator('.chooser input').first().setInputFiles(paths);
}

/** Drops files or folders on the window, as the operating system does. */
export async function dropPaths(page, paths) {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: paths, dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop']) {
    await session.send('Input.dispatchDragEvent', { type, x: 300, y: 700, data });
  }
  await session.detach();
}

/** Waits until the result of the input called `name` is shown. */
export async function result(page, name, timeout = 120_000) {
  await page.locator('.summary .source strong', { hasText: name }).waitFor({ timeout });
  await drawn(page);
}

/** Goes back to the start. */
export async function home(page) {
  await page.locator('.brand').click();
  await page.waitForSelector('.start');
}

/** What an export of the page holds. */
export async function exported(page, what) {
  await page.click('#tab-exports');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(`[data-export="${what}"]`)]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
}

/** The Report of the page for one file. */
export async function pageReport(page, path) {
  await choose(page, path);
  await result(page, basename(path));
  const { text } = await exported(page, 'report.json');
  await home(page);
  return plain(JSON.parse(text));
}

/** The Report of the command line. */
export async function commandReport(path) {
  const { stdout } = await promisify(execFile)(binary, ['analyze', '--json', path], { maxBuffer: 1 << 30 });
  return plain(JSON.parse(stdout));
}

/** Runs the command line in a folder, so that names in its output are the files' own. */
export function command(cwd, ...args) {
  return execFileSync(binary, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 30 });
}

/** JSON knows no negative zero: a sum of −0 prints as 0 in JavaScript and as -0.0 in Rust, and both are the same number. */
export function plain(value) {
  return JSON.parse(JSON.stringify(value));
}

/** What tshark prints for these arguments; `undefined` where it is not installed. */
export function tshark(...args) {
  try {
    return execFileSync('tshark', args, { encoding: 'utf8', maxBuffer: 1 << 30, stdio: ['ignore', 'pipe', 'ignore'] });
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

export const fixture = (name) => join(root, 'tests/fixtures', name);

/** Names of the fixtures that the page offers as samples. */
export function samples() {
  const [head, ...rows] = readFileSync(fixture('MANIFEST.tsv'), 'utf8').trim().split('\n').map((line) => line.split('\t'));
  return rows.filter((row) => row[head.indexOf('page_sample')] === 'yes').map((row) => row[head.indexOf('file')]);
}

/** A path below the shared reference data, or `undefined` where that is absent. */
export function reference(...path) {
  const found = join(shared, ...path);
  return existsSync(found) ? found : undefined;
}

/** The corpus's captures of a kind that are no longer than `limit` bytes. */
function captures(kind, limit) {
  const list = reference('corpus', 'CAPTURES.tsv');
  if (!list) return [];
  const [, ...rows] = readFileSync(list, 'utf8').trim().split('\n').map((line) => line.split('\t'));
  return rows.filter((row) => row[1] === kind && Number(row[3]) <= limit).map((row) => reference('corpus', 'captures', row[0]));
}

/** Captures of the corpus that hold malware. */
export const malwareCaptures = (limit) => captures('malware', limit);

/** `count` captures of the corpus, spread evenly over its list, malware and benign alike; none above `limit` bytes. */
export function corpusCaptures(count, limit = 30e6) {
  const spread = (paths) => (paths.length ? Array.from({ length: count / 2 }, (_, i) => paths[Math.floor(((i + 0.5) * paths.length) / (count / 2))]) : []);
  return [...spread(captures('malware', limit)), ...spread(captures('benign', limit))];
}

/** A folder that is gone when the test has ended. */
export function temporaryFolder(test) {
  const folder = mkdtempSync(join(tmpdir(), 'hushcap-'));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a generated capture of `size` such as `1GiB`; gives its length in bytes. */
export async function generate(size, path) {
  await promisify(execFile)(join(dirname(binary), 'generate'), ['--bytes', size, path]);
  return statSync(path).size;
}

/** Instantiates a module whose start function is `unreachable`: the same uncaught trap that a panic ends in. */
export function trap(worker) {
  return worker.evaluate(() => {
    const trap = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 8, 1, 0, 10, 5, 1, 3, 0, 0, 11];
    setTimeout(() => new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(trap))));
  });
}

/** A UDP packet, from IP on. */
export const UDP = [0x45, 0, 0, 32, 0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 53, 0xc0, 0, 0, 53, 0, 12, 0, 0, 1, 2, 3, 4];

/** A pcap file of one packet on a link of this type. */
export function captureOf(linkType, bytes) {
  const packet = Buffer.from(bytes);
  const head = Buffer.alloc(40);
  for (const [at, value] of [[0, 0xa1b2c3d4], [16, 65535], [20, linkType], [24, 1.7e9], [32, packet.length], [36, packet.length]]) head.writeUInt32LE(value, at);
  head.writeUInt16LE(2, 4);
  head.writeUInt16LE(4, 6);
  return Buffer.concat([head, packet]);
}
