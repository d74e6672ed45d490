// The filter's language, without a browser: how terms are cut, what each form means, and what is told of mistakes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageModule } from './support.mjs';

const { parseFilter } = await pageModule('model/filter/filter.ts');
const { hasTerm, hasValue, termsOf, toggleTerm, toggleValue, valueTerm } = await pageModule('model/filter/edit.ts');
const { globTest } = await pageModule('model/filter/glob.ts');
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
  fingerprints: { ja3: ['a'.repeat(32)], ja3s: [], ja4: ['t13d1516h2_8daaf6152771_02713d6af862'], certificate: ['f'.repeat(64)] },
  handshakes: { version: ['TLSv12', 'TLSv13'], cipher: ['TLS_AES_128_GCM_SHA256'], next_protocol: ['h2'], subject: ['CN=*.example.top'], issuer: ["CN=R3,O=Let's Encrypt,C=US"] },
  dns: { state: 'looked-up', names: [{ name: 'cdn.example.net', age: 3 }] },
  evidence: [{ kind: 'self_signed' }, { kind: 'regular_beat' }],
  known: [{ software: 'Metasploit' }],
  looks_like: [],
  new_since_baseline: [],
  beacon: { score: 0.9, interval: 60 },
  purpose: null,
  purpose_evidence: { rule: 'relay-tunnel' },
};
const tuples = [tuple];
const result = { outline: { tuples, model: { threshold: 0.5, borderline: 0.41 } }, score: () => 0.42, value: (place) => VALUES[place] };

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
  // Joined terms.
  'port:443 OR example',
  'port:443 OR (example sni:*.top)',
  'example AND NOT port:443',
  'NOT (port:443 OR sni:none)',
  '-(port:443 sni:none)',
  'port:443 OR port:444 OR port:8443 verdict:ordinary',
  '(example)',
  'example -exampel',
  // Fields.
  'host:10.1.2.3 host:2001:db8::7',
  'dst:2001:DB8:0:0:0:0:0:7',
  'looked_up:cdn.* query:example.net',
  'dns:looked-up -dns:never',
  'ja4=t13d1516h2_8daaf6152771_02713d6af862 ja4:t13d* ja3:aaaa -ja3s:a ja3s:none',
  'cert:ffff certificate:f*',
  'issuer:"let\'s encrypt" issuer="CN=R3,O=Let\'s Encrypt,C=US" issuer:*O=Let*',
  'subject="CN=\\*.example.top" subject=CN=*',
  'version:TLSv12 version=tlsv13 cipher:AES_128 alpn:h2',
  'evidence:self_signed,none known:metasploit rule:relay-tunnel looks_like:none',
  'beacon>0.8 interval:50..70',
  'port!=443 sni!=example',
  'cdn.example let*encrypt metasploit 8daaf6152771',
];
const FAIL = ['port:443 OR exampel', 'port:443 or example', 'example AND port:443', 'NOT example', 'NOT (example OR port:443)', 'src:10.1.2.30', 'dns:never', 'looked_up:none', 'issuer="R3"', 'subject="CN=\\*"', 'beacon<0.8', 'port!=8443', 'new:server', '"AND"', 'exampel', '-example', 'sni:*.to', 'verdict:malware-like', 'score>0.42', 'score<0.42', 'connections:1,2', 'port:443', 'source:10.2.0.0/16', 'dst:2001:db9::/32', 'period_std:none', 'sni_ratio>0', 'sni:none', 'example nothing', 'expected:no', 'indicator:YES'];

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
    'verdict:bad': 'choice',
    'dns:often': 'choice',
    'verdict:': 'empty',
    '"x': 'quote',
    '(example': 'open',
    'example OR': 'operand',
    'OR example': 'operand',
    'AND example': 'operand',
    'example AND OR port:8443': 'operand',
    'NOT': 'operand',
    'jA5:x': 'unknown_near',
    'isuer:x': 'unknown_near',
  };
  for (const [text, kind] of Object.entries(kinds)) assert.deepEqual(mistakes(text), [kind], text);
  assert.ok(passes('colour:red example'));
  assert.ok(passes('colour:red OR example') && passes('NOT colour:red') && passes('(colour:red)'));
  assert.equal(parseFilter('isuer:x', FEATURES).mistakes[0].values.nearest, 'issuer');
});

test('a filter of any length is read in bounds that are told', () => {
  for (const text of ['('.repeat(9000), '-'.repeat(9000) + 'x', 'x OR '.repeat(5000), 'nofield:x '.repeat(900), '"'.repeat(9000)]) {
    const { mistakes, test: passing } = parseFilter(text, FEATURES);
    passing({ result, threshold: undefined, marks }, 0);
    assert.ok(mistakes.length > 0 && mistakes.length <= 5, text.slice(0, 20));
  }
  assert.deepEqual(mistakes('example '.repeat(900)), ['long']);
});

test('a glob reads each character of a text a bounded number of times', () => {
  const reads = (parts, text) => {
    let count = 0;
    const counted = { length: text.length, charCodeAt: (place) => (count++, text.charCodeAt(place)) };
    return { holds: globTest(parts)(counted), each: count / text.length };
  };
  const long = 'a'.repeat(60_000);
  for (const stars of [2, 4, 16, 100]) {
    const { holds, each } = reads([...Array(stars).fill('a'), 'b'].map((part, i) => (i ? part : '')), long);
    assert.ok(!holds && each <= 2, `${stars} stars: ${each} reads a character`);
  }
  const { holds, each } = reads(['', `${'a'.repeat(500)}b`, ''], long);
  assert.ok(!holds && each <= 2, `a long part: ${each} reads a character`);
  assert.ok(reads(['', 'a', 'ab', ''], `${long}b`).holds);
});

test('the hostile glob of a link over a long name is answered by the filter as by its parts', () => {
  const hostile = { ...tuple, server_names: ['a'.repeat(60_000)] };
  const subject = { result: { ...result, outline: { tuples: [hostile] } }, threshold: undefined, marks };
  const holds = (text) => parseFilter(text, FEATURES).test(subject, 0);
  assert.ok(!holds(`sni:*${'a*'.repeat(40)}b`) && holds(`sni:*${'a*'.repeat(40)}`));
  assert.ok(holds('*'.repeat(1000)));
});

test('of very many names the first are searched', () => {
  const named = (names) => ({ ...tuple, server_names: names });
  const many = named([...Array(10_000).fill('filler.example'), 'last.example']);
  const subject = { result: { ...result, outline: { tuples: [many] } }, threshold: undefined, marks };
  assert.ok(!parseFilter('sni=last.example', FEATURES).test(subject, 0));
  assert.ok(parseFilter('sni=filler.example', FEATURES).test(subject, 0));
});

test('quotes keep blanks in a term', () => {
  assert.deepEqual(termsOf('a "b c" sni:"d e" f'), ['a', '"b c"', 'sni:"d e"', 'f']);
});

test('a chip toggles its term, and verdicts share one', () => {
  assert.equal(toggleTerm('', 'sni:none'), 'sni:none');
  assert.equal(toggleTerm('x sni:none', 'sni:none'), 'x');
  assert.equal(toggleTerm('x verdict:ordinary', 'verdict:undecided'), 'x verdict:ordinary,undecided');
  assert.equal(toggleTerm('verdict:ordinary,undecided x', 'verdict:ordinary'), 'verdict:undecided x');
  assert.ok(hasTerm('verdict:ordinary,undecided', 'verdict:undecided'));
});

test('a value is asked for, excluded and taken back; what else is asked for stays', () => {
  const ja4 = (value, excluded) => ({ field: 'ja4', value, excluded });
  assert.equal(toggleValue('x', ja4('a')), 'x ja4=a');
  assert.equal(toggleValue('x ja4=a y', ja4('b')), 'x ja4=a,b y');
  assert.equal(toggleValue('x ja4=a,b y', ja4('a')), 'x ja4=b y');
  assert.equal(toggleValue('x ja4=a', ja4('a')), 'x');
  assert.equal(toggleValue('x ja4=a', ja4('a', true)), 'x -ja4=a');
  assert.equal(toggleValue('-ja4=a', ja4('b', true)), '-ja4=a,b');
  assert.equal(toggleValue('-ja4=a', ja4('a')), 'ja4=a');
  assert.equal(toggleValue('x OR y', ja4('a')), '(x OR y) ja4=a');
  assert.equal(toggleValue('(x OR y) ja4=a', ja4('a')), '(x OR y)');
  assert.equal(toggleValue('', { field: 'source', value: '10.0.0.1' }), 'source:10.0.0.1');
  assert.equal(toggleValue('src:10.0.0.1', { field: 'source', value: '10.0.0.2' }), 'source:10.0.0.1,10.0.0.2');
  assert.ok(hasValue('x -ja4=a,b', ja4('b', true)) && !hasValue('x -ja4=a,b', ja4('b')) && !hasValue('ja4:a', ja4('a')));
});

test('a value means itself alone, whatever is in it', () => {
  for (const value of ['a b', 'CN=*.example', 'a,b', '"', '\\', 'none', '(x)', 'OR', '-x', "CN=R3,O=Let's Encrypt", 'ü', '\\*"']) {
    const strange = { ...tuple, handshakes: { ...tuple.handshakes, subject: [value] } };
    const subject = (subjects) => ({ result: { ...result, outline: { tuples: [{ ...strange, handshakes: { ...strange.handshakes, subject: subjects } }] } }, threshold: undefined, marks });
    const { test: passing, mistakes } = parseFilter(valueTerm({ field: 'subject', value }), FEATURES);
    assert.deepEqual([passing(subject([value]), 0), passing(subject([`${value}x`]), 0), passing(subject([]), 0), mistakes], [true, false, false, []], value);
    const excluded = parseFilter(valueTerm({ field: 'subject', value, excluded: true }), FEATURES);
    assert.ok(!excluded.test(subject([value]), 0) && excluded.test(subject(['other']), 0), value);
    assert.ok(hasValue(toggleValue('x', { field: 'subject', value }), { field: 'subject', value }), value);
  }
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
