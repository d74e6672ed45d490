// All inputs of the queue as one more input, which is merged of their results while it is looked at.

import type { Answerer } from '../engine/answers.ts';
import type { Answered, Asked, Question } from '../engine/messages.ts';
import {
  CaseResult,
  type Member,
  mergedAsked,
  mergedSeen,
  mergeResults,
  type Origin,
} from '../model/case.ts';
import { errorOf } from '../model/failure.ts';
import { inSteps } from '../model/steps.ts';
import { t } from '../text.ts';
import { answererOf, type Input } from './input.ts';
import { learnCertificates } from './lists/marks.ts';

export class Case {
  readonly input: Input;
  #inputs: Input[] = [];
  #merging: readonly Member[] = [];

  constructor() {
    const inputs = () => this.#inputs;
    this.input = {
      kind: 'case',
      id: 0,
      files: [],
      get name() {
        return t('case.all', { count: inputs().length, n: inputs().length });
      },
      get size() {
        return inputs().reduce((sum, { size }) => sum + size, 0);
      },
      status: { is: 'waiting' },
      rereading: undefined,
      carving: undefined,
      evidence: undefined,
      announced: undefined,
      shown: undefined,
    };
  }

  /** The inputs that have a whole result. */
  static membersOf = (inputs: readonly Input[]): Input[] =>
    inputs.filter(({ status }) => status.is === 'done' && status.result.length > 0);

  /** Has the result be of these inputs; `changed` is called when it has become so. */
  update(inputs: readonly Input[], changed: () => void): void {
    const done = Case.membersOf(inputs);
    const members = done.flatMap(({ name, status }) =>
      status.is === 'done' ? [{ name, result: status.result }] : [],
    );
    const held = this.#merging;
    if (members.length === held.length && members.every(({ result }, i) => result === held[i].result)) return;
    this.#merging = members;
    this.#inputs = done;
    inSteps(
      mergeResults(members),
      (result) => {
        this.input.status = result ? this.#done(result, [...done]) : { is: 'waiting' };
        learnCertificates(this.input);
        changed();
      },
      () => this.#merging === members,
    );
  }

  /** Where a row comes from, as inputs; none of a result of one input. */
  originsOf(index: number): { input: Input; index: number }[] {
    const { status } = this.input;
    if (status.is !== 'done' || !(status.result instanceof CaseResult)) return [];
    return status.result
      .originsOf(index)
      .map(({ member, index }) => ({ input: this.#inputs[member], index }));
  }

  #done(result: CaseResult, inputs: Input[]): Input['status'] {
    const { bytes, packets } = result.outline.capture;
    const { connections, tls_connections: tls } = result.outline.health;
    return {
      is: 'done',
      answers: new CaseAnswers(result, inputs),
      progress: { bytes, packets: packets ?? 0, connections, tls },
      result,
      partial: false,
      memory: 0,
      seconds: 0,
    };
  }
}

/** Asks the inputs that a case is of. */
class CaseAnswers implements Answerer {
  #result: CaseResult;
  #inputs: Input[];

  constructor(result: CaseResult, inputs: Input[]) {
    this.#result = result;
    this.#inputs = inputs;
  }

  async ask<Q extends Question>(what: Q, args: Asked<Q>): Promise<Answered<Q>> {
    const [first] = args;
    if (what === 'evidence') {
      const [{ member, index }]: readonly Origin[] = this.#result.originsOf(Number(first));
      return this.#member(member, what, [index] as Asked<Q>);
    }
    if (what === 'sha1s') return (await this.sha1s()) as Answered<Q>;
    if (what === 'certificate') {
      for (const member of this.#inputs.keys()) {
        const held = this.#has(member, String(first)) && (await this.#member(member, what, args));
        if (held) return held;
      }
      return undefined as Answered<Q>;
    }
    if (what === 'asked') {
      const asked = await this.#each((member) => this.#member(member, 'asked', [String(first)]));
      return mergedAsked(asked.filter((one) => one !== null)) as Answered<Q>;
    }
    if (what === 'certificateSeen') {
      const seen = await this.#each(async (member) => {
        const one = await this.#member(member, 'certificateSeen', [String(first)]);
        return { ...one, tuples: this.#result.rowsOf(member, one.tuples) };
      });
      return mergedSeen(seen) as Answered<Q>;
    }
    throw errorOf({
      reason: { key: 'error.case', values: {} },
      message: 'a case answers for single destinations alone',
    });
  }

  /** What each member answers, one after the other: few workers are kept. */
  async #each<T>(ask: (member: number) => Promise<T>): Promise<T[]> {
    const answers: T[] = [];
    for (const member of this.#inputs.keys()) answers.push(await ask(member));
    return answers;
  }

  /** Whether a member has seen a certificate. */
  #has(member: number, certificate: string): boolean {
    const { tuples } = this.#result.members[member].result.outline;
    return tuples.some(({ fingerprints }) => fingerprints.certificate.includes(certificate));
  }

  async #member<Q extends Question>(member: number, what: Q, args: Asked<Q>): Promise<Answered<Q>> {
    const answerer = answererOf(this.#inputs[member]);
    if (!answerer) throw new Error('the input was taken out');
    return answerer.ask(what, args);
  }

  async sha1s(): Promise<[string, string][]> {
    const all = this.#inputs.map(({ status }) => (status.is === 'done' ? status.answers.sha1s() : []));
    return (await Promise.all(all)).flat();
  }

  /** The inputs' workers are theirs. */
  end(): void {}
}
