// What the page derives from a tuple: its verdict at a threshold, its texts, its names.

export const VERDICTS = ['malware-like', 'undecided', 'ordinary'];

/** The verdict, with the threshold where the reader has moved it; too little seen stays too little. */
export function verdictOf(result, index, threshold) {
  const { verdict } = result.outline.tuples[index];
  if (threshold === undefined || verdict === 'undecided') return verdict;
  return result.score(index) >= threshold ? 'malware-like' : 'ordinary';
}

const counted = new WeakMap();

/** How many tuples have each verdict; counted once for the model's threshold and once for the last that was moved to. */
export function countVerdicts(result, threshold) {
  if (!counted.has(result)) counted.set(result, {});
  const kept = counted.get(result);
  const place = threshold === undefined ? 'own' : 'moved';
  if (!kept[place] || kept[place].threshold !== threshold) {
    const counts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0]));
    for (let i = 0; i < result.length; i++) counts[verdictOf(result, i, threshold)] += 1;
    kept[place] = { threshold, counts };
  }
  return kept[place].counts;
}

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
