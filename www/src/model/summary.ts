// A result in one sentence.

import { percent, t } from '../text.ts';
import type { Subject } from './columns.ts';
import { countVerdicts, verdictOf } from './tuples.ts';

/** Its two parts, of which the first weighs more; the second may be missing. */
export function summaryParts({ result, threshold, marks }: Subject): string[] {
  const { health } = result.outline;
  if (!result.length) return [t(health.connections ? 'summary.no_tls' : 'summary.nothing')];
  const flagged = countVerdicts(result, threshold)['malware-like'];
  const share = percent(health.tls_with_certificate / health.tls_connections);
  // How many of the flagged the reader has marked as expected.
  const marked = [...marks.expected.keys()].filter(
    (i) => verdictOf(result, i, threshold) === 'malware-like',
  ).length;
  const first =
    result.inputs > 1
      ? t('summary.case', { count: flagged, flagged, all: result.length, inputs: result.inputs })
      : t('summary.flagged', { count: flagged, flagged, all: result.length });
  return [
    first + (marked ? t('summary.expected', { marked }) : ''),
    t('summary.coverage', { share, all: health.tls_connections }),
  ];
}
