// The privacy panel: the promise, the policy in force, and how anyone can check it.

import { html, nothing } from 'lit-html';
import build from 'hushcap:build';
import { isFramed } from '../embed.js';
import { number, t } from '../text.js';
import { dialog } from './dialog.js';

// Requests since the page loaded, as the browser itself reports them; Blob URLs never leave it.
let requests = 0;
new PerformanceObserver((list) => {
  requests += list.getEntries().filter(({ name }) => !name.startsWith('blob:')).length;
}).observe({ type: 'resource' });

/** How many requests the page has made since it loaded. */
export const requestsMade = () => requests;

/** The directives of the policy in force, as the document states them. */
export const policy = () => document.querySelector('meta[http-equiv="Content-Security-Policy"]').content.split('; ');

const isInstallable = () => policy().some((directive) => directive.startsWith('manifest-src'));

export function privacy(state, actions) {
  return dialog(state, actions, 'privacy', t('privacy.title'), () => html`
    <p>${t('privacy.text')}${isInstallable() ? html` ${t('privacy.installable')}` : nothing}${isFramed() ? html` ${t('privacy.framed')}` : nothing}</p>
    <p>${t('privacy.kept')}</p>
    <dl class="facts">
      <div><dt>${t('privacy.requests')}</dt><dd>${number(requests)}</dd></div>
      <div><dt>${t('page.build')}</dt><dd><code>${build.hash}</code></dd></div>
    </dl>
    <h3>${t('privacy.how')}</h3>
    <ol>
      ${['offline', 'tools', 'policy'].map((step) => html`<li>${t(`privacy.check.${step}`)}</li>`)}
    </ol>
    <h3>${t('privacy.policy')}</h3>
    <pre role="region" tabindex="0" aria-label=${t('privacy.policy')}>${policy().join('\n')}</pre>
  `);
}
