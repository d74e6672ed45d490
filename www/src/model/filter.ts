// The table's filter, a small language → a test of a tuple.
//
//   word            one of the tuple's texts holds it; `*` stands for anything
//   field:value     a text holds it, or a number is it; `a,b` is either, `a..b` a range, `none` absent, `10.0.0.0/8` a network
//   field:yes       it is so; `no`, it is not (expected, indicator)
//   field>number    likewise `>=`, `<`, `<=`, `=`
//   -term           must not hold
//   "two words"     quotes keep blanks together
//
// Terms stand side by side, and all must hold. A term with a mistake is left out and told as {key, values} of the catalogue.

import { addressTest } from './network.ts';
import { VERDICTS, textOf, verdictOf } from './tuples.ts';

const TEXTS = {
  verdict: ({ result, threshold }, i) => [verdictOf(result, i, threshold)],
  sni: ({ result }, i) => result.outline.tuples[i].server_names,
  proto: ({ result }, i) => [result.outline.tuples[i].proto],
  purpose: ({ result }, i) => listed(result.outline.tuples[i].purpose),
};

const ADDRESSES = {
  source: ({ result }, i) => result.outline.tuples[i].orig_h,
  destination: ({ result }, i) => result.outline.tuples[i].resp_h,
};

const NUMBERS = {
  score: ({ result }, i) => result.score(i),
  port: ({ result }, i) => result.outline.tuples[i].resp_p,
  connections: ({ result }, i) => result.outline.tuples[i].connections,
};

/** What is so or is not: `yes` or `no`. */
const FLAGS = {
  expected: ({ marks }, i) => marks.expected.has(i),
  indicator: ({ marks }, i) => marks.matches.has(i),
};

const ALIASES = {
  server: 'sni',
  server_name: 'sni',
  name: 'sni',
  src: 'source',
  orig_h: 'source',
  dst: 'destination',
  resp_h: 'destination',
  resp_p: 'port',
  conns: 'connections',
};

/** Fields by kind, for the help; every feature's name is a number too. */
export const FIELDS = { texts: Object.keys(TEXTS), addresses: Object.keys(ADDRESSES), flags: Object.keys(FLAGS), numbers: Object.keys(NUMBERS) };

const TERM = /^([A-Za-z][\w-]*?)(:|>=|<=|=|>|<)(.*)$/s;

/** `{test(subject, index), mistakes}`; a subject is `{result, threshold, marks}`. `features` are the schema's. */
export function parseFilter(text, features) {
  const mistakes = [];
  const tests = [];
  for (const term of termsOf(text, mistakes)) {
    const not = term.length > 1 && /^[-!]/.test(term);
    const test = parseTerm(not ? term.slice(1) : term, features, mistakes);
    if (test) tests.push(not ? (subject, i) => !test(subject, i) : test);
  }
  return { test: (subject, i) => tests.every((test) => test(subject, i)), mistakes };
}

/** The terms of a text, split at blanks outside quotes. */
export function termsOf(text, mistakes = []) {
  if ((text.match(/"/g) ?? []).length % 2) mistakes.push({ key: 'filter.mistake.quote', values: {} });
  return text.match(/(?:"[^"]*"?|[^\s"])+/g) ?? [];
}

function parseTerm(term, features, mistakes) {
  const [, name, operator, rest] = TERM.exec(term) ?? [];
  if (!name || looksLikeAddress(term)) return wordTest(unquoted(term));
  const field = ALIASES[name.toLowerCase()] ?? name.toLowerCase();
  const value = unquoted(rest);
  const wrong = (key, values) => void mistakes.push({ key: `filter.mistake.${key}`, values: { field: name, value, ...values } });
  const place = features.findIndex((feature) => feature.name === field);
  const known = field in TEXTS || field in ADDRESSES || field in FLAGS || field in NUMBERS || place >= 0;
  if (!known) {
    const nearest = nearestTo(field, [...Object.values(FIELDS).flat(), ...features.map((feature) => feature.name)]);
    return wrong(nearest ? 'unknown_near' : 'unknown', { nearest });
  }
  if (!value) return wrong('empty');
  if (field in NUMBERS || place >= 0) {
    const of = NUMBERS[field] ?? (({ result }, i) => result.value(place, i));
    const test = numberTest(operator, value);
    return test ? (subject, i) => test(of(subject, i)) : wrong('number');
  }
  if (operator !== ':' && operator !== '=') return wrong('order');
  if (field in ADDRESSES) {
    const tests = value.split(',').map((part) => addressTest(part) ?? patternTest(part));
    if (value.split(',').some((part) => part.includes('/') && !addressTest(part))) return wrong('network');
    return (subject, i) => tests.some((test) => test(ADDRESSES[field](subject, i)));
  }
  if (field in FLAGS) return flagTest(FLAGS[field], value, wrong);
  return field === 'verdict' ? verdictTest(value, wrong) : textTest(TEXTS[field], value, operator === '=');
}

function verdictTest(value, wrong) {
  const wanted = value.toLowerCase().split(',').map((part) => VERDICTS.find((verdict) => part && verdict.startsWith(part)));
  if (!wanted.every(Boolean)) return wrong('verdict', { verdicts: VERDICTS.join(', ') });
  return (subject, i) => wanted.includes(TEXTS.verdict(subject, i)[0]);
}

function flagTest(of, value, wrong) {
  const wanted = { yes: true, no: false }[value.toLowerCase()];
  return wanted === undefined ? wrong('flag') : (subject, i) => of(subject, i) === wanted;
}

function textTest(of, value, whole) {
  const tests = value.split(',').map((part) => (part === 'none' ? 'none' : patternTest(part, whole)));
  return (subject, i) => {
    const texts = of(subject, i);
    return tests.some((test) => (test === 'none' ? !texts.length : texts.some(test)));
  };
}

function wordTest(word) {
  const test = patternTest(word.includes('*') ? `*${word}*` : word);
  return (subject, i) => test(textOf(subject.result, i)) || verdictOf(subject.result, i, subject.threshold).includes(word.toLowerCase());
}

/** Whether a text holds the pattern; one with a star, or a `whole` one, must fit from end to end. */
function patternTest(pattern, whole = false) {
  const lower = pattern.toLowerCase();
  if (!pattern.includes('*')) return whole ? (text) => text.toLowerCase() === lower : (text) => text.toLowerCase().includes(lower);
  const parts = lower.split(/\*+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(`^${parts.join('.*')}$`, 's');
  return (text) => expression.test(text.toLowerCase());
}

/** Tests a number, where absent is null or NaN; `undefined` where the value is none. */
function numberTest(operator, value) {
  if (operator === ':' || operator === '=') {
    const tests = value.split(',').map((part) => {
      if (part === 'none') return (number) => number === null || Number.isNaN(number);
      const [, from, to] = /^(.*?)\.\.(.*)$/.exec(part) ?? [];
      if (from === undefined) return isNumber(part) ? (number) => number === Number(part) : undefined;
      const [least, most] = [from === '' ? -Infinity : Number(from), to === '' ? Infinity : Number(to)];
      return Number.isNaN(least) || Number.isNaN(most) || part === '..' ? undefined : (number) => number >= least && number <= most;
    });
    return tests.every(Boolean) ? (number) => tests.some((test) => test(number)) : undefined;
  }
  if (!isNumber(value)) return undefined;
  const limit = Number(value);
  return {
    '>': (number) => number > limit,
    '>=': (number) => number >= limit,
    '<': (number) => number < limit,
    '<=': (number) => number <= limit,
  }[operator];
}

const isNumber = (text) => text !== '' && Number.isFinite(Number(text));
const unquoted = (text) => text.replace(/"/g, '');
const listed = (value) => (value === null || value === undefined ? [] : [value].flat());

/** `fe80::1` and `[2001:db8::1]:443` are words, not fields. */
const looksLikeAddress = (term) => /^\[?[0-9a-f]*:[0-9a-f:.]*[:\]]/i.test(term);

/** The name that a misspelt one may have meant. */
function nearestTo(word, names) {
  const near = names.map((name) => [distance(word, name), name]).sort(([a], [b]) => a - b)[0];
  return near[0] <= Math.ceil(word.length / 3) ? near[1] : undefined;
}

/** How many letters must change (Levenshtein). */
function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] !== b[j - 1]));
    row = next;
  }
  return row[b.length];
}

/** Whether the filter has a term; a verdict may stand in a list with others. */
export function hasTerm(text, term) {
  const [field, value] = term.split(':');
  if (field === 'verdict') return verdictsOf(text).includes(value);
  return termsOf(text).includes(term);
}

/** The filter with a term more, or without it. */
export function toggleTerm(text, term) {
  const [field, value] = term.split(':');
  const terms = termsOf(text);
  if (field !== 'verdict') return (terms.includes(term) ? terms.filter((other) => other !== term) : [...terms, term]).join(' ');
  const chosen = verdictsOf(text);
  const verdicts = chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value];
  const others = terms.filter((other) => !other.startsWith('verdict:'));
  return [...(verdicts.length ? [`verdict:${verdicts.join(',')}`] : []), ...others].join(' ');
}

function verdictsOf(text) {
  const term = termsOf(text).find((term) => term.startsWith('verdict:'));
  return term ? term.slice('verdict:'.length).split(',').filter(Boolean) : [];
}
