// The result of one input: the sentence that sums it up, and the tabs.

import { html, nothing } from 'lit-html';
import type { Subject } from '../model/columns.ts';
import { summaryOf } from '../model/summary.ts';
import type { Shown } from '../state/input.ts';
import type { Actions } from '../state/store.ts';
import { bytes, score, t, visible } from '../text.ts';
import { cross, flask, warning } from './icons.ts';
import { banner, rereading } from './running.ts';
import { TABS, type Tab } from './tabs.ts';

export function results(shown: Shown, actions: Actions) {
  const { input, status } = shown;
  const { result } = shown.found;
  const tab = openTab(shown);
  return html`
    <div class="results">
      ${summary(shown, actions)} ${status.is === 'running' ? banner(input, status, actions) : nothing} ${rereading(input)}
      <div class="tabs" role="tablist" aria-label=${t('tab.label')} @keydown=${(event: KeyboardEvent) => arrows(event, tab, actions)}>
        ${TABS.map(
          ({ name, badge }) => html`
            <button
              role="tab"
              id="tab-${name}"
              aria-controls="panel"
              aria-selected=${name === tab.name}
              tabindex=${name === tab.name ? 0 : -1}
              @click=${() => actions.view({ tab: name })}
            >
              ${t(`tab.${name}`)}${badge ? badge(result) : nothing}
            </button>
          `,
        )}
      </div>
      <div class="panel ${tab.name}" id="panel" role="tabpanel" aria-labelledby="tab-${tab.name}" tabindex=${tab.scrolled ? 0 : nothing}>
        ${tab.view(shown, actions)}
      </div>
    </div>
  `;
}

/** The tab that was asked for; else the first, but with nothing to list what was found in the file is what matters. */
function openTab({ view, status, found }: Shown): Tab {
  const usual = found.result.length || status.is === 'running' ? 'destinations' : 'seen';
  return tabOf(view.tab) ?? tabOf(usual) ?? TABS[0];
}

const tabOf = (name: string | undefined) => TABS.find((tab) => tab.name === name);

function arrows(event: KeyboardEvent, tab: Tab, actions: Actions): void {
  const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
  if (!step) return;
  const next = TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length].name;
  actions.view({ tab: next });
  requestAnimationFrame(() => document.getElementById(`tab-${next}`)?.focus());
}

/** What can be read aloud. */
function summary({ input, status, found }: Shown, actions: Actions) {
  const { name, size, lab } = input;
  const { result, threshold } = found;
  const { capture } = result.outline;
  return html`
    <section class="summary">
      <p class="source">
        <strong>${visible(name)}</strong>
        <span>${capture.format}${t('page.comma')}${bytes(size)}</span>
        ${lab ? html`<span class="tag">${flask}${t('start.laboratory')}</span>` : nothing}
        ${status.is === 'done' && status.partial ? html`<span class="tag partial">${warning}${t('partial.tag', { some: bytes(capture.bytes), all: bytes(size) })}</span> <button class="link" @click=${() => actions.again(input)}>${t('partial.again')}</button>` : nothing}
        ${status.is === 'running' ? html`<span class="tag partial">${t('partial.running')}</span>` : nothing}
        ${
          threshold === undefined
            ? nothing
            : html`<button class="tag" @click=${() => actions.view({ threshold: undefined })}>${t('partial.threshold', { threshold: score(threshold) })} ${cross}</button>`
        }
      </p>
      <h1>${sentence(found)}</h1>
    </section>
  `;
}

/** The result in a sentence or two, of which what was found weighs most. */
function sentence(found: Subject) {
  const { unjudged, finding, coverage } = summaryOf(found);
  const before = unjudged && html`<span class="rest">${unjudged}</span>${t('page.space')}`;
  return html`${before}${finding}${coverage && html`<span class="rest">${coverage}</span>`}`;
}
