// A feature's value with its unit.

import { bytes, duration, percent, significant, t } from '../text.js';

export function valueText({ unit, range: [least, most] }, value) {
  if (value === null) return t('values.missing');
  if (unit === 'flag') return t(value ? 'values.yes' : 'values.no');
  if (unit === 'seconds') return duration(value);
  if (unit === 'bytes') return bytes(value);
  if (unit === 'ratio' && least === 0 && most === 1) return percent(value);
  return t(`unit.${unit}`, { value: significant(value) });
}

/** The value to its last bit. */
export function exact(value) {
  return value === null ? '' : String(value);
}
