// Why there is no result, or no answer, as `{kind, parts, message}`; and that in words.

import { hasText, phrase, t } from '../text.ts';

/** The failure behind an uncaught error of a worker: whatever the input holds, it is the program's. */
export function programFailure(message) {
  return { kind: /\bmemory\b/i.test(message) ? 'memory' : 'program', parts: { message }, message };
}

/** What the program says, in the page's language where its kind is known; else as it came. It begins small and ends without a stop. */
export function failureText({ message, kind, parts }) {
  const own = kind && hasText(`error.${kind}`) ? t(`error.${kind}`, phrases(parts)) : message;
  const text = own.charAt(0).toUpperCase() + own.slice(1);
  return /[.!?。！？]$/.test(text) ? text : `${text}${t('page.stop')}`;
}

/** Each part in the page's language. */
const phrases = (parts = {}) => Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, phrase(part)]));
