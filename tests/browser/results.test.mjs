// The table and its filter, the plots, and the view in the address, on the project's own captures.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { readCard } from '../../www/card.mjs';
import { assertSound, choose, drawn, exported, fixture, open, result, root, startSite, temporaryFolder } from './support.mjs';

const site = startSite();
let context;
let page;

async function show(name, hash = '', options = {}) {
  ({ context, page } = await open(site.browser, site.server.url + hash, options));
  await choose(page, fixture(name));
  await result(page, name);
}
afterEach(() => context.close());

const shown = async () => Number(await page.locator('.grid').getAttribute('aria-rowcount')) - 1;
const filter = async (text) => {
  await page.locator('#filter').fill(text);
  await page.waitForFunction((text) => new URLSearchParams(location.hash.slice('#/1?'.length)).get('filter') === (text || null), text);
  await drawn(page);
};

const filterIs = (text) => page.waitForFunction((text) => document.getElementById('filter').value === text, text, { timeout: 3000 });

describe('the table', () => {
  beforeEach(() => show('browsing.pcap'));

  const scores = async () => (await page.locator('.row .score span').allInnerTexts()).map(Number);

  test('begins with the highest score and turns round by a click on its head', async () => {
    const down = await scores();
    assert.ok(down.length > 1);
    assert.deepEqual(down, [...down].sort((a, b) => b - a));
    await page.locator('.head .score button').click();
    await page.locator('.head .score[aria-sort=ascending]').waitFor();
    const up = await scores();
    assert.deepEqual(up, [...up].sort((a, b) => a - b));
  });

  test('shows what the filter lets pass', async () => {
    const name = await page.locator('.row .server span:not(.absent)').first().innerText();
    const all = await page.locator('.grid').getAttribute('aria-rowcount');
    await page.locator('#filter').fill(name);
    await page.locator('.shown', { hasText: 'of' }).waitFor();
    assert.ok(Number(await page.locator('.grid').getAttribute('aria-rowcount')) < Number(all));
    for (const row of await page.locator('.row').allInnerTexts()) assert.ok(row.includes(name));
    await page.locator('#filter').fill(`-${name}`);
    await page.waitForFunction((name) => ![...document.querySelectorAll('.row')].some((row) => row.innerText.includes(name)), name);
  });

  test('is sorted by keys alone', async () => {
    await page.locator('#filter').focus();
    for (let i = 0; i < 30 && !(await page.locator('.head .score button:focus').count()); i++) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('.head .score[aria-sort=ascending]').waitFor({ timeout: 3000 });
  });

  test('is worked by keys alone', async () => {
    await page.locator('#grid').focus();
    await page.keyboard.press('j');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const details = page.locator('.details');
    await details.waitFor();
    const active = await page.locator('#grid').getAttribute('aria-activedescendant');
    assert.equal(await page.locator(`#${active}`).getAttribute('aria-selected'), 'true');
    assert.equal(await details.locator('.values tr').count(), 176);
    await page.keyboard.press('Escape');
    await details.waitFor({ state: 'detached' });
  });
});

describe('the filter', () => {
  beforeEach(() => show('certificates.pcap'));

  test('picks by verdict, score, name, port, network and feature', async () => {
    const { tuples } = JSON.parse((await exported(page, 'report.json')).text);
    await page.click('#tab-destinations');
    const expectations = {
      'verdict:malware-like': ({ verdict }) => verdict === 'malware-like',
      'verdict:ord,undecided': ({ verdict }) => verdict === 'ordinary' || verdict === 'undecided',
      'score>0.3 score<=0.9': ({ score }) => score > 0.3 && score <= 0.9,
      'sni:*.test': ({ server_names }) => server_names.some((name) => name.endsWith('.test')),
      'sni:none': ({ server_names }) => !server_names.length,
      '-sni:*.test': ({ server_names }) => !server_names.some((name) => name.endsWith('.test')),
      'port:443': ({ resp_p }) => resp_p === 443,
      '-port:443': ({ resp_p }) => resp_p !== 443,
      'dst:203.0.113.0/24': ({ resp_h }) => resp_h.startsWith('203.0.113.'),
      'connections:2..5': ({ connections }) => connections >= 2 && connections <= 5,
      'self_signed_ratio>0': ({ features }) => features.self_signed_ratio > 0,
      'self_signed_ratio:none': ({ features }) => features.self_signed_ratio === null,
      'cert_valid_at_capture_ratio<1': ({ features }) => features.cert_valid_at_capture_ratio !== null && features.cert_valid_at_capture_ratio < 1,
    };
    const counts = new Set();
    for (const [text, passes] of Object.entries(expectations)) {
      await filter(text);
      const expected = tuples.filter(passes).length;
      assert.equal(await shown(), expected, text);
      counts.add(expected);
    }
    assert.ok(counts.size > 4, `${[...counts]}: the captures must tell the filters apart`);
  });

  test('says what is wrong with a term, and uses the others', async () => {
    const cases = {
      'scroe>0.5': /Did you mean “score”/,
      'colour:red': /no field “colour”/,
      'score>high': /not a number/,
      'verdict:evil': /malware-like, borderline, undecided, ordinary/,
      'dst:10.0.0.0/99': /not a network/,
      'sni>5': /is text/,
      'port:': /needs a value/,
      '"open': /not closed/,
    };
    for (const [text, message] of Object.entries(cases)) {
      await filter(text);
      assert.match(await page.locator('.mistakes').innerText(), message, text);
      assert.equal(await page.locator('#filter').getAttribute('aria-invalid'), 'true');
    }
    await filter('');
    const all = await shown();
    await filter('scroe>0.5 sni:none');
    assert.ok((await shown()) < all);
    await filter('');
    assert.equal(await page.locator('.mistakes p').count(), 0);
  });

  test('has chips that write its terms', async () => {
    const chip = page.locator('.chip.malware-like');
    await chip.click();
    await filterIs('verdict:malware-like');
    assert.equal(await chip.getAttribute('aria-pressed'), 'true');
    await page.locator('.chip.undecided').click();
    await page.locator('.chip', { hasText: 'Port not 443' }).click();
    await filterIs('verdict:malware-like,undecided -port:443');
    await chip.click();
    await page.locator('.chip.undecided').click();
    await filterIs('-port:443');
  });
});

test('columns can be chosen, features among them, and sorted by', async () => {
  await show('certificates.pcap');
  await page.locator('.menu summary').click();
  await page.locator('.menu label', { hasText: 'Mean validity of the certificates' }).click();
  await page.locator('.menu label', { hasText: 'Over time' }).click();
  await page.keyboard.press('Escape');
  await drawn(page);
  const heads = await page.locator('.head .cell').allInnerTexts();
  assert.ok(heads.some((head) => head.startsWith('Mean validity')) && !heads.includes('Over time'), String(heads));
  await page.locator('.head button', { hasText: 'Mean validity' }).click();
  await page.locator('.head [aria-sort=descending]', { hasText: 'Mean validity' }).waitFor();
  const days = (await page.locator('.row .cell:last-child').allInnerTexts()).filter((text) => text !== 'not seen').map((text) => Number(text.replace(/[^\d.]/g, '')));
  assert.ok(days.length > 3);
  assert.deepEqual(days, [...days].sort((a, b) => b - a));
});

test('a row is copied as cells without formulas', async () => {
  await show('beacon.pcap', '', { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.locator('#grid').focus();
  await page.keyboard.press('j');
  await page.keyboard.press('c');
  await page.locator('.toast', { hasText: 'Copied' }).waitFor();
  const [heads, cells] = (await page.evaluate(() => navigator.clipboard.readText())).split('\n').map((line) => line.split('\t'));
  assert.deepEqual(heads.slice(0, 4), ['verdict', 'score', 'server', 'destination']);
  assert.ok(cells[1].length <= 8, cells[1]);
  assert.equal(cells[0], 'malware-like');
  assert.equal(cells[3], '203.0.113.66:443');
  assert.equal(cells[5], '24');
});

describe('the keyboard', () => {
  beforeEach(() => show('beacon.pcap'));

  test('leads from anywhere to the filter, the rows and the help', async () => {
    await page.keyboard.press('/');
    await page.waitForFunction(() => document.activeElement.id === 'filter');
    await page.keyboard.type('video?');
    await filterIs('video?');
    await page.keyboard.press('Escape');
    await filterIs('');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => document.activeElement.id === 'grid');
    await page.locator('.brand').focus();
    await page.keyboard.press('j');
    await page.waitForFunction(() => document.activeElement.id === 'grid' && document.activeElement.getAttribute('aria-activedescendant'));
    await page.keyboard.press('?');
    await page.locator('dialog[open]').waitFor();
    assert.match(await page.locator('dialog[open]').innerText(), /to the filter/);
    await page.keyboard.press('Escape');
    await page.locator('dialog[open]').waitFor({ state: 'detached' });
  });
});

describe('the plots', () => {
  beforeEach(() => show('beacon.pcap'));

  test('the timeline marks flagged connections, and brushing filters the table', async () => {
    assert.match(await page.locator('.timeline figcaption').innerText(), /36 connections in .*, 24 to flagged/);
    assert.ok((await page.locator('.timeline .mark').count()) > 15);
    const field = await page.locator('.timeline .field').boundingBox();
    await page.mouse.move(field.x + field.width * 0.22, field.y + 40);
    await page.mouse.down();
    await page.mouse.move(field.x + field.width * 0.3, field.y + 40, { steps: 4 });
    await page.mouse.up();
    await page.locator('.shown', { hasText: 'of 7' }).waitFor();
    assert.equal(await shown(), 1);
    assert.ok(!new URL(page.url()).hash.includes('brush'), 'a time of the capture is not in the address');
    await page.getByRole('button', { name: 'Show all the time' }).click();
    await page.waitForFunction(() => document.querySelector('.grid').getAttribute('aria-rowcount') === '8');
  });

  test('the two stand side by side', async () => {
    const [timeline, scores] = await Promise.all(['.timeline', '.scores'].map((plot) => page.locator(plot).boundingBox()));
    assert.ok(scores.x > timeline.x + timeline.width && scores.y === timeline.y, JSON.stringify({ timeline, scores }));
  });

  test('tell their scale, the number of the highest column, and what each column counts', async () => {
    assert.match(await page.locator('.timeline').innerText(), /height: square root of the number/);
    assert.match(await page.locator('.scores').innerText(), /height: logarithm of the number/);
    const { tuples } = JSON.parse((await exported(page, 'report.json')).text);
    await page.click('#tab-destinations');
    const bins = new Map();
    for (const tuple of tuples) {
      const place = Math.min(49, Math.floor(tuple.score * 50));
      bins.set(place, [...(bins.get(place) ?? []), tuple]);
    }
    const most = Math.max(...[...bins.values()].map((bin) => bin.length));
    assert.equal(await page.locator('.scores .highest').innerText(), String(most));
    const [place, bin] = [...bins].find(([, bin]) => bin.some(({ verdict }) => verdict === 'malware-like'));
    const field = await page.locator('.scores .field').boundingBox();
    await page.mouse.move(field.x + (field.width * (place + 0.5)) / 50, field.y + 20);
    const told = await page.locator('.scores .field').getAttribute('title');
    assert.equal(told, `Score ${place / 50} to ${(place + 1) / 50}: ${bin.length} destination${bin.length > 1 ? 's' : ''}, 1 flagged`);
    const time = await page.locator('.timeline .field').boundingBox();
    let connections = 0;
    for (let i = 0; i < 100; i++) {
      await page.mouse.move(time.x + (time.width * (i + 0.5)) / 100, time.y + 20);
      const told = await page.locator('.timeline .field').getAttribute('title');
      connections += Number(/UTC: (\d+) connections?, \d+ to flagged/.exec(told)[1]);
    }
    assert.equal(connections, 36);
    assert.match(await page.getByLabel('Start of the span').getAttribute('aria-valuetext'), /UTC: \d+ connections?,/);
  });

  test('the timeline is brushed by keys alone', async () => {
    await page.getByLabel('End of the span').focus();
    for (let i = 0; i < 7; i++) await page.keyboard.press('PageDown');
    await page.locator('.shown', { hasText: 'of 7' }).waitFor();
    assert.ok((await shown()) < 7);
  });

  test('a moved threshold changes verdicts, says how many and what to expect, and is named in the summary', async () => {
    assert.match(await page.locator('.scores .effect').innerText(), /expected false alarms: fewer than 0\.1 of 7 \(model card: 0\.\d+\s% of judged ones\)/);
    await context.close();
    await show('certificates.pcap');
    const { tuples, model } = JSON.parse((await exported(page, 'report.json')).text);
    await page.click('#tab-destinations');
    const all = tuples.length;
    const reaching = (threshold) => tuples.filter(({ score }) => score >= threshold).length;
    // Some of those that were not flagged reach it, and some do not.
    const moved = 0.1;
    const more = reaching(moved) - reaching(model.threshold);
    assert.ok(more > 0 && reaching(moved) < all && tuples.every(({ verdict }) => verdict !== 'undecided'));
    await page.getByLabel('Threshold of the score').fill(String(moved));
    await page.locator('.scores .effect', { hasText: `${more} more flagged` }).waitFor();
    assert.match(await page.locator('h1').innerText(), new RegExp(`^${reaching(moved)} of ${all}`));
    await filter('verdict:malware-like');
    assert.equal(await shown(), reaching(moved));
    assert.match(await page.locator('.summary').innerText(), /threshold moved to 0\.100/);
    const report = JSON.parse((await exported(page, 'report.json')).text);
    assert.equal(report.tuples.filter(({ verdict }) => verdict === 'malware-like').length, reaching(model.threshold), "the Report keeps the model's");
    await page.click('#tab-destinations');
    await page.getByRole('button', { name: 'Back to the model’s' }).click();
    await page.locator('h1', { hasText: `${reaching(model.threshold)} of ${all}` }).waitFor();
  });

  test('false alarms to expect follow the threshold, by what the model card counts', async () => {
    const { shares } = readCard(readFileSync(join(root, 'models/FIGURES.md'), 'utf8'));
    const effect = page.locator('.scores .effect');
    for (const threshold of [0.5, 0.1, 0]) {
      await page.getByLabel('Threshold of the score').fill(String(threshold));
      const share = shares.find(([score]) => score === threshold)?.[1];
      const said = share === undefined ? 'not measured at this threshold' : share * 7 < 0.1 ? 'fewer than 0.1 of 7' : `about ${Math.round(share * 70) / 10} of 7`;
      await effect.filter({ hasText: `expected false alarms: ${said}` }).waitFor();
    }
    await page.getByRole('button', { name: 'Back to the model’s' }).click();
    await page.locator('h1', { hasText: '1 of 7' }).waitFor();
  });
});

test('times are told in UTC, and in local time when asked', async () => {
  await show('beacon.pcap', '', { timezoneId: 'Asia/Shanghai' });
  const axis = page.locator('.timeline .axis');
  const [utc] = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\b/.exec(await axis.innerText());
  await page.getByRole('button', { name: 'UTC: show local time' }).click();
  await page.locator('.timeline .axis', { hasText: 'UTC+08:00' }).waitFor();
  const local = /(\S+ \S+) UTC\+08:00/.exec(await axis.innerText())[1];
  assert.equal(Date.parse(`${local.replace(' ', 'T')}+08:00`), Date.parse(utc.replace(' UTC', 'Z').replace(' ', 'T')));
  assert.match(page.url(), /time=local/);
});

test('the summary is one sentence', async () => {
  await show('beacon.pcap');
  assert.equal(await page.locator('h1').innerText(), '1 of 7 TLS destinations resembles malware’s TLS behaviour; 92\u00a0% of 36 TLS connections show a certificate.');
});

test('a link keeps filter, order, threshold, columns and language, and nothing of the capture', async () => {
  await show('beacon.pcap');
  await page.locator('.row').first().click();
  await page.locator('.details').waitFor();
  await page.locator('.chip', { hasText: 'No server name' }).click();
  await page.locator('.head .score button').click();
  await page.getByLabel('Threshold of the score').fill('0.3');
  await page.locator('.tools button[lang=zh]').click();
  await page.locator('h1', { hasText: '1' }).waitFor();
  const { hash } = new URL(page.url());
  const [path, parameters] = hash.split('?');
  assert.match(path, /^#\/1\/destination\/\d+$/);
  assert.deepEqual(Object.fromEntries(new URLSearchParams(parameters)), { lang: 'zh', filter: 'sni:none', sort: 'score.asc', threshold: '0.3' });
  await context.close();
  await show('certificates.pcap', hash);
  assert.equal(await page.locator('#filter').inputValue(), 'sni:none');
  assert.equal(await page.locator('html').getAttribute('lang'), 'zh-Hans');
  assert.equal(await page.locator('.head .score').getAttribute('aria-sort'), 'ascending');
  assert.equal(await page.getByLabel('评分阈值').inputValue(), '0.3');
});

test('links without a version open as they did, and one of another version says that its view is not shown', async () => {
  for (const hash of ['#filter=sni%3Anone&sort=connections.desc', '#/1/?filter=sni%3Anone&sort=connections.desc']) {
    await show('beacon.pcap', hash);
    assert.equal(await page.locator('#filter').inputValue(), 'sni:none');
    assert.equal(await page.locator('.head .connections').getAttribute('aria-sort'), 'descending');
    await context.close();
  }
  ({ context, page } = await open(site.browser, `${site.server.url}#/2?filter=sni%3Anone`));
  await page.locator('.toast', { hasText: 'another version of Hushcap (“2”)' }).waitFor();
  await choose(page, fixture('beacon.pcap'));
  await result(page, 'beacon.pcap');
  assert.equal(await page.locator('#filter').inputValue(), '');
});

test('names that every object has are only names in a link and in the filter', async () => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    await show('beacon.pcap', `#/1?lang=${name}&tab=${name}&sort=${name}.asc&columns=${name},score`);
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    assert.equal(await page.locator('#tab-destinations').getAttribute('aria-selected'), 'true');
    await assertSound(page);
    await context.close();
  }
  await show('beacon.pcap');
  await filter('constructor:1');
  assert.equal(await page.locator('.mistakes p').count(), 1);
});

/** Names of formats and programs, and units, which a Chinese text has too. */
const NAMES = /pcapng|pcap|gzip|Wireshark|ZIP|xz|UTF-16|UTF-8|PDF|Sniffer|MiB|Zeek|TSV|JSON|\w+\.log|\.?\b[\w-]+\.(pcap|json|txt|log)\b/gi;

const BAD = {
  'bad.pcap': 'no capture',
  'zip.pcap': 'PK\x03\x04\x14\0',
  'xz.pcap': '\xfd7zXZ\0\0\0',
  'short.pcap': '\xd4\xc3\xb2\xa1\x02\0\x04\0',
  'version.pcap': `\xd4\xc3\xb2\xa1\x09\0\x04\0${'\0'.repeat(16)}`,
  'magic.pcapng': `\x0a\x0d\x0d\x0a\x1c\0\0\0${'\x11'.repeat(20)}`,
  'length.pcapng': `\x0a\x0d\x0d\x0a\x04\0\0\0\x4d\x3c\x2b\x1a${'\0'.repeat(16)}`,
  'section.pcapng': `\x0a\x0d\x0d\x0a\x1c\0\0\0\x4d\x3c\x2b\x1a\x09\0\0\0${'\0'.repeat(12)}`,
  'zeros.pcap': '\0'.repeat(40),
  'pdf.pcap': '%PDF-1.7 and so on',
  'empty.pcap': '',
  'ssl.log': '#fields\tts\tuid\n',
};

test('what the program says of bad files is Chinese on a Chinese page', async (test) => {
  ({ context, page } = await open(site.browser, `${site.server.url}#lang=zh`));
  const folder = temporaryFolder(test);
  for (const [name, content] of Object.entries(BAD)) {
    writeFileSync(join(folder, name), content, 'latin1');
    await choose(page, join(folder, name));
    await page.locator('.end.failed h1', { hasText: name }).waitFor();
    const message = await page.locator('.end.failed .message').innerText();
    const left = message.replace(NAMES, '').replace(/\b[0-9a-f]{2}\b|1a2b3c4d/g, '');
    assert.ok(!/[A-Za-z]/.test(left), `${name}: ${message}`);
    assert.match(message, /[\u4e00-\u9fff]/);
  }
  await page.locator('.end.failed').waitFor();
});

test('lengths of time and the kind of the model are Chinese on a Chinese page', async () => {
  await show('beacon.pcap', '#lang=zh');
  assert.match(await page.locator('.timeline figcaption').innerText(), /\d 分( \d+ 秒)?内 36 个连接/);
  await page.click('#tab-seen');
  assert.match(await page.locator('.panel.seen').innerText(), /scorecard（/);
});

test('Escape in the rows closes the details, then empties the filter', async () => {
  await show('beacon.pcap', '#filter=score>0');
  await page.locator('.row').first().click();
  await page.locator('.details').waitFor();
  await page.locator('#grid').focus();
  await page.keyboard.press('Escape');
  await page.locator('.details').waitFor({ state: 'detached' });
  assert.equal(await page.locator('#filter').inputValue(), 'score>0');
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => document.getElementById('filter').value === '');
});
