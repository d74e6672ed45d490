// The profile of the reader's network: learned of inputs or loaded, and which results it has judged. It lives for the visit, and in the
// file that the reader saves.

import { calibrate } from '../engine/calibrate.ts';
import { judgedResult } from '../model/baseline.ts';
import { type Failure, failureOf } from '../model/failure.ts';
import { finished } from '../model/steps.ts';
import type { Input } from './input.ts';

/** Where the profile comes from. */
export interface Profile {
  name: string;
  text: string;
}

export type BaselineState =
  | { is: 'none' }
  | { is: 'learning'; share: number }
  | { is: 'ready'; profile: Profile }
  | { is: 'failed'; failure: Failure };

/** Bytes of a profile that is loaded; a longer file is refused. */
export const MOST_PROFILE_BYTES = 64e6;

export class Baseline {
  state: BaselineState = { is: 'none' };
  #changed: () => void;
  /** By input, the profile that its result is judged by, or is being. */
  #judged = new WeakMap<Input, { profile: Profile | undefined; result: unknown }>();

  /** `changed` is called after each change. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get profile(): Profile | undefined {
    return this.state.is === 'ready' ? this.state.profile : undefined;
  }

  /** Makes a profile of inputs, whose threshold flags at most `share` of such traffic. */
  async learn(inputs: readonly Input[], share: number, name: string): Promise<void> {
    const size = inputs.reduce((sum, input) => sum + input.size, 0);
    const learning: BaselineState = { is: 'learning', share: 0 };
    this.#set(learning);
    const told = (bytes: number) => {
      if (this.state.is === 'learning')
        this.#set({ is: 'learning', share: size ? Math.min(1, bytes / size) : 0 });
    };
    try {
      const tasks = inputs.map(({ kind, name, files }) => ({ kind, name, files }));
      const text = await calibrate(tasks, share, told);
      if (this.state.is === 'learning') this.#set({ is: 'ready', profile: { name, text } });
    } catch (error) {
      if (this.state.is === 'learning') this.#set({ is: 'failed', failure: failureOf(error) });
    }
  }

  load(name: string, text: string): void {
    this.#set({ is: 'ready', profile: { name, text } });
  }

  remove(): void {
    this.#set({ is: 'none' });
  }

  /** Has inputs judged by the profile, or by none once it is gone; `judged` is called with each that was. */
  async judge(inputs: readonly Input[], judged: (input: Input) => void): Promise<void> {
    const { profile } = this;
    for (const input of inputs) {
      const { status } = input;
      if (status.is !== 'done') continue;
      const held = this.#judged.get(input);
      if (held?.profile === profile && held?.result === status.result) continue;
      if (!profile && !status.result.outline.profile) continue;
      this.#judged.set(input, { profile, result: status.result });
      try {
        const judgement = profile && (await status.answers.ask('judge', [profile.text]));
        const result = await finished(judgedResult(status.result, judgement));
        // Another profile, or another result, may have come meanwhile.
        if (input.status !== status || this.profile !== profile) continue;
        this.#judged.set(input, { profile, result });
        input.status = { ...status, result };
        judged(input);
      } catch (error) {
        if (this.profile === profile) this.#set({ is: 'failed', failure: failureOf(error) });
        return;
      }
    }
  }

  #set(state: BaselineState): void {
    this.state = state;
    this.#changed();
  }
}
