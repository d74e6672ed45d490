// A host: what it did, and when; what it asked of DNS; how it shows itself.

import { html, nothing } from 'lit-html';
import type { Subject } from '../../model/columns.ts';
import { binsOf, type Host, hostOf, ranked, spanOf } from '../../model/host.ts';
import type { AskedName } from '../../model/report.ts';
import { VERDICTS, verdictsOf } from '../../model/tuples.ts';
import type { Shown } from '../../state/input.ts';
import { lookedAt } from '../../state/looked.ts';
import type { Actions } from '../../state/store.ts';
import { duration, failureText, moment, number, t, visible } from '../../text.ts';
import { followed, followedAll } from '../followed.ts';
import { flag, known, verdictIcons } from '../icons.ts';
import { columns, HIGH, highest, sum, WIDE } from '../plots/columns.ts';
import { placeHead } from './head.ts';
import { neighbours } from './neighbours.ts';
import { tuplesTable } from './tuples.ts';

const BINS = 100;
/** Names asked for, and values of a kind, that are listed. */
const ASKED = 200;
const VALUES = 8;

export function host(shown: Shown, address: string, actions: Actions) {
  const { found } = shown;
  const { result } = found;
  const one = hostOf(result, address);
  const { all } = one;
  const connections = all.reduce((count, place) => count + result.outline.tuples[place].connections, 0);
  const span = spanOf(result, all);
  const told = all.length
    ? t('host.told', {
        begins: one.begins.length,
        answers: one.answers.length,
        connections,
        length: span ? duration(span[1] - span[0]) : '',
      })
    : t('host.none');
  return html`
    <div class="place" data-place="host">
      ${placeHead({ field: 'host', value: address }, undefined, told, actions, html`<button class="button" @click=${() => actions.view({ tab: 'connections' })}>${t('place.connections')}</button>`)}
      ${flags(found, all)} ${timeline(found, all)}
      ${tuplesTable(found, one.begins, t('host.begins', { n: one.begins.length }), actions, 'source')}
      ${tuplesTable(found, one.answers, t('host.answers', { n: one.answers.length }), actions, 'destination')}
      ${asked(shown, address, actions)} ${shows(found, one, actions)} ${neighbours(found, all, actions)}
    </div>
  `;
}

/** How many of each verdict, and what the reader's own lists mark. */
function flags({ result, threshold, marks }: Subject, all: number[]) {
  const { kinds } = verdictsOf(result, threshold);
  const counts = VERDICTS.map((verdict, kind) => ({
    verdict,
    count: all.filter((i) => kinds[i] === kind).length,
  }));
  const [expected, listed] = [marks.expected, marks.matches].map((of) => all.filter((i) => of.has(i)).length);
  return html`
    <ul class="tags">
      ${counts.map(({ verdict, count }) => (count ? html`<li class="tag ${verdict}">${verdictIcons[verdict]}${t(`verdict.${verdict}`)} <b>${number(count)}</b></li>` : nothing))}
      ${expected ? html`<li class="tag expected">${known}${t('marks.expected')} <b>${number(expected)}</b></li>` : nothing}
      ${listed ? html`<li class="tag indicator">${flag}${t('marks.indicator')} <b>${number(listed)}</b></li>` : nothing}
    </ul>
  `;
}

/** When its connections began, over the time of the whole input. */
function timeline({ result, threshold }: Subject, all: number[]) {
  const { span } = result;
  if (!span || !all.length) return nothing;
  const bins = binsOf(result, all, verdictsOf(result, threshold).kinds, span, BINS);
  const most = Math.max(1, ...bins.map(sum));
  const flagged = bins.reduce((count, [flagged]) => count + flagged, 0);
  const label = t('timeline.text', {
    count: bins.reduce((count, bin) => count + sum(bin), 0),
    flagged,
    length: duration(span[1] - span[0]),
  });
  return html`
    <figure class="plot timeline">
      <figcaption><strong>${t('timeline.title')}</strong> <span>${label}</span></figcaption>
      <div class="field">
        <svg viewBox="0 0 ${WIDE} ${HIGH}" preserveAspectRatio="none" role="img" aria-label=${label}>${columns(bins, (count) => Math.sqrt(count / most))}</svg>
        ${highest(bins)}
      </div>
      <div class="axis"><span>${moment(span[0])}</span><span>${moment(span[1])}</span></div>
    </figure>
  `;
}

/** Names that it asked DNS for. */
function asked({ input }: Shown, address: string, actions: Actions) {
  const looked = lookedAt(input, 'asked', [address]);
  const names = looked?.answer?.names ?? [];
  const all = looked?.answer?.all ?? 0;
  const waits = looked?.answer === undefined;
  return html`
    <section>
      <h3>${t('host.asked', { n: number(all) })}</h3>
      ${
        looked?.failure
          ? html`<p class="hint">${visible(failureText(looked.failure))}</p>`
          : names.length
            ? askedTable(names.slice(0, ASKED), actions)
            : html`<p class="hint">${t(waits ? 'details.loading' : 'host.asked.none')}</p>`
      }
      ${all > ASKED ? html`<p class="hint">${t('place.cut', { n: ASKED, all })}</p>` : nothing}
    </section>
  `;
}

function askedTable(names: AskedName[], actions: Actions) {
  const heads = ['name', 'times', 'first', 'answer', 'answers'];
  return html`
    <div class="scroll" tabindex="0" role="region" aria-label=${t('host.asked.label')}>
      <table class="listed">
        <thead><tr>${heads.map((head) => html`<th scope="col" class=${head === 'times' ? 'number' : ''}>${t(`host.asked.${head}`)}</th>`)}</tr></thead>
        <tbody>
          ${names.map(
            ({ name, times, first_ts, rcode, answers }) => html`
              <tr>
                <td>${followed('looked_up', name, actions)}</td>
                <td class="number">${number(times)}</td>
                <td class="time">${moment(first_ts)}</td>
                <td>${rcode ? visible(rcode) : t('host.asked.unanswered')}</td>
                <td>${answers.map((answer) => (/^[\d.]+$|:/.test(answer) ? followed('destination', answer, actions) : html`<span class="item">${visible(answer)}</span> `))}</td>
              </tr>
            `,
          )}
        </tbody>
      </table>
    </div>
  `;
}

/** Fingerprints that it shows as a client, and those of the certificates that it serves. */
function shows({ result }: Subject, { begins, answers }: Host, actions: Actions) {
  const of = (places: number[], kind: 'ja4' | 'ja3' | 'ja3s' | 'certificate') =>
    ranked(places.flatMap((place) => result.outline.tuples[place].fingerprints[kind])).map(([text]) => text);
  const kinds: [field: 'ja4' | 'ja3' | 'ja3s' | 'certificate', values: string[]][] = [
    ['ja4', of(begins, 'ja4')],
    ['ja3', of(begins, 'ja3')],
    ['ja3s', of(answers, 'ja3s')],
    ['certificate', of(answers, 'certificate')],
  ];
  const some = kinds.filter(([, values]) => values.length);
  if (!some.length) return nothing;
  return html`
    <section>
      <h3>${t('host.shows')}</h3>
      <dl class="pairs">
        ${some.map(([field, values]) => html`<div><dt>${t(`marks.of.${field}`)}</dt><dd>${followedAll(field, values, VALUES, actions, { code: true })}</dd></div>`)}
      </dl>
    </section>
  `;
}
