// A result in a few words.

import { percent, t } from '../text.ts';
import type { Subject } from './columns.ts';
import { countVerdicts, verdictOf } from './tuples.ts';

/** What is said of a result: `finding` weighs most; what could not be judged comes before it, and what it rests on behind it. */
export interface Summary {
  unjudged: string;
  finding: string;
  coverage: string;
}

export function summaryOf({ result, threshold, marks }: Subject): Summary {
  const { health } = result.outline;
  const all = result.length;
  if (!all) return alone(t(health.connections ? 'summary.no_tls' : 'summary.nothing'));
  const counts = countVerdicts(result, threshold);
  const { 'malware-like': flagged, borderline, undecided } = counts;
  const hidden = health.tls_with_certificate === 0;
  // How many of the flagged the reader has marked as expected.
  const marked = [...marks.expected.keys()].filter(
    (i) => verdictOf(result, i, threshold) === 'malware-like',
  ).length;
  const unjudged = [
    undecided === all && t('summary.undecided.all', { count: all, all }),
    undecided < all && undecided && t('summary.undecided', { count: undecided, undecided, all }),
    hidden && t('summary.hidden', { count: health.tls_connections, all: health.tls_connections }),
  ].filter((text) => typeof text === 'string');
  if (undecided === all && !flagged)
    return { ...alone(unjudged[0]), unjudged: unjudged.slice(1).join(t('page.space')) };
  const about = result.inputs > 1 ? 'summary.case' : undecided ? 'summary.others' : 'summary.flagged';
  const judged = t(about, { count: flagged, flagged, all: all - undecided, inputs: result.inputs });
  return {
    unjudged: unjudged.join(t('page.space')),
    finding: [
      judged,
      marked > 0 && t('summary.expected', { marked }),
      borderline > 0 && t('summary.borderline', { count: borderline, borderline }),
    ]
      .filter((text) => typeof text === 'string')
      .join(''),
    coverage: hidden
      ? t('page.stop')
      : t('summary.coverage', {
          share: percent(health.tls_with_certificate / health.tls_connections),
          all: health.tls_connections,
        }),
  };
}

/** All of it as one text. */
export function summaryText(subject: Subject): string {
  const { unjudged, finding, coverage } = summaryOf(subject);
  return [unjudged, finding + coverage].filter(Boolean).join(t('page.space'));
}

const alone = (finding: string): Summary => ({ unjudged: '', finding, coverage: '' });
