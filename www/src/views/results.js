// The result of one input: the sentence that sums it up, and three tabs.

import { html, nothing } from 'lit-html';
import { countVerdicts } from '../rows.js';
import { bytes, number, percent, t, visible } from '../text.js';
import { destinations } from './destinations.js';
import { exports } from './exports.js';
import { flask, warning } from './icons.js';
import { damage, seen } from './seen.js';

export function results(input, actions) {
  const { result, view } = input;
  // With nothing to list, what was found in the file is what matters.
  const tab = view.tab ?? (result.length ? 'destinations' : 'seen');
  return html`
    <div class="results">
      ${summary(input)}
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
      <div class="panel ${tab}" id="panel" role="tabpanel" aria-labelledby="tab-${tab}">
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
function summary({ name, size, lab, result }) {
  const { health, capture } = result.outline;
  const flagged = countVerdicts(result)['malware-like'];
  const shown = health.tls_connections ? health.tls_with_certificate / health.tls_connections : undefined;
  return html`
    <section class="summary ${flagged ? 'flagged' : ''}">
      <p class="source">
        <strong>${visible(name)}</strong>
        <span>${capture.format}, ${bytes(size)}</span>
        ${lab ? html`<span class="tag">${flask}${t('start.laboratory')}</span>` : nothing}
      </p>
      <h1>
        ${result.length
          ? t('summary.flagged', { count: flagged, flagged, all: result.length })
          : t(health.connections ? 'summary.no_tls' : 'summary.nothing')}
      </h1>
      ${shown === undefined
        ? nothing
        : html`
            <p class="coverage">
              <meter min="0" max="1" .value=${shown} aria-label=${t('summary.coverage.label')}></meter>
              <span>${t('summary.coverage', { share: percent(shown), all: health.tls_connections })}</span>
            </p>
          `}
    </section>
  `;
}
