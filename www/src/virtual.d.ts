// Modules that the build makes (build.mjs, package.mjs), and what TypeScript does not know of browsers.

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
    /** Where it begins in what is packed. */
    from: number;
  }
  /** The samples, and all of them as one: LZMA, then base64. */
  const packed: { samples: Sample[]; packed: string };
  export default packed;
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

/** The analysis module's JavaScript, of which wasm.rs is the source. */
declare module 'hushcap-wasm' {
  type Answer = 'stop' | 'show' | undefined;

  export function initSync(options: { module: WebAssembly.Module }): { memory: WebAssembly.Memory };
  export function schema(): import('./model/report.ts').Schema;
  export function analyze_capture(
    name: string,
    blob: Blob,
    model: string | undefined,
    progress: (bytes: number, packets: number, connections: number, tls: number) => Answer,
    partial: (outcome: Outcome) => void,
  ): Promise<Outcome>;
  export function analyze_logs(
    name: string,
    files: { name: string; blob: Blob }[],
    model: string | undefined,
    progress: (bytes: number, packets: number, connections: number, tls: number) => Answer,
  ): Promise<Outcome>;
  export function extract_capture(
    extractor: Extractor,
    blob: Blob,
    progress: (bytes: number, packets: number, kept: number) => void,
    part: (bytes: Uint8Array<ArrayBuffer>) => void,
  ): Promise<void>;

  export interface Extractor {
    extension(): string;
  }

  export class Calibration {
    constructor(model?: string, salt?: Uint8Array);
    learn(outcome: Outcome): void;
    profile(share: number): string;
  }

  export interface Outcome {
    free(): void;
    judge_by(profile: string): void;
    outline(): import('./model/report.ts').Outline;
    scores(): Float64Array<ArrayBuffer>;
    features(): Float64Array<ArrayBuffer>;
    contributions(first: number, count: number): Float64Array<ArrayBuffer>;
    protocols(): import('./model/report.ts').Protocols;
    starts(): [Float64Array<ArrayBuffer>, Uint32Array<ArrayBuffer>];
    evidence(index: number): import('./model/evidence.ts').RawEvidence | null;
    certificate_seen(id: string): import('./model/report.ts').CertificateSeen;
    asked(host: string): import('./model/report.ts').Asked | null;
    connections(
      host: string | undefined,
      tuple: number | undefined,
    ): [number, Uint32Array<ArrayBuffer>, Float64Array<ArrayBuffer>, string[], string[]];
    connection_rows(places: Uint32Array): string;
    connection_extractor(places: Uint32Array): Extractor;
    certificate(fingerprint: string): Uint8Array<ArrayBuffer> | undefined;
    sha1s(): [string, string][];
    log(log: string, format: string): BlobPart[];
    features_tsv(): BlobPart[];
    extractor(indexes: Uint32Array): Extractor;
  }
}

declare var trustedTypes:
  | {
      createPolicy(
        name: string,
        rules: { createScriptURL(url: string): string },
      ): { createScriptURL(url: string): unknown };
    }
  | undefined;
declare var scheduler: { postTask(task: () => void): void } | undefined;
declare var launchQueue:
  | { setConsumer(consumer: (launch: { files?: FileSystemFileHandle[] }) => void): void }
  | undefined;

interface DataTransferItem {
  getAsFileSystemHandle?(): Promise<FileSystemFileHandle | FileSystemDirectoryHandle>;
}
