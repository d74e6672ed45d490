// A result of the module → what model/result.ts reads: plain objects, and rows of doubles that can be handed to another thread.

import { schema } from 'hushcap-wasm';

/** All of an Outcome that the Report needs but what explains its scores, and when the tuples' connections began. */
export function readOutcome(outcome) {
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
