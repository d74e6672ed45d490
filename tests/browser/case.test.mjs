// Several inputs as one table, and two of them side by side: rows that several have are one, and what differs is told.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { LONGEST_TASK, choose, commandReport, drawn, dropPaths, fixture, longestTask, oneFile, open, pageModule, result, startSite, temporaryFolder } from './support.mjs';

const site = startSite();

const INPUTS = ['beacon.pcap', 'visit.pcap', 'browsing.pcap'];
const keyOf = ({ orig_h, resp_h, resp_p, proto }) => `${orig_h} ${resp_h} ${resp_p} ${proto}`;

/** Opens inputs, and waits until all are done. */
async function shown(t, paths, options) {
  const { context, page, errors } = await open(site.browser, site.server.url, { permissions: ['clipboard-read', 'clipboard-write'], ...options });
  t.after(() => context.close());
  if (paths.length) await choose(page, ...paths);
  await page.waitForFunction((count) => document.querySelectorAll('.inputs .done').length === count, paths.length, { timeout: 60_000 });
  return { page, errors };
}

async function asOne(page, count) {
  await page.locator('.whole').click();
  await result(page, `All ${count} inputs`);
}

async function sharedRows(page) {
  await page.click('#tab-exports');
  await page.locator('.scopes label', { hasText: 'All that the filter shows' }).click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('[data-share=json]')]);
  return JSON.parse(readFileSync(await download.path(), 'utf8')).destinations;
}

describe('all inputs as one', () => {
  test('have a row for each destination of any, folded, with the worst verdict and all connections', async (t) => {
    const { page, errors } = await shown(t, INPUTS.map(fixture));
    await asOne(page, 3);
    const reports = await Promise.all(INPUTS.map((name) => commandReport(fixture(name))));
    const expected = new Map();
    for (const [i, { tuples }] of reports.entries()) {
      for (const tuple of tuples) {
        const held = expected.get(keyOf(tuple)) ?? { score: -1, connections: 0, inputs: [] };
        held.score = Math.max(held.score, tuple.score);
        held.connections += tuple.connections;
        held.inputs.push(INPUTS[i]);
        expected.set(keyOf(tuple), held);
      }
    }
    const flagged = new Set(reports.flatMap(({ tuples }) => tuples.filter(({ verdict }) => verdict === 'malware-like').map(keyOf)));
    const folded = [...expected.values()].filter(({ inputs }) => inputs.length > 1).length;
    assert.ok(folded > 0 && folded < expected.size, 'some rows are folded, and others are not');
    const headline = await page.locator('.summary h1').innerText();
    assert.ok(headline.startsWith(`${flagged.size} of ${expected.size} TLS destinations in 3 inputs`), headline);
    const found = await sharedRows(page);
    assert.equal(found.length, expected.size);
    for (const { source, destination, port, proto, score, connections, input } of found) {
      const wanted = expected.get(keyOf({ orig_h: source, resp_h: destination, resp_p: port, proto }));
      assert.ok(wanted, `${destination} is in some input`);
      assert.ok(Math.abs(score - wanted.score) < 1e-12);
      assert.equal(connections, wanted.connections);
      assert.deepEqual(input.split(' + ').sort(), wanted.inputs.sort());
    }
    assert.deepEqual(errors, []);
  });

  test('are filtered by input, and a row leads to its destination in each', async (t) => {
    const { page } = await shown(t, [...INPUTS, 'beacon.pcap'].map(fixture));
    await asOne(page, 4);
    await page.locator('#filter').fill('input:beacon verdict:malware-like');
    await page.locator('.grid[aria-rowcount="2"]').waitFor();
    assert.match(await page.locator('.row').innerText(), /seen in 2 inputs/);
    await page.locator('.row').click();
    await page.locator('.details .why').waitFor();
    assert.equal(await page.locator('.origins li').count(), 2);
    await page.locator('.origins li .link').last().click();
    await result(page, 'beacon.pcap');
    await page.locator('.details .why').waitFor();
    assert.match(await page.locator('.details h2').innerText(), /203\.0\.113\.66/);
    assert.equal(await page.locator('.origins').count(), 0);
  });

  test('follow when an input comes or goes', async (t) => {
    const { page } = await shown(t, INPUTS.slice(0, 2).map(fixture));
    await asOne(page, 2);
    const before = await page.locator('.summary h1').innerText();
    await choose(page, fixture('browsing.pcap'));
    await page.waitForFunction(() => document.querySelectorAll('.inputs .done').length === 3);
    await page.locator('.whole').click();
    await result(page, 'All 3 inputs');
    await page.locator('.summary h1', { hasText: 'in 3 inputs' }).waitFor();
    await page.getByRole('button', { name: 'Remove browsing.pcap' }).click();
    await page.locator('.summary h1', { hasText: 'in 2 inputs' }).waitFor();
    assert.equal(await page.locator('.summary h1').innerText(), before);
    await page.getByRole('button', { name: 'Remove visit.pcap' }).click();
    await result(page, 'beacon.pcap');
  });

  test('20 inputs with 100 000 destinations are merged, sorted and filtered without a long task', { timeout: 400_000 }, async (t) => {
    const folder = temporaryFolder(t);
    const [inputs, each] = [20, 5500];
    for (let input = 0; input < inputs; input++) {
      // A tenth of the destinations of each are in the next too.
      const first = input * 5000;
      mkdirSync(join(folder, `logs${input}`));
      const fields = 'ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p';
      const rows = Array.from({ length: each }, (_, i) => `${1.7e9 + i}\tC${i}\t10.0.0.1\t40000\t198.${(first + i) >> 16}.${((first + i) >> 8) & 255}.${(first + i) & 255}\t443`);
      writeFileSync(join(folder, `logs${input}`, 'conn.log'), `#path\tconn\n#fields\t${fields}\tproto\tduration\torig_bytes\tresp_bytes\tconn_state\n${rows.map((row) => `${row}\ttcp\t1.5\t${row.length}\t900\tSF\n`).join('')}`);
      writeFileSync(join(folder, `logs${input}`, 'ssl.log'), `#path\tssl\n#fields\t${fields}\tversion\tserver_name\testablished\n${rows.map((row, i) => `${row}\tTLSv12\thost${first + i}.example\tT\n`).join('')}`);
    }
    const { context, page, errors } = await open(site.browser, oneFile);
    t.after(() => context.close());
    const smooth = async (what, act) => {
      const { cpu, wall } = await longestTask(site.browser, page, act);
      t.diagnostic(`${what}: longest task ${cpu} ms, ${wall} ms by the clock`);
      assert.ok(cpu <= LONGEST_TASK, `${what}: a task took ${cpu} ms`);
    };
    await dropPaths(page, Array.from({ length: inputs }, (_, i) => join(folder, `logs${i}`)));
    await page.locator('.whole', { hasText: 'All 20 inputs' }).waitFor({ timeout: 300_000 });
    await smooth('merging', async () => {
      await page.locator('.whole').click();
      await result(page, 'All 20 inputs');
    });
    assert.equal(await page.locator('.grid').getAttribute('aria-rowcount'), String(inputs * 5000 + 500 + 1));
    await smooth('filtering', async () => {
      await page.locator('#filter').pressSequentially('input:logs19');
      await page.waitForFunction(() => document.querySelector('.grid').getAttribute('aria-rowcount') === '5501');
    });
    await smooth('sorting', async () => {
      await page.locator('.grid .head .input button').click();
      await drawn(page);
    });
    await smooth('comparing', async () => {
      await page.click('#tab-compare');
      await page.locator('.tallied').waitFor();
    });
    assert.deepEqual(errors, []);
  });
});

describe('two inputs side by side', () => {
  /** A result of these tuples. */
  const resultOf = (tuples) => ({
    outline: { tuples: tuples.map((tuple) => ({ orig_h: '10.0.0.1', resp_p: 443, proto: 'tcp', verdict: 'ordinary', server_names: [], fingerprints: { ja3: [], ja3s: [], ja4: [], certificate: [] }, ...tuple })) },
    score: (i) => tuples[i].score ?? 0.1,
  });

  test('what is new, gone, changed and the same', async () => {
    const { compareResults } = await pageModule('model/compare.ts');
    const { finished } = await pageModule('model/steps.ts');
    const prints = (certificate) => ({ ja3: [], ja3s: [], ja4: ['a'], certificate: [certificate] });
    const before = resultOf([
      { resp_h: '192.0.2.1', server_names: ['same.example'] },
      { resp_h: '192.0.2.2', server_names: ['Changed.example'], fingerprints: prints('old') },
      { resp_h: '192.0.2.3' },
      { resp_h: '192.0.2.4', server_names: ['gone.example'], score: 0.4 },
    ]);
    const after = resultOf([
      { resp_h: '192.0.2.1', orig_h: '10.0.0.2', server_names: ['SAME.example'] },
      { resp_h: '192.0.2.2', server_names: ['changed.example'], fingerprints: prints('new') },
      { resp_h: '192.0.2.3', verdict: 'malware-like', score: 0.9 },
      { resp_h: '192.0.2.3', orig_h: '10.0.0.9' },
      { resp_h: '192.0.2.5', server_names: ['new.example'] },
    ]);
    const { added, gone, changed, same, values } = await finished(compareResults(before, after));
    assert.deepEqual(added.map(({ destination }) => destination), ['192.0.2.5:443/tcp']);
    assert.deepEqual(gone.map(({ destination }) => destination), ['192.0.2.4:443/tcp']);
    assert.deepEqual(changed.map(({ destination, differs }) => [destination, ...differs]), [['192.0.2.3:443/tcp', 'verdict'], ['192.0.2.2:443/tcp', 'certificates']]);
    assert.equal(same, 1, 'another host and another case of the name do not matter');
    assert.deepEqual(values.names, { added: ['new.example'], gone: ['gone.example'] });
    assert.deepEqual(values.certificates, { added: ['new'], gone: ['old'] });
    assert.deepEqual(values.ja4, { added: [], gone: [] });
  });

  test('are those that the reports tell apart, and each difference leads to its destination', async (t) => {
    const { page } = await shown(t, ['browsing.pcap', 'beacon.pcap'].map(fixture));
    await page.click('#tab-compare');
    await page.locator('.tallied').waitFor();
    const [before, after] = await Promise.all(['browsing.pcap', 'beacon.pcap'].map((name) => commandReport(fixture(name))));
    const ends = ({ tuples }) => new Set(tuples.map(({ resp_h, resp_p, proto }) => `${resp_h.includes(':') ? `[${resp_h}]` : resp_h}:${resp_p}/${proto}`));
    const [old, fresh] = [ends(before), ends(after)];
    const listed = (what) => page.locator(`.differences.${what} li .link`).allInnerTexts();
    assert.deepEqual((await listed('added')).sort(), [...fresh].filter((end) => !old.has(end)).sort());
    assert.deepEqual((await listed('gone')).sort(), [...old].filter((end) => !fresh.has(end)).sort());
    await page.locator('.pair button').click();
    await page.locator('.differences.gone li', { hasText: '203.0.113.66' }).waitFor();
    await page.locator('.differences.gone li .link', { hasText: '203.0.113.66' }).click();
    await result(page, 'beacon.pcap');
    await page.locator('.details h2', { hasText: '203.0.113.66' }).waitFor();
  });

  test('need two inputs, which is said', async (t) => {
    const { page } = await shown(t, []);
    await choose(page, fixture('beacon.pcap'));
    await result(page, basename('beacon.pcap'));
    await page.click('#tab-compare');
    await page.locator('.panel', { hasText: 'Two inputs with TLS are needed' }).waitFor();
  });
});
