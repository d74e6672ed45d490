/** An event of an element that handles it itself. */
export type On<T extends Element, E extends Event = Event> = E & { target: T; currentTarget: T };
