// Which tuples the table shows and in which order.

const collator = new Intl.Collator('en', { numeric: true });
const VERDICTS = ['malware-like', 'undecided', 'ordinary'];

/** Columns of the table: how two tuples compare, and the direction of the first click. */
export const COLUMNS = {
  verdict: { first: 'asc', of: (result, i) => VERDICTS.indexOf(result.outline.tuples[i].verdict), numeric: true },
  score: { first: 'desc', of: (result, i) => result.score(i), numeric: true },
  server: { first: 'asc', of: (result, i) => result.outline.tuples[i].server_names[0] ?? '\uffff' },
  destination: { first: 'asc', of: (result, i) => destination(result.outline.tuples[i]) },
  source: { first: 'asc', of: (result, i) => result.outline.tuples[i].orig_h },
  connections: { first: 'desc', of: (result, i) => result.outline.tuples[i].connections, numeric: true },
};

/** `address:port`, the address in brackets where it holds colons itself. */
export function destination({ resp_h, resp_p }) {
  return resp_h.includes(':') ? `[${resp_h}]:${resp_p}` : `${resp_h}:${resp_p}`;
}

/** Indices of the tuples that pass the filter, in the order asked for. */
export function rowsOf(result, { sort, filter, verdicts }) {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const rows = [];
  for (let i = 0; i < result.length; i++) if (passes(result.outline.tuples[i], words, verdicts)) rows.push(i);
  const { of, numeric } = COLUMNS[sort.column];
  const keys = new Map(rows.map((i) => [i, of(result, i)]));
  const sign = sort.direction === 'asc' ? 1 : -1;
  const compare = numeric ? (a, b) => a - b : collator.compare;
  // Equal keys stay in the Report's order: by score, then by key.
  return rows.sort((a, b) => sign * compare(keys.get(a), keys.get(b)) || a - b);
}

/** How many tuples have each verdict. */
export function countVerdicts(result) {
  const counts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0]));
  for (const { verdict } of result.outline.tuples) counts[verdict] += 1;
  return counts;
}

/** Every word must occur in the tuple's texts; a word behind `-` must not. */
function passes(tuple, words, verdicts) {
  if (verdicts.size && !verdicts.has(tuple.verdict)) return false;
  if (!words.length) return true;
  const text = [tuple.verdict, tuple.orig_h, destination(tuple), tuple.proto, tuple.purpose ?? '', ...tuple.server_names]
    .join(' ')
    .toLowerCase();
  return words.every((word) =>
    word.length > 1 && word.startsWith('-') ? !text.includes(word.slice(1)) : text.includes(word),
  );
}
