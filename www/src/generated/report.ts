// Generated from the crate's declarations by `cargo xtask gen`; not to be edited.

/** The input as it was read. */
export type Capture = {
  /** Last path component. */
  name: string,
  /** `pcap`, `pcapng`, `zeek-tsv` or `zeek-json`; `+gzip` follows where it was compressed. */
  format: string,
  /** Size as read, compressed where it was. */
  bytes: number,
  /** Packets; `null` for logs. */
  packets: number | null,
  /** Earliest time, epoch seconds; `null` without one. */
  first_ts: number | null,
  /** Latest time, epoch seconds; `null` without one. */
  last_ts: number | null,
  /** LINKTYPE numbers. */
  link_types: Array<number>,
};

/** What one feature adds to the score. */
export type Contribution = {
  /** Name of the feature. */
  feature: string,
  /** Its value; missing is `null`. */
  value: number | null,
  /** Its additive share in the model's output space. */
  contribution: number,
};

/** One feature; serialized, it is what the page knows about it. */
export type Feature = {
  /** Name, stable. */
  name: string,
  /** What it reads. */
  group: Group,
  /** Unit of its value. */
  unit: Unit,
  /** What it means, in a sentence. */
  doc: string,
  /** Least and greatest value; infinite where there is no bound. */
  range: [number, number],
  /** When it is missing; `None` where it never is. */
  missing: string | null,
};

/** Fingerprints of one 4-tuple, each once, in order of first use. */
export type Fingerprints = {
  /** JA3, of clients. */
  ja3: Array<string>,
  /** JA3S, of servers. */
  ja3s: Array<string>,
  /** JA4, of clients. */
  ja4: Array<string>,
  /** SHA-256 of the servers' own certificates. */
  certificate: Array<string>,
};

/** What a feature reads. */
export type Group = "connection" | "ssl" | "certificate" | "hello" | "name" | "beacon" | "evidence" | "dns";

/** Coverage and damage, in counts. */
export type Health = {
  /** Connections of any kind. */
  connections: number,
  /** Connections with an ssl record. */
  tls_connections: number,
  /** TLS connections whose first server certificate is known. */
  tls_with_certificate: number,
  /** Packets that a snaplen cut. */
  truncated_packets: number,
  /** Packets whose checksum is wrong, usually because the capturing host left it to its network card. */
  bad_checksums: number,
  /** Connections with bytes that were never captured. */
  gaps: number,
  /** Oddities by kind. */
  weird: { [key in string]: number },
  /** Bounds that cut the analysis short, by kind. */
  limits_hit: { [key in string]: number },
};

/** A name by which an address had been looked up. */
export type LookedUpName = {
  /** The name that was asked for. */
  name: string,
  /** Seconds from the answer to the next connection. */
  age: number,
};

/** How the address of one 4-tuple had been looked up. */
export type LookupReport = {
  /** Whether it had been. */
  state: LookupState,
  /** By which names; the most recent first, up to 16. */
  names: Array<LookedUpName>,
};

/** Whether an address had been looked up before a host connected to it. */
export type LookupState = "looked-up" | "never" | "unknown";

/** The model in a few words. */
export type ModelCard = {
  /** Name that `--model` takes. */
  name: string,
  /** Kind of model. */
  kind: string,
  /** SHA-256 of the training table. */
  trained: string,
  /** Score from which a tuple is flagged. */
  threshold: number,
  /** Number of columns of the model's table. */
  features: number,
  /** The space in which contributions add up. */
  output_space: OutputSpace,
  /** The middle 90 % of the values of natural benign tuples in training, by feature; `null` where there are none. */
  usual: { [key in string]: [number, number] | null },
};

/** A Report without the numbers of its tuples. */
export type Outline = {
  /** Logs that can be written. */
  logs: Array<string>,
  /** One entry per 4-tuple, in the Report's order. */
  tuples: Array<TupleOutline>,
  /** Version of this layout: 1. */
  schema: number,
  /** The input itself. */
  capture: Capture,
  /** How well it could be read, and how much of it could be judged. */
  health: Health,
  /** The model that scored it. */
  model: ModelCard,
};

/** The space in which contributions add up to `raw`. */
export type OutputSpace = "probability" | "log-odds";

/** Transport protocol as Zeek's `proto` names it. */
export type Proto = "tcp" | "udp" | "icmp" | "unknown_transport";

/** Connections by protocol: what an input without TLS holds instead. */
export type Protocols = {
  /** By transport protocol. */
  proto: { [key in string]: number },
  /** By application protocol, as far as one was recognised by content. */
  service: { [key in string]: number },
};

/** The article's ways in which malware uses TLS. */
export type Purpose = "c2-direct" | "connectivity-check" | "host-program" | "trusted-site-relay" | "worm-propagation" | "other";

/** Why a tuple is given its purpose. */
export type PurposeEvidence = {
  /** Name of the rule, by which its explanation is translated. */
  rule: string,
  /** What it matched: a server name, a port, a certificate's subject, a number of servers. */
  matched: string,
  /** What the rule says, in an English sentence. */
  explanation: string,
};

/** Texts behind one 4-tuple. */
export type RecordTexts = {
  /** Score with every value that raises it as usual; `null` where no value does. */
  together: number | null,
  /** Records of its first connections, JSON lines. */
  conn: string,
  /** Their handshakes, JSON lines. */
  ssl: string,
  /** Certificates of the handshakes' server chains, JSON lines. */
  x509: string,
};

/** Result of one input. */
export type Report = {
  /** One entry per 4-tuple, by score descending, then by key as text. */
  tuples: Array<TupleReport>,
  /** Version of this layout: 1. */
  schema: number,
  /** The input itself. */
  capture: Capture,
  /** How well it could be read, and how much of it could be judged. */
  health: Health,
  /** The model that scored it. */
  model: ModelCard,
};

/** What the program declares, for the page's labels and sentences. */
export type Schema = {
  /** The features that travel as rows, in the order of a row's values. */
  features: Array<Feature>,
  /** What high and low values of each say. */
  sentences: Array<Sentences>,
  /** LINKTYPEs that are read: their numbers and names. */
  link_types: Array<[number, string]>,
};

/** Sentences for one feature's values. */
export type Sentences = {
  /** Name of the feature. */
  name: string,
  /** What a high value says. */
  high: Wording,
  /** What a low value says. */
  low: Wording,
};

/** A connection 4-tuple without its numbers. */
export type TupleOutline = {
  /** Originator's address. */
  orig_h: string,
  /** Responder's address. */
  resp_h: string,
  /** Responder's port. */
  resp_p: number,
  /** Transport protocol. */
  proto: Proto,
  /** What is said of it. */
  verdict: Verdict,
  /** Features in which it is outside what the model's training saw. */
  outside: Array<string>,
  /** Connections, with TLS or without. */
  connections: number,
  /** Server names of its ClientHellos, distinct, in order of first use. */
  server_names: Array<string>,
  /** Fingerprints of its hellos and of its servers' certificates. */
  fingerprints: Fingerprints,
  /** By which names its address had been looked up. */
  dns: LookupReport,
  /** What a flagged tuple may be for; `null` for others, and where no rule fits. */
  purpose: Purpose | null,
  /** The rule behind the purpose, and what it matched. */
  purpose_evidence: PurposeEvidence | null,
};

/** A connection 4-tuple, its score and why. */
export type TupleReport = {
  /** In [0, 1]; higher is more like malware. */
  score: number,
  /** The model's answer in its output space. */
  raw: number,
  /** The model's mean answer: `base` and all contributions make `raw`. */
  base: number,
  /** Values by feature; `null` is missing. */
  features: { [key in string]: number | null },
  /** Every feature's share in `raw`, by |contribution| descending. */
  explanation: Array<Contribution>,
  /** Originator's address. */
  orig_h: string,
  /** Responder's address. */
  resp_h: string,
  /** Responder's port. */
  resp_p: number,
  /** Transport protocol. */
  proto: Proto,
  /** What is said of it. */
  verdict: Verdict,
  /** Features in which it is outside what the model's training saw. */
  outside: Array<string>,
  /** Connections, with TLS or without. */
  connections: number,
  /** Server names of its ClientHellos, distinct, in order of first use. */
  server_names: Array<string>,
  /** Fingerprints of its hellos and of its servers' certificates. */
  fingerprints: Fingerprints,
  /** By which names its address had been looked up. */
  dns: LookupReport,
  /** What a flagged tuple may be for; `null` for others, and where no rule fits. */
  purpose: Purpose | null,
  /** The rule behind the purpose, and what it matched. */
  purpose_evidence: PurposeEvidence | null,
};

/** What a feature's value counts. */
export type Unit = "count" | "seconds" | "bytes" | "days" | "ratio" | "flag" | "number";

/** What is said of a tuple. */
export type Verdict = "malware-like" | "ordinary" | "undecided";

/** One sentence in each language. */
export type Wording = {
  /** English. */
  en: string,
  /** Chinese. */
  zh: string,
};
