// The filter's language, without a browser: how terms are cut, what each form means, and what is told of mistakes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageModule } from './support.mjs';

const { hasTerm, parseFilter, termsOf, toggleTerm } = await pageModule('model/filter.ts');
const { addressKey, addressTest } = await pageModule('model/network.ts');

const FEATURES = [{ name: 'period_std' }, { name: 'sni_ratio' }];
const VALUES = [0.5, NaN];
const tuple = {
  orig_h: '10.1.2.3',
  resp_h: '2001:db8::7',
  resp_p: 8443,
  proto: 'tcp',
  verdict: 'ordinary',
  connections: 12,
  server_names: ['www.Example.top', 'b.example'],
  purpose: null,
};
const result = { outline: { tuples: [tuple] }, score: () => 0.42, value: (place) => VALUES[place] };

const marks = { expected: new Map([[0, []]]), matches: new Map() };

const passes = (text, threshold) => parseFilter(text, FEATURES).test({ result, threshold, marks }, 0);
const mistakes = (text) => parseFilter(text, FEATURES).mistakes.map(({ key }) => key.replace('filter.mistake.', ''));

const HOLD = [
  '',
  'example',
  'EXAMPLE.TOP',
  '10.1.2.3',
  '[2001:db8::7]:8443',
  '2001:db8::7',
  'w*top',
  'sni:*.top',
  'sni=b.example -sni=example',
  'server:b.*',
  'sni="b.example"',
  '-sni:none',
  'purpose:none',
  'verdict:ord',
  'verdict:undecided,ordinary',
  'score:0.42',
  'score>=0.42 score<=0.42',
  'score:0.4..0.5',
  'score:..0.5 score:0.4..',
  'connections:1,12',
  'port:8443 -port:443',
  'source:10.0.0.0/8',
  'src:10.1.*',
  'dst:2001:db8::/32',
  'dst:192.0.2.0/24,2001:db8::/32',
  'period_std<1',
  'sni_ratio:none',
  '!port:443',
  'expected:yes indicator:no -indicator:yes',
];
const FAIL = ['exampel', '-example', 'sni:*.to', 'verdict:malware-like', 'score>0.42', 'score<0.42', 'connections:1,2', 'port:443', 'source:10.2.0.0/16', 'dst:2001:db9::/32', 'period_std:none', 'sni_ratio>0', 'sni:none', 'example nothing', 'expected:no', 'indicator:YES'];

test('each form means what the help says', () => {
  for (const text of HOLD) assert.deepEqual([text, passes(text), mistakes(text)], [text, true, []]);
  for (const text of FAIL) assert.ok(!passes(text), text);
});

test('a verdict follows a threshold that was moved', () => {
  assert.ok(passes('verdict:malware-like', 0.4));
  assert.ok(!passes('verdict:malware-like', 0.43));
});

test('each mistake has its kind, and the term is left out', () => {
  const kinds = {
    'colour:red': 'unknown',
    'conections>1': 'unknown_near',
    'score:': 'empty',
    'score>much': 'number',
    'score:1..x': 'number',
    'score:..': 'number',
    'sni>1': 'order',
    'dst:10.0.0.0/33': 'network',
    'verdict:bad': 'verdict',
    'verdict:': 'empty',
    '"x': 'quote',
  };
  for (const [text, kind] of Object.entries(kinds)) assert.deepEqual(mistakes(text), [kind], text);
  assert.ok(passes('colour:red example'));
});

test('quotes keep blanks in a term', () => {
  assert.deepEqual(termsOf('a "b c" sni:"d e" f'), ['a', '"b c"', 'sni:"d e"', 'f']);
});

test('a chip toggles its term, and verdicts share one', () => {
  assert.equal(toggleTerm('', 'sni:none'), 'sni:none');
  assert.equal(toggleTerm('x sni:none', 'sni:none'), 'x');
  assert.equal(toggleTerm('x verdict:ordinary', 'verdict:undecided'), 'verdict:ordinary,undecided x');
  assert.equal(toggleTerm('verdict:ordinary,undecided x', 'verdict:ordinary'), 'verdict:undecided x');
  assert.ok(hasTerm('verdict:ordinary,undecided', 'verdict:undecided'));
});

test('networks are those of the address family, whatever its spelling', () => {
  assert.ok(addressTest('::ffff:192.0.2.0/120')('::ffff:c000:2ff'));
  assert.ok(addressTest('0.0.0.0/0')('255.255.255.255'));
  assert.ok(!addressTest('0.0.0.0/0')('::1'));
  for (const bad of ['10.0.0.0', '10.0.0/8', 'x/8', '10.0.0.0/', '10.0.0.0/33', '::/129', '1::2::3/8']) assert.equal(addressTest(bad), undefined, bad);
});

test('addresses sort by their numbers', () => {
  const sorted = ['10.0.0.2', '10.0.0.10', '192.0.2.1', '::1', '2001:db8::1'];
  assert.deepEqual([...sorted].reverse().sort((a, b) => (addressKey(a) < addressKey(b) ? -1 : 1)), sorted);
});
