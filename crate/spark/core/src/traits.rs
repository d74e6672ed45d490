//! What the rules know of ports, names and services: the job asks it of each distinct one, so that no rule is written twice.

use crate::Error;
use crate::rows::{longs, texts};
use arrow_array::{ArrayRef, BooleanArray, RecordBatch};
use hushcap::join::{is_encrypted_port, is_encrypted_resolver, is_resolver};
use hushcap::verdict::purpose::{is_mail_port, is_mail_service};
use std::sync::Arc;

/// Answers rows of `what` is asked, of which `text` and `number`.
pub(crate) fn answer(batch: &RecordBatch) -> Result<RecordBatch, Error> {
    let (what, text, number) = (texts(batch, "what")?, texts(batch, "text")?, longs(batch, "number")?);
    let answers = what.iter().zip(text).zip(number);
    let answers: BooleanArray = answers
        .map(|((what, text), number)| {
            let (text, port) =
                (text.unwrap_or_default(), number.and_then(|number| u16::try_from(number).ok()));
            Some(match what {
                Some("encrypted_port") => port.is_some_and(is_encrypted_port),
                Some("encrypted_name") => is_encrypted_resolver(text),
                Some("mail_port") => port.is_some_and(is_mail_port),
                Some("mail_service") => is_mail_service(text),
                Some("resolver") => {
                    text.parse().ok().zip(port).is_some_and(|(address, port)| is_resolver(address, port))
                }
                _ => false,
            })
        })
        .collect();
    let mut columns: Vec<(&str, ArrayRef)> = Vec::new();
    for name in ["what", "text", "number"] {
        columns.push((name, batch.column_by_name(name).ok_or(Error::Column(name))?.clone()));
    }
    columns.push(("holds", Arc::new(answers)));
    Ok(RecordBatch::try_from_iter(columns)?)
}
