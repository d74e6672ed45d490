// A feature's value with its unit, and what it says beside the usual ones.

import { bytes, currentLanguage, duration, percent, significant, t } from '../text.js';

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

/** What the value says beside those of benign traffic: the sentence for a high or a low one, and their range; empty where it is not known. */
export function beside(feature, value, { schema, outline }) {
  const usual = outline.model.usual[feature.name];
  if (!usual) return '';
  const [low, high] = usual;
  const sentences = schema.sentences.find(({ name }) => name === feature.name);
  const says = value === null ? undefined : value > high ? sentences?.high : value < low ? sentences?.low : undefined;
  const range = t('why.usual', { low: valueText(feature, low), high: valueText(feature, high) });
  return says ? `${says[currentLanguage()]} ${range}` : range;
}
