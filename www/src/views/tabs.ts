// The tabs of a result, in their order: each has its name in the texts as `tab.…`. One may bring its texts in a file of its own.

import { html, nothing, type TemplateResult } from 'lit-html';
import { damage } from '../model/facts.ts';
import type { Result } from '../model/result.ts';
import type { Shown } from '../state/input.ts';
import type { Actions } from '../state/store.ts';
import { addTexts, number, type Texts } from '../text.ts';
import compareTexts from '../texts/compare.json';
import { comparing } from './comparing.ts';
import { destinations } from './destinations.ts';
import { exports } from './exports.ts';
import { warning } from './icons.ts';
import { connections } from './places/connections.ts';
import { seen } from './seen.ts';

export interface Tab {
  name: string;
  view(shown: Shown, actions: Actions): TemplateResult;
  /** What stands beside its name. */
  badge?(result: Result): TemplateResult | typeof nothing;
  /** Whether nothing in it can be focused, so that it must take the focus itself to be scrolled by keys. */
  scrolled?: boolean;
  /** Its texts, where they are not among those of the page. */
  texts?: Texts;
}

export const TABS: readonly Tab[] = [
  {
    name: 'destinations',
    view: destinations,
    badge: (result) => html` <span class="count">${number(result.length)}</span>`,
  },
  { name: 'connections', view: connections },
  { name: 'seen', view: seen, badge: damages, scrolled: true },
  { name: 'compare', view: comparing, scrolled: true, texts: compareTexts },
  { name: 'exports', view: exports },
];

for (const { texts } of TABS) if (texts) addTexts(texts);

function damages(result: Result) {
  const count = damage(result).length;
  return count ? html`<span class="count alert">${warning}${number(count)}</span>` : nothing;
}
