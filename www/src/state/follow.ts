// A value is followed: to the filter, to a view of its own, or to the clipboard by a menu.

import { type FieldValue, hasValue, toggleValue } from '../model/filter/edit.ts';
import { isPage, placeOf } from '../model/place.ts';
import type { View } from './input.ts';
import type { Menu, State } from './state.ts';

/** Changes how the shown input is looked at. */
type ChangeView = (change: Partial<View>) => void;

export function followActions(state: State, changeView: ChangeView, changed: () => void) {
  const openMenu = (menu: Menu | undefined): void => {
    state.menu = menu;
    changed();
  };

  /** Has the table show what has a value, or what has not; asked for again, it no longer does. */
  const filterBy = (wanted: FieldValue): void => {
    const view = state.shown?.shown?.view;
    state.menu = undefined;
    if (!view) return;
    const filter = toggleValue(view.filter, wanted);
    const stays = view.place && !isPage(view.place) && hasValue(filter, view.place);
    changeView({ tab: undefined, place: stays ? view.place : undefined, filter });
  };

  /** Opens a value's own view: a page, or the table of what has it; of a value without one, the table too. */
  const follow = ({ field, value }: FieldValue): void => {
    const view = state.shown?.shown?.view;
    state.menu = undefined;
    if (!view) return;
    const place = placeOf(field, value);
    if (!place) {
      filterBy({ field, value });
    } else if (isPage(place)) {
      changeView({ tab: undefined, place, details: false });
    } else {
      const filter = hasValue(view.filter, place) ? view.filter : toggleValue(view.filter, place);
      changeView({ tab: undefined, place, filter, details: false });
    }
  };

  return { openMenu, filterBy, follow };
}
