//! What the page's worker calls. The only file that knows wasm-bindgen: it moves data across and delegates the rest.
//!
//! A file arrives as a `Blob` and is read in slices. Rows of numbers leave as typed arrays, the Report's texts as a plain
//! object; the page puts both together again. An [`Error`] becomes a JavaScript `Error` with its English and its reason; a
//! panic is reported to the worker's `error` event before the module traps.

use crate::analyze::{Analysis, Analyzer, LogAnalyzer, Options, Progress};
use crate::baseline::{Normal, Profile};
use crate::error::{Error, Message, Phrase};
use crate::evidence::{Connections, Scope};
use crate::extract;
use crate::feature::{self, Table};
use crate::join::FourTuple;
use crate::records::log::{self, Format, Log};
use crate::records::{ConnRecord, Record};
use crate::report::{CertificateSeen, Judged, JudgedTuple, Outline, RecordTexts, Schema};
use crate::seeded::{self, Map, Set};
use crate::verdict::Model;
use js_sys::{Array, ArrayBuffer, Float64Array, Function, Promise, Reflect, Uint8Array, Uint32Array};
use serde::Serialize;
use std::collections::{BTreeSet, VecDeque};
use std::io::{self, BufWriter, Write};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// Bytes of one read.
const SLICE: f64 = 16.0 * 1024.0 * 1024.0;

/// Bytes of one part of an exported text.
const PART: usize = 1 << 20;

/// Records of each kind that are sent as evidence; a tuple may have any number.
const ROWS: usize = 500;

/// Reads in flight: while one slice is analysed, the browser fetches the next.
const READS_AHEAD: usize = 3;

#[wasm_bindgen]
extern "C" {
    /// Raises an uncaught error: in a worker it reaches the page, which would not hear of a panic otherwise.
    #[wasm_bindgen(js_name = reportError)]
    fn report_error(error: &JsValue);
}

/// Gives the hash tables a secret, and sends the message of a panic ahead of the trap that follows it.
#[wasm_bindgen(start)]
pub fn start() {
    seeded::set_secret([seed(), seed()]);
    std::panic::set_hook(Box::new(|panic| report_error(&JsError::new(&panic.to_string()).into())));
}

/// Returns what the program declares: features, link types.
#[wasm_bindgen]
pub fn schema() -> Result<JsValue, JsError> {
    plain(&Schema::declared())
}

/// Analyses one capture.
///
/// `progress` is called with bytes, packets, connections and TLS connections after each slice. It answers `"stop"` to end
/// there with what was found, `"show"` to have `partial` called with the Outcome so far, or nothing.
#[wasm_bindgen]
pub async fn analyze_capture(
    name: String,
    blob: Blob,
    model: Option<String>,
    progress: Function,
    partial: Function,
) -> Result<Outcome, JsValue> {
    let model = Model::builtin(model.as_deref()).map_err(told)?;
    let mut analyzer = Analyzer::with_options(name, Options { seed: Some(seed()), ..Options::default() });
    let mut slices = Slices::of(blob);
    while let Some(bytes) = slices.next().await? {
        analyzer.push(bytes).map_err(told)?;
        match tell(&progress, analyzer.progress()) {
            Answer::On => {}
            Answer::Stop => return Ok(Outcome::of(analyzer.stop(), &model)),
            Answer::Show => {
                let outcome = Outcome::of(analyzer.so_far(), &model);
                partial.call1(&JsValue::NULL, &outcome.into())?;
            }
        }
    }
    drop(slices);
    let analysis = analyzer.finish().map_err(told)?;
    // The last packets are read only when it is known that nothing follows them.
    tell(&progress, analysis.progress());
    Ok(Outcome::of(analysis, &model))
}

/// Analyses Zeek logs that belong together, an array of `{name, blob}`. `progress` may answer `"stop"`.
#[wasm_bindgen]
pub async fn analyze_logs(
    name: String,
    files: Array,
    model: Option<String>,
    progress: Function,
) -> Result<Outcome, JsValue> {
    let model = Model::builtin(model.as_deref()).map_err(told)?;
    let mut analyzer = LogAnalyzer::new(name);
    for file in files.iter() {
        analyzer.open(&member(&file, "name").as_string().unwrap_or_default());
        let mut slices = Slices::of(member(&file, "blob").unchecked_into());
        while let Some(bytes) = slices.next().await? {
            analyzer.push(bytes);
            if tell(&progress, analyzer.progress()) == Answer::Stop {
                return Ok(Outcome::of(analyzer.stop().map_err(told)?, &model));
            }
        }
    }
    Ok(Outcome::of(analyzer.finish().map_err(told)?, &model))
}

/// Copies the packets of some 4-tuples out of the capture that they were found in.
///
/// `progress` is called with bytes, packets and packets kept after each slice and at the end, `part` with the new
/// capture's bytes, part by part.
#[wasm_bindgen]
pub async fn extract_capture(
    extractor: Extractor,
    blob: Blob,
    progress: Function,
    part: Function,
) -> Result<(), JsValue> {
    let mut extractor = extractor.0;
    let tell_extracted = |extract::Extracted { bytes, packets, kept, .. }| {
        let numbers = [bytes, packets, kept].into_iter().map(|number| JsValue::from_f64(number as f64));
        drop(progress.apply(&JsValue::NULL, &numbers.collect()));
    };
    let mut parts = Vec::with_capacity(PART);
    let mut send = |bytes: &[u8]| {
        parts.extend_from_slice(bytes);
        if bytes.is_empty() || parts.len() >= PART {
            let sent = part.call1(&JsValue::NULL, &Uint8Array::from(parts.as_slice()));
            parts.clear();
            // A listener that fails is the page's fault, and has said so.
            drop(sent);
        }
    };
    let mut slices = Slices::of(blob);
    while let Some(bytes) = slices.next().await? {
        extractor.push(bytes, &mut send).map_err(told)?;
        tell_extracted(extractor.progress());
    }
    tell_extracted(extractor.finish(&mut send).map_err(told)?);
    send(&[]);
    Ok(())
}

/// What will copy packets: made from an [`Outcome`], used up by [`extract_capture`].
#[wasm_bindgen]
pub struct Extractor(extract::Extractor);

#[wasm_bindgen]
impl Extractor {
    /// Returns the ending of a file that holds what is written.
    pub fn extension(&self) -> String {
        self.0.extension().to_owned()
    }
}

/// Traffic that the reader knows to be normal, learned outcome by outcome.
#[wasm_bindgen]
pub struct Calibration(Normal);

#[wasm_bindgen]
impl Calibration {
    /// Nothing so far. `salt` is 16 random bytes; without one, addresses and names are written as they are.
    #[wasm_bindgen(constructor)]
    pub fn new(model: Option<String>, salt: Option<Vec<u8>>) -> Result<Calibration, JsValue> {
        let model = Model::builtin(model.as_deref()).map_err(told)?;
        let salt =
            salt.map(|salt| <[u8; 16]>::try_from(salt).map_err(|_| JsError::new("a salt has 16 bytes")));
        Ok(Calibration(Normal::new(&model, salt.transpose()?).map_err(told)?))
    }

    /// Learns what one input holds.
    pub fn learn(&mut self, outcome: &Outcome) {
        self.0.learn(&outcome.judged);
    }

    /// Returns the profile as JSON; its threshold flags at most `share` of such traffic.
    pub fn profile(&self, share: f64) -> Result<String, JsValue> {
        self.0.profile(share).and_then(|profile| profile.write()).map_err(told)
    }
}

/// The result of one input.
#[wasm_bindgen]
pub struct Outcome {
    analysis: Analysis,
    judged: Judged,
}

#[wasm_bindgen]
impl Outcome {
    /// Returns the Report without the numbers of its tuples.
    pub fn outline(&self) -> Result<JsValue, JsError> {
        plain(&Outline::of(&self.judged, self.analysis.logs().map(Log::path)))
    }

    /// Adds the verdicts by a profile, which [`Calibration`] or the command line made, and what is new since.
    pub fn judge_by(&mut self, profile: &str) -> Result<(), JsValue> {
        let model = Model::builtin(Some(&self.judged.head.model.name)).map_err(told)?;
        Profile::read(profile, &model).map_err(told)?.judge(&mut self.judged);
        Ok(())
    }

    /// Rows of three: score, raw, base.
    pub fn scores(&self) -> Float64Array {
        let base = self.judged.base();
        let rows = self.tuples().flat_map(|tuple| [tuple.score, tuple.raw, base]);
        Float64Array::from(rows.collect::<Vec<_>>().as_slice())
    }

    /// Rows of one value per feature, in the schema's order; missing is NaN.
    pub fn features(&self) -> Float64Array {
        let rows = self.tuples().flat_map(|tuple| tuple.values.iter().map(|value| value.unwrap_or(f64::NAN)));
        Float64Array::from(rows.collect::<Vec<_>>().as_slice())
    }

    /// Returns what each feature adds to `raw`, a row per tuple in the schema's order, for `count` tuples from `first`
    /// on. The page asks for parts, for the Report: explaining all of a large capture takes longer than reading it.
    pub fn contributions(&self, first: usize, count: usize) -> Float64Array {
        let tuples = self.tuples().skip(first).take(count);
        let rows = tuples.flat_map(|tuple| self.judged.explain(tuple).contributions().to_vec());
        Float64Array::from(rows.collect::<Vec<_>>().as_slice())
    }

    /// Connections by transport (`proto`) and application protocol (`service`).
    pub fn protocols(&self) -> Result<JsValue, JsError> {
        plain(&self.analysis.protocols())
    }

    /// Returns when the connections of the tuples began: the times, tuple by tuple, and where each tuple's begin.
    pub fn starts(&self) -> Array {
        let starts = self.analysis.starts(self.tuples().map(|tuple| tuple.outline.key()));
        Array::of2(
            &Float64Array::from(starts.times.as_slice()).into(),
            &Uint32Array::from(starts.offsets.as_slice()).into(),
        )
    }

    /// Returns the evidence of the tuple at `index`: what each feature adds to `raw`, in the schema's order; its score with unusual
    /// values made usual, rows of three (place of the feature, usual value, score), and with all of them; rows of five a
    /// connection (start, duration, bytes of originator and responder, 1 where it is TLS; unknown is NaN); and the records of
    /// its first [`ROWS`] connections as JSON lines.
    pub fn evidence(&self, index: usize) -> Result<JsValue, JsValue> {
        let Some(tuple) = self.judged.tuples.get(index) else { return Ok(JsValue::NULL) };
        let evidence = self.analysis.evidence(&tuple.outline.key());
        let tls: Set<&str> = evidence.ssl.iter().map(|ssl| &*ssl.uid).collect();
        let number = |value: Option<u64>| value.map_or(f64::NAN, |value| value as f64);
        let rows = evidence.conn.iter().flat_map(|conn| {
            let duration = conn.duration.unwrap_or(f64::NAN);
            let tls = f64::from(u8::from(tls.contains(&*conn.uid)));
            [conn.ts, duration, number(conn.orig_bytes), number(conn.resp_bytes), tls]
        });
        let rows = rows.collect::<Vec<_>>();
        let explanation = self.judged.explain(tuple);
        let usual = self.judged.at_usual(tuple, &explanation);
        let changes =
            usual.changes.iter().flat_map(|change| [change.feature as f64, change.usual, change.score]);
        let changes = changes.collect::<Vec<_>>();
        let found = plain(&RecordTexts {
            together: usual.together,
            conn: json_lines(&evidence.conn)?,
            ssl: json_lines(&evidence.ssl)?,
            x509: json_lines(&evidence.x509)?,
        })?;
        let rows =
            [("contributions", explanation.contributions()), ("changes", &changes), ("activity", &rows)];
        for (name, numbers) in rows {
            Reflect::set(&found, &name.into(), &Float64Array::from(numbers).into())?;
        }
        Ok(found)
    }

    /// Returns the handshakes whose server sent the certificate `id`: the records of the first [`ROWS`] of them as JSON
    /// lines, how many there are, when the first and the last of them were, and the places of their tuples.
    pub fn certificate_seen(&self, id: &str) -> Result<JsValue, JsError> {
        let evidence = self.analysis.evidence_of_certificate(id);
        let keys: Map<FourTuple, usize> =
            evidence.conn.iter().map(|conn| FourTuple::of(conn)).zip(0..).collect();
        let tuples = self.tuples().zip(0..).filter(|(tuple, _)| keys.contains_key(&tuple.outline.key()));
        plain(&CertificateSeen {
            handshakes: evidence.ssl.len(),
            first_ts: evidence.ssl.first().map(|ssl| ssl.ts),
            last_ts: evidence.ssl.last().map(|ssl| ssl.ts),
            tuples: tuples.map(|(_, place)| place).collect(),
            ssl: json_lines(&evidence.ssl)?,
            x509: json_lines(&evidence.x509)?,
        })
    }

    /// Returns what the host of this address asked of DNS; nothing where it is not an address.
    pub fn asked(&self, host: &str) -> Result<JsValue, JsError> {
        match host.parse() {
            Ok(host) => plain(&self.analysis.asked(host)),
            Err(_) => Ok(JsValue::NULL),
        }
    }

    /// Returns the connections of a host, of the tuple at a place of the outline, or all: their number, the places of
    /// those that are told of, rows of numbers, and the names of states and services.
    pub fn connections(&self, host: Option<String>, tuple: Option<usize>) -> Result<Array, JsError> {
        let host = host.map(|host| host.parse().map_err(|_| JsError::new("no such host"))).transpose()?;
        let tuple = tuple.and_then(|place| self.judged.tuples.get(place));
        let scope = match (host, tuple) {
            (Some(host), _) => Scope::Host(host),
            (None, Some(tuple)) => Scope::Tuple(tuple.outline.key()),
            (None, None) => Scope::All,
        };
        let found = self.analysis.connections(scope, self.tuples().map(|tuple| tuple.outline.key()));
        Ok(Array::of5(
            &JsValue::from_f64(found.all as f64),
            &Uint32Array::from(found.places.as_slice()).into(),
            &Float64Array::from(found.numbers.as_slice()).into(),
            &plain(&found.states)?,
            &plain(&found.services)?,
        ))
    }

    /// Returns the records of the connections at these places, as JSON lines.
    pub fn connection_rows(&self, places: &[u32]) -> Result<String, JsError> {
        json_lines(&self.connections_at(places).collect::<Vec<_>>())
    }

    /// Returns what will copy the packets of the connections at these places.
    pub fn connection_extractor(&self, places: &[u32]) -> Extractor {
        let ids = self.connections_at(places).map(Connections::id).collect();
        Extractor(extract::Extractor::new(&self.judged.head.capture, Set::default(), ids))
    }

    /// Returns a certificate's DER by its SHA-256 in hex; nothing where it is not at hand.
    pub fn certificate(&self, fingerprint: &str) -> Option<Uint8Array> {
        let fingerprint = fingerprint.parse().ok()?;
        self.analysis.certificates.der(&fingerprint).map(Uint8Array::from)
    }

    /// SHA-1 of the servers' own certificates, as far as they are at hand: pairs of the SHA-256, by which the outline names
    /// them, and the SHA-1, both in hex.
    pub fn sha1s(&self) -> Array {
        let named: BTreeSet<&String> =
            self.tuples().flat_map(|tuple| &tuple.outline.fingerprints.certificate).collect();
        let pair = |fingerprint: &String| {
            let sha1 = self.analysis.certificates.sha1(&fingerprint.parse().ok()?)?;
            Some(Array::of2(&fingerprint.into(), &sha1.into()))
        };
        named.into_iter().filter_map(pair).collect()
    }

    /// Returns a log, `conn`, `ssl`, `x509` or `quic`, as `zeek` or `json`: the parts of a Blob.
    pub fn log(&self, log: &str, format: &str) -> Result<Array, JsError> {
        let log = Log::of_path(log).ok_or_else(|| JsError::new(&format!("no such log: {log}")))?;
        let format = match format {
            "zeek" => Format::Tsv,
            "json" => Format::Json,
            other => return Err(JsError::new(&format!("no such format: {other}"))),
        };
        parts(|out| self.analysis.write_log(log, format, out))
    }

    /// Returns what will copy the packets of the tuples at these places of the outline, and of the look-ups behind
    /// them.
    pub fn extractor(&self, indexes: &[u32]) -> Extractor {
        let tuples = indexes.iter().filter_map(|index| self.judged.tuples.get(*index as usize));
        Extractor(self.analysis.extractor(tuples.map(|tuple| tuple.outline.key()).collect()))
    }

    /// Returns the table of features as TSV: the parts of a Blob.
    pub fn features_tsv(&self) -> Result<Array, JsError> {
        let rows = self.analysis.feature_rows(Table::Basic37, &self.judged.head.capture.name);
        parts(|out| feature::tsv::write(Table::Basic37, &rows, out))
    }
}

impl Outcome {
    fn of(analysis: Analysis, model: &Model) -> Self {
        let judged = analysis.judge(model);
        Outcome { analysis, judged }
    }

    fn connections_at(&self, places: &[u32]) -> impl Iterator<Item = &ConnRecord> {
        places.iter().filter_map(|place| self.analysis.records.conn.get(*place as usize))
    }

    fn tuples(&self) -> impl Iterator<Item = &JudgedTuple> {
        self.judged.tuples.iter()
    }
}

/// A file's bytes, slice by slice, each copied into the same buffer of the module's memory.
struct Slices {
    blob: Blob,
    asked: f64,
    reads: VecDeque<Promise>,
    buffer: Vec<u8>,
}

impl Slices {
    fn of(blob: Blob) -> Self {
        Slices { blob, asked: 0.0, reads: VecDeque::new(), buffer: Vec::new() }
    }

    /// Returns the next slice; `None` at the end.
    async fn next(&mut self) -> Result<Option<&[u8]>, JsValue> {
        while self.reads.len() < READS_AHEAD && self.asked < self.blob.size() {
            let end = (self.asked + SLICE).min(self.blob.size());
            let slice = self.blob.slice_with_f64_and_f64(self.asked, end).map_err(unreadable)?;
            self.reads.push_back(slice.array_buffer());
            self.asked = end;
        }
        let Some(read) = self.reads.pop_front() else { return Ok(None) };
        let bytes = JsFuture::from(read).await.map_err(unreadable)?;
        let bytes = Uint8Array::new(&bytes.unchecked_into::<ArrayBuffer>());
        self.buffer.resize(bytes.length() as usize, 0);
        bytes.copy_to(&mut self.buffer);
        Ok(Some(&self.buffer))
    }
}

/// Returns what whoever made the capture cannot know; the result does not depend on it.
fn seed() -> u64 {
    (js_sys::Math::random() * (1_u64 << 53) as f64) as u64
}

/// Returns the browser could not read the file, for example because it was changed or removed meanwhile.
fn unreadable(cause: JsValue) -> JsValue {
    let cause = member(&cause, "message").as_string().unwrap_or_default();
    let reason = Message::from(Phrase::Unreadable);
    failure(&format!("{reason} ({cause})"), &reason)
}

fn member(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// What the listener wants.
#[derive(PartialEq)]
enum Answer {
    On,
    Show,
    Stop,
}

fn tell(listener: &Function, progress: Progress) -> Answer {
    let numbers = [progress.bytes, progress.packets, progress.connections, progress.tls_connections];
    let numbers = numbers.into_iter().map(|number| JsValue::from_f64(number as f64)).collect();
    // A listener that fails is the page's fault, and no reason to stop.
    let answer = listener.apply(&JsValue::NULL, &numbers).ok().and_then(|answer| answer.as_string());
    match answer.as_deref() {
        Some("stop") => Answer::Stop,
        Some("show") => Answer::Show,
        _ => Answer::On,
    }
}

/// Returns an Error with its English and, for the page to tell in its own language, its `reason`.
fn told(error: Error) -> JsValue {
    let reason = error.message();
    failure(&reason.to_string(), &reason)
}

fn failure(message: &str, reason: &Message) -> JsValue {
    let error = js_sys::Error::new(message);
    // Setting a member of an object that was just made cannot fail.
    let _ = Reflect::set(&error, &"reason".into(), &plain(reason).unwrap_or_default());
    error.into()
}

/// Returns the first [`ROWS`] records as JSON lines.
fn json_lines<R: Record + Clone>(records: &[&R]) -> Result<String, JsError> {
    let records: Vec<R> = records.iter().take(ROWS).map(|record| (*record).clone()).collect();
    let mut text = Vec::new();
    log::write(&records, Format::Json, &mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Collects what is written as arrays of bytes, so that a long text is never held whole in the module's memory.
struct Parts(Array);

impl Write for Parts {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.push(&Uint8Array::from(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn parts(write: impl FnOnce(&mut BufWriter<Parts>) -> io::Result<()>) -> Result<Array, JsError> {
    let parts = Array::new();
    let mut out = BufWriter::with_capacity(PART, Parts(parts.clone()));
    write(&mut out)?;
    out.flush()?;
    Ok(parts)
}

/// Returns a plain object, with `null` for what is absent.
fn plain(value: &impl Serialize) -> Result<JsValue, JsError> {
    Ok(value.serialize(&serde_wasm_bindgen::Serializer::json_compatible())?)
}
