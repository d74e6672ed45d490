// The table's filter, a small language → a test of a tuple. Terms are joined as syntax.ts says.
//
//   word            one of the tuple's texts holds it; `*` stands for anything
//   field:value     a text holds it, a number is it, an address is it; `a,b` is either, `a..b` a range, `none` absent, `10.0.0.0/8` a network
//   field=value     the text is it; `field!=value`, it is not
//   field:yes       it is so; `no`, it is not (expected, indicator)
//   field>number    likewise `>=`, `<`, `<=`
//
// A term with a mistake is left out and told as {key, values} of the catalogue.

import { addressTest, sameAddressTest } from '../network.ts';
import type { Feature } from '../report.ts';
import { SEARCHED, textOf, textsOf, verdictOf } from '../tuples.ts';
import { canonicalField, type Field, fieldNames, fieldOf, type Of } from './fields.ts';
import { globTest, partTest, type TextTest } from './glob.ts';
import { type Alternative, alternativesOf, type Mistake, type Node, parse } from './syntax.ts';

type Test = Of<boolean>;

const TERM = /^([A-Za-z][\w-]*?)(:|!=|>=|<=|=|>|<)(.*)$/s;

/** Mistakes that are told of. */
const MOST_MISTAKES = 5;
/** Characters of a field's name that could be misspelt. */
const LONGEST_FIELD = 40;

export interface Filter {
  test: Test;
  /** How many it is made of. */
  terms: number;
  mistakes: Mistake[];
}

/** The test that a text asks for. `features` are the schema's. */
export function parseFilter(text: string, features: Feature[]): Filter {
  const mistakes: Mistake[] = [];
  const node = parse(text, mistakes);
  const test = node && testOf(node, features, mistakes);
  return { test: test ?? (() => true), terms: countTerms(node), mistakes: mistakes.slice(0, MOST_MISTAKES) };
}

function countTerms(node: Node | undefined): number {
  if (!node) return 0;
  if (node.is === 'term') return alternativesOf(node.term).length;
  return (node.is === 'not' ? [node.of] : node.of).reduce((sum, part) => sum + countTerms(part), 0);
}

function testOf(node: Node, features: Feature[], mistakes: Mistake[]): Test | undefined {
  if (node.is === 'term') return parseTerm(node.term, features, mistakes);
  if (node.is === 'not') {
    const test = testOf(node.of, features, mistakes);
    return test && negated(test);
  }
  const tests = node.of.flatMap((part) => testOf(part, features, mistakes) ?? []);
  if (!tests.length) return undefined;
  return node.is === 'all'
    ? (subject, i) => tests.every((test) => test(subject, i))
    : (subject, i) => tests.some((test) => test(subject, i));
}

const negated =
  (test: Test): Test =>
  (subject, i) =>
    !test(subject, i);

/** Notes a mistake in a term, which then has no test. */
type Wrong = (key: string, values?: Mistake['values']) => undefined;

function parseTerm(term: string, features: Feature[], mistakes: Mistake[]): Test | undefined {
  const [, name, operator, rest] = TERM.exec(term) ?? [];
  if (!name || looksLikeAddress(term)) return wordTest(alternativesOf(term, true)[0]);
  const declared = canonicalField(name);
  const field = fieldOf(declared, features);
  const alternatives = alternativesOf(rest);
  const value = alternatives.map(({ text }) => text).join(',');
  const wrong: Wrong = (key, values) =>
    void mistakes.push({ key: `filter.mistake.${key}`, values: { field: name, value, ...values } });
  if (!field) {
    const nearest = mistakes.length < MOST_MISTAKES && nearestTo(declared, fieldNames(features));
    return nearest ? wrong('unknown_near', { nearest }) : wrong('unknown');
  }
  if (!value) return wrong('empty');
  const not = operator === '!=';
  const test = fieldTest(field, not ? '=' : operator, alternatives, wrong);
  return test && not ? negated(test) : test;
}

function fieldTest(
  field: Field,
  operator: string,
  alternatives: Alternative[],
  wrong: Wrong,
): Test | undefined {
  if (field.kind === 'numbers') {
    const test = numberTest(operator, alternatives);
    return test ? (subject, i) => test(field.of(subject, i)) : wrong('number');
  }
  if (operator !== ':' && operator !== '=') return wrong('order');
  switch (field.kind) {
    case 'addresses':
      return addressesTest(field.of, alternatives, operator === '=', wrong);
    case 'choices':
      return choiceTest(field.of, field.names, alternatives, wrong);
    case 'flags':
      return flagTest(field.of, alternatives, wrong);
    case 'texts':
      return textTest(field.of, alternatives, operator === '=');
  }
}

function addressesTest(
  of: Of<readonly string[]>,
  alternatives: Alternative[],
  whole: boolean,
  wrong: Wrong,
): Test | undefined {
  if (alternatives.some(({ text }) => text.includes('/') && !addressTest(text))) return wrong('network');
  const tests = alternatives.map(
    ({ text, parts }) => addressTest(text) ?? sameAddressTest(text) ?? patternTest(parts, whole),
  );
  return (subject, i) => of(subject, i).some((address) => tests.some((test) => test(address)));
}

function choiceTest(
  of: Of<string | null>,
  names: readonly string[],
  alternatives: Alternative[],
  wrong: Wrong,
): Test | undefined {
  const wanted = alternatives
    .map(({ text }) => text.toLowerCase())
    .map((part) => names.find((name) => part && name.startsWith(part)));
  if (!wanted.every((name) => name !== undefined)) return wrong('choice', { names });
  return (subject, i) => {
    const chosen = of(subject, i);
    return chosen !== null && wanted.includes(chosen);
  };
}

function flagTest(of: Of<boolean>, [{ text }, ...more]: Alternative[], wrong: Wrong): Test | undefined {
  const wanted = text.toLowerCase();
  return (wanted === 'yes' || wanted === 'no') && !more.length
    ? (subject, i) => of(subject, i) === (wanted === 'yes')
    : wrong('flag');
}

function textTest(of: Of<readonly string[]>, alternatives: Alternative[], whole: boolean): Test {
  const absent = alternatives.some(({ text, quoted }) => text === 'none' && !quoted);
  const tests = alternatives
    .filter(({ text, quoted }) => text !== 'none' || quoted)
    .map(({ parts }) => patternTest(parts, whole));
  return (subject, i) => {
    const texts = of(subject, i);
    return texts.length ? someText(texts, (text) => tests.some((test) => test(text))) : absent;
  };
}

function wordTest({ parts }: Alternative): Test {
  const lower = parts.map((part) => part.toLowerCase());
  const test = lower.length > 1 ? globTest(['', ...lower, '']) : partTest(lower[0]);
  return ({ result, threshold }, i) =>
    test(textOf(result, i)) ||
    test(verdictOf(result, i, threshold)) ||
    textsOf(result.outline.tuples[i]).some((texts) => someText(texts, (text) => test(text.toLowerCase())));
}

/** Whether one of the texts that are searched passes: of very many, or very long ones, those that come first. */
function someText(texts: readonly string[], test: (text: string) => boolean): boolean {
  let left = SEARCHED;
  for (const text of texts) {
    if (test(text)) return true;
    left -= text.length;
    if (left <= 0) return false;
  }
  return false;
}

/** Whether a text holds the pattern; one with a star, or a `whole` one, must fit from end to end. */
function patternTest(parts: string[], whole: boolean): (text: string) => boolean {
  const lower = parts.map((part) => part.toLowerCase());
  const test: TextTest = whole || lower.length > 1 ? globTest(lower) : partTest(lower[0]);
  return (text) => test(text.toLowerCase());
}

/** Tests a number, where absent is null or NaN; `undefined` where the value is none. */
function numberTest(
  operator: string,
  alternatives: Alternative[],
): ((number: number | null) => boolean) | undefined {
  if (operator === ':' || operator === '=') {
    const tests = alternatives.map(({ text }) => rangeTest(text));
    return tests.every((test) => test !== undefined)
      ? (number) => tests.some((test) => test(number))
      : undefined;
  }
  const [{ text }, ...more] = alternatives;
  if (!isNumber(text) || more.length) return undefined;
  const limit = Number(text);
  const order = ORDERS.get(operator);
  return order && ((number) => number !== null && order(number, limit));
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
  return (number) => number !== null && number >= least && number <= most;
}

const isNumber = (text: string) => text !== '' && Number.isFinite(Number(text));

/** `fe80::1` and `[2001:db8::1]:443` are words, not fields. */
const looksLikeAddress = (term: string) => /^\[?[0-9a-f]*:[0-9a-f:.]*[:\]]/i.test(term);

/** The name that a misspelt one may have meant. */
function nearestTo(word: string, names: string[]): string | undefined {
  if (word.length > LONGEST_FIELD) return undefined;
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
