//! CSV: a header row and one table for each row below it.

use super::MOST_TOLD;
use crate::diag::{Code, Diagnostic, Place};
use crate::model::{Data, Table};
use csv::{ReaderBuilder, StringRecord, Trim};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The rows of `file` as a list of tables, or everything that is wrong with it.
pub(super) fn parse(file: &Arc<str>, text: &str) -> Result<Data, Vec<Diagnostic>> {
    let mut reader =
        ReaderBuilder::new().delimiter(delimiter(text)).trim(Trim::All).flexible(true).from_reader(text.as_bytes());
    let names = match reader.headers() {
        Ok(names) => names.clone(),
        Err(error) => return Err(vec![unreadable(file, &error)]),
    };
    let mut faults: Vec<Diagnostic> = misnamed(&names)
        .map(|message| fault(file, text, 1, message).hint("give each column a name of its own in the first row"))
        .into_iter()
        .collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        if faults.len() == MOST_TOLD {
            break;
        }
        match record {
            Ok(record) if record.len() == names.len() => rows.push(row(&names, &record)),
            Ok(record) => faults.push(ragged(file, text, &names, &record)),
            Err(error) => faults.push(unreadable(file, &error)),
        }
    }
    if faults.is_empty() { Ok(Data::Array(rows)) } else { Err(faults) }
}

/// Spreadsheets of many countries write semicolons, since the comma is in their numbers.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let count = |sign: u8| header.bytes().filter(|byte| *byte == sign).count();
    [b';', b'\t', b','].into_iter().max_by_key(|sign| count(*sign)).unwrap_or(b',')
}

fn row(names: &StringRecord, record: &StringRecord) -> Data {
    let cells = names.iter().zip(record).map(|(name, cell)| (name.to_owned(), Data::from(cell)));
    Data::Object(cells.collect::<Table>())
}

fn misnamed(names: &StringRecord) -> Option<String> {
    let mut known = BTreeSet::new();
    names.iter().enumerate().find_map(|(at, name)| match (name.is_empty(), known.insert(name)) {
        (true, _) => Some(format!("column {} has no name", at + 1)),
        (false, false) => Some(format!("two columns are called `{name}`")),
        (false, true) => None,
    })
}

fn ragged(file: &Arc<str>, text: &str, names: &StringRecord, record: &StringRecord) -> Diagnostic {
    let line = record.position().map_or(1, csv::Position::line);
    let cells = if record.len() == 1 { "cell" } else { "cells" };
    let message = format!("the row has {} {cells}, the header has {}", record.len(), names.len());
    fault(file, text, line, message)
        .hint("write one cell for each column, and quotes around a text that holds the separator")
}

fn fault(file: &Arc<str>, text: &str, line: u64, message: String) -> Diagnostic {
    let width = text.lines().nth(line.saturating_sub(1) as usize).map_or(1, |line| line.chars().count());
    let place = Place::line_column(Arc::clone(file), text, line as u32, 1, width as u32);
    Diagnostic::error(Code::BadDataFile, message).at(place)
}

fn unreadable(file: &Arc<str>, error: &csv::Error) -> Diagnostic {
    Diagnostic::error(Code::BadDataFile, format!("the data is not valid CSV: {error}"))
        .at(Place::file(Arc::clone(file)))
        .hint("save the table again as \"CSV UTF-8\"")
}
