// The page in a frame of a host on another origin: consent first, replies to the host alone, and the Report only where allowed.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { commandReport, fixture, plain, root, serve, startSite, temporaryFolder } from './support.mjs';

const site = startSite();
let context;
let host;
let frame;
afterEach(() => context?.close());

/** The document of a host that shows the page in a frame with these attributes. */
const document = (attributes) => `<!doctype html><title>Host</title><script>
  const messages = [];
  addEventListener('message', ({ source, data }) => source === frames[0] && messages.push(data));
</script><iframe ${attributes} src="${site.server.url}#language=en" style="width: 100%; height: 700px"></iframe>`;

/** Opens a host on an origin of its own; gives the origin. */
async function embed(t, attributes = '', headers = {}) {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'index.html'), document(attributes));
  const server = await serve(folder, headers);
  t.after(() => server.close());
  context = await site.browser.newContext({ viewport: { width: 1280, height: 800 } });
  host = await context.newPage();
  await host.goto(server.url);
  frame = host.frameLocator('iframe');
  await received('ready');
  return new URL(server.url).origin;
}

/** The first message of a type that the host got; waits for it. */
async function received(type) {
  await host.waitForFunction((type) => messages.some((message) => message.type === type), type, { timeout: 60_000 });
  return host.evaluate(async (type) => {
    const message = messages.find((message) => message.type === type);
    return message.report instanceof Blob ? { ...message, report: JSON.parse(await message.report.text()) } : message;
  }, type);
}

const types = () => host.evaluate(() => messages.map(({ type }) => type));

const send = (message, capture) =>
  host.evaluate(
    ({ message, content }) => {
      const bytes = content && Uint8Array.from(content).buffer;
      frames[0].postMessage({ hushcap: 1, type: 'analyse', id: 'a', name: 'sent.pcap', bytes, ...message }, '*', bytes ? [bytes] : []);
    },
    { message, content: capture && [...readFileSync(fixture(capture))] },
  );

const question = () => frame.locator('dialog[open]');

for (const width of [1280, 360]) {
  test(`a long name stays in the dialogue, at ${width} px`, async (t) => {
    await embed(t);
    await host.setViewportSize({ width, height: 800 });
    await send({ name: `${'a-long-name-without-end'.repeat(8)}.pcap` }, 'visit.pcap');
    await question().waitFor();
    const [box, ...parts] = await question().evaluate((dialog) => [dialog, ...dialog.querySelectorAll('dd')].map((part) => [part.getBoundingClientRect().right, part.scrollWidth - part.clientWidth]));
    for (const [right, beyond] of parts) assert.ok(right <= box[0] && beyond <= 0, JSON.stringify({ box, parts }));
    assert.ok(box[1] <= 0, JSON.stringify(box));
  });
}

for (const sandbox of ['', 'sandbox="allow-scripts allow-downloads"']) {
  test(`with consent the host gets the Report${sandbox && ', also from a sandbox'}`, async (t) => {
    const origin = await embed(t, sandbox);
    await send({ report: true }, 'beacon.pcap');
    await question().waitFor();
    const asked = await question().innerText();
    assert.ok(asked.includes(origin) && asked.includes('sent.pcap') && asked.includes('158 kB'), asked);
    await question().locator('input[type=checkbox]').check();
    await question().getByRole('button', { name: 'Analyse' }).click();
    assert.deepEqual(await received('consent'), { hushcap: 1, type: 'consent', id: 'a', granted: true, report: true });
    const { report, partial } = await received('result');
    const expected = await commandReport(fixture('beacon.pcap'));
    assert.deepEqual(plain(report), { ...expected, capture: { ...expected.capture, name: 'sent.pcap' } });
    assert.equal(partial, false);
    assert.ok((await types()).includes('progress'));
    await frame.locator('.summary .source strong', { hasText: 'sent.pcap' }).waitFor();
  });
}

test('without leave to give it back the Report stays in the frame', async (t) => {
  await embed(t);
  await send({ report: true }, 'beacon.pcap');
  assert.equal(await question().locator('input[type=checkbox]').isChecked(), false);
  await question().getByRole('button', { name: 'Analyse' }).click();
  assert.equal((await received('consent')).report, false);
  assert.equal((await received('result')).report, undefined);
});

test('a host that did not ask for the Report does not get it', async (t) => {
  await embed(t);
  await send({}, 'beacon.pcap');
  await question().waitFor();
  assert.equal(await question().locator('input[type=checkbox]').count(), 0);
  await question().getByRole('button', { name: 'Analyse' }).click();
  assert.equal((await received('result')).report, undefined);
});

for (const way of ['button', 'Escape']) {
  test(`refused by ${way}, nothing is analysed`, async (t) => {
    await embed(t);
    await send({ report: true }, 'beacon.pcap');
    await question().waitFor();
    if (way === 'button') await question().getByRole('button', { name: 'Refuse' }).click();
    else await host.keyboard.press('Escape');
    assert.equal((await received('consent')).granted, false);
    await question().waitFor({ state: 'detached' });
    await host.waitForTimeout(300);
    assert.deepEqual(await types(), ['ready', 'consent']);
    assert.equal(await frame.locator('.inputs .input').count(), 0);
  });
}

test('what cannot be read, or is asked wrongly, comes back as an error', async (t) => {
  await embed(t);
  await send({ bytes: 'text' });
  assert.equal((await received('error')).kind, 'malformed');
  await host.evaluate(() => messages.splice(0));
  await send({ id: 'b' }, 'MANIFEST.tsv');
  await question().waitFor();
  await send({ id: 'c' }, 'visit.pcap');
  const busy = await received('error');
  assert.deepEqual([busy.id, busy.kind], ['c', 'busy']);
  await host.evaluate(() => messages.splice(0));
  await question().getByRole('button', { name: 'Analyse' }).click();
  const { id, kind, message } = await received('error');
  assert.deepEqual([id, kind], ['b', 'unknown-format']);
  assert.match(message, /not a capture/);
});

test('what is described of errors is what can be sent', () => {
  const source = (path) => readFileSync(join(root, path), 'utf8');
  const all = (path, pattern) => [...source(path).matchAll(pattern)].map(([, kind]) => kind);
  // A model and a path are given by the command line alone, a profile by the reader.
  const keys = Object.keys(JSON.parse(source('www/src/generated/errors.json')).en).filter((key) => key.startsWith('error.'));
  const reported = keys.map((key) => key.slice('error.'.length)).filter((kind) => !['model', 'io', 'profile'].includes(kind));
  const sent = [...reported, ...all('www/src/state/embed.ts', /kind: '([a-z-]+)'/g), 'crashed'];
  const described = /^`kind` is [^]*?\n\n/m.exec(source('www/EMBED.md'))[0].match(/(?<=`)[a-z-]+(?=`)/g).slice(1);
  assert.ok(reported.length > 4);
  assert.deepEqual([...new Set(described)].sort(), [...new Set(sent)].sort());
});

test('a host learns nothing of files that the reader opens', async (t) => {
  await embed(t);
  await frame.locator('.chooser input').first().setInputFiles(fixture('visit.pcap'));
  await frame.locator('.summary .source strong', { hasText: 'visit.pcap' }).waitFor();
  await host.evaluate(() => frames[0].postMessage({ hushcap: 1, type: 'cancel', id: 'a' }, '*'));
  await host.waitForTimeout(300);
  assert.deepEqual(await types(), ['ready']);
});

test('other frames and other versions are not heard', async (t) => {
  await embed(t);
  await send({ hushcap: 2 }, 'beacon.pcap');
  // A frame beside the page's own is no parent of it.
  await host.evaluate(async (content) => {
    const other = document.body.appendChild(document.createElement('iframe'));
    other.contentWindow.eval('globalThis.ask = (target, bytes) => target.postMessage({ hushcap: 1, type: "analyse", id: "a", name: "x", bytes }, "*")');
    other.contentWindow.ask(frames[0], Uint8Array.from(content).buffer);
  }, [...readFileSync(fixture('visit.pcap'))]);
  await host.waitForTimeout(500);
  assert.equal(await question().count(), 0);
  assert.deepEqual(await types(), ['ready']);
});

test('a host without an origin of its own is not heard', async (t) => {
  await embed(t, '', { 'content-security-policy': 'sandbox allow-scripts' });
  assert.equal(await host.evaluate(() => origin), 'null');
  await send({ report: true }, 'beacon.pcap');
  await host.waitForTimeout(500);
  assert.equal(await question().count(), 0);
  assert.deepEqual(await types(), ['ready']);
});
