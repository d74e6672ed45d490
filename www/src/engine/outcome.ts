// A result of the module → what model/result.ts reads: plain objects, and rows of doubles that can be handed to another thread.

import { type Outcome, schema } from 'hushcap-wasm';
import type { Numbers, Outline, Protocols, Schema } from '../model/report.ts';

/** A result but for its serial. */
export interface Read {
  outline: Outline;
  schema: Schema;
  protocols: Protocols;
  numbers: Numbers;
}

/** All of an Outcome that the Report needs but what explains its scores, and when the tuples' connections began. */
export function readOutcome(outcome: Outcome): Read {
  const [starts, offsets] = outcome.starts();
  return {
    outline: outcome.outline(),
    schema: schema(),
    protocols: outcome.protocols(),
    numbers: {
      scores: outcome.scores(),
      features: outcome.features(),
      starts,
      offsets,
    },
  };
}
