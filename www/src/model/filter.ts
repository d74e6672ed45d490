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

import type { Subject } from './columns.ts';
import { addressTest } from './network.ts';
import type { Feature } from './report.ts';
import { textOf, VERDICTS, verdictOf } from './tuples.ts';

/** What fills the places of a text of the catalogue. */
type Values = Record<string, string | readonly string[]>;

type Of<T> = (subject: Subject, index: number) => T;
type Test = Of<boolean>;

/** Fields by name: names come from the reader, and from addresses that others made. */
const fields = <T>(of: Record<string, Of<T>>) => new Map(Object.entries(of));

const TEXTS = fields<string[]>({
  verdict: ({ result, threshold }, i) => [verdictOf(result, i, threshold)],
  sni: ({ result }, i) => result.outline.tuples[i].server_names,
  proto: ({ result }, i) => [result.outline.tuples[i].proto],
  input: ({ result }, i) => result.inputsOf(i),
  purpose: ({ result }, i) => listed(result.outline.tuples[i].purpose),
  organisation: ({ result, marks }, i) =>
    listed(marks.placeOf(result.outline.tuples[i].resp_h).organisation ?? null),
  country: ({ result, marks }, i) => listed(marks.placeOf(result.outline.tuples[i].resp_h).country ?? null),
  status: ({ marks }, i) => [marks.notes.get(i)?.[0].status ?? 'new'],
  note: ({ marks }, i) => (marks.notes.get(i) ?? []).flatMap(({ text }) => text || []),
  network: ({ result }, i) => listed(result.outline.tuples[i].profile_verdict),
  new: ({ result }, i) => result.outline.tuples[i].new_since_baseline,
});

const ADDRESSES = fields<string>({
  source: ({ result }, i) => result.outline.tuples[i].orig_h,
  destination: ({ result }, i) => result.outline.tuples[i].resp_h,
});

const NUMBERS = fields<number>({
  score: ({ result }, i) => result.score(i),
  port: ({ result }, i) => result.outline.tuples[i].resp_p,
  connections: ({ result }, i) => result.outline.tuples[i].connections,
});

/** What is so or is not: `yes` or `no`. */
const FLAGS = fields<boolean>({
  expected: ({ marks }, i) => marks.expected.has(i),
  indicator: ({ marks }, i) => marks.matches.has(i),
});

const ALIASES = new Map(
  Object.entries({
    server: 'sni',
    server_name: 'sni',
    name: 'sni',
    src: 'source',
    orig_h: 'source',
    dst: 'destination',
    resp_h: 'destination',
    resp_p: 'port',
    conns: 'connections',
    org: 'organisation',
  }),
);

/** Fields by kind, for the help; every feature's name is a number too. */
export const FIELDS = {
  texts: [...TEXTS.keys()],
  addresses: [...ADDRESSES.keys()],
  flags: [...FLAGS.keys()],
  numbers: [...NUMBERS.keys()],
};

const TERM = /^([A-Za-z][\w-]*?)(:|>=|<=|=|>|<)(.*)$/s;

/** A mistake, as a key of the catalogue with its values. */
export interface Mistake {
  key: string;
  values: Values;
}

export interface Filter {
  test: Test;
  mistakes: Mistake[];
}

/** The test that a text asks for. `features` are the schema's. */
export function parseFilter(text: string, features: Feature[]): Filter {
  const mistakes: Mistake[] = [];
  const tests: Test[] = [];
  for (const term of termsOf(text, mistakes)) {
    const not = term.length > 1 && /^[-!]/.test(term);
    const test = parseTerm(not ? term.slice(1) : term, features, mistakes);
    if (test) tests.push(not ? (subject, i) => !test(subject, i) : test);
  }
  return { test: (subject, i) => tests.every((test) => test(subject, i)), mistakes };
}

/** The terms of a text, split at blanks outside quotes. */
export function termsOf(text: string, mistakes: Mistake[] = []): string[] {
  if ((text.match(/"/g) ?? []).length % 2) mistakes.push({ key: 'filter.mistake.quote', values: {} });
  return text.match(/(?:"[^"]*"?|[^\s"])+/g) ?? [];
}

/** Notes a mistake in a term, which then has no test. */
type Wrong = (key: string, values?: Values) => undefined;

function parseTerm(term: string, features: Feature[], mistakes: Mistake[]): Test | undefined {
  const [, name, operator, rest] = TERM.exec(term) ?? [];
  if (!name || looksLikeAddress(term)) return wordTest(unquoted(term));
  const field = ALIASES.get(name.toLowerCase()) ?? name.toLowerCase();
  const value = unquoted(rest);
  const wrong: Wrong = (key, values) =>
    void mistakes.push({ key: `filter.mistake.${key}`, values: { field: name, value, ...values } });
  const place = features.findIndex((feature) => feature.name === field);
  const [text, address, flag] = [TEXTS.get(field), ADDRESSES.get(field), FLAGS.get(field)];
  const number =
    NUMBERS.get(field) ??
    (place >= 0 ? ({ result }: Subject, i: number) => result.value(place, i) : undefined);
  if (!text && !address && !flag && !number) {
    const nearest = nearestTo(field, [
      ...Object.values(FIELDS).flat(),
      ...features.map((feature) => feature.name),
    ]);
    return nearest ? wrong('unknown_near', { nearest }) : wrong('unknown');
  }
  if (!value) return wrong('empty');
  if (number) {
    const test = numberTest(operator, value);
    return test ? (subject, i) => test(number(subject, i)) : wrong('number');
  }
  if (operator !== ':' && operator !== '=') return wrong('order');
  if (address) return networkTest(address, value, wrong);
  if (flag) return flagTest(flag, value, wrong);
  return text && (field === 'verdict' ? verdictTest(value, wrong) : textTest(text, value, operator === '='));
}

function networkTest(of: Of<string>, value: string, wrong: Wrong): Test | undefined {
  const parts = value.split(',');
  if (parts.some((part) => part.includes('/') && !addressTest(part))) return wrong('network');
  const tests = parts.map((part) => addressTest(part) ?? patternTest(part));
  return (subject, i) => tests.some((test) => test(of(subject, i)));
}

function verdictTest(value: string, wrong: Wrong): Test | undefined {
  const wanted = value
    .toLowerCase()
    .split(',')
    .map((part) => VERDICTS.find((verdict) => part && verdict.startsWith(part)));
  if (!wanted.every(Boolean)) return wrong('verdict', { verdicts: VERDICTS });
  return (subject, i) => wanted.includes(verdictOf(subject.result, i, subject.threshold));
}

function flagTest(of: Of<boolean>, value: string, wrong: Wrong): Test | undefined {
  const wanted = value.toLowerCase();
  return wanted === 'yes' || wanted === 'no'
    ? (subject, i) => of(subject, i) === (wanted === 'yes')
    : wrong('flag');
}

function textTest(of: Of<string[]>, value: string, whole: boolean): Test {
  const tests = value.split(',').map((part) => (part === 'none' ? part : patternTest(part, whole)));
  return (subject, i) => {
    const texts = of(subject, i);
    return tests.some((test) => (test === 'none' ? !texts.length : texts.some(test)));
  };
}

function wordTest(word: string): Test {
  const test = patternTest(word.includes('*') ? `*${word}*` : word);
  return (subject, i) =>
    test(textOf(subject.result, i)) ||
    verdictOf(subject.result, i, subject.threshold).includes(word.toLowerCase());
}

/** Whether a text holds the pattern; one with a star, or a `whole` one, must fit from end to end. */
function patternTest(pattern: string, whole = false): (text: string) => boolean {
  const lower = pattern.toLowerCase();
  if (!pattern.includes('*'))
    return whole ? (text) => text.toLowerCase() === lower : (text) => text.toLowerCase().includes(lower);
  const parts = lower.split(/\*+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(`^${parts.join('.*')}$`, 's');
  return (text) => expression.test(text.toLowerCase());
}

/** Tests a number, where absent is null or NaN; `undefined` where the value is none. */
function numberTest(operator: string, value: string): ((number: number | null) => boolean) | undefined {
  if (operator === ':' || operator === '=') {
    const tests = value.split(',').map(rangeTest);
    return tests.every((test) => test !== undefined)
      ? (number) => tests.some((test) => test(number))
      : undefined;
  }
  if (!isNumber(value)) return undefined;
  const limit = Number(value);
  const order = ORDERS.get(operator);
  return order && ((number) => order(Number(number), limit));
}

const ORDERS = new Map<string, (number: number, limit: number) => boolean>([
  ['>', (number, limit) => number > limit],
  ['>=', (number, limit) => number >= limit],
  ['<', (number, limit) => number < limit],
  ['<=', (number, limit) => number <= limit],
]);

/** Tests for one number, `a..b`, or `none`; `undefined` where the part is none of them. */
function rangeTest(part: string): ((number: number | null) => boolean) | undefined {
  if (part === 'none') return (number) => number === null || Number.isNaN(number);
  const [, from, to] = /^(.*?)\.\.(.*)$/.exec(part) ?? [];
  if (from === undefined) return isNumber(part) ? (number) => number === Number(part) : undefined;
  const [least, most] = [from === '' ? -Infinity : Number(from), to === '' ? Infinity : Number(to)];
  if (Number.isNaN(least) || Number.isNaN(most) || part === '..') return undefined;
  return (number) => Number(number) >= least && Number(number) <= most;
}

const isNumber = (text: string) => text !== '' && Number.isFinite(Number(text));
const unquoted = (text: string) => text.replace(/"/g, '');
const listed = (value: string | null) => (value === null ? [] : [value]);

/** `fe80::1` and `[2001:db8::1]:443` are words, not fields. */
const looksLikeAddress = (term: string) => /^\[?[0-9a-f]*:[0-9a-f:.]*[:\]]/i.test(term);

/** The name that a misspelt one may have meant. */
function nearestTo(word: string, names: string[]): string | undefined {
  const near = names.map((name) => ({ name, far: distance(word, name) })).sort((a, b) => a.far - b.far)[0];
  return near.far <= Math.ceil(word.length / 3) ? near.name : undefined;
}

/** How many letters must change (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + Number(a[i - 1] !== b[j - 1]));
    row = next;
  }
  return row[b.length];
}

/** Whether the filter has a term; a verdict may stand in a list with others. */
export function hasTerm(text: string, term: string): boolean {
  const [field, value] = term.split(':');
  if (field === 'verdict') return verdictsOf(text).includes(value);
  return termsOf(text).includes(term);
}

/** The filter with a term more, or without it. */
export function toggleTerm(text: string, term: string): string {
  const [field, value] = term.split(':');
  const terms = termsOf(text);
  if (field !== 'verdict')
    return (terms.includes(term) ? terms.filter((other) => other !== term) : [...terms, term]).join(' ');
  const chosen = verdictsOf(text);
  const verdicts = chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value];
  const others = terms.filter((other) => !other.startsWith('verdict:'));
  return [...(verdicts.length ? [`verdict:${verdicts.join(',')}`] : []), ...others].join(' ');
}

function verdictsOf(text: string): string[] {
  const term = termsOf(text).find((term) => term.startsWith('verdict:'));
  return term ? term.slice('verdict:'.length).split(',').filter(Boolean) : [];
}
