// What is told of a tuple in words: who talks to whom, what speaks for its verdict, how its address had been looked up.

import {
  currentLanguage,
  duration,
  number,
  percent,
  score,
  t,
  typographic,
  type Values,
  visible,
} from '../text.ts';
import type { Evidence, TupleOutline, TupleValues, Verdict } from './report.ts';
import { destination } from './tuples.ts';

/** Clauses of a sentence, as the program's own has: more would be a list. */
const CLAUSES = 4;
/** The least share that is told as a number. */
const LEAST = 0.0001;

/** Who talks to whom, how often and under which name, in a sentence. */
export function leadOf(tuple: TupleOutline): string {
  const { orig_h: source, server_names: names, dns, connections: count } = tuple;
  const place = destination(tuple);
  const name = visible(names[0] ?? dns.names[0]?.name ?? '');
  const key = names.length ? 'named' : name ? 'looked_up' : 'nameless';
  return t(`story.${key}`, { source, place, name, count });
}

/** What its verdict at a threshold says, with the score or with what flags without it. */
export function verdictText(
  { score: own, known }: Pick<TupleValues, 'score' | 'known'>,
  verdict: Verdict,
  threshold: number,
): string {
  const trait = known.find(({ flags }) => flags);
  const key = verdict === 'malware-like' && trait && own < threshold ? 'known' : verdict;
  const values = { score: score(own), threshold: score(threshold), software: trait?.software };
  return t(`details.${key}`, values);
}

/** What speaks for its verdict, in a sentence: in English the program's own; `undefined` where it has none. */
export function sentenceOf({ evidence, sentence }: TupleOutline): string | undefined {
  if (!sentence) return undefined;
  if (currentLanguage() === 'en') return typographic(sentence);
  const told = new Set<string>();
  const clauses: string[] = [];
  for (const { direction, about, ...piece } of evidence) {
    if (direction !== 'raises' || about === null || told.has(about) || clauses.length === CLAUSES) continue;
    told.add(about);
    clauses.push(pieceText(piece));
  }
  const reason = evidence.find(({ direction }) => direction === 'lowers');
  const said = clauses.join(t('story.and'));
  return t(reason ? 'story.though' : 'story.said', { said, reason: reason && pieceText(reason) });
}

/** A piece of evidence in words. */
export function pieceText({
  kind,
  text_key,
  values,
}: Pick<Evidence, 'kind' | 'text_key' | 'values'>): string {
  const shown = Object.entries(values).map(([name, value]) => [name, shownValue(kind, value)] as const);
  return t(text_key, Object.fromEntries(shown) satisfies Values);
}

function shownValue(kind: string, value: number | string): string {
  if (typeof value === 'string') return visible(value);
  return kind === 'model' ? score(value) : plainNumber(value);
}

/** A number as people write it: whole from 100 on, and not in groups, as a port may be one. */
function plainNumber(value: number): string {
  const size = Math.abs(value);
  return String(Number(value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2))).replace('-', '−');
}

/** How much of ordinary traffic shows a piece too, in words. */
export function rateText({ kind, natural_rate: rate }: Pick<Evidence, 'kind' | 'natural_rate'>): string {
  if (kind === 'model') return t('rate.model');
  if (rate === null) return t('rate.unknown');
  if (rate === 0) return t('rate.none');
  return rate < LEAST ? t('rate.few', { share: percent(LEAST) }) : t('rate.some', { share: percent(rate) });
}

/** How its address had been looked up, or why nobody can tell. */
export function lookupText({ dns: { state, untold, names } }: TupleOutline): string {
  if (state !== 'looked-up') return t(state === 'never' ? 'lookup.never' : `lookup.${untold ?? 'no-dns'}`);
  const [first, ...more] = names;
  if (!first) return t('lookup.nameless');
  const told = t('lookup.as', { name: visible(first.name), age: duration(first.age) });
  return more.length ? t('lookup.more', { told, n: number(more.length) }) : told;
}
