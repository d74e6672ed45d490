// The flagged destinations' packets as a capture of their own: a second pass over the input, in its worker.

import { download } from '../browser/download.ts';
import { failureText } from '../model/failure.ts';
import { verdictOf } from '../model/tuples.ts';

/** Places of the tuples that are flagged, at the threshold that the reader has moved to. */
function flaggedPlaces({ result, view }) {
  return result.outline.tuples.flatMap((_, index) => (verdictOf(result, index, view.threshold) === 'malware-like' ? [index] : []));
}

/** Saves the capture. `input.carving` says meanwhile how far it is, and in the end what came of it. */
export async function carve(input, changed) {
  const tell = (carving) => {
    input.carving = carving;
    changed();
  };
  tell({ running: true, bytes: 0, kept: 0 });
  let last = {};
  try {
    const { blob, extension } = await input.engine.carve(flaggedPlaces(input), (news) => {
      last = news;
      tell({ running: true, ...news });
    });
    download(blob, `${input.name}${input.partial ? '.partial' : ''}.flagged.${extension}`);
    tell({ ...last });
  } catch (error) {
    tell({ failed: failureText(error) });
  }
}
