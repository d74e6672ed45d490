// The model card's figures for false alarms, as the build reads them and the page uses them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCard } from '../../www/card.mjs';
import { pageModule } from './support.mjs';

const { shareReaching } = await pageModule('model/alarms.ts');

const CARD = `### At its threshold, \`first\`

150 trees, 9 nodes; threshold 0.53; trained on the table with SHA-256 \`00\`. Each tuple:

| role | flagged | of | share |
|--|--:|--:|--:|
| tier-A | 1 | 80 | 1.25 % |

Natural benign tuples (tier A and background) flagged: 4 of 100 (4.00 %). C2 of captures flagged: 1 of 2.

Natural benign tuples that score at least:

| score | +0.00 | +0.02 | +0.04 | +0.06 | +0.08 |
|--|--:|--:|--:|--:|--:|
| 0.00 | 80 | 60 | 40 | 30 | 20 |
| 0.10 | 10 |  |  |  |  |

### At its threshold, \`second\`

1 trees, 9 nodes; threshold 0.7; trained on another.
`;

test('the model card is read as shares of the tuples that can be judged', () => {
  const { threshold, shares } = readCard(CARD);
  assert.equal(threshold, 0.53);
  assert.deepEqual(shares, [[0, 1], [0.02, 0.75], [0.04, 0.5], [0.06, 0.375], [0.08, 0.25], [0.1, 0.125], [0.53, 0.05]]);
  assert.deepEqual(readCard(CARD.replace(/^Natural benign tuples that[^#]*/m, '')).shares, [[0.53, 0.04]]);
  assert.equal(readCard('# A card without figures'), undefined);
});

test('between two counted scores the share lies between theirs, beyond them nothing is said', () => {
  const shares = [[0.1, 0.4], [0.2, 0.2], [0.5, 0.05]];
  assert.deepEqual([0.1, 0.15, 0.5].map((score) => Number(shareReaching(score, shares).toFixed(6))), [0.4, 0.3, 0.05]);
  assert.deepEqual([0.05, 0.6].map((score) => shareReaching(score, shares)), [undefined, undefined]);
});
