// What is analysed as one: a capture, or Zeek logs that belong together.

export interface NamedBlob {
  name: string;
  blob: Blob;
}

export interface Source {
  /** A case is all others together. */
  kind: 'capture' | 'logs' | 'case';
  name: string;
  /** Bytes of all files. */
  size: number;
  files: NamedBlob[];
  /** The project's own traffic. */
  lab?: boolean;
}

/** How far an analysis is. */
export interface Progress {
  bytes: number;
  packets: number;
  connections: number;
  tls: number;
}
