// What the page derives from a tuple: its verdict at a threshold, its texts, its names.

export const VERDICTS = ['malware-like', 'undecided', 'ordinary'];
const [FLAGGED, UNDECIDED, ORDINARY] = [0, 1, 2];

/** The verdict, with the threshold where the reader has moved it; too little seen stays too little. */
export function verdictOf(result, index, threshold) {
  const { verdict } = result.outline.tuples[index];
  if (threshold === undefined || verdict === 'undecided') return verdict;
  return result.score(index) >= threshold ? 'malware-like' : 'ordinary';
}

const judged = new WeakMap();

/**
 * The verdicts of all tuples at a threshold: `kinds`, the place of each in [`VERDICTS`], and `counts`, how many there are by verdict. Kept for
 * the model's threshold and for the last that was moved to.
 */
export function verdictsOf(result, threshold) {
  if (!judged.has(result)) judged.set(result, { own: judgedBy(Uint8Array.from(result.outline.tuples, ({ verdict }) => VERDICTS.indexOf(verdict))) });
  const held = judged.get(result);
  if (threshold === undefined) return held.own;
  if (held.moved?.threshold !== threshold) {
    const kinds = held.own.kinds.map((kind, i) => (kind === UNDECIDED ? kind : result.score(i) >= threshold ? FLAGGED : ORDINARY));
    held.moved = { threshold, ...judgedBy(kinds) };
  }
  return held.moved;
}

function judgedBy(kinds) {
  const counts = [0, 0, 0];
  for (const kind of kinds) counts[kind] += 1;
  return { kinds, counts: Object.fromEntries(VERDICTS.map((verdict, i) => [verdict, counts[i]])) };
}

/** How many tuples have each verdict. */
export const countVerdicts = (result, threshold) => verdictsOf(result, threshold).counts;

/** `address:port`, the address in brackets where it holds colons itself. */
export function destination({ resp_h, resp_p }) {
  return resp_h.includes(':') ? `[${resp_h}]:${resp_p}` : `${resp_h}:${resp_p}`;
}

/** Whether a tuple is the same in two results of one input. */
export const isSame = (one, other) => one.resp_h === other.resp_h && one.resp_p === other.resp_p && one.orig_h === other.orig_h && one.proto === other.proto;

/** What makes it so, as a text. */
export function keyOf({ orig_h, resp_h, resp_p, proto }) {
  return `${orig_h} ${resp_h} ${resp_p} ${proto}`;
}

const texts = new WeakMap();

/** All that can be searched of a tuple, in lower case; made once a result. */
export function textOf(result, index) {
  if (!texts.has(result)) texts.set(result, result.outline.tuples.map(searchable));
  return texts.get(result)[index];
}

function searchable(tuple) {
  return [tuple.orig_h, destination(tuple), tuple.proto, tuple.purpose ?? '', ...tuple.server_names].join(' ').toLowerCase();
}
