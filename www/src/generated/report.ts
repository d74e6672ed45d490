// Generated from the crate's declarations by `cargo xtask gen`; not to be edited.

/** What a piece of evidence is about. */
export type About = "certificate" | "address" | "rhythm" | "context";

/** Names that a host asked for, by the time of the first query. */
export type Asked = {
  /** The first 1000 of them. */
  names: Array<AskedName>,
  /** How many there are. */
  all: number,
};

/** A name that a host asked for. */
export type AskedName = {
  /** The name. */
  name: string,
  /** How often it was asked for. */
  times: number,
  /** Time of the first query, epoch seconds. */
  first_ts: number,
  /** Time of the last query, epoch seconds. */
  last_ts: number,
  /** Response code of the last reply; `null` where none came. */
  rcode: string | null,
  /** What the last reply that had any said, up to 8 answers. */
  answers: Array<string>,
};

/** The beats of one tuple. */
export type Beacon = {
  /** Mean of the parts that are known, from 0 to 1. */
  score: number,
  /** How equal the intervals are: their skew and their dispersion. */
  interval_score: number,
  /** How equal the originator's payload bytes are; `None` under three connections with a count. */
  size_score: number | null,
  /** How evenly the beats fill their time; `None` under eight beats. */
  histogram_score: number | null,
  /** How much of the input's time the beats cover. */
  duration_score: number,
  /** Number of beats: connections that start within a second of each other are one. */
  beats: number,
  /** Median interval between beats, s. */
  interval: number,
  /** Median absolute deviation of the intervals, as a share of `interval`. */
  jitter: number,
  /** Time from the first beat to the last, s. */
  span: number,
  /** Duration of the longest connection, s; `None` where none has one. */
  longest: number | null,
};

/** The input as it was read. */
export type Capture = {
  /** Last path component. */
  name: string,
  /** `pcap`, `pcapng`, `zeek-tsv` or `zeek-json`; `+gzip` or `+zstd` follows where it was compressed. */
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

/** The handshakes whose server sent one certificate. */
export type CertificateSeen = {
  /** How many there are. */
  handshakes: number,
  /** Time of the first, epoch seconds; `null` without one. */
  first_ts: number | null,
  /** Time of the last, epoch seconds; `null` without one. */
  last_ts: number | null,
  /** Places of their 4-tuples in the outline. */
  tuples: Array<number>,
  /** Records of the first of them, JSON lines. */
  ssl: string,
  /** Certificates of their server chains, JSON lines. */
  x509: string,
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

/** What a piece of evidence speaks for. */
export type Direction = "raises" | "lowers";

/** A piece of evidence that holds for a tuple. */
export type Evidence = {
  /** Its name. */
  kind: string,
  /** Key of its text in the page's catalogues. */
  text_key: string,
  /** What it speaks for. */
  direction: Direction,
  /** What it is about: a sentence says one thing about each. `null` for the score. */
  about: About | null,
  /** What its text is filled with, by name. */
  values: { [key in string]: Value },
  /** Share of natural benign tuples for which it holds; `null` where it was not measured. */
  natural_rate: number | null,
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

/** What the handshakes of one 4-tuple agreed on: each value once, in order of first use, up to 16 of each kind. A longer value than 256
 * characters is cut. */
export type Handshakes = {
  /** Versions that the servers chose, as Zeek writes them: `TLSv12`. */
  version: Array<string>,
  /** Cipher suites that they chose, by their IANA names. */
  cipher: Array<string>,
  /** Protocols that they chose by ALPN. */
  next_protocol: Array<string>,
  /** Subjects of their own certificates (RFC 2253). */
  subject: Array<string>,
  /** Issuers of their own certificates (RFC 2253). */
  issuer: Array<string>,
};

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
  /** Packets that ended at what is not read, by kind, number and name: `EtherType 0x0806 (ARP)`. */
  not_read: { [key in string]: number },
  /** Bytes of the ports with most of them, by protocol and port of the responder: `tcp/443`. */
  busiest_ports: { [key in string]: number },
};

/** A published default that a tuple shows. */
export type KnownMatch = {
  /** Software whose default it is. */
  software: string,
  /** What was compared. */
  trait: string,
  /** Who published it. */
  source: string,
  /** When, `YYYY-MM-DD`. */
  date: string,
  /** What else shows it. */
  shared_with: string,
  /** Whether it flags a tuple by itself. */
  flags: boolean,
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
  /** Why nobody can tell; `null` where that is known. */
  untold: Untold | null,
  /** By which names; the most recent first, up to 16. */
  names: Array<LookedUpName>,
};

/** Whether an address had been looked up before a host connected to it. */
export type LookupState = "looked-up" | "never" | "unknown";

/** A sentence, or a part of one, with its places filled. */
export type Message = {
  /** The phrase, by its key in the page's catalogue. */
  key: string,
  /** What fills its places. */
  values: { [key in string]: Part },
};

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
  /** Score from which a tuple that is not flagged is borderline; `null` where none is. */
  borderline: number | null,
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
  /** The profile of a network that judged it too; `null` without one. */
  profile: ProfileCard | null,
};

/** The space in which contributions add up to `raw`. */
export type OutputSpace = "probability" | "log-odds";

/** What fills a place of a phrase. */
export type Part = number | string | Message | Array<Part>;

/** A profile of a network in a few words. */
export type ProfileCard = {
  /** Share of normal tuples that its threshold flags at most. */
  share: number,
  /** Normal tuples that it was made of. */
  tuples: number,
  /** Score above which a tuple is flagged in this network. */
  threshold: number,
};

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
  /** The profile of a network that judged it too; `null` without one. */
  profile: ProfileCard | null,
};

/** What the program declares, for the page's labels. */
export type Schema = {
  /** The features that travel as rows, in the order of a row's values. */
  features: Array<Feature>,
  /** What each is about: an explanation shows features of one topic together. */
  topics: Array<Topic>,
  /** LINKTYPEs that are read: their numbers and names. */
  link_types: Array<[number, string]>,
};

/** What features of one kind are about. */
export type Topic = "volume" | "timing" | "outcome" | "client" | "server" | "name" | "issuer" | "subject" | "validity" | "form" | "evidence";

/** What features of one topic add to the score together. */
export type TopicContribution = {
  /** What they are about. */
  topic: Topic,
  /** Sum of their contributions. */
  contribution: number,
  /** Those that contribute, by |contribution| descending. */
  features: Array<string>,
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
  /** What its handshakes agreed on, and whom its servers' certificates name. */
  handshakes: Handshakes,
  /** What speaks for the verdict, strongest first, and then what explains it otherwise. */
  evidence: Array<Evidence>,
  /** The evidence of a flagged or borderline tuple in an English sentence; `null` where there is none but the score. */
  sentence: string | null,
  /** How its connections beat; `null` where they start at few different times. */
  beacon: Beacon | null,
  /** Published defaults of attack software that it shows. */
  known: Array<KnownMatch>,
  /** What its certificates claim to be: anyone can copy them, so it changes nothing. */
  looks_like: Array<string>,
  /** The verdict by the profile of the network; `null` without one. */
  profile_verdict: Verdict | null,
  /** What of it the profile has not seen: `server_name`, `certificate`, `client` (its fingerprint) or `server`. */
  new_since_baseline: Array<string>,
  /** By which names its address had been looked up. */
  dns: LookupReport,
  /** What the tuple may be for; `null` where no rule fits, and for others than flagged ones unless malware abuses the
   * service. */
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
  /** The same by topic, by |contribution| descending: features that tell the same count as one. */
  topics: Array<TopicContribution>,
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
  /** What its handshakes agreed on, and whom its servers' certificates name. */
  handshakes: Handshakes,
  /** What speaks for the verdict, strongest first, and then what explains it otherwise. */
  evidence: Array<Evidence>,
  /** The evidence of a flagged or borderline tuple in an English sentence; `null` where there is none but the score. */
  sentence: string | null,
  /** How its connections beat; `null` where they start at few different times. */
  beacon: Beacon | null,
  /** Published defaults of attack software that it shows. */
  known: Array<KnownMatch>,
  /** What its certificates claim to be: anyone can copy them, so it changes nothing. */
  looks_like: Array<string>,
  /** The verdict by the profile of the network; `null` without one. */
  profile_verdict: Verdict | null,
  /** What of it the profile has not seen: `server_name`, `certificate`, `client` (its fingerprint) or `server`. */
  new_since_baseline: Array<string>,
  /** By which names its address had been looked up. */
  dns: LookupReport,
  /** What the tuple may be for; `null` where no rule fits, and for others than flagged ones unless malware abuses the
   * service. */
  purpose: Purpose | null,
  /** The rule behind the purpose, and what it matched. */
  purpose_evidence: PurposeEvidence | null,
};

/** What a feature's value counts. */
export type Unit = "count" | "seconds" | "bytes" | "days" | "ratio" | "flag" | "number";

/** Why nobody can tell whether an address had been looked up. */
export type Untold = "no-dns" | "encrypted" | "too-early";

/** What a clause is filled with. None of it is text of the capture, so that redaction leaves it as it is. */
export type Value = number | string;

/** What is said of a tuple. */
export type Verdict = "malware-like" | "borderline" | "ordinary" | "undecided";
