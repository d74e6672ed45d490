// A feature's value with its unit, and what it says beside the usual ones.

import type { Feature, Usual } from '../model/report.ts';
import type { Result } from '../model/result.ts';
import { bytes, duration, featureSays, percent, significant, t } from '../text.ts';

export function valueText({ unit, range: [least, most] }: Feature, value: number | null): string {
  if (value === null) return t('values.missing');
  if (unit === 'flag') return t(value ? 'values.yes' : 'values.no');
  if (unit === 'seconds') return duration(value);
  if (unit === 'bytes') return bytes(value);
  if (unit === 'ratio' && least === 0 && most === 1) return percent(value);
  return t(`unit.${unit}`, { value: significant(value) });
}

/** The value to its last bit. */
export function exact(value: number | null): string {
  return value === null ? '' : String(value);
}

/**
 * What the value says beside those of benign traffic, and which are usual there: the sentence for a high or a low one; of one that is usual or
 * absent, what the model makes of it.
 */
export function beside(
  feature: Feature,
  value: number | null,
  contribution: number,
  { outline }: Result,
): string {
  const usual = outline.model.usual[feature.name];
  return [says(feature, value, contribution, usual), usual && rangeText(feature, usual)]
    .filter(Boolean)
    .join(t('page.space'));
}

function says(
  feature: Feature,
  value: number | null,
  contribution: number,
  usual: Usual | undefined,
): string {
  const [low, high] = usual ?? [-Infinity, Infinity];
  const far = value === null ? undefined : value > high ? 'high' : value < low ? 'low' : undefined;
  const own = far && featureSays(feature.name, far);
  if (own) return own;
  const way = contribution > 0 ? 'raises' : contribution < 0 ? 'lowers' : 'neither';
  return t(`why.${value === null ? 'absent' : usual ? 'usual' : 'new'}.${way}`);
}

/** The middle 90 % of benign traffic. */
function rangeText(feature: Feature, usual: [number, number]): string {
  const [low, high] = usual.map((value) => valueText(feature, value));
  return low === high ? t('why.always', { value: low }) : t('why.between', { low, high });
}
