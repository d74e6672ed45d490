// A filter's text → terms and how they are joined.
//
//   a b        both; so does `a AND b`
//   a OR b     either; AND binds closer
//   NOT a      not; so do `-a` and `!a`
//   (a OR b)   together
//   "a b"      as one word; in quotes a backslash takes `"`, `\` and `*` as they are
//
// The words are operators in capitals alone. A parenthesis groups where it begins a term; one inside a word is a part of it.

/** A mistake, as a key of the catalogue with its values. */
export interface Mistake {
  key: string;
  values: Record<string, string | readonly string[]>;
}

/** `all`, `any` and `not` of others, or a term as it was written. */
export type Node = { is: 'all' | 'any'; of: Node[] } | { is: 'not'; of: Node } | { is: 'term'; term: string };

/** Characters of a filter, and terms and signs in it; a link may hold any number. */
const MOST_CHARACTERS = 8000;
const MOST_TOKENS = 300;

/** A term, or a sign that is none; where it begins and ends in the text. */
interface Token {
  is: 'term' | '(' | ')' | 'AND' | 'OR' | 'NOT';
  text: string;
  from: number;
  to: number;
}

/** What a text asks for; `undefined` where it asks for nothing. */
export function parse(text: string, mistakes: Mistake[]): Node | undefined {
  const tokens = tokensOf(text, mistakes);
  let next = 0;
  let open = 0;
  const wrong = (key: string, values = {}) => void mistakes.push({ key: `filter.mistake.${key}`, values });

  function either(): Node | undefined {
    const parts = [both()];
    while (tokens[next]?.is === 'OR') {
      next += 1;
      parts.push(both());
    }
    if (parts.length > 1 && !parts.every(Boolean)) wrong('operand', { operator: 'OR' });
    return joined('any', parts);
  }

  function both(): Node | undefined {
    const parts: (Node | undefined)[] = [];
    for (;;) {
      const token = tokens[next];
      if (token?.is === 'AND') {
        next += 1;
        const follows = tokens[next]?.is;
        if (!parts.length || !follows || follows === 'OR' || follows === 'AND' || follows === ')')
          wrong('operand', { operator: 'AND' });
      } else if (!token || token.is === 'OR' || (token.is === ')' && open)) return joined('all', parts);
      else parts.push(one());
    }
  }

  function one(): Node | undefined {
    const token = tokens[next++];
    if (token?.is === 'term') return { is: 'term', term: token.text };
    if (token?.is === 'NOT') {
      const follows = tokens[next]?.is;
      if (follows !== 'term' && follows !== 'NOT' && follows !== '(')
        return wrong('operand', { operator: 'NOT' });
      const of = one();
      return of && { is: 'not', of };
    }
    if (token?.is === '(') {
      open += 1;
      const group = either();
      open -= 1;
      if (tokens[next]?.is === ')') next += 1;
      else wrong('open');
      return group;
    }
    return undefined;
  }

  return either();
}

function joined(is: 'all' | 'any', parts: (Node | undefined)[]): Node | undefined {
  const of = parts.filter((part) => part !== undefined);
  return of.length > 1 ? { is, of } : of[0];
}

/** The parts of a text that stand beside each other: terms and groups, each with what negates it; and whether OR joins any. */
export function unitsOf(text: string): { units: string[]; either: boolean } {
  const units: string[] = [];
  let either = false;
  let [begun, open]: [number | undefined, number] = [undefined, 0];
  for (const { is, from, to } of tokensOf(text, [])) {
    if (is === 'OR' && !open) either = true;
    if ((is === 'AND' || is === 'OR') && !open) continue;
    begun ??= from;
    if (is === '(') open += 1;
    if (is === ')' && open) open -= 1;
    if (is === 'NOT' || open) continue;
    units.push(text.slice(begun, to));
    begun = undefined;
  }
  if (begun !== undefined) units.push(text.slice(begun));
  return { units, either };
}

/** The text with each term as `replaced` gives it. */
export function replacedTerms(text: string, replaced: (term: string) => string): string {
  let [whole, at] = ['', 0];
  for (const { is, text: term, from, to } of tokensOf(text, [])) {
    if (is !== 'term') continue;
    whole += text.slice(at, from) + replaced(term);
    at = to;
  }
  return whole + text.slice(at);
}

function tokensOf(text: string, mistakes: Mistake[]): Token[] {
  const tokens: Token[] = [];
  const told = text.slice(0, MOST_CHARACTERS);
  let [at, open, cut] = [0, 0, told.length < text.length];
  const push = (is: Token['is'], from: number) =>
    tokens.push({ is, text: told.slice(from, at), from, to: at });
  while (at < told.length) {
    const from = at;
    const sign = told[at];
    if (/\s/.test(sign)) at += 1;
    else if (tokens.length >= MOST_TOKENS) {
      cut = true;
      break;
    } else if (sign === '(') {
      [at, open] = [at + 1, open + 1];
      push('(', from);
    } else if (sign === ')' && open) {
      [at, open] = [at + 1, open - 1];
      push(')', from);
    } else if ((sign === '-' || sign === '!') && /[^\s)]/.test(told[at + 1] ?? ' ')) {
      at += 1;
      push('NOT', from);
    } else {
      at = endOfTerm(told, at, open > 0, mistakes);
      const word = told.slice(from, at);
      push(word === 'AND' || word === 'OR' || word === 'NOT' ? word : 'term', from);
    }
  }
  if (cut) mistakes.push({ key: 'filter.mistake.long', values: {} });
  return tokens;
}

/** Where a term ends that begins at a place: before a blank outside quotes, or before what closes a group. */
function endOfTerm(text: string, from: number, grouped: boolean, mistakes: Mistake[]): number {
  let inside = 0;
  for (let at = from; at < text.length; at++) {
    const sign = text[at];
    if (sign === '"') {
      at = endOfQuote(text, at + 1);
      if (at >= text.length) mistakes.push({ key: 'filter.mistake.quote', values: {} });
    } else if (/\s/.test(sign)) return at;
    else if (sign === '(') inside += 1;
    else if (sign === ')') {
      if (!inside && grouped) return at;
      inside = Math.max(0, inside - 1);
    }
  }
  return text.length;
}

/** The place of the quotation mark that closes what begins at a place. */
function endOfQuote(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '"') return at;
    if (text[at] === '\\' && ESCAPED.includes(text[at + 1])) at += 1;
  }
  return text.length;
}

/** What a backslash takes as it is, in quotes. */
const ESCAPED = ['"', '\\', '*'];

/** One of the values that commas part: as it was written, as plain text, and the parts between its stars. */
export interface Alternative {
  written: string;
  text: string;
  parts: string[];
  quoted: boolean;
}

/** The values of a term, or the one of a word. */
export function alternativesOf(written: string, word = false): Alternative[] {
  const found: Alternative[] = [];
  let [from, quoted] = [0, false];
  let current = { text: '', parts: [''], quoted: false };
  const add = (sign: string) => {
    current.text += sign;
    current.parts[current.parts.length - 1] += sign;
  };
  for (let at = 0; at < written.length; at++) {
    const sign = written[at];
    if (sign === '"') {
      quoted = !quoted;
      current.quoted = true;
    } else if (quoted && sign === '\\' && ESCAPED.includes(written[at + 1])) add(written[++at]);
    else if (sign === ',' && !quoted && !word) {
      found.push({ ...current, written: written.slice(from, at) });
      [from, current] = [at + 1, { text: '', parts: [''], quoted: false }];
    } else if (sign === '*') {
      current.text += sign;
      current.parts.push('');
    } else add(sign);
  }
  return [...found, { ...current, written: written.slice(from) }];
}

/** A value as a term holds it, so that it means itself alone. */
export function quoted(value: string): string {
  if (value && !/[\s"*,()\\]/.test(value) && value !== 'none') return value;
  return `"${value.replace(/["\\*]/g, '\\$&')}"`;
}
