// The result of one input: the sentence that sums it up, and three tabs.

import { html, nothing } from 'lit-html';
import { damage } from './facts.ts';
import { UNMARKED } from '../state/lists/marks.ts';
import { countVerdicts, verdictOf } from '../model/tuples.ts';
import { bytes, number, percent, score, t, visible } from '../text.ts';
import { destinations } from './destinations.ts';
import { exports } from './exports.ts';
import { cross, flask, warning } from './icons.ts';
import { banner, rereading } from './running.ts';
import { seen } from './seen.ts';

export function results(input, actions) {
  const { view } = input;
  const { result } = view.found;
  // With nothing to list, what was found in the file is what matters.
  const tab = TABS.includes(view.tab) ? view.tab : result.length || input.status === 'running' ? 'destinations' : 'seen';
  // What was seen has nothing that can be focused, but must scroll by keys.
  return html`
    <div class="results">
      ${summary(input, actions)} ${input.status === 'running' ? banner(input, actions) : nothing} ${input.rereading ? rereading(input) : nothing}
      <div class="tabs" role="tablist" aria-label=${t('tab.label')} @keydown=${(event) => arrows(event, tab, actions)}>
        ${TABS.map(
          (name) => html`
            <button
              role="tab"
              id="tab-${name}"
              aria-controls="panel"
              aria-selected=${name === tab}
              tabindex=${name === tab ? 0 : -1}
              @click=${() => actions.view({ tab: name })}
            >
              ${t(`tab.${name}`)}${badge(name, result)}
            </button>
          `,
        )}
      </div>
      <div class="panel ${tab}" id="panel" role="tabpanel" aria-labelledby="tab-${tab}" tabindex=${tab === 'seen' ? 0 : nothing}>
        ${{ destinations, seen, exports }[tab](input, actions)}
      </div>
    </div>
  `;
}

const TABS = ['destinations', 'seen', 'exports'];

function badge(name, result) {
  if (name === 'destinations') return html` <span class="count">${number(result.length)}</span>`;
  if (name === 'seen' && damage(result).length) return html`<span class="count alert">${warning}${number(damage(result).length)}</span>`;
  return nothing;
}

function arrows(event, tab, actions) {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step) return;
  const next = TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length];
  actions.view({ tab: next });
  requestAnimationFrame(() => document.getElementById(`tab-${next}`).focus());
}

/** What can be read aloud. */
function summary(input, actions) {
  const { name, size, lab, status, partial, view } = input;
  const { result, threshold } = view.found;
  const { capture } = result.outline;
  return html`
    <section class="summary">
      <p class="source">
        <strong>${visible(name)}</strong>
        <span>${capture.format}, ${bytes(size)}</span>
        ${lab ? html`<span class="tag">${flask}${t('start.laboratory')}</span>` : nothing}
        ${partial ? html`<span class="tag partial">${warning}${t('partial.tag', { some: bytes(capture.bytes), all: bytes(size) })}</span> <button class="link" @click=${() => actions.again(input)}>${t('partial.again')}</button>` : nothing}
        ${status === 'running' ? html`<span class="tag partial">${t('partial.running')}</span>` : nothing}
        ${threshold === undefined
          ? nothing
          : html`<button class="tag" @click=${() => actions.view({ threshold: undefined })}>${t('partial.threshold', { threshold: score(threshold) })} ${cross}</button>`}
      </p>
      <h1>${sentence(view.found)}</h1>
    </section>
  `;
}

/** The result in one sentence, in two parts of which the first weighs more. */
function sentence(found) {
  const [first, rest] = summaryParts(found);
  return html`${first}${rest ? html`<span class="rest">${rest}</span>` : nothing}`;
}

/** Its two parts, as texts. */
export function summaryParts({ result, threshold, marks }) {
  const { health } = result.outline;
  if (!result.length) return [t(health.connections ? 'summary.no_tls' : 'summary.nothing')];
  const flagged = countVerdicts(result, threshold)['malware-like'];
  const share = percent(health.tls_with_certificate / health.tls_connections);
  // How many of the flagged the reader has marked as expected.
  const marked = [...marks.expected.keys()].filter((i) => verdictOf(result, i, threshold) === 'malware-like').length;
  const first = t('summary.flagged', { count: flagged, flagged, all: result.length });
  return [first + (marked ? t('summary.expected', { marked }) : ''), t('summary.coverage', { share, all: health.tls_connections })];
}

/** The same sentence to be read aloud; of an input that nobody has looked at yet without the marks of the reader's lists. */
export function spoken({ result, view }) {
  return summaryParts(view?.found?.result === result ? view.found : { result, threshold: view?.threshold, marks: UNMARKED }).join('');
}
