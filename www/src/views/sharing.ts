// The exports for other tools: which destinations, and in which format.

import { html, nothing } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { FORMAT_NAMES, FORMATS, type Format } from '../model/exchange/formats.ts';
import { MOST_SID, type SidRange } from '../model/exchange/suricata.ts';
import type { Shown } from '../state/input.ts';
import { type Scope, scopeOf, scopesOf } from '../state/scope.ts';
import type { Actions } from '../state/store.ts';
import { labelled, number, t } from '../text.ts';
import type { On } from './events.ts';
import { arrowDown, clip } from './icons.ts';

export function sharing(shown: Shown, actions: Actions) {
  const scopes = scopesOf(shown);
  const chosen = scopeOf(shown, scopes);
  if (!scopes.size) return html`<p class="hint">${t('table.none')}</p>`;
  return html`
    <fieldset class="scopes">
      <legend>${t('share.which')}</legend>
      ${[...scopes].map(([scope, rows]) => choice(scope, rows.length, scope === chosen, actions))}
    </fieldset>
    <ul class="exports">
      ${FORMAT_NAMES.map((name) => {
        const format: Format = FORMATS[name];
        return html`
          <li>
            <div>
              <strong>${t(`share.${name}`)}</strong><span>${t(`share.${name}.text`)}</span>
              ${name === 'suricata' ? sids(shown.view.sids, actions) : nothing}
            </div>
            <div class="buttons">
              ${format.copied ? html`<button class="button" data-copy=${name} aria-label=${labelled(t(`share.${name}`), t('share.copy'))} @click=${() => actions.share(shown, name, true)}>${clip}${t('share.copy')}</button>` : nothing}
              <button class="button" data-share=${name} aria-label=${labelled(t(`share.${name}`), t('share.save'))} @click=${() => actions.share(shown, name)}>${arrowDown}${t('share.save')}</button>
            </div>
          </li>
        `;
      })}
      ${packets(shown, chosen, scopes.get(chosen) ?? [], actions)}
    </ul>
  `;
}

/** The packets, of a capture that is read. */
function packets({ input, status }: Shown, scope: Scope, rows: ArrayLike<number>, actions: Actions) {
  if (input.kind !== 'capture') return nothing;
  const busy = status.is === 'running' || input.carving?.is === 'running';
  return html`
    <li>
      <div><strong>${t('share.packets')}</strong><span>${t('share.packets.text')}</span></div>
      <div class="buttons">
        <button class="button" data-share="packets" ?disabled=${busy} aria-label=${labelled(t('share.packets'), t('share.save'))} @click=${() => actions.carve(input, rows, scope)}>${arrowDown}${t('share.save')}</button>
      </div>
    </li>
  `;
}

function choice(scope: Scope, count: number, checked: boolean, actions: Actions) {
  return html`
    <label class="switch">
      <input type="radio" name="scope" value=${scope} .checked=${live(checked)} @change=${() => actions.view({ scope })} />${t(`share.scope.${scope}`)} <b>${number(count)}</b>
    </label>
  `;
}

/** The signature identifiers that rules may use. */
function sids({ first, last }: SidRange, actions: Actions) {
  // A field that is being typed in is not set by what is drawn meanwhile.
  const field = (end: keyof SidRange, value: number) => html`
    <label class="sid">${t(`share.sid.${end}`)}
      <input type="number" data-sid=${end} min="1" max=${MOST_SID} .value=${String(value)} @change=${(event: On<HTMLInputElement>) => change(end, event.target)} />
    </label>
  `;
  const change = (end: keyof SidRange, field: HTMLInputElement) => {
    const value = Number(field.value);
    const sound = Number.isInteger(value) && value > 0 && value <= MOST_SID ? value : { first, last }[end];
    field.value = String(sound);
    const range = { first, last, [end]: sound };
    // The other end gives way.
    if (range.first > range.last) Object.assign(range, end === 'first' ? { last: sound } : { first: sound });
    actions.view({ sids: range });
  };
  return html`<span class="sids">${field('first', first)} ${field('last', last)}</span>`;
}
