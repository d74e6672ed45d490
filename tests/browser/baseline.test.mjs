// What is normal in the reader's network: learned on the page of inputs, as the command line does, saved, loaded, and shown beside the
// model's verdicts; and what the reader notes of destinations, which a case file keeps.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { LONGEST_TASK, choose, command, drawn, dropPaths, fixture, longestTask, open, result, startSite, temporaryFolder } from './support.mjs';

const site = startSite();
const NORMAL = ['browsing.pcap', 'visit.pcap'];

async function shown(t, ...names) {
  const { context, page, errors } = await open(site.browser, site.server.url);
  t.after(() => context.close());
  await choose(page, ...names.map(fixture));
  await page.waitForFunction((count) => document.querySelectorAll('.inputs .done').length === count || count === 1, names.length);
  await result(page, names[0]);
  return { page, errors };
}

/** Learns of the inputs other than the shown one. */
async function learn(page, share = '0.1') {
  await page.click('#tab-compare');
  await page.locator('.baseline select').selectOption(share);
  await page.locator('[data-calibrate]').click();
  await page.locator('.judged-by').waitFor({ timeout: 60_000 });
}

async function saved(page, what, folder) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(`[data-export=${what}]`)]);
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  return path;
}

/** Verdicts by the profile, and what is new, by destination, from the page's JSON. */
async function judged(page) {
  await page.click('#tab-exports');
  await page.locator('.scopes label', { hasText: 'All that the filter shows' }).click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('[data-share=json]')]);
  const { destinations } = JSON.parse(readFileSync(await download.path(), 'utf8'));
  return destinations.map(({ destination, port, profile_verdict, new_since_baseline }) => [`${destination}:${port}`, profile_verdict, ...new_since_baseline.sort()]).sort();
}

describe('a baseline', () => {
  test('learned on the page judges as the command line by the page’s profile, and is taken back', async (t) => {
    const folder = temporaryFolder(t);
    const { page, errors } = await shown(t, 'beacon.pcap', ...NORMAL);
    await learn(page);
    const told = await page.locator('.baseline').innerText();
    assert.match(told, /at most 10\s% of which it flags/);
    assert.match(told, /1 malware-like by the model/);
    const path = await saved(page, 'profile', folder);
    const text = readFileSync(path, 'utf8');
    assert.ok(!/example\.(com|org)|198\.51\.100|203\.0\.113/.test(text), 'no name and no address as it is');
    const { tuples, profile } = JSON.parse(command(folder, 'analyze', '--json', '--profile', path, fixture('beacon.pcap')));
    const expected = tuples.map(({ resp_h, resp_p, profile_verdict, new_since_baseline }) => [`${resp_h}:${resp_p}`, profile_verdict, ...new_since_baseline.sort()]).sort();
    assert.ok(expected.some(([, verdict]) => verdict === 'malware-like') && expected.some(([, , ...fresh]) => fresh.length) && expected.some(([, , ...fresh]) => !fresh.length));
    assert.deepEqual(await judged(page), expected);
    assert.equal(profile.tuples, Number(/Made of (\d+)/.exec(told)[1]));
    await page.click('#tab-compare');
    await page.locator('.judged-by .link', { hasText: 'never seen' }).click();
    await page.locator('.grid .cell.verdict', { hasText: 'Malware-like' }).first().waitFor();
    await page.locator('.row').first().click();
    await page.locator('.details .network', { hasText: 'In this network: Malware-like. Never seen in it:' }).waitFor();
    await page.click('#tab-compare');
    await page.getByRole('button', { name: 'Remove it' }).click();
    await page.locator('[data-calibrate]').waitFor();
    await page.click('#tab-destinations');
    await page.locator('#filter').fill('');
    assert.ok((await judged(page)).every(([, verdict, ...fresh]) => verdict === null && !fresh.length));
    assert.deepEqual(errors, []);
  });

  test('of the command line is loaded, also before the input that it judges', async (t) => {
    const folder = temporaryFolder(t);
    const profile = join(folder, 'mine.json');
    command(folder, 'calibrate', '--out', profile, '--share', '10', ...NORMAL.map(fixture));
    const { page } = await shown(t, 'visit.pcap');
    await page.click('#tab-compare');
    await page.locator('[data-choose=profile]').setInputFiles(profile);
    await page.locator('.judged-by').waitFor();
    await choose(page, fixture('beacon.pcap'));
    await result(page, 'beacon.pcap');
    await page.click('#tab-compare');
    await page.locator('.judged-by', { hasText: '1 malware-like in this network' }).waitFor();
  });

  test('that is none, or of too little, is refused with its reason', async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'bad.json'), '{"hushcap_profile": 1}');
    const { page } = await shown(t, 'beacon.pcap', 'visit.pcap');
    await page.click('#tab-compare');
    await page.locator('[data-choose=profile]').setInputFiles(join(folder, 'bad.json'));
    await page.locator('.baseline .problem', { hasText: 'Profile refused' }).waitFor();
    await page.locator('.baseline select').selectOption('0.001');
    await page.locator('[data-calibrate]').click();
    await page.locator('.baseline .problem', { hasText: 'too few' }).waitFor({ timeout: 60_000 });
  });
});

describe('notes', () => {
  const note = async (page, status, text) => {
    await page.locator('.noted select').selectOption(status);
    await page.locator('.noted input').fill(text);
    await page.locator('.noted input').blur();
  };

  test('are kept by a case file alone, and found by status and text', async (t) => {
    const folder = temporaryFolder(t);
    const { page, errors } = await shown(t, 'beacon.pcap');
    await page.locator('.row').first().click();
    await page.locator('.noted').waitFor();
    await note(page, 'confirmed', '<b>ticket</b> 4711');
    await page.locator('#filter').fill('status:confirmed note:4711');
    await page.locator('.grid[aria-rowcount="2"]').waitFor();
    assert.deepEqual(await page.evaluate(() => ({ ...localStorage })), {});
    assert.ok(!page.url().includes('ticket'));
    await page.locator('.top .tools button', { hasText: 'Lists' }).click();
    const path = await saved(page, 'case', folder);
    assert.equal(basename(path), 'hushcap-case.json');
    const file = JSON.parse(readFileSync(path, 'utf8'));
    assert.deepEqual(file.inputs.map(({ name }) => name), ['beacon.pcap']);
    assert.deepEqual(file.notes.map(({ status, text }) => [status, text]), [['confirmed', '<b>ticket</b> 4711']]);
    assert.deepEqual(errors, []);

    const other = await shown(t, 'beacon.pcap', 'visit.pcap');
    await other.page.locator('.top .tools button', { hasText: 'Lists' }).click();
    await other.page.locator('[data-choose=case]').setInputFiles(path);
    await other.page.locator('.taken', { hasText: 'hushcap-case.json: 1 note taken. It was made over beacon.pcap.' }).waitFor();
    await other.page.keyboard.press('Escape');
    await other.page.locator('.whole').click();
    await result(other.page, 'All 2 inputs');
    await other.page.locator('#filter').fill('status:confirmed');
    await other.page.locator('.grid[aria-rowcount="2"]').waitFor();
    await other.page.locator('.row').click();
    assert.equal(await other.page.locator('.noted input').inputValue(), '<b>ticket</b> 4711');
    assert.equal(await other.page.locator('.details b', { hasText: 'ticket' }).count(), 0);
    await note(other.page, 'new', '');
    await other.page.locator('#filter').fill('status:new');
    await drawn(other.page);
    assert.equal(await other.page.locator('.row').count(), Number(await other.page.locator('.grid').getAttribute('aria-rowcount')) - 1);
  });

  test('of a case file that is dropped with captures, as is a profile, are taken beside them', async (t) => {
    const folder = temporaryFolder(t);
    const { page } = await shown(t, 'visit.pcap');
    const [, destination] = JSON.parse(command(folder, 'analyze', '--json', fixture('beacon.pcap'))).tuples;
    const { orig_h, resp_h, resp_p, proto } = destination;
    writeFileSync(join(folder, 'mine.json'), JSON.stringify({ hushcap: 'case', version: 1, notes: [{ orig_h, resp_h, resp_p, proto, status: 'checked', text: 'x' }] }));
    command(folder, 'calibrate', '--out', join(folder, 'profile.json'), '--share', '10', ...NORMAL.map(fixture));
    await dropPaths(page, [join(folder, 'mine.json'), fixture('beacon.pcap'), join(folder, 'profile.json')]);
    await result(page, 'beacon.pcap');
    assert.equal(await page.locator('.inputs li').count(), 2);
    assert.match(await page.locator('.notices').innerText(), /mine\.json: 1 note taken\.[^]*profile\.json/);
    await page.locator('#filter').fill('status:checked network:ordinary');
    await page.locator('.grid[aria-rowcount="2"]').waitFor();
  });

  test('of a file that is none, or of another version, are refused', async (t) => {
    const folder = temporaryFolder(t);
    const { page } = await shown(t, 'beacon.pcap');
    await page.locator('.top .tools button', { hasText: 'Lists' }).click();
    for (const [name, text, told] of [['x.json', '[]', 'x.json is no case file'], ['y.json', '{"hushcap":"case","version":9,"notes":[]}', 'another version (9)'], ['z.json', '{"hushcap":"case","version":1,"notes":[{}]}', '1 note is not sound']]) {
      writeFileSync(join(folder, name), text);
      await page.locator('[data-choose=case]').setInputFiles(join(folder, name));
      await page.locator('.panel .problem', { hasText: told }).waitFor();
    }
  });
});

describe('organisations and countries', () => {
  test('of a file that the reader supplies are columns, are filtered by, and go with the page', async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'asn.csv'), 'network,autonomous_system_organization,country\n203.0.113.0/24,"Bad <b>Host</b>",NL\n198.51.100.0/24,CDN,US\n');
    const { page } = await shown(t, 'beacon.pcap');
    await page.locator('.top .tools button', { hasText: 'Lists' }).click();
    await page.locator('[data-choose=places]').setInputFiles(join(folder, 'asn.csv'));
    await page.locator('.taken', { hasText: 'asn.csv: 2 networks or ranges.' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.notices', { hasText: 'asn.csv' }).waitFor();
    await page.locator('.menu summary').click();
    await page.locator('.sheet label', { hasText: /^Organisation$/ }).click();
    await page.locator('.sheet label', { hasText: /^Country$/ }).click();
    await page.keyboard.press('Escape');
    await page.locator('#filter').fill('org:bad country:NL 203.0.113.66');
    await page.locator('.grid[aria-rowcount="2"]').waitFor();
    const row = await page.locator('.row').innerText();
    assert.match(row, /Bad <b>Host<\/b>/);
    assert.match(row, /NL/);
    assert.deepEqual(await page.evaluate(() => ({ ...localStorage })), {});
  });

  test('of a file of 200 000 networks, and an event of 50 000 attributes, are read without a long task', async (t) => {
    const folder = temporaryFolder(t);
    const networks = Array.from({ length: 200_000 }, (_, i) => `${(i * 7) % 223}.${(i >> 8) & 255}.${i & 255}.0/24,${64500 + i},Network ${i}`);
    writeFileSync(join(folder, 'asn.csv'), `network,autonomous_system_number,autonomous_system_organization\n${networks.join('\n')}\n`);
    const attributes = Array.from({ length: 50_000 }, (_, i) => ({ type: 'ip-dst|port', category: 'Network activity', to_ids: true, value: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}|443`, comment: 'a comment of some length', Tag: [{ name: 'tlp:amber' }] }));
    writeFileSync(join(folder, 'misp.json'), JSON.stringify({ Event: { info: 'many', Attribute: attributes } }));
    const { page } = await shown(t, 'beacon.pcap');
    await page.locator('.top .tools button', { hasText: 'Lists' }).click();
    for (const [kind, file, told] of [['places', 'asn.csv', '200,000 networks'], ['indicators', 'misp.json', '50,000 entries']]) {
      const { cpu, wall } = await longestTask(site.browser, page, async () => {
        await page.locator(`[data-choose=${kind}]`).setInputFiles(join(folder, file));
        await page.locator('.taken', { hasText: told }).waitFor({ timeout: 60_000 });
      });
      t.diagnostic(`${file}: longest task ${cpu} ms, ${wall} ms by the clock`);
      assert.ok(cpu <= LONGEST_TASK, `${file}: a task took ${cpu} ms`);
    }
  });
});
