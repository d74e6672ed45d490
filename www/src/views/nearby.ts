// Which rows of a long table are in view: all have the same height, and only those near the view are drawn.

/** Rows drawn beyond the view at either end. */
const BEYOND = 8;

export class Rows {
  #element: HTMLElement | undefined;
  #changed: () => void;
  #observer = new ResizeObserver(() => this.#look());
  #count = 0;
  #height = 1;
  /** Height of what stays in view above the rows. */
  #head: number;
  #scrolled = 0;
  #range: [first: number, end: number] = [0, 0];

  /** `changed` is called when other rows have come into view. */
  constructor(head: number, changed: () => void) {
    this.#head = head;
    this.#changed = changed;
  }

  /** How many rows there are, and how high each is. */
  set(count: number, height: number): void {
    if (height !== this.#height && this.#element) this.#scrolled = (this.#scrolled / this.#height) * height;
    [this.#count, this.#height] = [count, height];
    this.#range = this.#near();
  }

  /** Takes the element that scrolls, or gives it up; where it was scrolled to is kept. */
  mount(element: HTMLElement | undefined): void {
    this.#element?.removeEventListener('scroll', this.#look);
    this.#observer.disconnect();
    this.#element = element;
    if (!element) return;
    element.addEventListener('scroll', this.#look, { passive: true });
    this.#observer.observe(element);
  }

  /** To be called once the rows are drawn, as it cannot be scrolled to rows that have no room yet. */
  drawn(): void {
    const element = this.#element;
    if (element && element.scrollTop !== this.#scrolled) element.scrollTop = this.#scrolled;
    this.#look();
  }

  get total(): number {
    return this.#count * this.#height;
  }

  /** The rows to draw, and where each begins. */
  items(): { index: number; start: number }[] {
    const [first, end] = this.#range;
    return Array.from({ length: end - first }, (_, i) => ({
      index: first + i,
      start: (first + i) * this.#height,
    }));
  }

  /** Scrolls as little as brings a row into view. */
  show(row: number): void {
    if (!this.#element || row < 0) return;
    const room = this.#element.clientHeight - this.#head;
    const start = row * this.#height;
    const least = start + this.#height - room;
    this.#scrolled = Math.max(0, Math.min(Math.max(this.#element.scrollTop, least), start));
    this.#element.scrollTop = this.#scrolled;
  }

  #look = (): void => {
    if (!this.#element) return;
    this.#scrolled = this.#element.scrollTop;
    const [first, end] = this.#near();
    if (first === this.#range[0] && end === this.#range[1]) return;
    this.#range = [first, end];
    this.#changed();
  };

  #near(): [number, number] {
    const room = this.#element?.clientHeight ?? 0;
    const end = Math.min(this.#count, Math.ceil((this.#scrolled + room) / this.#height) + BEYOND);
    const first = Math.min(
      Math.max(0, Math.floor(this.#scrolled / this.#height) - BEYOND),
      Math.max(0, end - 1),
    );
    return [first, Math.max(first, end)];
  }
}
