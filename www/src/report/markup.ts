// HTML as text: everything that is put into a template is escaped, but for other templates.

class Markup {
  constructor(text) {
    this.text = text;
  }

  toString() {
    return this.text;
  }
}

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escape = (text) => String(text).replace(/[&<>"']/g, (character) => ENTITIES[character]);

/** A template literal as markup. Values are texts, other markup, or lists of them; nothing stands for `undefined` and `false`. */
export function markup(parts, ...values) {
  return new Markup(parts.reduce((text, part, i) => text + written(values[i - 1]) + part));
}

function written(value) {
  if (value === undefined || value === false) return '';
  if (Array.isArray(value)) return value.map(written).join('');
  return value instanceof Markup ? value.text : escape(value);
}

/** A text that is markup already. */
export const trusted = (text) => new Markup(text);
