// The page: what is shown (state), what can be done (actions), and the window-wide drop zone.

import { render } from 'lit-html';
import samples from 'hushcap:samples';
import { download } from './download.js';
import { filesOfDrop, filesOfList, inputsOf } from './inputs.js';
import { unpack } from './packed.js';
import { Queue } from './queue.js';
import { setLanguage, t, visible } from './text.js';
import { page } from './views/page.js';
import { Table } from './views/table.js';

const state = {
  samples,
  queue: new Queue(inputChanged),
  shown: undefined,
  dragging: false,
  privacy: false,
  problem: '',
  announced: '',
};

/** How an input's result is looked at; kept with the input, so that it is the same when one comes back to it. */
const freshView = () => ({
  tab: undefined,
  filter: '',
  verdicts: new Set(),
  sort: { column: 'score', direction: 'desc' },
  selected: undefined,
  details: false,
  allContributions: false,
  names: false,
  table: new Table(refresh),
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
  async openSample(sample) {
    const blob = new File([await unpack(sample.packed)], sample.file);
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
    const { inputs } = state.queue;
    const place = inputs.indexOf(input);
    state.queue.remove(input);
    if (state.shown === input) show(inputs[Math.min(place, inputs.length - 1)]);
    else refresh();
  },
  /** Changes how the shown input is looked at. */
  view(change) {
    Object.assign(state.shown.view, change);
    refresh();
  },
  privacy(open) {
    state.privacy = open;
    refresh();
  },
  language(language) {
    const hash = new URLSearchParams(location.hash.slice(1));
    hash.set('lang', language);
    location.hash = hash;
  },
  async export(input, what, format) {
    const { name } = input;
    if (what === 'report') return download(input.result.reportBlob(), `${name}.report.json`);
    const ending = { zeek: 'log', json: 'json', tsv: 'tsv' }[format];
    download(await input.engine.text(what, format), `${name}.${what}.${ending}`);
  },
};

/** Tells of a problem on the first view, also when a result was shown. */
function tell(problem) {
  state.problem = problem;
  show(undefined);
}

function show(input) {
  if (input) input.view ??= freshView();
  state.shown = input;
  refresh();
  // Another view begins at its top, and the keyboard with it.
  requestAnimationFrame(() => {
    scrollTo(0, 0);
    document.getElementById('main').focus({ preventScroll: true });
  });
}

function inputChanged(input) {
  if (input.status === 'done' || input.status === 'failed' || input.status === 'crashed') {
    state.announced = `${visible(input.name)}: ${t(`status.${input.status}`)}`;
  }
  refresh();
}

let waiting = false;
/** Draws the page with the next frame. */
function refresh() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    document.title = state.shown ? `${visible(state.shown.name)} · Hushcap` : t('page.title');
    render(page(state, actions), document.getElementById('page'));
    state.shown?.view.table.drawn();
  });
}

function languageFromAddress() {
  const chosen = new URLSearchParams(location.hash.slice(1)).get('lang');
  setLanguage(chosen ? [chosen] : navigator.languages);
  refresh();
}

/** The whole window takes drops; only files count, not text dragged within the page. */
function takeDrops() {
  const holdsFiles = (event) => event.dataTransfer?.types.includes('Files');
  let depth = 0;
  const drag = (dragging) => {
    if (state.dragging === dragging) return;
    state.dragging = dragging;
    refresh();
  };
  addEventListener('dragenter', (event) => {
    if (!holdsFiles(event)) return;
    depth += 1;
    drag(true);
  });
  addEventListener('dragleave', (event) => {
    if (!holdsFiles(event)) return;
    depth = Math.max(0, depth - 1);
    if (!depth) drag(false);
  });
  addEventListener('dragover', (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
  });
  addEventListener('drop', (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    depth = 0;
    drag(false);
    actions.open(filesOfDrop(event.dataTransfer));
  });
}

addEventListener('hashchange', languageFromAddress);
takeDrops();
languageFromAddress();
