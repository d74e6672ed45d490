// What a worker sends → rows for the table, one tuple in full, and the Report that the command line prints.
//
// The outline holds the Report's texts; the numbers travel as rows of doubles, `n` a tuple:
//   scores    score, raw, base
//   features  a value for each feature of the schema, in its order; NaN is missing
//   starts    when each connection began, tuple by tuple; `offsets` says where each tuple's begin

import type {
  Contribution,
  Numbers,
  Outline,
  Protocols,
  ReportHead,
  Schema,
  Topic,
  TopicContribution,
  TupleReport,
  TupleValues,
} from './report.ts';

/** A time from and to, epoch seconds. */
export type Span = [from: number, to: number];

/** What a worker sends of a result; the number is absent where nothing asks for it again. */
interface Parts {
  serial?: number;
  outline: Outline;
  schema: Schema;
  protocols: Protocols;
  numbers: Numbers;
}

export class Result {
  readonly serial: number;
  readonly outline: Outline;
  readonly protocols: Protocols;
  readonly schema: Schema;
  readonly numbers: Numbers;
  /** Features of a tuple. */
  readonly width: number;

  constructor({ serial = 0, outline, schema, protocols, numbers }: Parts) {
    this.serial = serial;
    this.outline = outline;
    this.protocols = protocols;
    this.schema = schema;
    this.numbers = numbers;
    this.width = schema.features.length;
  }

  get length(): number {
    return this.outline.tuples.length;
  }

  /** How many inputs it is of. */
  get inputs(): number {
    return 1;
  }

  /** The inputs that a tuple is in. */
  inputsOf(_index: number): string[] {
    return [this.outline.capture.name];
  }

  score(index: number): number {
    return this.numbers.scores[index * 3];
  }

  /** A feature's value by its place in the schema; missing is NaN. */
  value(place: number, index: number): number {
    return this.numbers.features[index * this.width + place];
  }

  /** All values of a tuple. */
  valuesOf(index: number): Float64Array {
    return this.numbers.features.subarray(index * this.width, (index + 1) * this.width);
  }

  /** When the tuple's connections began, ascending. */
  startsOf(index: number): Float64Array {
    const { starts, offsets } = this.numbers;
    return starts.subarray(offsets[index], offsets[index + 1]);
  }

  /** Whether a connection of the tuple began in the span. */
  beganWithin(index: number, [from, to]: Span): boolean {
    const { starts, offsets } = this.numbers;
    let [low, high] = [offsets[index], offsets[index + 1]];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle] < from) low = middle + 1;
      else high = middle;
    }
    return low < offsets[index + 1] && starts[low] <= to;
  }

  /** First and last start of all tuples' connections; `undefined` without one. */
  get span(): Span | undefined {
    if (!this.#span) {
      let [from, to] = [Infinity, -Infinity];
      for (const start of this.numbers.starts) {
        if (start < from) from = start;
        if (start > to) to = start;
      }
      this.#span = [from, to];
    }
    return this.#span[0] <= this.#span[1] ? this.#span : undefined;
  }
  #span: Span | undefined;

  /** The tuple without its explanation, which is asked for when it is looked at. */
  tuple(index: number): TupleValues {
    const { scores } = this.numbers;
    const values = this.valuesOf(index);
    const [score, raw, base] = scores.subarray(index * 3, index * 3 + 3);
    return {
      ...this.outline.tuples[index],
      score,
      raw,
      base,
      features: Object.fromEntries(this.schema.features.map(({ name }, i) => [name, known(values[i])])),
    };
  }

  /** Every feature with its value and what it adds to `raw`, the strongest first. */
  explanation(index: number, contributions: Float64Array): Contribution[] {
    return ranked(contributions).map((place) => ({
      feature: this.schema.features[place].name,
      value: known(this.value(place, index)),
      contribution: contributions[place],
    }));
  }

  /** What features of one topic add to `raw` together, the strongest first, each with those that contribute. */
  topics(contributions: Float64Array): TopicContribution[] {
    const { features, topics } = this.schema;
    const sums = new Map<Topic, TopicContribution>();
    // Added up in the order of the features, so that the sums are the program's to the last bit.
    contributions.forEach((contribution, place) => {
      const sum = sums.get(topics[place]) ?? { topic: topics[place], contribution: 0, features: [] };
      sum.contribution += contribution;
      sums.set(sum.topic, sum);
    });
    for (const place of ranked(contributions))
      if (contributions[place]) sums.get(topics[place])?.features.push(features[place].name);
    const contributing = [...sums.values()].filter(({ features }) => features.length);
    return contributing.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
  }

  /** The tuple as the Report has it, with its explanation. */
  explained(index: number, contributions: Float64Array): TupleReport {
    return {
      ...this.tuple(index),
      explanation: this.explanation(index, contributions),
      topics: this.topics(contributions),
    };
  }

  /** The Report without its tuples. */
  get head(): ReportHead {
    const { tuples: _, logs: __, ...head } = this.outline;
    return head;
  }
}

/** Places of contributions by their size, the greatest first; equal ones in the order of the features. */
function ranked(contributions: Float64Array): number[] {
  const places = Array.from(contributions, (_, place) => place);
  return places.sort((a, b) => Math.abs(contributions[b]) - Math.abs(contributions[a]) || a - b);
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
