// The page: what is shown (state), what can be done (actions), and the window-wide drop zone.

import { render } from 'lit-html';
import samples from 'hushcap:samples';
import { addressedLanguage, addressedLocalTime, addressedView, writeAddress } from './state/address.ts';
import { takeDrops, takeLaunches } from './browser/arrivals.ts';
import { carve } from './state/carve.ts';
import { copy } from './browser/clipboard.ts';
import { download } from './browser/download.ts';
import { answer, follow, forget, isFramed, takeRequests, tellHost } from './state/embed.ts';
import { pemOf } from './model/evidence.ts';
import { exported } from './report/exported.ts';
import { Finder } from './model/found.ts';
import { failureText } from './model/failure.ts';
import { filesOfList, inputsOf } from './browser/files.ts';
import { importLists } from './state/lists/import.ts';
import { learnSha1s, watchLists } from './state/lists/marks.ts';
import { unpack } from './engine/packed.ts';
import { takeKeys } from './browser/keys.ts';
import { Queue } from './state/queue.ts';
import { watchRequests } from './engine/requests.ts';
import { FIRST_COLUMNS, rowText } from './model/columns.ts';
import { percent, setLanguage, setLocalTime, t, visible } from './text.ts';
import { isSame } from './model/tuples.ts';
import { page } from './views/page.ts';
import { spoken } from './views/results.ts';
import { Table } from './views/table.ts';

const state = {
  samples,
  queue: new Queue(inputChanged),
  shown: undefined,
  dragging: false,
  dialog: undefined,
  toast: '',
  problem: '',
  listProblem: '',
  announced: '',
};

/** What of a view stands in the address, where that says nothing. */
const unaddressed = () => ({
  tab: undefined,
  filter: '',
  sort: { column: 'score', direction: 'desc' },
  threshold: undefined,
  columns: undefined,
});

/** How the link by which the page was opened asks results to be looked at. */
let linked = {};

/** The view in the address, of which only columns and their order are carried from one input to the next. */
const carriedView = () => {
  const { tab, filter, threshold, ...carried } = addressedView();
  return { ...linked, ...carried };
};

/** How an input's result is looked at; kept with the input, so that it is the same when one comes back to it. */
const freshView = () => ({
  ...unaddressed(),
  brush: undefined,
  selected: undefined,
  details: false,
  allContributions: false,
  names: false,
  plots: matchMedia('(min-width: 721px) and (min-height: 640px)').matches,
  table: new Table(refresh),
  finder: new Finder(refresh),
  found: undefined,
  ...carriedView(),
});

const actions = {
  async open(found) {
    state.problem = '';
    try {
      const inputs = await inputsOf(await found);
      if (!inputs.length) return tell(t('start.empty'));
      show(state.queue.add(inputs)[0]);
    } catch (error) {
      // Reading a dropped folder may be refused by the browser.
      tell(t('start.unreadable', { message: error.message }));
    }
  },
  openFiles(list) {
    return actions.open(filesOfList(list));
  },
  openSample(sample) {
    const blob = new File([unpack(sample.packed)], sample.file);
    const files = [{ name: sample.file, blob }];
    show(state.queue.add([{ kind: 'capture', name: sample.file, size: blob.size, files, lab: true }])[0]);
  },
  show,
  start() {
    state.problem = '';
    show(undefined);
  },
  cancel(input) {
    state.queue.cancel(input);
  },
  again(input) {
    state.queue.again(input);
  },
  remove(input) {
    forget(input);
    const { inputs } = state.queue;
    const place = inputs.indexOf(input);
    state.queue.remove(input);
    if (state.shown === input) show(inputs[Math.min(place, inputs.length - 1)]);
    else refresh();
  },
  /** Changes how the shown input is looked at. */
  view(change) {
    Object.assign(state.shown.view, change);
    writeAddress(state.shown.view);
    refresh();
  },
  dialog(name) {
    Object.assign(state, { dialog: name, listProblem: '' });
    refresh();
  },
  /** The reader's answer to what the page around this one asks. */
  async consent(granted, report) {
    actions.dialog(undefined);
    const wanted = answer(granted, report);
    if (!wanted) return;
    const [input] = state.queue.add(await inputsOf([{ file: wanted.file, folder: '' }]));
    follow(wanted.request, input);
    show(input);
  },
  language(language) {
    writeAddress(state.shown?.view ?? addressedView(), { language });
    followAddress();
  },
  localTime(localTime) {
    writeAddress(state.shown.view, { localTime });
    followAddress();
  },
  async copy(text) {
    say(t((await copy(text)) ? 'copy.done' : 'copy.failed'));
  },
  /** The chosen row, for a table of another program. */
  copyRow({ view: { found, selected, columns } }) {
    return actions.copy(rowText(found.result, selected, columns ?? FIRST_COLUMNS, found.threshold));
  },
  async importExpected(files) {
    tellOfLists(await importLists(files, 'expected'));
  },
  async importIndicators(files) {
    tellOfLists(await importLists(files, 'indicators'));
  },
  async pem(input, fingerprint) {
    const text = await pemOf(input.engine, fingerprint);
    actions.view({ pem: { fingerprint, text } });
  },
  async export(input, what, format) {
    try {
      const { name, blob } = await during(t('export.making'), exported(input, what, format));
      download(blob, name);
    } catch (error) {
      say(t('export.failed', { message: visible(failureText(error)) }));
    }
  },
  carve(input) {
    return carve(input, refresh);
  },
};

/** Tells of a problem on the first view, also when a result was shown. */
function tell(problem) {
  state.problem = problem;
  show(undefined);
}

/** What has become of an import: of what could not be read, in the panel until it closes. */
function tellOfLists({ done, problems }) {
  state.listProblem = problems.join(' ');
  if (done) say(done);
  else refresh();
}

/** The lists have changed: what is shown of them follows, and certificates are asked for the hash that a list may name them by. */
function listsChanged() {
  for (const input of state.queue.inputs) if (input.status === 'done') learnSha1s(input);
  refresh();
}

function show(input) {
  if (input) input.view ??= freshView();
  writeAddress(input?.view ?? carriedView());
  state.shown = input;
  refresh();
  // Another view begins at its top, and the keyboard with it.
  requestAnimationFrame(() => {
    scrollTo(0, 0);
    document.getElementById('main').focus({ preventScroll: true });
  });
}

/** Says something for a few seconds. */
function say(text) {
  state.toast = text;
  refresh();
  setTimeout(() => {
    if (state.toast === text) state.toast = '';
    refresh();
  }, 3000);
}

/** Says something until a promise is kept or broken. */
async function during(text, promise) {
  state.toast = text;
  refresh();
  try {
    return await promise;
  } finally {
    if (state.toast === text) state.toast = '';
    refresh();
  }
}

function inputChanged(input) {
  tellHost(input);
  if (input.status === 'done') learnSha1s(input);
  announce(input);
  refresh();
}

/** Tells a screen reader what has become of an input, and each quarter of the way. */
function announce(input) {
  const { status, progress, size, name } = input;
  const quarter = Math.floor((4 * progress.bytes) / size);
  const news = status === 'running' ? quarter : status;
  if (input.announced === news || (status === 'running' && !quarter)) return;
  // Of one that is looked at, what is told is what is shown.
  if (status === 'done' && input === state.shown && input.view.found?.result !== input.result) return;
  input.announced = news;
  const told = { running: () => percent(quarter / 4), done: () => spoken(input) }[status] ?? (() => t(`status.${status}`));
  state.announced = `${visible(name)}: ${told()}`;
}

/** What is found of an input's result takes the place of what was shown, with the tuple that was chosen there. */
function adopt(input) {
  const { result, view } = input;
  const found = result && view.finder.find(result, view);
  if (!found) return;
  if (view.found && found.result !== view.found.result) keepChoice(view, view.found.result.outline.tuples, found.result.outline.tuples);
  // With nothing to list, the reason for that is what matters.
  if (input.status === 'done' && !found.result.length && view.found?.result !== found.result) view.tab = undefined;
  view.found = found;
  announce(input);
}

/** In another result of the same input the chosen tuple has another place. */
function keepChoice(view, before, tuples) {
  if (view.selected === undefined) return;
  const chosen = before[view.selected];
  const place = tuples.findIndex((tuple) => isSame(tuple, chosen));
  Object.assign(view, place < 0 ? { selected: undefined, details: false } : { selected: place });
}

let waiting = false;
/** Draws the page with the next frame. */
function refresh() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    draw();
  });
}

function draw() {
  if (state.shown) adopt(state.shown);
  document.title = state.shown ? `${visible(state.shown.name)} · Hushcap` : t('page.title');
  render(page(state, actions), document.getElementById('page'));
  state.shown?.view.table.drawn();
}

/** The paper takes the rows that are not in view too, and does not wait for a frame. */
function drawForPaper(printed) {
  if (!state.shown?.view) return;
  state.shown.view.table.printed = printed;
  draw();
}

/** Shows that files are held over the window. */
function drag(dragging) {
  if (state.dragging === dragging) return;
  state.dragging = dragging;
  refresh();
}

/** Takes language and view from the address. */
function followAddress() {
  const language = addressedLanguage();
  setLanguage(language ? [language] : navigator.languages);
  setLocalTime(addressedLocalTime());
  if (state.shown) Object.assign(state.shown.view, unaddressed(), addressedView());
  refresh();
}

/** Takes all of it from the address that the reader followed. */
function followLink() {
  linked = addressedView();
  followAddress();
}

/** A result is gone with the page, and takes long to make again; of a page in a frame, the one around it says when it goes. */
function keepsResults(event) {
  const isLost = ({ status }) => ['waiting', 'running', 'done'].includes(status);
  if (!isFramed() && state.queue.inputs.some(isLost)) event.preventDefault();
}

addEventListener('beforeunload', keepsResults);
addEventListener('hashchange', followLink);
watchRequests(refresh);
addEventListener('beforeprint', () => drawForPaper(true));
addEventListener('afterprint', () => drawForPaper(false));
watchLists(listsChanged);
takeDrops({ drag, open: actions.open });
takeLaunches(actions.open);
takeRequests({
  ask(asked) {
    state.asked = asked;
    actions.dialog('consent');
  },
  cancel: actions.cancel,
});
takeKeys(state, actions);
followLink();
