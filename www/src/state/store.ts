// The one owner of what is shown. A change of it is one of the actions; each has the page drawn again.

import packed, { type Sample } from 'hushcap:samples';
import { copy } from '../browser/clipboard.ts';
import { download } from '../browser/download.ts';
import { type FoundFile, filesOfList, inputsOf, sortFiles } from '../browser/files.ts';
import { keep, kept } from '../browser/kept.ts';
import { unpack } from '../engine/packed.ts';
import { FIRST_COLUMNS, rowText } from '../model/columns.ts';
import type { Connections } from '../model/connections.ts';
import { pemOf } from '../model/evidence.ts';
import type { FormatName } from '../model/exchange/formats.ts';
import { LOCAL_SIDS } from '../model/exchange/suricata.ts';
import { failureOf } from '../model/failure.ts';
import type { ExpectedKind } from '../model/marks.ts';
import { isSamePlace } from '../model/place.ts';
import { failureText, type Language, setLanguage, setLocalTime, t, visible } from '../text.ts';
import { addressedView, unknownVersion } from './address.ts';
import { announce } from './announce.ts';
import { Baseline } from './baseline.ts';
import { carve, carveConnections } from './carve.ts';
import { Case } from './case.ts';
import { askRecords } from './connections.ts';
import { answer, follow, forget, isFramed, type Request, tellHost } from './embed.ts';
import { Finder } from './finder.ts';
import { followActions } from './follow.ts';
import { type AddressedView, answererOf, type Input, type Shown, unaddressed, type View } from './input.ts';
import { toFilter } from './keys.ts';
import { exportExpected, toggleExpected, undoExpected } from './lists/expected.ts';
import { type Imported, importLists, type ListKind } from './lists/import.ts';
import { removeList } from './lists/indicators.ts';
import { learnCertificates } from './lists/marks.ts';
import { removePlaces } from './lists/places.ts';
import { type Entry, type Move, Navigation, restore } from './navigation.ts';
import { areUnsaved } from './notes.ts';
import { noPalette, paletteActions } from './palette.ts';
import { Queue } from './queue.ts';
import { settle } from './settle.ts';
import type { ExportFormat, Maker, Panel, State } from './state.ts';
import { togetherActions } from './together.ts';

/** What a link leaves, unless it leads there itself. */
const NOWHERE = { place: undefined, details: false };

/** What a change is to the history: rows are walked through without a trace, and the steps of a slider belong together. */
function moveOf(change: Partial<View>): Move {
  const names = Object.keys(change);
  if (names.every((name) => name === 'selected')) return 'same';
  return names.every((name) => name === 'threshold' || name === 'brush') ? 'stroke' : 'step';
}

/** Milliseconds that something can be taken back for. */
const UNDOABLE = 10_000;

/** Milliseconds that something is said for. */
const SAID = 3000;

export type Actions = ReturnType<typeof createStore>['actions'];

/** `changed` is called after each change; `maker` makes files of what is exported. */
export function createStore(changed: () => void, maker: Maker) {
  const state: State = {
    samples: packed.samples,
    queue: new Queue(inputChanged),
    whole: new Case(),
    baseline: new Baseline(baselineChanged),
    shown: undefined,
    dragging: false,
    dialog: undefined,
    toast: '',
    problem: '',
    listProblem: '',
    notices: [],
    announced: '',
    asked: undefined,
    printed: false,
    menu: undefined,
    palette: noPalette(),
    dense: kept('dense') === true,
    undo: undefined,
  };

  const navigation = new Navigation();

  /** How the link by which the page was opened asks results to be looked at. */
  let linked: Partial<AddressedView> = {};

  /** The view in the address, of which only columns and their order are carried from one input to the next. */
  function carriedView(): Partial<AddressedView> {
    const { tab, filter, threshold, link, ...carried } = addressedView();
    return { ...linked, ...carried };
  }

  const freshView = (): View => ({
    ...unaddressed(),
    place: undefined,
    brush: undefined,
    selected: undefined,
    details: false,
    allContributions: false,
    names: false,
    compared: {},
    comparison: undefined,
    plots: matchMedia('(min-width: 721px) and (min-height: 640px)').matches,
    facets: matchMedia('(min-width: 1400px) and (min-height: 640px)').matches,
    counted: undefined,
    connectionSort: { by: 'start', direction: 'asc' },
    connection: undefined,
    redact: false,
    scope: undefined,
    sids: LOCAL_SIDS,
    log: undefined,
    chain: 0,
    pem: undefined,
    found: undefined,
    ...carriedView(),
  });

  /** Results are judged by the profile that there is now. */
  function baselineChanged(): void {
    judge(state.queue.inputs);
    changed();
  }

  function judge(inputs: readonly Input[]): void {
    const judged = (input: Input) => {
      learnCertificates(input);
      changed();
    };
    void state.baseline.judge(inputs, judged);
  }

  function inputChanged(input: Input): void {
    judge([input]);
    tellHost(input);
    learnCertificates(input);
    announce(state, input);
    changed();
  }

  /** Looks at an input, or at the start. */
  function show(input: Input | undefined): void {
    if (input) input.shown ??= { view: freshView(), finder: new Finder(changed) };
    state.shown = input;
    navigation.write(input, carriedView(), 'step');
    changed();
    toTop();
  }

  /** Another view begins at its top, and the keyboard with it. */
  function toTop(): void {
    requestAnimationFrame(() => {
      scrollTo(0, 0);
      document.getElementById('main')?.focus({ preventScroll: true });
    });
  }

  /** Tells of a problem on the first view, also when a result was shown. */
  function tell(problem: string): void {
    state.problem = problem;
    show(undefined);
  }

  /** Says something for a few seconds. */
  function say(text: string): void {
    Object.assign(state, { toast: text, undo: undefined });
    changed();
    setTimeout(() => {
      if (state.toast === text && !state.undo) state.toast = '';
      changed();
    }, SAID);
  }

  /** Says what was done, and for a while has it `undo`ne on demand; when that has passed, it is `past` recall. */
  function sayUndoable(text: string, undo: () => void, past: () => void = () => {}): void {
    const mine = () => {
      settled = true;
      Object.assign(state, { toast: '', undo: undefined });
      undo();
      changed();
    };
    let settled = false;
    Object.assign(state, { toast: text, undo: mine });
    changed();
    setTimeout(() => {
      if (state.undo === mine) Object.assign(state, { toast: '', undo: undefined });
      if (!settled) past();
      changed();
    }, UNDOABLE);
  }

  /** Says something until a promise is kept or broken. */
  async function during<T>(text: string, promise: Promise<T>): Promise<T> {
    state.toast = text;
    changed();
    try {
      return await promise;
    } finally {
      if (state.toast === text) state.toast = '';
      changed();
    }
  }

  /** Makes something for the reader, or tells why it could not be made. */
  async function making(make: () => Promise<void>): Promise<void> {
    try {
      await make();
    } catch (error) {
      say(t('export.failed', { message: visible(failureText(failureOf(error))) }));
    }
  }

  /** What has become of an import: of what could not be read, in the panel until it closes. */
  function tellOfLists({ done, problems }: Imported): void {
    state.listProblem = problems.join(' ');
    // Where no panel tells of problems, they stand with the rest.
    state.notices = state.dialog ? done : [...state.notices, ...done, ...problems];
    changed();
  }

  /** Changes how the shown input is looked at. */
  function changeView(change: Partial<View>, move: Move = moveOf(change)): void {
    if (!state.shown?.shown) return;
    const { view } = state.shown.shown;
    const before = view.place;
    Object.assign(view, change);
    navigation.write(state.shown, carriedView(), move);
    changed();
    if (view.place && !isSamePlace(view.place, before)) toTop();
  }

  /** Shows what an entry of the browser's history showed. */
  function goTo(entry: Entry): void {
    const { input } = entry;
    const all = [...state.queue.inputs, state.whole.input];
    const there = input && all.includes(input) ? input : undefined;
    state.shown = there;
    if (there?.shown) restore(there.shown.view, entry);
    state.menu = undefined;
    navigation.write(there, carriedView(), 'same');
    changed();
  }

  function openPanel(name: Panel | undefined): void {
    Object.assign(state, { dialog: name, listProblem: '' });
    changed();
  }

  /** Takes language and view from the address. */
  function followAddress(): void {
    if (state.shown?.shown) Object.assign(state.shown.shown.view, NOWHERE, unaddressed(), addressedView());
    navigation.follow(state.shown);
    speak();
  }

  /** Speaks the language, and tells the time, that was chosen. */
  function speak(): void {
    const { language, localTime } = navigation;
    setLanguage(language ? [language] : navigator.languages);
    setLocalTime(localTime);
    changed();
  }

  async function open(found: FoundFile[] | Promise<FoundFile[]>): Promise<void> {
    state.problem = '';
    try {
      const { captures, beside } = await sortFiles(await found);
      for (const [kind, file] of beside) {
        if (kind === 'profile') {
          await together.loadProfile([file]);
          tellOfLists({ done: [t('baseline.loaded', { name: visible(file.name) })], problems: [] });
        } else tellOfLists(await importLists([file], kind));
      }
      const sources = await inputsOf(captures);
      if (!sources.length && beside.length) return;
      if (!sources.length) return tell(t('start.empty'));
      show(state.queue.add(sources)[0]);
    } catch (error) {
      // Reading a dropped folder may be refused by the browser.
      tell(t('start.unreadable', { message: failureOf(error).message }));
    }
  }

  const together = togetherActions({ state, changed, show, changeView, say });
  const actions = {
    open,
    openFiles: (list: Iterable<File>) => open(filesOfList(list)),
    openSample(sample: Sample): void {
      const blob = new File(
        [unpack(packed.packed).subarray(sample.from, sample.from + sample.bytes)],
        sample.file,
      );
      const files = [{ name: sample.file, blob }];
      show(state.queue.add([{ kind: 'capture', name: sample.file, size: blob.size, files, lab: true }])[0]);
    },
    show,
    ...together,
    start(): void {
      state.problem = '';
      show(undefined);
    },
    cancel: (input: Input) => state.queue.cancel(input),
    again: (input: Input) => state.queue.again(input),
    remove(input: Input): void {
      const { inputs } = state.queue;
      const place = inputs.indexOf(input);
      const wasShown = state.shown === input;
      const putBack = () => {
        state.queue.putBack(input, place);
        if (wasShown) show(input);
      };
      state.queue.take(input);
      sayUndoable(t('inputs.removed', { name: visible(input.name) }), putBack, () => {
        forget(input);
        state.queue.release(input);
      });
      // Of one input there is nothing to show together.
      const alone = state.shown === state.whole.input && Case.membersOf(inputs).length < 2;
      if (state.shown === input || alone) show(inputs[Math.min(place, inputs.length - 1)]);
      else changed();
    },
    view: changeView,
    ...followActions(state, changeView, changed),
    palette: paletteActions(state, changed),
    toFilter: () => toFilter(actions),
    dialog: openPanel,
    /** Shows that files are held over the window. */
    drag(dragging: boolean): void {
      if (state.dragging === dragging) return;
      state.dragging = dragging;
      changed();
    },
    /** Asks the reader what the page around this one wants. */
    ask(request: Request): void {
      state.asked = request;
      openPanel('consent');
    },
    /** The reader's answer to it. */
    async consent(granted: boolean, report: boolean): Promise<void> {
      openPanel(undefined);
      const wanted = answer(granted, report);
      if (!wanted) return;
      const [input] = state.queue.add(await inputsOf([{ file: wanted.file, folder: '' }]));
      follow(wanted.request, input);
      show(input);
    },
    language(language: Language): void {
      navigation.language = language;
      navigation.write(state.shown, addressedView(), 'same');
      speak();
    },
    localTime(localTime: boolean): void {
      navigation.localTime = localTime;
      navigation.write(state.shown, addressedView(), 'same');
      speak();
    },
    /** Shows what stands in the address, to which Back, Forward or a link has led. */
    followLink(): void {
      const { entry } = navigation;
      if (entry) {
        goTo(entry);
        return;
      }
      linked = addressedView();
      followAddress();
      const version = unknownVersion();
      if (version !== undefined) say(t('page.other_version', { version: visible(version) }));
    },
    async copy(text: string): Promise<void> {
      say(t((await copy(text)) ? 'copy.done' : 'copy.failed'));
    },
    /** The chosen row, for a table of another program. */
    async copyRow({ view: { selected, columns }, found }: Shown): Promise<void> {
      if (selected !== undefined)
        await actions.copy(
          rowText(found.result, selected, columns ?? FIRST_COLUMNS, found.threshold, found.marks),
        );
    },
    toggleExpected: (kind: ExpectedKind, values: string[]) => toggleExpected(kind, values),
    undoExpected: () => undoExpected(),
    exportExpected: () => download(exportExpected(), 'hushcap-expected.json'),
    removeList(name: string): void {
      const putBack = removeList(name);
      sayUndoable(t('lists.removed', { name: visible(name) }), putBack);
    },
    undo: () => state.undo?.(),
    dense(dense: boolean): void {
      keep('dense', dense);
      state.dense = dense;
      changed();
    },
    removePlaces: (name: string) => removePlaces(name),
    closeNotices(): void {
      state.notices = [];
      changed();
    },
    async importLists(files: File[], kind: ListKind): Promise<void> {
      tellOfLists(await importLists(files, kind));
    },
    /** The lists have changed: what is shown of them follows. */
    listsChanged(): void {
      for (const input of [...state.queue.inputs, state.whole.input]) learnCertificates(input);
      changed();
    },
    /** Shows a certificate as PEM. */
    async pem(input: Input, fingerprint: string): Promise<void> {
      const der = await answererOf(input)
        ?.ask('certificate', [fingerprint])
        .catch(() => undefined);
      changeView({ pem: { fingerprint, text: der && pemOf(der) } });
    },
    export: (input: Input, what: string, format: ExportFormat) =>
      making(async () => {
        const { name, blob } = await during(t('export.making'), maker.exported(input, what, format));
        download(blob, name);
      }),
    /** Saves or copies the chosen destinations for another tool. */
    share: (shown: Shown, format: FormatName, copies = false) =>
      making(async () => {
        const { name, blob, entries, left } = await during(t('export.making'), maker.shared(shown, format));
        const told = t(left ? 'share.done.left' : 'share.done', { count: entries, n: entries, left });
        if (!copies) download(blob, name);
        say(!copies || (await copy(await blob.text())) ? told : t('copy.failed'));
      }),
    /** Copies a destination in one paragraph. */
    ticket: (shown: Shown, index: number) =>
      making(async () => actions.copy(await maker.ticket(shown, index))),
    carve: (input: Input, places?: ArrayLike<number>, name?: string) => carve(input, changed, places, name),
    carveConnections: (input: Input, places: number[]) => carveConnections(input, places, changed),
    /** Has the records of connections at hand. */
    records: (input: Input, connections: Connections, rows: number[]) =>
      void askRecords(input, connections, rows, changed),
    /** Draws for paper, which does not wait for a frame, or for the screen again. */
    print(printed: boolean): void {
      state.printed = printed;
    },
    /** Something that is not part of the state has changed: a count of requests, what fits the window. */
    refresh: changed,
  };

  /** Whether closing the page would lose something: a result is gone with it, and takes long to make again. */
  const keepsResults = () =>
    !isFramed() &&
    (areUnsaved() ||
      state.queue.inputs.some(({ status: { is } }) => is === 'waiting' || is === 'running' || is === 'done'));

  const moved = () => navigation.write(state.shown, carriedView(), 'same');
  return { state, actions, keepsResults, settle: () => settle(state, changed, moved) };
}
