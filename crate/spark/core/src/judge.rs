//! Rows of tables → tuples → verdicts.
//!
//! A row holds a record of one kind for one tuple: a connection with its handshake, a certificate that the tuple's handshakes
//! name, an exchange of DNS that concerns it, or what the other tuples of its host tell.

use crate::abi::take_in_hand;
use crate::cells::Columns;
use crate::rows::{flag, ints, lists, long, number, structs, texts};
use crate::{Error, Judging, fields};
use arrow_array::builder::{
    Float64Builder, Int32Builder, Int64Builder, ListBuilder, MapBuilder, MapFieldNames, StringBuilder,
    StructBuilder,
};
use arrow_array::{Array, ArrayRef, Int32Array, RecordBatch, StringArray, StructArray};
use arrow_schema::{DataType, Schema};
use hushcap::Weirds;
use hushcap::join::{Host, join_apart};
use hushcap::records::log::{Log, Records};
use hushcap::report::{JudgedTuple, tell_host};
use hushcap::verdict::{Verdict, evidence};
use serde_json::Value;
use std::ops::Range;
use std::sync::Arc;

/// The columns of a batch of rows.
struct Rows<'a> {
    key: Key<'a>,
    logs: Vec<(Log, Columns<'a>)>,
    host: &'a StructArray,
}

/// The columns of the 4-tuple.
struct Key<'a> {
    orig_h: &'a StringArray,
    resp_h: &'a StringArray,
    resp_p: &'a Int32Array,
    proto: &'a StringArray,
}

impl Judging {
    /// Returns a verdict for each tuple of the batch; whatever could not be used is counted in rows of its own.
    pub(crate) fn judge(&self, batch: &RecordBatch) -> Result<RecordBatch, Error> {
        let rows = Rows::of(batch)?;
        let mut verdicts = Verdicts::new();
        for range in rows.key.ranges(batch.num_rows()) {
            let name = rows.key.name(range.start);
            if self.skipped.contains(&name) {
                continue;
            }
            take_in_hand(&name);
            let records = rows.records(range.clone());
            let host = rows.host(range.clone(), self.window);
            match join_apart(&records.conn, &records.ssl, &records.x509, &records.dns, &host) {
                Some(tuple) => {
                    let mut judged = JudgedTuple::apart(&tuple, host.mail_servers, &self.model);
                    if let Some(profile) = &self.profile {
                        profile.judge_tuple(&mut judged);
                    }
                    verdicts.push(&judged, self)?;
                }
                None => verdicts.note(&rows.key, range.start, "tuple_without_usable_tls", 1),
            }
            verdicts.notes(&rows.key, range.start, &records.weirds);
        }
        verdicts.finish()
    }
}

impl<'a> Rows<'a> {
    fn of(batch: &'a RecordBatch) -> Result<Self, Error> {
        let key = Key {
            orig_h: texts(batch, "orig_h")?,
            resp_h: texts(batch, "resp_h")?,
            resp_p: ints(batch, "resp_p")?,
            proto: texts(batch, "proto")?,
        };
        let mut logs = Vec::new();
        for log in fields::LOGS {
            logs.push((log, Columns::of(log, structs(batch, log.path())?)));
        }
        Ok(Rows { key, logs, host: structs(batch, "host")? })
    }

    /// Returns the records of a tuple's rows.
    fn records(&self, rows: Range<usize>) -> Records {
        let mut records = Records::default();
        for row in rows {
            for (log, columns) in &self.logs {
                if let Some(cells) = columns.row(row) {
                    records.add(*log, cells);
                }
            }
        }
        records
    }

    /// Returns what the other tuples of the host tell.
    fn host(&self, mut rows: Range<usize>, window: (f64, f64)) -> Host {
        let told = rows.find(|row| self.host.is_valid(*row));
        let servers = told.and_then(|row| long(self.host, "mail_servers", row)).unwrap_or(0);
        Host {
            window,
            encrypted_dns: told.and_then(|row| flag(self.host, "encrypted_dns", row)).unwrap_or(false),
            first_answered: told.and_then(|row| number(self.host, "first_answered", row)),
            mail_servers: usize::try_from(servers).unwrap_or(0),
        }
    }
}

impl Key<'_> {
    /// Rows of one tuple each.
    fn ranges(&self, rows: usize) -> Vec<Range<usize>> {
        let same = |a: usize, b: usize| {
            self.resp_p.value(a) == self.resp_p.value(b)
                && [self.orig_h, self.resp_h, self.proto].iter().all(|texts| texts.value(a) == texts.value(b))
        };
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for row in 0..rows {
            match ranges.last_mut() {
                Some(range) if same(range.start, row) => range.end = row + 1,
                _ => ranges.push(row..row + 1),
            }
        }
        ranges
    }

    fn name(&self, row: usize) -> String {
        let (orig_h, resp_h) = (self.orig_h.value(row), self.resp_h.value(row));
        format!("{orig_h} {resp_h} {} {}", self.resp_p.value(row), self.proto.value(row))
    }
}

/// The table of verdicts that is being made.
struct Verdicts {
    ports: Int32Builder,
    numbers: [Float64Builder; 3],
    counts: [Int64Builder; 2],
    /// Columns of text, in the order of the table.
    texts: [StringBuilder; 10],
    server_names: ListBuilder<StringBuilder>,
    features: MapBuilder<StringBuilder, Float64Builder>,
    explanation: ListBuilder<StructBuilder>,
}

impl Verdicts {
    fn new() -> Self {
        let names =
            MapFieldNames { entry: "entries".to_owned(), key: "key".to_owned(), value: "value".to_owned() };
        let fields = fields::contribution();
        Verdicts {
            ports: Int32Builder::new(),
            numbers: Default::default(),
            counts: Default::default(),
            texts: Default::default(),
            server_names: lists(StringBuilder::new(), DataType::Utf8),
            features: MapBuilder::new(Some(names), StringBuilder::new(), Float64Builder::new()),
            explanation: lists(StructBuilder::from_fields(fields.clone(), 0), DataType::Struct(fields)),
        }
    }

    fn push(&mut self, judged: &JudgedTuple, judging: &Judging) -> Result<(), Error> {
        let report = judged.report(&judging.model);
        let mut outline = match serde_json::to_value(&report.outline)? {
            Value::Object(members) => members,
            _ => serde_json::Map::new(),
        };
        let mut part = |name: &str| outline.remove(name).unwrap_or_default();
        let (evidence, sentence, purpose) = (part("evidence"), part("sentence"), part("purpose"));
        let (verdict, by_profile, names) = (part("verdict"), part("profile_verdict"), part("server_names"));
        let key = [part("orig_h"), part("resp_h"), part("proto")];
        self.ports.append_value(i32::from(report.outline.resp_p));
        self.counts[0].append_value(i64::try_from(report.outline.connections).unwrap_or(i64::MAX));
        self.counts[1].append_null();
        part("resp_p");
        part("connections");
        outline.insert("topics".to_owned(), serde_json::to_value(&report.topics)?);
        let details = serde_json::to_string(&outline)?;
        let evidence = evidence.to_string();
        let [orig_h, resp_h, proto] = &key;
        let texts = [orig_h, resp_h, proto, &verdict, &by_profile, &sentence, &purpose].map(Value::as_str);
        let more = [Some(evidence.as_str()), Some(details.as_str()), None];
        for (builder, text) in self.texts.iter_mut().zip(texts.into_iter().chain(more)) {
            builder.append_option(text);
        }
        for (builder, value) in self.numbers.iter_mut().zip([report.score, report.raw, report.base]) {
            builder.append_value(value);
        }
        self.server_names.append_value(names.as_array().into_iter().flatten().map(Value::as_str));
        for (name, value) in &report.features {
            if let Some(value) = value {
                self.features.keys().append_value(name);
                self.features.values().append_value(*value);
            }
        }
        self.features.append(true)?;
        for share in report.explanation.iter().filter(|share| share.contribution != 0.0) {
            let entry = self.explanation.values();
            if let Some(feature) = entry.field_builder::<StringBuilder>(0) {
                feature.append_value(share.feature);
            }
            if let Some(contribution) = entry.field_builder::<Float64Builder>(1) {
                contribution.append_value(share.contribution);
            }
            entry.append(true);
        }
        self.explanation.append(true);
        Ok(())
    }

    /// Counts what could not be used of a tuple.
    fn notes(&mut self, key: &Key<'_>, row: usize, weirds: &Weirds) {
        for (name, count) in weirds.iter() {
            self.note(key, row, name, i64::try_from(count).unwrap_or(i64::MAX));
        }
    }

    fn note(&mut self, key: &Key<'_>, row: usize, name: &str, count: i64) {
        self.ports.append_value(key.resp_p.value(row));
        self.counts[0].append_null();
        self.counts[1].append_value(count);
        let key = [key.orig_h, key.resp_h, key.proto].map(|texts| Some(texts.value(row)));
        let texts = key.into_iter().chain([None; 6]).chain([Some(name)]);
        self.texts.iter_mut().zip(texts).for_each(|(builder, text)| builder.append_option(text));
        self.numbers.iter_mut().for_each(Float64Builder::append_null);
        self.server_names.append_null();
        // A map and a list of structs without entries.
        let _ = self.features.append(false);
        self.explanation.append(false);
    }

    fn finish(mut self) -> Result<RecordBatch, Error> {
        let mut texts = self.texts.iter_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef);
        let mut text = || texts.next().ok_or(Error::Column("text"));
        let [score, raw, base] =
            self.numbers.each_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef);
        let [connections, count] =
            self.counts.each_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef);
        let (orig_h, resp_h, proto) = (text()?, text()?, text()?);
        let columns: Vec<ArrayRef> = vec![
            orig_h,
            resp_h,
            Arc::new(self.ports.finish()),
            proto,
            score,
            raw,
            base,
            text()?,
            text()?,
            text()?,
            connections,
            Arc::new(self.server_names.finish()),
            text()?,
            Arc::new(self.features.finish()),
            Arc::new(self.explanation.finish()),
            text()?,
            text()?,
            text()?,
            count,
        ];
        Ok(RecordBatch::try_new(Arc::new(Schema::new(fields::verdicts())), columns)?)
    }
}

/// Adds to the `evidence` of each row that `others` of its host's destinations are flagged, and gives it its `sentence`.
pub(crate) fn tell_hosts(batch: &RecordBatch) -> Result<RecordBatch, Error> {
    let (found, verdicts) = (texts(batch, "evidence")?, texts(batch, "verdict")?);
    let others = crate::rows::longs(batch, "others")?;
    let (mut evidences, mut sentences) = (StringBuilder::new(), StringBuilder::new());
    for row in 0..batch.num_rows() {
        let mut evidence = evidence::Evidence::read(found.value(row))?;
        let verdict: Verdict = serde_json::from_value(Value::from(verdicts.value(row)))?;
        let others = usize::try_from(others.value(row)).unwrap_or(0);
        sentences.append_option(tell_host(verdict, &mut evidence, others));
        evidences.append_value(serde_json::to_string(&evidence)?);
    }
    let told: [ArrayRef; 2] = [Arc::new(evidences.finish()), Arc::new(sentences.finish())];
    let names = ["evidence", "sentence"];
    let mut columns: Vec<(String, ArrayRef, bool)> = Vec::new();
    for (field, array) in batch.schema().fields().iter().zip(batch.columns()) {
        let place = names.iter().position(|name| name == field.name());
        let array = place.and_then(|place| told.get(place)).unwrap_or(array);
        columns.push((field.name().clone(), array.clone(), true));
    }
    Ok(RecordBatch::try_from_iter_with_nullable(columns)?)
}
