// The npm package, packed and installed without a network as its user would: its Report is the command line's, in Node.js and
// in a browser, and its types say what it does.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, openAsBlob, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { commandReport, dist, fixture, launch, plain, root, serve } from './support.mjs';

let project;
let analyze;
before(async () => {
  project = mkdtempSync(join(tmpdir(), 'hushcap-'));
  execFileSync('npm', ['pack', '--silent', '--pack-destination', project], { cwd: join(dist, 'npm') });
  const [packed] = readdirSync(project);
  writeFileSync(join(project, 'package.json'), '{"private": true, "type": "module"}');
  execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', '--silent', `./${packed}`], { cwd: project });
  ({ analyze } = await import(pathToFileURL(join(project, 'node_modules/@hushcap/hushcap/node.js'))));
});
after(() => rmSync(project, { recursive: true, force: true }));

const read = (name) => openAsBlob(fixture(name));

for (const name of ['beacon.pcap', 'certificates.pcap', 'visit.pcapng.gz']) {
  test(`in Node.js ${name} has the command line's Report`, async () => {
    assert.deepEqual(plain(await analyze(await read(name), { name })), await commandReport(fixture(name)));
  });
}

test('the example finds the package by its name', () => {
  const example = readFileSync(join(project, 'node_modules/@hushcap/hushcap/example/analyze.mjs'));
  writeFileSync(join(project, 'analyze.mjs'), example);
  const out = execFileSync('node', ['analyze.mjs', fixture('beacon.pcap')], { cwd: project, encoding: 'utf8' });
  assert.match(out, /^beacon\.pcap: 1 of 7 TLS destinations resemble malware/);
  const bare = spawnSync('node', ['analyze.mjs'], { cwd: project, encoding: 'utf8' });
  assert.equal(bare.status, 2);
  assert.equal(bare.stderr, 'usage: node analyze.mjs capture.pcap\n');
});

test('progress is told, and what its listener throws ends the analysis', async () => {
  const input = await read('beacon.pcap');
  const told = [];
  await analyze(input, { onProgress: (progress) => told.push(progress) });
  const { bytes, size, packets } = told.at(-1);
  assert.deepEqual([bytes, size, packets], [input.size, input.size, 667]);
  const listener = () => {
    throw new Error('enough');
  };
  await assert.rejects(analyze(input, { onProgress: listener }), /enough/);
});

test('a signal ends the analysis with its reason', async () => {
  const input = await read('beacon.pcap');
  await assert.rejects(analyze(input, { signal: AbortSignal.abort(new Error('not wanted')) }), /not wanted/);
  const stop = new AbortController();
  const running = analyze(input, { signal: stop.signal });
  stop.abort(new Error('no longer wanted'));
  await assert.rejects(running, /no longer wanted/);
});

test('several analyses at once do not disturb each other', async () => {
  const names = ['beacon.pcap', 'visit.pcap', 'certificates.pcap'];
  const reports = await Promise.all(names.map(async (name) => analyze(await read(name), { name })));
  for (const [i, name] of names.entries()) assert.deepEqual(plain(reports[i]), await commandReport(fixture(name)));
});

test('what cannot be analysed is told with its kind', async () => {
  await assert.rejects(analyze(new Blob(['no capture'])), { kind: 'unknown-format', message: /not a capture/ });
  await assert.rejects(analyze(new Blob([])), { kind: 'empty' });
  await assert.rejects(analyze('path.pcap'), TypeError);
  await assert.rejects(analyze(await read('visit.pcap'), { model: 'none' }), { kind: 'model' });
  await assert.rejects(analyze(await read('visit.pcap'), { worker: true }), /browsers/);
});

for (const worker of [true, false]) {
  test(`in a browser, ${worker ? 'in a worker' : 'on the main thread'}, the example has the command line's Report`, async () => {
    const server = await serve(join(project, 'node_modules/@hushcap/hushcap'));
    const browser = await launch();
    try {
      const page = await browser.newPage();
      await page.goto(`${server.url}example/index.html`);
      await page.locator('input[type=checkbox]').setChecked(worker);
      await page.locator('input[type=file]').setInputFiles(fixture('beacon.pcap'));
      await page.waitForFunction(() => document.querySelector('pre').textContent.endsWith('}'));
      const report = JSON.parse(await page.locator('pre').textContent());
      assert.deepEqual(report, await commandReport(fixture('beacon.pcap')));
      assert.equal(page.workers().length, 0);
      await page.locator('input[type=file]').setInputFiles(fixture('MANIFEST.tsv'));
      await page.locator('pre', { hasText: 'not a capture' }).waitFor();
    } finally {
      await browser.close();
      server.close();
    }
  });
}

/** What the TypeScript compiler says of a program that uses the package. */
function compiled(program) {
  writeFileSync(join(project, 'program.ts'), program);
  const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--lib', 'es2022,dom'];
  const { status, stdout } = spawnSync('node', [join(root, 'www/node_modules/typescript/bin/tsc'), ...options, 'program.ts'], { cwd: project, encoding: 'utf8' });
  return status ? stdout : '';
}

test('the types are those of a real Report, and of the options', async () => {
  const report = JSON.stringify(await commandReport(fixture('beacon.pcap')));
  const use = `import { analyze, type Report, type AnalyzeError } from '@hushcap/hushcap';
    const seen: Report = ${report};
    const report: Report = await analyze(new Blob([]), { name: 'a', signal: new AbortController().signal, worker: true,
      onProgress: ({ bytes, size }) => void (bytes / size) }).catch((error: AnalyzeError) => { throw error.kind; });
    const flagged: number = report.tuples.filter(({ verdict }) => verdict === 'malware-like').length + seen.health.gaps;
    export { flagged };`;
  assert.equal(compiled(use), '');
  for (const wrong of ["analyze('path')", "analyze(new Blob([]), { workers: true })", "(await analyze(new Blob([]))).tuples[0].verdict === 'infected'"]) {
    assert.match(compiled(`import { analyze } from '@hushcap/hushcap'; export default ${wrong};`), /error TS/, wrong);
  }
});
