// A destination in one paragraph, for a ticket: who, what, when, the verdict and its evidence, and by which values it is found again.

import { currentLanguage, duration, hasText, listed, moment, score, t, visible } from '../../text.ts';
import { pieceText } from '../story.ts';
import { defanged } from './defang.ts';
import type { Finding } from './finding.ts';

/** Values of a kind that are told. */
const MOST = 3;

export function ticketText(finding: Finding, threshold: number): string {
  const { source, connections, first, last, verdict, ja3, ja4, certificates, input, known } = finding;
  const several = first !== undefined && last !== undefined && last > first;
  const names = finding.names.length ? listed(finding.names.map(defanged), MOST) : t('ticket.unnamed');
  const to = `${defanged(finding.destination)}:${finding.port}`;
  const prints = [
    ...ja4.slice(0, MOST).map((print) => `JA4 ${print}`),
    ...ja3.slice(0, MOST).map((print) => `JA3 ${print}`),
    ...certificates.slice(0, MOST).map(({ sha256 }) => `${t('ticket.certificate')} ${sha256}`),
  ];
  const when = first === undefined ? '' : moment(first);
  const told = [
    t(several ? 'ticket.contacts' : 'ticket.contact', {
      count: connections,
      n: connections,
      source,
      to,
      names,
      when,
      length: several ? duration(last - first) : '',
    }),
    t('ticket.verdict', {
      verdict: t(`verdict.${verdict}`),
      score: score(finding.score),
      threshold: score(threshold),
    }),
    ...reasons(finding).map((text) => text + t('page.stop')),
    known.length ? t('ticket.known', { list: listed(known, MOST) }) : '',
    prints.length ? t('ticket.prints', { list: prints }) : '',
    t('ticket.input', { input: visible(input) }),
    t('ticket.words'),
  ];
  return told.filter(Boolean).join(t('page.space'));
}

/** What speaks for the verdict, in sentences without a stop: in English the Report's own, else the strongest pieces. */
function reasons({ sentence, evidence }: Finding): string[] {
  if (sentence && currentLanguage() === 'en') return [sentence.replace(/\.$/, '')];
  return evidence
    .filter(
      ({ direction, text_key }) =>
        direction === 'raises' && text_key !== 'evidence.model' && hasText(text_key),
    )
    .slice(0, MOST)
    .map(pieceText);
}
