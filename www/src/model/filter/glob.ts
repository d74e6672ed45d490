// Whether a text holds a pattern, in time that grows with the length of the text alone: texts come from a capture, patterns out of links.
//
// A pattern is the parts between its stars. The first must begin the text and the last must end it; each other one is looked for behind the
// one before it, by the method of Knuth, Morris and Pratt, which never reads a character of the text again.

/** What is read of a text. */
export interface Text {
  readonly length: number;
  charCodeAt(place: number): number;
}

export type TextTest = (text: Text) => boolean;

/** Tests whether a text fits the parts from end to end; anything may stand between two of them. */
export function globTest(parts: readonly string[]): TextTest {
  const first = parts[0];
  if (parts.length === 1) return (text) => text.length === first.length && standsAt(first, text, 0);
  const last = parts[parts.length - 1];
  const inner = parts.slice(1, -1).filter(Boolean).map(finder);
  return (text) => {
    const end = text.length - last.length;
    if (end < first.length || !standsAt(first, text, 0) || !standsAt(last, text, end)) return false;
    let at = first.length;
    for (const find of inner) {
      at = find(text, at, end);
      if (at < 0) return false;
    }
    return true;
  };
}

/** Tests whether a text holds another. */
export const partTest = (part: string): TextTest => globTest(['', part, '']);

function standsAt(part: string, text: Text, place: number): boolean {
  for (let i = 0; i < part.length; i++) if (text.charCodeAt(place + i) !== part.charCodeAt(i)) return false;
  return true;
}

/** Gives where the first `part` between two places of a text ends; -1 where there is none. */
function finder(part: string): (text: Text, from: number, to: number) => number {
  // Of each beginning of the part, how long the longest beginning of it is that also ends it.
  const borders = new Uint32Array(part.length);
  for (let i = 1, length = 0; i < part.length; i++) {
    while (length && part.charCodeAt(i) !== part.charCodeAt(length)) length = borders[length - 1];
    if (part.charCodeAt(i) === part.charCodeAt(length)) length += 1;
    borders[i] = length;
  }
  return (text, from, to) => {
    let length = 0;
    for (let i = from; i < to; i++) {
      const code = text.charCodeAt(i);
      while (length && code !== part.charCodeAt(length)) length = borders[length - 1];
      if (code === part.charCodeAt(length)) length += 1;
      if (length === part.length) return i + 1;
    }
    return -1;
  };
}
