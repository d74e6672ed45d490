// The privacy panel: the promise, the policy in force, and how anyone can check it.

import build from 'hushcap:build';
import { html, nothing } from 'lit-html';
import { requestsMade } from '../engine/requests.ts';
import { isFramed } from '../state/embed.ts';
import type { State } from '../state/state.ts';
import type { Actions } from '../state/store.ts';
import { number, t } from '../text.ts';
import { dialog } from './dialog.ts';

/** The directives of the policy in force, as the document states them. */
export const policy = () =>
  document
    .querySelector<HTMLMetaElement>('meta[http-equiv="Content-Security-Policy"]')
    ?.content.split('; ') ?? [];

const isInstallable = () => policy().some((directive) => directive.startsWith('manifest-src'));

/** What a build is named by, computed from its files. */
const COMMAND = `(sed s/${build.hash}/@build@/ app.js; cat style.css) | sha256sum`;

export function privacy(state: State, actions: Actions) {
  return dialog(
    state,
    () => actions.dialog(undefined),
    'privacy',
    t('privacy.title'),
    () => html`
    <p>${t('privacy.text')}${isInstallable() ? html` ${t('privacy.installable')}` : nothing}${isFramed() ? html` ${t('privacy.framed')}` : nothing}</p>
    <p>${t('privacy.kept')}</p>
    <dl class="facts">
      <div><dt>${t('privacy.requests')}</dt><dd>${number(requestsMade())}</dd></div>
      <div><dt>${t('page.build')}</dt><dd><code>${build.hash}</code></dd></div>
    </dl>
    <h3>${t('privacy.how')}</h3>
    <ol>
      ${['offline', 'tools', 'policy'].map((step) => html`<li>${t(`privacy.check.${step}`)}</li>`)}
      <li>${t('privacy.check.build', { hash: build.hash })} <code>${COMMAND}</code></li>
    </ol>
    <h3>${t('privacy.policy')}</h3>
    <pre role="region" tabindex="0" aria-label=${t('privacy.policy')}>${policy().join('\n')}</pre>
  `,
  );
}
