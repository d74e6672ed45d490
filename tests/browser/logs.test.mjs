// Zeek logs as sites keep them: gzipped, in one stream, with one of them missing; and what is no log.

import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, afterEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { choose, command, commandReport, dropPaths, exported, fixture, open, result, startSite, temporaryFolder } from './support.mjs';

const site = startSite();
let context;
let page;
beforeEach(async () => {
  ({ context, page } = await open(site.browser, site.server.url));
});
afterEach(() => context.close());

/** A folder with the logs of a fixture, as `format`. */
function logsOf(test, name, format = 'zeek') {
  const folder = temporaryFolder(test);
  command(folder, 'logs', fixture(name), '--out', 'logs', '--format', format);
  return join(folder, 'logs');
}

/** The tuples that the page shows of the input called `name`. */
async function tuples(name) {
  await result(page, name);
  return JSON.parse((await exported(page, 'report.json')).text).tuples;
}

async function ownTuples(name) {
  return (await commandReport(fixture(name))).tuples;
}

test('gzipped logs dropped together are one input with the capture\'s own verdicts', async (test) => {
  const folder = logsOf(test, 'beacon.pcap');
  const paths = ['conn', 'dns', 'ssl', 'x509'].map((log) => {
    const path = join(folder, `${log}.10_00_00-11_00_00.log.gz`);
    writeFileSync(path, gzipSync(readFileSync(join(folder, `${log}.log`))));
    return path;
  });
  await dropPaths(page, paths);
  assert.deepEqual(await tuples('conn.10_00_00-11_00_00.log.gz + '), await ownTuples('beacon.pcap'));
});

test('gzipped logs whose names tell no log are logs by what they hold', async (test) => {
  const folder = logsOf(test, 'beacon.pcap');
  const paths = ['conn', 'dns', 'ssl', 'x509'].map((log) => {
    const path = join(folder, `${log}-part`);
    writeFileSync(path, gzipSync(readFileSync(join(folder, `${log}.log`))));
    return path;
  });
  await choose(page, ...paths);
  assert.deepEqual(await tuples('conn-part + '), await ownTuples('beacon.pcap'));
});

test('a JSON stream of all logs is an input of its own', async (test) => {
  const folder = logsOf(test, 'certificates.pcap', 'json');
  const rows = ['conn', 'dns', 'ssl', 'x509'].flatMap((log) =>
    readFileSync(join(folder, `${log}.log`), 'utf8').trim().split('\n').map((row) => row.replace('{', `{"_path":"${log}",`)),
  );
  const stream = join(folder, 'stream.json.gz');
  writeFileSync(stream, gzipSync(rows.reverse().join('\n')));
  await choose(page, stream);
  const shown = await tuples('stream.json.gz');
  assert.deepEqual(shown.map(({ features }) => features), (await ownTuples('certificates.pcap')).map(({ features }) => features));
});

test('a missing x509.log is said, and what to do', async (test) => {
  const folder = logsOf(test, 'beacon.pcap');
  await choose(page, ...['conn', 'ssl'].map((log) => join(folder, `${log}.log`)));
  await result(page, 'conn.log + ssl.log');
  await page.click('#tab-seen');
  await page.locator('.notes .alert', { hasText: 'Add the x509.log of the same time' }).waitFor();
});

test('a missing ssl.log is the reason why nothing could be judged', async (test) => {
  const folder = logsOf(test, 'beacon.pcap');
  await choose(page, join(folder, 'conn.log'));
  await page.locator('.reasons li', { hasText: 'Add the ssl.log of the same time' }).waitFor();
});

test('a missing conn.log is an error that names it', async (test) => {
  const folder = logsOf(test, 'beacon.pcap');
  await choose(page, ...['ssl', 'x509'].map((log) => join(folder, `${log}.log`)));
  await page.locator('.end.failed', { hasText: 'conn.log is missing: found ssl.log, x509.log' }).waitFor();
});

test('a capture whose name is like a log\'s is a capture', async (test) => {
  const folder = temporaryFolder(test);
  mkdirSync(join(folder, 'snort'));
  const path = join(folder, 'snort', 'snort.log.1612345678');
  copyFileSync(fixture('beacon.pcap'), path);
  await choose(page, path);
  assert.deepEqual(await tuples('snort.log.1612345678'), await ownTuples('beacon.pcap'));
});

test('a day of hourly logs has a name that can be read', async (test) => {
  const folder = logsOf(test, 'beacon.pcap');
  const paths = Array.from({ length: 24 }, (_, hour) => {
    const path = join(folder, `conn.${String(hour).padStart(2, '0')}_00_00.log`);
    copyFileSync(join(folder, 'conn.log'), path);
    return path;
  });
  await choose(page, ...paths, join(folder, 'ssl.log'), join(folder, 'x509.log'));
  await result(page, 'conn.03_00_00.log + … (26)');
});
