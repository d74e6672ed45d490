import type { Message } from './report.ts';

/** Why there is no result, or no answer. A reason that is known has a text in the page's language; else the message tells it. */
export interface Failure {
  reason?: Message;
  /** In English. */
  message: string;
}

/** The failure behind an uncaught error of a worker: whatever the input holds, it is the program's. */
export function programFailure(message: string): Failure {
  const key = /\bmemory\b/i.test(message) ? 'error.memory' : 'error.program';
  return { reason: { key, values: { message } }, message };
}

/** What was thrown, as a failure. */
export function failureOf(error: unknown): Failure {
  const { message, reason } = (error ?? {}) as Partial<Failure>;
  return { message: String(message ?? error), reason };
}

/** A failure that can be thrown. */
export const errorOf = (failure: Failure): Error => Object.assign(new Error(failure.message), failure);

/** The name of a failure's kind, as pages around this one know it. */
export const kindOf = (failure: Failure): string | undefined => failure.reason?.key.replace(/^error\./, '');
