// The result as one HTML file for a colleague: it needs neither script nor network, and its policy allows none.
//
// Verdicts are the model's at its own threshold, as in the Report. A text of the capture goes through `captured`, which shows it as
// the page does and, where it is asked for, leaves out what is internal.

import build from 'hushcap:build';
import sheet from 'hushcap:report-style';
import type { Evidence } from '../model/evidence.ts';
import { damage, factsOf, remarks } from '../model/facts.ts';
import type { Marks, Match } from '../model/marks.ts';
import type { Contribution, Counts, TupleOutline, Verdict } from '../model/report.ts';
import type { Result } from '../model/result.ts';
import { finished } from '../model/steps.ts';
import { leadOf, lookupText, pieceText, rateText, sentenceOf, verdictText } from '../model/story.ts';
import { summaryText } from '../model/summary.ts';
import { countVerdicts, destination, VERDICTS, verdictOf } from '../model/tuples.ts';
import { askEvidence } from '../state/evidence.ts';
import { type Input, isPart, resultOf } from '../state/input.ts';
import { findMarks } from '../state/lists/marks.ts';
import {
  bracketed,
  counterKey,
  currentLanguage,
  date,
  featureLabel,
  labelled,
  listed,
  moment,
  number,
  ruleText,
  score,
  signed,
  t,
  visible,
} from '../text.ts';
import { certificateFacts, chainsOf, type Link, validityFacts } from '../views/chain.ts';
import { handshakeFacts, PRINTS, type Seen } from '../views/handshake.ts';
import { beside, valueText } from '../views/value.ts';
import { type Content, type Markup, markup, trusted } from './markup.ts';
import type { Redactor } from './redact.ts';

/** Flagged destinations told in full, and destinations in the table; a file that nobody can open is of no use. */
const FLAGGED = 100;
const ROWS = 1000;
/** Contributions, names, chains and starts told of each. */
const REASONS = 6;
const NAMES = 12;
const CHAINS = 3;
const STARTS = 2000;
/** Width of the axis of time. */
const WIDE = 1000;

/** The report as a Blob. `redactor` is absent where nothing is left out. */
export async function htmlReport(input: Input, redactor?: Redactor): Promise<Blob> {
  const result = resultOf(input);
  if (!result) throw new Error('the input was taken out');
  const marks = await finished(findMarks(result));
  const captured: Captured = (text, kind = 'text') =>
    redactor ? redactor[kind](visible(text)) : visible(text);
  const { capture } = redactor ? redactor.head(result.head) : result.head;
  const places = Array.from({ length: result.length }, (_, i) => i);
  const told = async (verdict: Verdict, title: string) => {
    const listed = places.filter((i) => verdictOf(result, i) === verdict);
    const articles: Markup[] = [];
    for (const i of listed.slice(0, FLAGGED))
      articles.push(destinationPart(result, i, marks, await askEvidence(input, result, i), captured));
    return markup`<h2>${t(title, { n: listed.length })}</h2>
      ${listed.length > FLAGGED ? markup`<p class="hint">${t('html.flagged.cut', { n: FLAGGED })}</p>` : ''}${articles}`;
  };
  const counts = countVerdicts(result);
  const flagged = await told('malware-like', 'html.flagged');
  const borderline = counts.borderline > 0 && (await told('borderline', 'html.borderline'));
  const text = page(visible(capture.name), [
    markup`<header><p class="hint">${visible(capture.name)}</p><h1>${summaryText({ result, threshold: undefined, marks })}</h1>
      <p>${t('html.words')}</p>${redactor ? markup`<p class="hint">${t('html.redacted')}</p>` : ''}</header>`,
    notes(result, isPart(input)),
    markup`<section>${flagged}${counts['malware-like'] ? '' : markup`<p>${t('html.none')}</p>`}</section>`,
    borderline && markup`<section>${borderline}</section>`,
    table(result, captured),
    seen(result),
    markup`<footer><p class="hint">${t('html.made', { version: build.version, build: build.hash })}</p></footer>`,
  ]);
  return new Blob([text], { type: 'text/html;charset=utf-8' });
}

/** A text of the capture as it may be shown; a name of one label is told by its kind. */
type Captured = (text: string, kind?: 'text' | 'name') => string;

function page(name: string, parts: Content[]): string {
  const policy = `default-src 'none'; style-src ${sheet.source}; base-uri 'none'; form-action 'none'`;
  const head = markup`<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${name} · Hushcap</title>
<style>${trusted(sheet.text)}</style>`;
  return `<!doctype html>\n${markup`<html lang="${currentLanguage() === 'zh' ? 'zh-Hans' : 'en'}"><head>${head}</head><body>${parts}</body></html>`}\n`;
}

/** What makes the verdicts less sure. */
function notes(result: Result, partial: boolean): Content {
  const keys = [...(partial ? ['html.partial'] : []), ...damage(result), ...remarks(result)];
  return keys.length > 0 && markup`<ul>${keys.map((key) => markup`<li>${t(key)}</li>`)}</ul>`;
}

/** Signs of the verdicts that are told in full: they are told without colour. */
const SIGNS = { 'malware-like': '▲', borderline: '◆', undecided: '', ordinary: '' } as const;

/** One flagged or borderline destination: why it is that, and what stands behind it. */
function destinationPart(
  result: Result,
  i: number,
  { expected, matches }: Marks,
  evidence: Evidence | undefined,
  captured: Captured,
): Markup {
  const tuple = result.tuple(i);
  const { threshold } = result.outline.model;
  const [first] = result.startsOf(i);
  const { server_names: names, purpose, purpose_evidence: rule, verdict, known } = tuple;
  const said = sentenceOf(tuple);
  return markup`<article class="${verdict}">
    <h3>${names.length ? captured(names[0], 'name') : captured(destination(tuple))}</h3>
    <p class="verdict">${SIGNS[verdict]} ${t(`verdict.${verdict}`)} · ${score(tuple.score)}</p>
    <p>${verdictText(tuple, verdict, threshold)}</p>
    <p>${captured(leadOf(tuple))} ${said && markup`<strong>${captured(said)}</strong>`}</p>
    <ul>${tuple.evidence.map((piece) => markup`<li>${piece.direction === 'raises' ? '▲' : '▽'} ${captured(pieceText(piece))} <small>${rateText(piece)}</small></li>`)}</ul>
    ${known.map(({ software, trait, source, date }) => markup`<p><b>${software}</b> <code>${trait}</code> <small>${t('known.source', { source, date })}</small></p>`)}
    ${expected.has(i) && markup`<p><span class="mark">${t('marks.expected')}</span> ${t('html.expected')}</p>`}
    ${(matches.get(i) ?? []).slice(0, NAMES).map((match) => indicator(match, captured))}
    ${pairs([
      [t('table.destination'), `${captured(destination(tuple))}/${tuple.proto}`],
      [t('table.source'), captured(tuple.orig_h)],
      [
        t('table.server'),
        names.length
          ? listed(
              names.map((name) => captured(name, 'name')),
              NAMES,
            )
          : t('table.no_name'),
      ],
      [t('details.lookup'), captured(lookupText(tuple))],
      [t('table.connections'), number(tuple.connections)],
      [t('table.began'), first === undefined ? '' : moment(first)],
      [
        t('details.purpose'),
        purpose && rule
          ? `${labelled(t(`purpose.${purpose}`), ruleText(rule.rule, rule.explanation))} ${captured(rule.matched)}`
          : '',
      ],
    ])}
    ${timeline(result, i)}
    ${evidence ? [reasons(result, i, evidence), handshakes(tuple, evidence, captured), certificates(evidence, captured)] : ''}
  </article>`;
}

function indicator({ list, entry, of, value }: Match, captured: Captured): Markup {
  const where = t('marks.entry', { list: captured(list.name), line: entry.line });
  return markup`<p><span class="mark">${t('marks.indicator')}</span> ${t(`marks.of.${of}`)} <code>${captured(value)}</code>${t('page.colon')}${where} ${captured(entry.note)}</p>`;
}

/** When its connections began, over the time of the whole input. */
function timeline(result: Result, i: number): Content {
  const [from, to] = result.span ?? [0, 0];
  if (to <= from) return undefined;
  const ticks = Array.from(
    result.startsOf(i).slice(0, STARTS),
    (start) => `M${(1 + ((start - from) / (to - from)) * (WIDE - 2)).toFixed(1)} 3V25`,
  );
  return markup`<svg viewBox="0 0 ${WIDE} 28" preserveAspectRatio="none" role="img" aria-label="${t('table.activity')}"><path d="${ticks.join('')}"/></svg>`;
}

/** The strongest topics, each with what its features tell in a sentence. */
function reasons(result: Result, i: number, { contributions }: Evidence): Markup {
  const explained = new Map(result.explanation(i, contributions).map((one) => [one.feature, one]));
  const features = new Map(result.schema.features.map((feature) => [feature.name, feature]));
  const reason = ({ feature: name, value, contribution }: Contribution) => {
    const feature = features.get(name);
    if (!feature) return undefined;
    return markup`<li>${featureLabel(feature)}${t('page.colon')}<b>${valueText(feature, value)}</b>${bracketed('', signed(contribution))} <small>${beside(feature, value, contribution, result)}</small></li>`;
  };
  const space = t(`space.${result.outline.model.output_space}`);
  return markup`<h4>${t('why.title')}</h4><p class="hint">${t('html.reasons', { n: REASONS, space })}</p>
    <ol>${result
      .topics(contributions)
      .slice(0, REASONS)
      .map((topic) => {
        const parts = topic.features.flatMap((name) => explained.get(name) ?? []);
        return markup`<li>${t(`topic.${topic.topic}`)} <b>${signed(topic.contribution)}</b><ul>${parts.map(reason)}</ul></li>`;
      })}</ol>`;
}

function handshakes({ fingerprints }: TupleOutline, { ssl }: Evidence, captured: Captured): Content {
  if (!ssl.length) return undefined;
  const counted = ({ text, n }: Seen) =>
    n === ssl.length
      ? captured(text)
      : bracketed(captured(text), t('handshake.of', { some: n, all: ssl.length }));
  const facts = handshakeFacts(ssl).filter(({ label }) => label);
  const prints = PRINTS.map((kind): Pair => [t(`marks.of.${kind}`), listed(fingerprints[kind], NAMES)]);
  return markup`<h4>${t('handshake.title', { count: ssl.length })}</h4>${pairs([...facts.map(({ label, values }): Pair => [label ?? '', values.map(counted).join(t('page.semicolon'))]), ...prints])}`;
}

function certificates(evidence: Evidence, captured: Captured): Content {
  const chains = chainsOf(evidence).slice(0, CHAINS);
  const one = ({ id, record }: Link, ts: number) => {
    if (!record) return markup`<p><code>${id}</code> ${t('chain.unread')}</p>`;
    const { self, pairs: told } = certificateFacts(record);
    const valid = validityFacts(record, ts);
    const life = valid
      ? `${date(valid.from)} – ${date(valid.to)}${t('page.stop')}${t('page.space')}${valid.text}`
      : '';
    return pairs([
      ...told.map(
        ([key, text]): Pair => [
          t(key),
          key === 'chain.names'
            ? text
                .split(t('page.between'))
                .map((name) => captured(name, 'name'))
                .join(t('page.between'))
            : captured(text),
        ],
      ),
      [t('chain.self.short'), self ? t('values.yes') : ''],
      [t('chain.life'), life],
    ]);
  };
  return (
    chains.length > 0 &&
    markup`<h4>${t('chain.title')}</h4>${chains.map(({ certificates, ts }) => certificates.map((certificate) => one(certificate, ts)))}`
  );
}

/** All destinations in few words. */
function table(result: Result, captured: Captured): Markup {
  const counts = countVerdicts(result);
  const heads = ['verdict', 'score', 'server', 'destination', 'source', 'connections'];
  const row = (i: number) => {
    const tuple = result.outline.tuples[i];
    const { server_names: names } = tuple;
    const cells = [
      t(`verdict.${verdictOf(result, i)}`),
      score(result.score(i)),
      names.length
        ? listed(
            names.map((name) => captured(name, 'name')),
            3,
          )
        : '–',
      captured(destination(tuple)),
      captured(tuple.orig_h),
      number(tuple.connections),
    ];
    return markup`<tr>${cells.map((cell, i) => (heads[i] === 'server' ? markup`<td class="name">${cell}</td>` : markup`<td>${cell}</td>`))}</tr>`;
  };
  const rows = Array.from({ length: Math.min(ROWS, result.length) }, (_, i) => row(i));
  return markup`<section><h2>${t('html.all', { n: result.length })}</h2>
    <p>${VERDICTS.map((verdict) => labelled(t(`verdict.${verdict}`), number(counts[verdict]))).join(t('page.semicolon'))}</p>
    ${result.length > ROWS && markup`<p class="hint">${t('html.all.cut', { n: ROWS })}</p>`}
    <div class="scroll" tabindex="0" role="region" aria-label="${t('html.all', { n: result.length })}"><table><thead><tr>${heads.map((head) => markup`<th scope="col">${t(`table.${head}`)}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

/** The input, its coverage and damage, the model and its limits. */
function seen(result: Result): Markup {
  const { protocols } = result;
  const { health } = result.outline;
  const facts = Object.entries(factsOf(result)).map(
    ([part, told]): Part => [`seen.${part}`, told.map(([key, text]): Pair => [t(key), text])],
  );
  const counted = (what: 'weird' | 'limit', kinds: Counts): Part => [
    `seen.${what}`,
    Object.entries(kinds).map(([name, count]): Pair => {
      const key = counterKey(what, name);
      return [key ? t(key) : name, number(count)];
    }),
  ];
  const proto = Object.entries(protocols.proto).map(([name, count]): Pair => [visible(name), number(count)]);
  const parts: Part[] = [
    ...facts,
    ['seen.protocols', proto],
    counted('weird', health.weird),
    counted('limit', health.limits_hit),
  ];
  const part = ([title, told]: Part) =>
    markup`<section><h4>${t(title)}</h4>${told.length ? pairs(told) : markup`<p class="hint">${t('seen.none')}</p>`}</section>`;
  return markup`<section><h2>${t('tab.seen')}</h2><div class="facts">${parts.map(part)}</div><h2>${t('html.limits')}</h2>
    <ul>${['html.limits.hidden', 'html.limits.data', 'html.limits.words'].map((key) => markup`<li>${t(key)}</li>`)}</ul></section>`;
}

/** A name and what is told under it; left out where that is empty. */
type Pair = [name: string, text: string];

/** A title's key and what stands under it. */
type Part = [title: string, told: Pair[]];

function pairs(list: Pair[]): Markup {
  return markup`<dl>${list.filter(([, text]) => text).map(([name, text]) => markup`<dt>${name}</dt><dd>${text}</dd>`)}</dl>`;
}
