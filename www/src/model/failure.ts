/** Why there is no result, or no answer. A kind that is known has a sentence, which the parts fill; else the message tells it. */
export interface Failure {
  kind?: string;
  parts?: Record<string, string>;
  message: string;
}

/** The failure behind an uncaught error of a worker: whatever the input holds, it is the program's. */
export function programFailure(message: string): Failure {
  return { kind: /\bmemory\b/i.test(message) ? 'memory' : 'program', parts: { message }, message };
}

/** What was thrown, as a failure. */
export function failureOf(error: unknown): Failure {
  const { message, kind, parts } = (error ?? {}) as Partial<Failure>;
  return { message: String(message ?? error), kind, parts };
}

/** A failure that can be thrown. */
export const errorOf = (failure: Failure): Error => Object.assign(new Error(failure.message), failure);
