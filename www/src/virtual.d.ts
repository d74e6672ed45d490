// Modules that the build makes (build.mjs, package.mjs).

declare module 'hushcap:worker' {
  /** The worker's script. */
  const text: string;
  export default text;
}

declare module 'hushcap:wasm' {
  /** The analysis module: LZMA, then base64. */
  const packed: string;
  export default packed;
}

declare module 'hushcap:samples' {
  export interface Sample {
    file: string;
    bytes: number;
    title: { en: string; zh: string };
    /** LZMA, then base64. */
    packed: string;
  }
  const samples: Sample[];
  export default samples;
}

declare module 'hushcap:report-style' {
  /** The stylesheet of the HTML report, and the policy source that allows it. */
  const sheet: { text: string; source: string };
  export default sheet;
}

declare module 'hushcap:card' {
  /** What the model card counted: at which threshold, and the share of benign destinations by ascending score. */
  const card: { threshold: number; shares: [number, number][] } | null;
  export default card;
}

declare module 'hushcap:build' {
  const build: { version: string; hash: string };
  export default build;
}

declare module 'lzma-decoder' {
  export class Decoder {
    decompress(input: unknown, output: unknown): void;
  }
}

declare module 'lzma-buffers' {
  export class InputBuffer {
    constructor(bytes: Uint8Array);
  }
  export class OutputBuffer {
    constructor(size: number);
    toArray(): Uint8Array<ArrayBuffer>;
  }
}
