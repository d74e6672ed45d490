// How the scores are spread, with the threshold as a slider over them: how many verdicts it changes, and how many false alarms
// to expect by the model card's figure.

import card from 'hushcap:card';
import { html } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { shareReaching } from '../../model/alarms.ts';
import { keptBins, scoreBins } from '../../model/bins.ts';
import type { Subject } from '../../model/columns.ts';
import type { Result } from '../../model/result.ts';
import { countVerdicts, verdictsOf } from '../../model/tuples.ts';
import type { View } from '../../state/input.ts';
import type { Actions } from '../../state/store.ts';
import { bracketed, labelled, number, percent, score, t } from '../../text.ts';
import type { On } from '../events.ts';
import { columns, HIGH, highest, pointedAt, sum, WIDE } from './columns.ts';

const BINS = 50;
const binsOf = keptBins((result, threshold) => scoreBins(result, verdictsOf(result, threshold).kinds, BINS));

export function scores(view: View, { result, threshold: shown }: Subject, actions: Actions) {
  const own = result.outline.model.threshold;
  // The slider stands where it was moved to, the words tell of what is shown.
  const threshold = view.threshold ?? own;
  const bins = binsOf(result, shown);
  const most = Math.max(...bins.map(sum));
  const tell = (i: number) =>
    t('scores.column', {
      low: number(i / BINS, 2),
      high: number((i + 1) / BINS, 2),
      count: sum(bins[i]),
      flagged: bins[i][0],
    });
  const move = (event: On<HTMLInputElement>) => actions.view({ threshold: Number(event.target.value) });
  return html`
    <figure class="plot scores">
      <figcaption>
        <strong>${t('scores.title')}</strong>
        <span>${t(shown === undefined ? 'scores.own' : 'scores.moved', { threshold: score(shown ?? own), own: score(own) })}</span>
        <span class="scale">${t('scores.scale')}</span>
        ${
          shown === undefined
            ? html`<span class="hint wide">${t('scores.hint')}</span>`
            : html`<button class="link" @click=${() => actions.view({ threshold: undefined })}>${t('scores.back')}</button>`
        }
      </figcaption>
      <div class="field" @pointermove=${pointedAt(BINS, tell)}>
        <svg viewBox="0 0 ${WIDE} ${HIGH}" preserveAspectRatio="none" role="img" aria-label=${bracketed(t('scores.title'), t('scores.scale'))}>
          ${columns(bins, (count) => Math.log1p(count) / Math.log1p(most))}
        </svg>
        ${highest(bins)}
        <i class="threshold" aria-hidden="true" .style=${`left:${threshold * 100}%`}></i>
        <input type="range" min="0" max="1" step="0.005" .value=${live(String(threshold))} aria-label=${t('scores.threshold')} aria-valuetext=${labelled(score(threshold), tell(Math.min(BINS - 1, Math.floor(threshold * BINS))))} @input=${move} />
      </div>
      <div class="axis"><span>0</span><span class="effect" role="status">${effect(result, shown, own)}</span><span>1</span></div>
    </figure>
  `;
}

/** What the threshold changes, and what it may cost. */
function effect(result: Result, threshold: number | undefined, own: number): string {
  const parts: string[] = [];
  if (threshold !== undefined) {
    const difference =
      countVerdicts(result, threshold)['malware-like'] - countVerdicts(result)['malware-like'];
    parts.push(
      difference
        ? t(difference > 0 ? 'scores.more' : 'scores.fewer', { n: Math.abs(difference) })
        : t('scores.same'),
    );
  }
  const alarms = expected(result, threshold, own);
  if (alarms) parts.push(alarms);
  return parts.join(' · ');
}

/** By the card's count for the model whose threshold it names. */
function expected(result: Result, threshold: number | undefined, own: number): string | undefined {
  if (!card || !result.length || Math.abs(card.threshold - own) > 1e-9) return undefined;
  const share = shareReaching(threshold ?? card.threshold, card.shares);
  if (share === undefined) return t('scores.alarms.unknown');
  const judged = result.length - countVerdicts(result).undecided;
  const n = share * judged;
  return t('scores.alarms', {
    n:
      n < 0.1 ? t('scores.alarms.few', { n: number(0.1, 1) }) : t('scores.alarms.about', { n: number(n, 1) }),
    all: judged,
    share: percent(share),
  });
}
