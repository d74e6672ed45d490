// A value, the same wherever it stands: a click opens its own view or has the table show what has it, Alt-click leaves that out, and a menu
// holds what else can be done. It takes one line, cut in the middle; the whole stands in its title.

import { html, nothing } from 'lit-html';
import type { FieldValue } from '../model/filter/edit.ts';
import type { Actions } from '../state/store.ts';
import { t, visible } from '../text.ts';
import type { On } from './events.ts';
import { more } from './icons.ts';

/** Characters at the end that a cut leaves. */
const TAIL = 10;

export interface Look {
  /** What is shown in place of the value. */
  text?: string;
  /** Whether it is a hash or the like. */
  code?: boolean;
  /** Whether it may take more than one line. */
  whole?: boolean;
  /** Whether the filter asks for it, where that is to be shown. */
  pressed?: boolean;
  /** What a click does, where it is not to open the value's own view. */
  click?: (wanted: FieldValue) => void;
}

export function followed(field: string, value: string, actions: Actions, look: Look = {}) {
  const shown = look.text ?? visible(value);
  const click = (event: MouseEvent) => {
    event.stopPropagation();
    if (event.altKey) actions.filterBy({ field, value, excluded: true });
    else (look.click ?? actions.follow)({ field, value });
  };
  const open = (event: On<HTMLElement>) => {
    event.stopPropagation();
    const { left, top, bottom } = event.currentTarget.getBoundingClientRect();
    actions.openMenu({ field, value, at: { left, top, bottom } });
  };
  return html`<span class="followed ${look.code ? 'code' : ''} ${look.whole ? 'whole' : ''}"
    ><button class="to" title=${visible(value)} aria-pressed=${look.pressed ?? nothing} @click=${click}>${look.whole ? shown : inMiddle(shown)}</button
    ><button class="quiet more" aria-haspopup="menu" aria-label=${t('follow.menu', { value: shown })} title=${t('follow.more')} @click=${open}>${more}</button
  ></span>`;
}

/** A text whose middle gives way. */
function inMiddle(text: string) {
  if (text.length <= 2 * TAIL) return html`<span>${text}</span>`;
  return html`<span>${text.slice(0, -TAIL)}</span><span class="tail">${text.slice(-TAIL)}</span>`;
}

/** Values of a field one after the other, and how many more there are. */
export function followedAll(
  field: string,
  values: readonly string[],
  most: number,
  actions: Actions,
  look: Look = {},
) {
  return html`<span class="values-of">${values.slice(0, most).map((value) => followed(field, value, actions, look))}${
    values.length > most
      ? html`<span class="hint">${t('follow.others', { n: values.length - most })}</span>`
      : nothing
  }</span>`;
}
