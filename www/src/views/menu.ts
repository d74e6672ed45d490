// The menu of a value: to its own view, to the filter, and to the clipboard in the forms that others read.

import { html, nothing } from 'lit-html';
import { ref } from 'lit-html/directives/ref.js';
import { defanged } from '../model/exchange/defang.ts';
import { hasValue } from '../model/filter/edit.ts';
import { displayFilter } from '../model/indicate.ts';
import { placeOf } from '../model/place.ts';
import type { Menu, State } from '../state/state.ts';
import type { Actions } from '../state/store.ts';
import { t, visible } from '../text.ts';
import type { On } from './events.ts';

/** Fields whose values are addresses or names, which a program may take for a link. */
const LINKED = new Set(['host', 'source', 'destination', 'sni', 'looked_up']);

/** Room that a menu is given on the window, in pixels. */
const WIDE = 280;
const HIGH = 300;

/** What had the focus before the menu was opened. */
let before: Element | null = null;

export function menu({ menu, shown }: State, actions: Actions) {
  if (!menu) return nothing;
  const items = itemsOf(menu, shown?.shown?.view.filter ?? '', actions);
  const close = () => {
    actions.openMenu(undefined);
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  };
  const opened = (element: Element | undefined) => {
    if (!element || element.contains(document.activeElement)) return;
    before = document.activeElement;
    queueMicrotask(() => element.querySelector<HTMLElement>('[role=menuitem]')?.focus());
  };
  const key = (event: On<HTMLElement, KeyboardEvent>) => {
    const all = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=menuitem]')];
    const now = all.indexOf(document.activeElement as HTMLElement);
    const to = new Map([
      ['ArrowDown', (now + 1) % all.length],
      ['ArrowUp', (now - 1 + all.length) % all.length],
      ['Home', 0],
      ['End', all.length - 1],
    ]).get(event.key);
    event.stopPropagation();
    if (event.key === 'Escape' || event.key === 'Tab') close();
    else if (to !== undefined) all[to].focus();
    else return;
    event.preventDefault();
  };
  const { left, top, bottom } = menu.at;
  const above = bottom + HIGH > innerHeight && top > HIGH;
  const place = `left:${Math.max(8, Math.min(left, innerWidth - WIDE - 8))}px;${above ? `bottom:${innerHeight - top + 4}px` : `top:${bottom + 4}px`}`;
  return html`
    <div class="menu-veil" @click=${close}></div>
    <div class="value-menu" role="menu" aria-label=${t('follow.menu', { value: visible(menu.value) })} .style=${place} @keydown=${key} ${ref(opened)}>
      <p aria-hidden="true">${visible(menu.value)}</p>
      ${items.map(({ name, does }) => html`<button role="menuitem" tabindex="-1" data-does=${name} @click=${() => choose(does, close)}>${t(`follow.${name}`)}</button>`)}
    </div>
  `;
}

function choose(does: () => void, close: () => void): void {
  close();
  does();
}

interface Item {
  name: string;
  does: () => void;
}

function itemsOf({ field, value }: Menu, filter: string, actions: Actions): Item[] {
  const copy = (text: string | undefined) => text !== undefined && (() => void actions.copy(text));
  const does = (excluded: boolean) => () => actions.filterBy({ field, value, excluded });
  const items: [name: string, does: (() => void) | false | undefined][] = [
    ['open', placeOf(field, value) && (() => actions.follow({ field, value }))],
    [hasValue(filter, { field, value }) ? 'unfilter' : 'filter', does(false)],
    [hasValue(filter, { field, value, excluded: true }) ? 'include' : 'exclude', does(true)],
    ['copy', copy(value)],
    ['defanged', LINKED.has(field) && copy(defanged(value))],
    ['wireshark', copy(displayFilter(field, value))],
  ];
  return items.flatMap(([name, does]) => (does ? [{ name, does }] : []));
}
