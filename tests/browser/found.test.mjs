// What the table shows of a result, without a browser: found in steps, whole, and of the last question alone.

import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { pageModule } from './support.mjs';

const { finished, inSteps, sorted } = await pageModule('model/steps.ts');

// The reader's lists ask where the page is from, to know whether anything can be kept.
globalThis.location = { protocol: 'file:' };
const { Finder } = await pageModule('state/finder.ts');

/** A clock by which each look at it takes a millisecond: how much is done in a step depends on no machine. */
let clock = 0;
mock.method(performance, 'now', () => (clock += 1));

/** A result of so many tuples, to hosts that are named by their places; the scores are those of the Report, which falls. */
function resultOf(length) {
  const tuples = Array.from({ length }, (_, i) => ({
    orig_h: '10.0.0.1',
    resp_h: `198.51.${(i >> 8) & 255}.${i & 255}`,
    resp_p: 443,
    proto: 'tcp',
    verdict: 'ordinary',
    connections: i % 7,
    server_names: [`host${i}.example`],
    fingerprints: { certificate: [], ja3: [], ja3s: [], ja4: [] },
    handshakes: { version: [], cipher: [], next_protocol: [], subject: [], issuer: [] },
    dns: { state: 'unknown', names: [] },
    known: [],
  }));
  return { outline: { tuples }, schema: { features: [] }, length, score: (i) => 1 - i / length, startsOf: () => [] };
}

const VIEW = { filter: '', threshold: undefined, brush: undefined, sort: { column: 'score', direction: 'desc' } };
const MANY = 150_000;

/** A Finder, and a promise of the next answer that took several steps. */
function finderOf() {
  const told = { times: 0 };
  const finder = new Finder(() => {
    told.times += 1;
    told.resolve?.();
  });
  const ready = () => new Promise((resolve) => (told.resolve = resolve));
  return { finder, told, ready };
}

test('the rows of few destinations are there at once', () => {
  const { finder, told } = finderOf();
  const found = finder.find(resultOf(1000), { ...VIEW, filter: 'host99' });
  assert.deepEqual(Array.from(found.rows), [99, ...Array.from({ length: 10 }, (_, i) => 990 + i)]);
  assert.ok(!finder.busy);
  assert.equal(told.times, 0);
});

test('the whole answer to the last question stays until the next one is whole', async () => {
  const { finder, ready } = finderOf();
  const result = resultOf(MANY);
  assert.equal(finder.find(result, VIEW), undefined);
  await ready();
  const before = finder.find(result, VIEW);
  assert.equal(before.rows.length, MANY);
  const view = { ...VIEW, filter: 'sni:*7.example', threshold: 0.5, sort: { column: 'server', direction: 'asc' } };
  assert.equal(finder.find(result, view), before);
  assert.ok(finder.busy);
  await ready();
  const { rows, threshold, sort } = finder.find(result, view);
  assert.deepEqual([rows.length, threshold, sort], [MANY / 10, 0.5, view.sort]);
  assert.ok(!finder.busy);
  const names = Array.from(rows, (row) => result.outline.tuples[row].server_names[0]);
  assert.deepEqual(names, [...names].sort());
});

test('a newer question ends the work for an older one', async () => {
  const { finder, told, ready } = finderOf();
  const result = resultOf(MANY);
  finder.find(result, VIEW);
  await ready();
  let asked = 0;
  result.score = () => ++asked;
  finder.find(result, { ...VIEW, filter: 'score>0' });
  assert.ok(asked > 0 && asked < MANY, `${asked} rows in the first step`);
  const until = asked;
  finder.find(result, { ...VIEW, filter: 'host1*' });
  await ready();
  assert.equal(asked, until, 'the older filter went on');
  assert.equal(told.times, 2);
  assert.equal(finder.find(result, { ...VIEW, filter: 'host1*' }).rows.length, 1 + 10 + 100 + 1000 + 10_000 + 50_000);
});

test('what two questions have in common is computed once', async () => {
  const { finder, ready } = finderOf();
  const result = resultOf(MANY);
  finder.find(result, VIEW);
  await ready();
  result.score = () => assert.fail('sorted anew');
  finder.find(result, { ...VIEW, filter: 'host1*' });
  await ready();
});

test('places are sorted as the language sorts them, equal ones in their order', async () => {
  for (const length of [0, 1, 2, 1023, 1024, 1025, 2048, 5000, 70_001]) {
    const keys = Array.from({ length }, (_, i) => (i * 7919) % 101);
    const compare = (a, b) => keys[b] - keys[a];
    const places = keys.map((_, i) => i).sort(compare);
    assert.deepEqual(Array.from(await finished(sorted(length, compare))), places, `${length}`);
  }
});

test('others have their turn between two steps', async () => {
  function* long() {
    for (let i = 0; i < 200; i++) yield;
    return 'done';
  }
  let turns = 0;
  const timer = setInterval(() => (turns += 1));
  assert.equal(await new Promise((resolve) => inSteps(long(), resolve)), 'done');
  clearInterval(timer);
  assert.ok(turns > 1, `${turns}`);
});
