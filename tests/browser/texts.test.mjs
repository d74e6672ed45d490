// The texts: both languages have the same ones, with the same places for values, and the page asks for each; Chinese has its marks,
// its spaces and one term for each concept; the Chinese README says what the English one says.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import ts from '../../www/node_modules/typescript/lib/typescript.js';
import { command, fixture, pageModule, root } from './support.mjs';

const read = (path) => readFileSync(join(root, path), 'utf8');
const json = (path) => JSON.parse(read(path));
const folder = (path, ...endings) =>
  readdirSync(join(root, path), { recursive: true })
    .filter((name) => endings.some((ending) => name.endsWith(ending)))
    .map((name) => `${path}/${name}`)
    .sort();

const HAN = '[\\u3400-\\u9fff]';
const isChinese = (text) => new RegExp(HAN).test(text);

/** Texts of parts of the page, both languages in a file. */
const parts = folder('www/src/texts', '.json').map(json).filter(({ en, zh }) => typeof en === 'object' && typeof zh === 'object');
assert.ok(parts.length > 0);
const whole = (language) => Object.assign(json(`www/src/texts/${language}.json`), ...parts.map((part) => part[language]));

/** Catalogues of both languages: the page's own, and those that are generated with the key of a language at the top. */
const catalogues = new Map([
  ['www/src/texts', { en: whole('en'), zh: whole('zh') }],
  ...folder('www/src/generated', '.json').map((path) => [path, json(path)]).filter(([, { en, zh }]) => en && zh),
]);

/** Code of the program without its tests and comments. */
const rust = [...folder('crate/src', '.rs'), ...folder('models/src', '.rs')].map((path) => read(path).split(/#\[cfg\(test\)\]\s+(?:#.*\s+)*mod /)[0].replace(/^\s*\/\/.*$/gm, ''));
const rustLiterals = (code) => [...code.matchAll(/"((?:[^"\\\n]|\\.)*)"/g)].map(([, text]) => text);

/** Every Chinese text of the program with where it is: of catalogues, tables, literals in Rust, and the page before its script. */
function* chinese() {
  for (const path of [...folder('www/src/texts', '.json'), ...folder('www/src/generated', '.json')]) yield* within(path, json(path));
  for (const path of [...folder('crate/src', '.tsv'), 'tests/fixtures/MANIFEST.tsv'])
    for (const line of read(path).split('\n')) yield* within(`${path}: ${line.split('\t')[0]}`, line.split('\t'));
  yield* within('crate/src', rust.flatMap(rustLiterals));
  yield* within('www/index.html', read('www/index.html').split(/[<>/]/));
}

function* within(place, value) {
  if (typeof value === 'string') {
    if (isChinese(value)) yield { place, text: value };
  } else if (value && typeof value === 'object') {
    for (const [key, part] of Object.entries(value)) yield* within(Array.isArray(value) ? place : `${place}: ${key}`, part);
  }
}

/** Prose of the Chinese README: its blocks and cells, the comments of its commands, and links and code without what is not read. */
function* chineseReadme() {
  for (const line of read('README.zh-CN.md').split('\n')) {
    const prose = line
      .replace(/^ {4}[^#]*#/, '')
      .replace(/<img[^>]* alt="([^"]*)">/, '$1')
      .replace(/`[^`]*`/g, 'code')
      .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/^(#+|-) /, '');
    for (const text of prose.split('|')) if (isChinese(text)) yield { place: 'README.zh-CN.md', text: text.trim() };
  }
}

const TEXTS = [...chinese(), ...chineseReadme()];

/** Fails with the place of each text in which `pattern` occurs. */
function none(pattern, texts = TEXTS) {
  const found = texts.filter(({ text }) => pattern.test(text)).map(({ place, text }) => `${place}: ${text}`);
  assert.deepEqual(found, [], String(pattern));
}

test('both languages have the same keys in the same order, and the same places for values', () => {
  assert.ok(catalogues.size > 1);
  const places = (text) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
  for (const [path, { en, zh }] of catalogues) {
    assert.ok(Object.keys(en).length > 40, path);
    assert.deepEqual(Object.keys(zh), Object.keys(en), path);
    for (const key of Object.keys(en)) assert.deepEqual(places(zh[key]), places(en[key]), key);
    // Those that join others may be empty or alike; a sentence is not left in English.
    for (const [key, text] of Object.entries(zh)) if (/[a-z]{3} [a-z]{3}/.test(en[key])) assert.ok(isChinese(text), `${key}: ${text}`);
  }
});

/** What is asked of the catalogue: keys, and patterns of keys, each with the words that may fill what it leaves open. */
function asked() {
  const [literals, words, patterns] = [new Set(), new Set(rust.flatMap(rustLiterals)), []];
  const open = (parts, words) => {
    const pattern = parts.map((part) => part.replaceAll('.', '\\.')).join('([^.]+)');
    if (/^[a-z]+\.([\w.]+\.)?$/.test(parts[0])) patterns.push({ group: parts[0].split('.')[0], pattern: new RegExp(`^${pattern}(?:\\.(?:one|other))?$`), words });
  };
  const visit = (node) => {
    if (ts.isStringLiteralLike(node)) literals.add(node.text);
    if (ts.isStringLiteralLike(node) || ts.isIdentifier(node)) words.add(node.text);
    if (ts.isTemplateExpression(node)) open([node.head, ...node.templateSpans.map(({ literal }) => literal)].map(({ text }) => text), words);
    ts.forEachChild(node, visit);
  };
  for (const path of folder('www/src', '.ts')) visit(ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest));
  const names = new Set(rust.flatMap((code) => code.match(/[a-z]\w+/g) ?? []));
  for (const text of rust.flatMap(rustLiterals)) if (/^[a-z]+\.\{\w*\}$/.test(text)) open(text.split(/\{\w*\}/), names);
  return { literals, patterns };
}

test('the page asks for every text that it has, and has every text that it asks for', () => {
  const { en } = catalogues.get('www/src/texts');
  const { literals, patterns } = asked();
  const isAsked = (key) =>
    literals.has(key) ||
    literals.has(key.replace(/\.(one|other)$/, '')) ||
    patterns.some(({ pattern, words }) => pattern.exec(key)?.slice(1).every((part) => words.has(part)));
  assert.deepEqual(Object.keys(en).filter((key) => !isAsked(key)), [], 'texts that nobody asks for');
  const all = new Set([...catalogues.values()].flatMap(({ en }) => Object.keys(en)));
  const groups = new Set(Object.keys(en).map((key) => key.split('.')[0]));
  const keys = [...literals].filter((text) => /^[a-z]+\.[a-z_]+(\.[\w-]+)*$/.test(text) && groups.has(text.split('.')[0]) && !/\.(csv|html|json|log|txt)$/.test(text));
  assert.ok(keys.length > 200, `${keys.length}`);
  assert.deepEqual(keys.filter((key) => !all.has(key) && !all.has(`${key}.other`)), [], 'texts that are missing');
  const unmet = patterns.filter(({ group, pattern }) => groups.has(group) && ![...all].some((key) => pattern.test(key)));
  assert.deepEqual(unmet.map(({ pattern }) => String(pattern)), [], 'patterns without a text');
});

test('each value of a type that the page tells has its text', () => {
  const [{ en }, types] = [catalogues.get('www/src/texts'), read('www/src/generated/report.ts')];
  for (const [prefix, type] of Object.entries({ group: 'Group', purpose: 'Purpose', space: 'OutputSpace', verdict: 'Verdict' })) {
    const [, union] = new RegExp(`export type ${type} = (.*);`).exec(types);
    const keys = [...union.matchAll(/"([^"]+)"/g)].map(([, value]) => `${prefix}.${value}`);
    assert.ok(keys.length > 1, type);
    assert.deepEqual(keys.filter((key) => !(key in en)), [], type);
  }
});

test('every rule for a purpose has a Chinese sentence', () => {
  const texts = json('www/src/texts/rules.zh.json');
  const rows = read('crate/src/verdict/purpose/rules.tsv').trim().split('\n').slice(1);
  assert.deepEqual(Object.keys(texts), rows.map((row) => row.split('\t')[0]));
});

test('every feature has its texts in both languages', () => {
  const texts = json('www/src/texts/features.json');
  const columns = command(fixture(''), 'features', '--table', 'extended', 'visit.pcap').split('\n')[0].split('\t').slice(5);
  assert.deepEqual(Object.keys(texts), columns);
  for (const [name, { label, high, low }] of Object.entries(texts)) {
    assert.ok(label.zh, name);
    for (const { en, zh } of [high, low]) assert.ok(/.{10}\.$/.test(en) && /^[^,:\t]+。$/.test(zh), name);
    assert.notDeepEqual(high, low, name);
  }
});

test('a Chinese value has no space beside Chinese, and others have one', async () => {
  globalThis.document = { documentElement: {} };
  const { duration, listed, percent, setLanguage, t } = await pageModule('text.ts');
  const told = {
    en: ['Median interval between starts 6 s; the middle half 500 ms to 7 s.', '92\u00a0%', 'a, b and 2 more'],
    zh: ['相邻连接开始时间的间隔：中位数 6 秒，居中的一半在 500 毫秒至 7 s 之间。', '92%', 'a、b，另有 2 个'],
  };
  for (const [language, [one, share, list]] of Object.entries(told)) {
    setLanguage([language]);
    const interval = { middle: duration(6), lower: duration(0.5), upper: '7 s' };
    assert.deepEqual([t('activity.interval', interval), percent(0.92), listed(['a', 'b', 'c', 'd'], 2)], [one, share, list]);
  }
  assert.equal(t('end.failed', { name: '报告' }), '无法读取报告');
  assert.equal(t('end.failed', { name: 'a.pcap' }), '无法读取 a.pcap');
  assert.equal(t('lowering.one', { feature: '特征', value: '是', usual: '否' }), '特征：是 → 否');
  assert.equal(t('reasons.links', { list: ['Ethernet', 'Raw'] }).includes('Ethernet、Raw'), true);
});

test('Chinese has full-width marks', () => {
  assert.ok(TEXTS.length > 800, `${TEXTS.length}`);
  // The filter's help is opened by the key ?.
  const texts = TEXTS.filter(({ place }) => !place.endsWith('filter.mistake.unknown'));
  none(new RegExp(`${HAN} ?[,;?!()]|[,;?!()] ?${HAN}|${HAN}:|:${HAN}|${HAN}\\.(?!\\w)|${HAN}["']|["']${HAN}`), texts);
});

test('Chinese has one space beside Latin letters and digits, and none beside full-width marks, before % or within itself', () => {
  // What fills this place is Chinese.
  const filled = TEXTS.map(({ place, text }) => ({ place, text: text.replace(/\{what\}/g, '文').replace(/\{\w+\}/g, 'x') }));
  none(new RegExp(`${HAN}[A-Za-z0-9]|[A-Za-z0-9%]${HAN}`), filled);
  none(new RegExp(`[，。：；（）？！、“”] | [，。：；（）？！、“”]|${HAN} ${HAN}| {2}`), filled);
  none(/[\dx] %/, filled);
});

test('Chinese has one term for each concept, and claims no more than a resemblance', () => {
  /** What is not said, and what is said instead. */
  const terms = {
    目标地址: '目的地址',
    目标端口: '目的端口',
    '目的地(?!址)': '目标',
    '得分|打分|计分|(?<!部)分数': '评分',
    样本: '示例',
    '服务器名(?!称)|主机名称': '服务器名称',
    '(?<!威胁)指标': '威胁指标 or IOC',
    '(标记为|视为)预期(?!内)|预期(条目|内容)': '预期内',
    截短: '截断',
    告警: '警报',
    '公共机构|公共权威|公共授权': '公共 CA',
    密钥共享: '密钥份额',
    '非常用|不常见的端口': '非标准端口',
    '模型的?基线': '基准值',
    捕获: '抓包 or 抓取',
    工作线程: 'Worker',
    '问候|(?<!Client|Server)Hello(?! 消息)': 'ClientHello',
    '节奏|(?<!没)有规律': '周期性',
    白名单: '预期内',
    '已感染|已被感染(?!；)|确认|干净': 'only a resemblance is told',
    '像程序|如同': '符合程序行为 or 与浏览器一致',
    '你': '您',
  };
  const found = Object.entries(terms).flatMap(([term, better]) =>
    TEXTS.filter(({ text }) => new RegExp(term).test(text)).map(({ place, text }) => `${place}: ${text} (${better})`),
  );
  assert.deepEqual(found, []);
});

test('labels and chips have at most six characters', () => {
  const { zh } = catalogues.get('www/src/texts');
  const labels = Object.entries(zh).filter(([key]) => /^(chip|verdict|tab|group|marks\.kind|note\.status)\.|^marks\.(expected|indicator)$/.test(key));
  assert.ok(labels.length > 25, `${labels.length}`);
  const length = (text) => [...text.replace(/[A-Za-z0-9]+/g, 'x').replaceAll(' ', '')].length;
  assert.deepEqual(labels.filter(([, text]) => length(text) > 6), []);
});

test('counters are noun phrases, and advice is a sentence', () => {
  const counters = Object.entries(json('www/src/generated/counters.json').zh);
  assert.ok(counters.length > 80, `${counters.length}`);
  for (const [key, text] of counters) assert.equal(text.endsWith('。'), key.endsWith('.advice'), `${key}: ${text}`);
});

test('the Chinese README has the headings, commands, links, pictures and code of the English one', () => {
  const parts = {
    headings: /^#+(?= )/gm,
    items: /^- /gm,
    paragraphs: /\n\n/g,
    commands: /^ {4}[^#\n]*/gm,
    links: /(?<=\]\()[^)]+/g,
    pictures: /(?<=src=")[^"]+/g,
    code: /`[^`]+`/g,
  };
  const of = (path, pattern) => (read(path).match(pattern) ?? []).map((text) => text.trim().replace('-zh', '').replace(/^README(\.zh-CN)?\.md$/, 'README of the other language'));
  for (const [name, pattern] of Object.entries(parts)) {
    const [english, translated] = ['README.md', 'README.zh-CN.md'].map((path) => of(path, pattern));
    assert.ok(english.length > 0, name);
    // Within a paragraph a language has its own order.
    if (name === 'code') assert.deepEqual(translated.sort(), english.sort());
    else assert.deepEqual(translated, english, name);
  }
});
