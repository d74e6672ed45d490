// The packets of destinations, the flagged or those that the reader has chosen, or of single connections, as a capture of their own: a
// second pass over the input, in its worker.

import { download } from '../browser/download.ts';
import { failureOf } from '../model/failure.ts';
import { verdictOf } from '../model/tuples.ts';
import type { Carving, Done, Input } from './input.ts';

/** Places of the tuples that are flagged, at the threshold that the reader has moved to. */
function flaggedPlaces({ result }: Done, threshold: number | undefined): number[] {
  return result.outline.tuples.flatMap((_, index) =>
    verdictOf(result, index, threshold) === 'malware-like' ? [index] : [],
  );
}

/** Saves the capture of the tuples at `places`, or of the flagged ones; `name` says of which. `input.carving` says meanwhile how far it is, and in the end what came of it. */
export async function carve(
  input: Input,
  changed: () => void,
  places?: ArrayLike<number>,
  name = 'flagged',
): Promise<void> {
  const { status, shown } = input;
  if (status.is === 'done')
    await save(
      input,
      status,
      'carve',
      places ? Array.from(places) : flaggedPlaces(status, shown?.view.threshold),
      name,
      changed,
    );
}

/** Saves the packets of single connections, likewise. */
export async function carveConnections(input: Input, places: number[], changed: () => void): Promise<void> {
  const { status } = input;
  if (status.is === 'done') await save(input, status, 'carveConnections', places, 'connections', changed);
}

async function save(
  input: Input,
  { answers, partial }: Done,
  what: 'carve' | 'carveConnections',
  places: number[],
  name: string,
  changed: () => void,
): Promise<void> {
  const tell = (carving: Carving) => {
    input.carving = carving;
    changed();
  };
  let last = { bytes: 0, packets: 0, kept: 0 };
  tell({ is: 'running', ...last });
  try {
    const { blob, extension } = await answers.ask(what, [places], (news) => {
      last = news;
      tell({ is: 'running', ...news });
    });
    download(blob, `${input.name}${partial ? '.partial' : ''}.${name}.${extension}`);
    tell({ is: 'done', ...last });
  } catch (error) {
    tell({ is: 'failed', failure: failureOf(error) });
  }
}
