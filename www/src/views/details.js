// The chosen 4-tuple: its verdict in words, why it has its score, and the values of its features by group.

import { html, nothing } from 'lit-html';
import { destination } from '../rows.js';
import { featureLabel, number, score, signed, t, visible } from '../text.js';
import { cross, verdictIcons } from './icons.js';
import { exact, valueText } from './value.js';

/** Server names listed; a scan may give thousands. */
const NAMES = 40;

/** Contributions shown at first. */
const FIRST = 8;

export function details(input, actions) {
  const { result, view } = input;
  const tuple = result.tuple(view.selected);
  const { threshold } = result.outline.model;
  const close = () => {
    actions.view({ details: false });
    document.getElementById('grid').focus();
  };
  return html`
    <aside class="details" aria-labelledby="details-title" @keydown=${(event) => event.key === 'Escape' && close()}>
      <header>
        <h2 id="details-title">${tuple.server_names.length ? visible(tuple.server_names[0]) : destination(tuple)}</h2>
        <button class="quiet" @click=${close} aria-label=${t('page.close')}>${cross}</button>
      </header>
      <p class="verdict ${tuple.verdict}">
        ${verdictIcons[tuple.verdict]}<strong>${t(`verdict.${tuple.verdict}`)}</strong>
        <span>${t(`details.${tuple.verdict}`, { score: score(tuple.score), threshold: score(threshold) })}</span>
      </p>
      <dl class="pairs">
        ${pair('table.destination', `${destination(tuple)}/${tuple.proto}`)} ${pair('table.source', tuple.orig_h)}
        ${pair('table.connections', number(tuple.connections))}
        ${pair('table.server', names(tuple))}
        ${tuple.purpose ? pair('details.purpose', t(`purpose.${tuple.purpose}`)) : nothing}
      </dl>
      ${why(tuple, result, view, actions)} ${values(tuple, result, view, actions)}
    </aside>
  `;
}

function names({ server_names }) {
  if (!server_names.length) return t('table.no_name');
  const listed = visible(server_names.slice(0, NAMES).join(', '));
  return server_names.length > NAMES ? t('details.names', { listed, n: server_names.length - NAMES }) : listed;
}

function pair(key, value) {
  return html`<div><dt>${t(key)}</dt><dd>${value}</dd></div>`;
}

/** base + contributions = raw → score, with a bar a feature. */
function why(tuple, result, view, actions) {
  const features = new Map(result.schema.features.map((feature) => [feature.name, feature]));
  const { explanation } = tuple;
  const most = Math.abs(explanation[0]?.contribution ?? 0) || 1;
  const listed = view.allContributions ? explanation : explanation.slice(0, FIRST);
  const rest = explanation.slice(listed.length).reduce((sum, { contribution }) => sum + contribution, 0);
  const space = t(`space.${result.outline.model.output_space}`);
  return html`
    <section class="why">
      <h3>${t('why.title')}</h3>
      <p class="hint">${t('why.text', { space })}</p>
      <ol class="bars">
        <li class="sum"><span>${t('why.base')}</span><b>${score(tuple.base)}</b></li>
        ${listed.map(({ feature, value, contribution }) => bar(features.get(feature), value, contribution, most))}
        ${view.allContributions ? nothing : html`<li class="rest"><span>${t('why.rest', { n: explanation.length - listed.length })}</span><b>${signed(rest)}</b></li>`}
        <li class="sum"><span>${t('why.raw')}</span><b>${score(tuple.raw)}</b></li>
        <li class="sum"><span>${t('why.score')}</span><b>${score(tuple.score)}</b></li>
      </ol>
      <button class="link" aria-expanded=${view.allContributions} @click=${() => actions.view({ allContributions: !view.allContributions })}>
        ${t(view.allContributions ? 'why.fewer' : 'why.all', { n: explanation.length })}
      </button>
    </section>
  `;
}

function bar(feature, value, contribution, most) {
  const way = contribution > 0 ? 'raises' : contribution < 0 ? 'lowers' : 'neither';
  return html`
    <li class=${way}>
      <span class="name">${featureLabel(feature)}<small>${valueText(feature, value)}</small></span>
      <i aria-hidden="true" .style=${`--share:${Math.abs(contribution) / most}`}></i>
      <b>${signed(contribution)}</b>
    </li>
  `;
}

function values(tuple, result, view, actions) {
  const groups = Map.groupBy(result.schema.features, ({ group }) => group);
  return html`
    <section class="values">
      <h3>${t('values.title', { n: result.schema.features.length })}</h3>
      <label class="switch">
        <input type="checkbox" .checked=${view.names} @change=${(event) => actions.view({ names: event.target.checked })} />${t('values.names')}
      </label>
      ${[...groups].map(
        ([group, features]) => html`
          <table>
            <caption>${t(`group.${group}`)}</caption>
            <tbody>
              ${features.map((feature) => value(feature, tuple.features[feature.name], view.names))}
            </tbody>
          </table>
        `,
      )}
    </section>
  `;
}

function value(feature, value, names) {
  return html`
    <tr class=${value === null ? 'absent' : ''}>
      <th scope="row">
        ${featureLabel(feature)}
        ${names ? html`<small><code>${feature.name}</code></small>` : nothing}
      </th>
      <td title=${exact(value)}>${valueText(feature, value)}</td>
    </tr>
  `;
}
