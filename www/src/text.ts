// The page's words, from one catalogue a language; and numbers as that language writes them.

import counters from './generated/counters.json';
import errors from './generated/errors.json';
import type { Failure } from './model/failure.ts';
import type { Feature, Message, Part } from './model/report.ts';
import en from './texts/en.json';
import featureTexts from './texts/features.json';
import zhRules from './texts/rules.zh.json';
import zh from './texts/zh.json';

export type Language = 'en' | 'zh';

/** Texts of a language by their keys: those with a kind or a name in them come from an input. */
const CATALOGUES: Record<Language, Map<string, string>> = {
  en: new Map(
    Object.entries({ ...en, ...counters.en, ...errors.en }).map(([key, text]) => [key, typographic(text)]),
  ),
  zh: new Map(Object.entries({ ...zh, ...counters.zh, ...errors.zh })),
};
/** Texts of one part of the page, in every language. */
export type Texts = Record<Language, Record<string, string>>;

/** Adds the texts of a part that has a file of its own. */
export function addTexts(texts: Texts): void {
  for (const [name, catalogue] of Object.entries(CATALOGUES))
    if (isLanguage(name)) for (const [key, text] of Object.entries(texts[name])) catalogue.set(key, text);
}

const FEATURES = new Map(Object.entries(featureTexts));
const RULES = new Map(Object.entries(zhRules));
let language: Language = 'en';

const isLanguage = (name: string): name is Language => Object.hasOwn(CATALOGUES, name);

/** What fills the places of a text. */
export type Values = Record<string, string | number | readonly string[] | undefined>;

/** Languages with their own names. */
export const LANGUAGES: Record<Language, string> = { en: 'English', zh: '中文' };

/** Sets the language to the first of `wanted` (such as `zh-Hans-CN`) that there is. */
export function setLanguage(wanted: readonly string[]): Language {
  const found = wanted.map((tag) => tag.toLowerCase().split('-')[0]).find(isLanguage);
  language = found ?? 'en';
  document.documentElement.lang = language === 'zh' ? 'zh-Hans' : 'en';
  formats.clear();
  return language;
}

export function currentLanguage(): Language {
  return language;
}

/** The text of `key`, its `{names}` filled in. With `count`, the form `key.one` or `key.other` that the number asks for. */
export function t(key: string, values: Values = {}): string {
  const form = values.count === undefined ? key : `${key}.${plural(Number(values.count))}`;
  const text = CATALOGUES[language].get(form);
  if (text === undefined) return form;
  return text.replace(
    /( ?)\{(\w+)\}( ?)/g,
    (whole, before: string, name: string, after: string, at: number) => {
      const value = written(Object.hasOwn(values, name) ? values[name] : undefined);
      const [left, right] = [value.at(0), value.at(-1)].map(isHan);
      return `${left && isHan(text[at - 1]) ? '' : before}${value}${right && isHan(text[at + whole.length]) ? '' : after}`;
    },
  );
}

function written(value: Values[string]): string {
  if (typeof value === 'object') return listed(value);
  return typeof value === 'number' ? number(value) : String(value);
}

/** Whether a character is Chinese: a catalogue has spaces around its places, and two such characters have none between them. */
const isHan = (character: string | undefined) => /^\p{Script=Han}$/u.test(character ?? '');

/** Whether the catalogue has the text of `key`. */
export function hasText(key: string): boolean {
  return CATALOGUES[language].has(key);
}

/** The key of a counter's texts. Its name in a Report may hold more than the counter's own: what was met. */
export function counterKey(sort: 'weird' | 'limit', name: string): string | undefined {
  const exact = `${sort}.${name}`;
  if (hasText(exact)) return exact;
  return Object.keys(counters.en).find(
    (key) => key.startsWith(`${sort}.`) && name.includes(key.slice(sort.length + 1)),
  );
}

/** A text from an input, with characters that cannot be seen or that turn the line round (U+202E) written out. */
export function visible(text: string): string {
  return text.replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

/** A label and what is told under it, in one line. */
export function labelled(label: string, text: string): string {
  return `${label}${t('page.colon')}${text}`;
}

/** A text with another one behind it in brackets. */
export function bracketed(text: string, other: string): string {
  return `${text}${t('page.brackets', { text: other })}`;
}

/** The first `most` of `texts` in one line, and how many more there are. */
export function listed(texts: readonly string[], most = texts.length): string {
  const first = texts.slice(0, most).join(t('page.between'));
  return texts.length > most ? t('details.names', { listed: first, n: texts.length - most }) : first;
}

/** A text of the program with the apostrophes of typographers; quotation marks, as in `'none'`, stay. */
export function typographic(text: string): string {
  return text.replace(/(?<=\p{L})'(?=\p{L})|(?<=s)'(?=\s)/gu, '’');
}

/** A feature's label: the feature table's own sentence, or its translation. */
export function featureLabel({ name, doc }: Pick<Feature, 'name' | 'doc'>): string {
  return (language === 'zh' && FEATURES.get(name)?.label.zh) || typographic(doc.replace(/\.$/, ''));
}

/** What a value of a feature says that is far from the usual ones. */
export function featureSays(name: string, far: 'high' | 'low'): string | undefined {
  const own = FEATURES.get(name)?.[far][language];
  return own && typographic(own);
}

/** A message of the program: the text of its key, with what fills the places. */
function messageText({ key, values }: Message): string {
  return t(key, Object.fromEntries(Object.entries(values).map(([name, value]) => [name, valueText(value)])));
}

function valueText(value: Part): string | number {
  if (Array.isArray(value)) return listed(value.map((part) => String(valueText(part))));
  return typeof value === 'object' ? messageText(value) : value;
}

/** Why there is no result, in the page's language where the reason is known. It begins with a capital and ends with a stop. */
export function failureText({ message, reason }: Failure): string {
  const own = reason && hasText(reason.key) ? messageText(reason) : message;
  const text = own.charAt(0).toUpperCase() + own.slice(1);
  return /[.!?。！？]$/.test(text) ? text : `${text}${t('page.stop')}`;
}

/** A rule's sentence: the program's own, or its translation. */
export function ruleText(id: string, explanation: string): string {
  return (language === 'zh' && RULES.get(id)) || typographic(explanation);
}

const formats = new Map<string, Intl.NumberFormat>();
function format(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(options);
  let made = formats.get(key);
  if (!made) {
    made = new Intl.NumberFormat(language === 'zh' ? 'zh-CN' : 'en', options);
    formats.set(key, made);
  }
  return made;
}

function plural(count: number): string {
  return new Intl.PluralRules(language).select(count) === 'one' ? 'one' : 'other';
}

/** A number as the language writes it, with the minus of typographers. */
function formatted(value: number, options: Intl.NumberFormatOptions): string {
  return format(options).format(value).replace('-', '−');
}

/** A count or a plain number. */
export function number(value: number, digits = 0): string {
  return formatted(value, { maximumFractionDigits: digits });
}

/** A number with at most `digits` significant ones. */
export function significant(value: number, digits = 4): string {
  if (value !== 0 && Math.abs(value) < 1e-4) return value.toExponential(2).replaceAll('-', '−');
  return formatted(
    value,
    Math.abs(value) >= 10 ** digits ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: digits },
  );
}

/** A score: always three decimals, so that a column of them lines up. */
export function score(value: number): string {
  return formatted(value, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
}

/** A contribution with its sign. */
export function signed(value: number): string {
  return formatted(value, { minimumFractionDigits: 3, maximumFractionDigits: 3, signDisplay: 'exceptZero' });
}

/** A share in percent. */
export function percent(value: number): string {
  const digits = value > 0 && value < 0.01 ? 2 : value < 0.1 || (value > 0.99 && value < 1) ? 1 : 0;
  return t('unit.percent', { value: number(value * 100, digits) });
}

/** A size in bytes, decimal prefixes. */
export function bytes(value: number): string {
  const prefixes = ['B', 'kB', 'MB', 'GB', 'TB'];
  let power = 0;
  while (Math.abs(value) >= 999.5 && power < prefixes.length - 1) {
    value /= 1000;
    power += 1;
  }
  return `${power ? significant(value, 3) : number(value)} ${prefixes[power]}`;
}

/** A length of time given in seconds, in the two largest units that matter. */
export function duration(seconds: number): string {
  if (seconds < 0) return `−${duration(-seconds)}`;
  const of = (value: string, unit: string) => t(`duration.${unit}`, { n: value });
  if (seconds === 0) return of('0', 's');
  if (seconds < 0.001) return of(significant(seconds * 1e6, 3), 'µs');
  if (seconds < 1) return of(significant(seconds * 1000, 3), 'ms');
  if (seconds < 60) return of(significant(seconds, 3), 's');
  const units: [string, number][] = [
    ['d', 86400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ];
  let rest = Math.round(seconds);
  const parts: string[] = [];
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count || parts.length) parts.push(count ? of(number(count), unit) : '');
    if (parts.length === 2) break;
  }
  return parts.filter(Boolean).join(' ');
}

let local = false;

/** Whether moments are told in the reader's own time zone. */
export const timeIsLocal = () => local;

/** Tells moments in local time, or in UTC. */
export function setLocalTime(wanted: boolean): void {
  local = wanted;
}

/** A day. */
export function date(seconds: number): string {
  return stamp(seconds)?.slice(0, 10) ?? number(seconds);
}

/** A moment of the capture, with its zone. */
export function moment(seconds: number): string {
  const text = stamp(seconds);
  return text ? `${text} ${local ? zone(seconds) : 'UTC'}` : number(seconds);
}

/** The same with thousandths of a second. */
export function preciseMoment(seconds: number): string {
  const text = stamp(seconds, 23);
  return text ? `${text} ${local ? zone(seconds) : 'UTC'}` : number(seconds);
}

/** `2026-01-31 12:00:00` in the zone that was asked for; `undefined` where no calendar has the moment. */
function stamp(seconds: number, length = 19): string | undefined {
  const shifted = new Date((seconds + (local ? offset(seconds) : 0)) * 1000);
  return Number.isNaN(shifted.getTime())
    ? undefined
    : shifted.toISOString().slice(0, length).replace('T', ' ');
}

/** Seconds that local time is ahead of UTC. */
const offset = (seconds: number) => -60 * new Date(seconds * 1000).getTimezoneOffset();

function zone(seconds: number): string {
  const minutes = Math.abs(offset(seconds)) / 60;
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  return `UTC${offset(seconds) < 0 ? '−' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}
