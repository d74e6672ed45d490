// HTML as text: everything that is put into a template is escaped, but for other templates.

export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

const ENTITIES = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

const escaped = (text: string | number) =>
  String(text).replace(/[&<>"']/g, (character) => ENTITIES.get(character) ?? '');

/** What can be put into a template. */
export type Content = string | number | false | undefined | Markup | Content[];

/** A template literal as markup. Values are texts, other markup, or lists of them; nothing stands for `undefined` and `false`. */
export function markup(parts: TemplateStringsArray, ...values: Content[]): Markup {
  return new Markup(parts.reduce((text, part, i) => text + written(values[i - 1]) + part));
}

function written(value: Content): string {
  if (value === undefined || value === false) return '';
  if (Array.isArray(value)) return value.map(written).join('');
  return value instanceof Markup ? value.text : escaped(value);
}

/** A text that is markup already. */
export const trusted = (text: string) => new Markup(text);
