// Lists of indicators as text, without a browser: what a line is taken for, and what is told of the others.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageModule } from './support.mjs';

const { indicatorOf } = await pageModule('model/lists/indicator.ts');
const { readIndicators } = await pageModule('model/lists/read.ts');
const { finished } = await pageModule('model/steps.ts');

const [MD5, SHA1, SHA256] = [32, 40, 64].map((length) => 'a1'.repeat(length / 2));
const read = (text) => finished(readIndicators(text));
const JA4 = 't13d1516h2_8daaf6152771_02713d6af862';

test('each form is taken for what the panel says', () => {
  const forms = {
    '192.0.2.1': { kind: 'address', value: '192.0.2.1' },
    '192.0.2.1:8443': { kind: 'address', value: '192.0.2.1', port: 8443 },
    '2001:DB8::1': { kind: 'address', value: '2001:db8::1' },
    '[2001:db8::1]:443': { kind: 'address', value: '2001:db8::1', port: 443 },
    '192.0.2.0/24': { kind: 'network', value: '192.0.2.0/24' },
    '2001:db8::/32': { kind: 'network', value: '2001:db8::/32' },
    'Example.com.': { kind: 'name', value: 'example.com' },
    '.example.com': { kind: 'domain', value: 'example.com' },
    '*.example.com': { kind: 'below', value: 'example.com' },
    'evil[.]example[.]com': { kind: 'name', value: 'evil.example.com' },
    '例子.example': { kind: 'name', value: 'xn--fsqu00a.example' },
    [MD5]: { kind: 'ja3', value: MD5 },
    [SHA1.toUpperCase()]: { kind: 'sha1', value: SHA1 },
    [SHA256.match(/../g).join(':')]: { kind: 'sha256', value: SHA256 },
    [JA4]: { kind: 'ja4', value: JA4 },
  };
  for (const [text, indicator] of Object.entries(forms)) assert.deepEqual(indicatorOf(text), indicator, text);
});

test('what only looks like an indicator is none', () => {
  const others = ['', 'example', '999.1.1.1', '1.2.3', '192.0.2.0/33', '192.0.2.1:70000', 'https://example.com/x', 'two words.com', '-x.example.', '*.com.*', '..', '*.', 'a1b2', `${MD5}0`, '2024-01-02', '12:34:56', 'mail@example.com'];
  for (const text of others) assert.equal(indicatorOf(text), undefined, text);
});

test('the first cell that is an indicator counts, the others are its note', async () => {
  const { entries, unread } = await read('\ufeff"first_seen","id","ioc","type"\r\n"2024-01-02 03:04:05", "77", "192.0.2.1:443", "a ""quoted"" type"\r\nx.example;note one;note two\r\ny.example\tz.example # remark\n');
  assert.deepEqual(unread, []);
  assert.deepEqual(entries, [
    { line: 2, kind: 'address', value: '192.0.2.1', port: 443, note: '2024-01-02 03:04:05, 77, a "quoted" type' },
    { line: 3, kind: 'name', value: 'x.example', note: 'note one, note two' },
    { line: 4, kind: 'name', value: 'y.example', note: 'z.example # remark' },
  ]);
});

test('lines that were not understood keep their numbers, also behind a cell of several lines', async () => {
  const { entries, unread } = await read('# remark\n// remark\n\nx.example,"a note\nof three\nlines"\nnothing here\n192.0.2.1 # bad\n"never closed\n');
  assert.deepEqual(entries.map(({ line, value, note }) => [line, value, note]), [
    [4, 'x.example', 'a note\nof three\nlines'],
    [8, '192.0.2.1', 'bad'],
  ]);
  assert.deepEqual(unread, [
    { line: 7, text: 'nothing here', why: 'form' },
    { line: 9, text: '"never closed', why: 'form' },
  ]);
});

test('a first row of names alone is the head, and nothing else is passed over', async () => {
  assert.deepEqual((await read('ioc,description\nx.example,y\n')).unread, []);
  assert.deepEqual((await read('words alone\nx.example\n')).unread, [{ line: 1, text: 'words alone', why: 'form' }]);
  assert.deepEqual((await read('x.example,y\nioc,description\n')).unread, [{ line: 2, text: 'ioc, description', why: 'form' }]);
});

test('a hostile list costs no more time than its length', async () => {
  const started = performance.now();
  for (const text of ['"'.repeat(1e6), '"a\n'.repeat(5e4), ','.repeat(3e5), `${'a.'.repeat(5e5)}`, `${'a-'.repeat(5e5)}.com`, '1:'.repeat(5e5), `x${' '.repeat(1e6)}y`, `"${' "'.repeat(5e5)}`]) await read(text);
  assert.ok(performance.now() - started < 10_000, `${performance.now() - started} ms`);
});
