// What speaks for a verdict, the strongest first, and what explains it otherwise: each with how much of ordinary traffic shows it too.

import { html, nothing } from 'lit-html';
import type { Evidence, KnownMatch, TupleOutline } from '../model/report.ts';
import { pieceText, rateText } from '../model/story.ts';
import { t, visible } from '../text.ts';
import { lowers, raises } from './icons.ts';

export function speaks({ evidence, known, looks_like: claims }: TupleOutline) {
  return html`
    <section class="speaks">
      <h3>${t('speaks.title')}</h3>
      ${evidence.length ? html`<ol>${evidence.map(piece)}</ol>` : html`<p class="hint">${t('speaks.none')}</p>`}
      ${known.length ? html`<ul class="known">${known.map(published)}</ul>` : nothing}
      ${claims.length ? html`<p class="hint">${t('speaks.claims', { list: claims.map(visible) })}</p>` : nothing}
    </section>
  `;
}

function piece(piece: Evidence) {
  const { direction } = piece;
  return html`
    <li class=${direction}>
      ${direction === 'raises' ? raises : lowers}
      <span><span class="unseen">${t(`speaks.${direction}`)}</span>${pieceText(piece)} <small>${rateText(piece)}</small></span>
    </li>
  `;
}

/** A published default: whose it is, what of it was found, and who says so. */
function published({ software, trait, source, date, shared_with: shared, flags }: KnownMatch) {
  return html`
    <li>
      <strong>${visible(software)}</strong> <code>${visible(trait)}</code>
      <small>${t('known.source', { source: visible(source), date })} ${t(flags ? 'known.flags' : 'known.hints', { shared: visible(shared) })}</small>
    </li>
  `;
}
