//! Rows and cells of a CSV text, with their places.
//!
//! A reader of our own, because every mistake in a table is shown with its column, and the `csv` crate does not tell where a
//! cell is.

use std::borrow::Cow;
use std::ops::Range;

/// A row that is not blank.
pub(super) struct Row<'a> {
    /// Its number as a spreadsheet counts, from 1.
    pub number: usize,
    /// Its bytes.
    pub span: Range<usize>,
    /// Its cells.
    pub cells: Vec<Cell<'a>>,
}

/// A cell, without quotes and without blanks around it.
pub(super) struct Cell<'a> {
    /// What it says.
    pub text: Cow<'a, str>,
    /// The bytes it was written in.
    pub span: Range<usize>,
}

/// Why a text is not CSV: something is wrong with the quotes at this byte.
pub(super) struct QuoteFault {
    pub at: usize,
    pub message: &'static str,
}

/// Splits `text` into rows; blank ones are left out.
pub(super) fn rows(text: &str) -> Result<Vec<Row<'_>>, QuoteFault> {
    let mut scan = Scan { text, at: if text.starts_with('\u{feff}') { 3 } else { 0 }, separator: separator(text) };
    let mut rows = Vec::new();
    let mut number = 0;
    while scan.at < text.len() {
        number += 1;
        let start = scan.at;
        let cells = scan.row()?;
        if cells.iter().any(|cell| !cell.text.is_empty()) {
            let end = start + text[start..scan.at].trim_end().len();
            rows.push(Row { number, span: start..end, cells });
        }
    }
    Ok(rows)
}

/// What separates the cells: spreadsheets write commas, semicolons or tabs, depending on where in the world they run.
fn separator(text: &str) -> u8 {
    let header = text.trim_start().lines().next().unwrap_or_default();
    [b',', b';', b'\t'].into_iter().find(|byte| header.as_bytes().contains(byte)).unwrap_or(b',')
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
    separator: u8,
}

impl<'a> Scan<'a> {
    /// The cells up to the end of the row, and on to the start of the next.
    fn row(&mut self) -> Result<Vec<Cell<'a>>, QuoteFault> {
        let mut cells = Vec::new();
        loop {
            cells.push(self.cell()?);
            let end = self.text.as_bytes().get(self.at).copied();
            self.at += usize::from(end.is_some());
            if end != Some(self.separator) {
                return Ok(cells);
            }
        }
    }

    /// One cell, up to the separator or line break that ends it.
    fn cell(&mut self) -> Result<Cell<'a>, QuoteFault> {
        let blanks = self.text[self.at..].bytes().take_while(|byte| *byte == b' ').count();
        if self.text[self.at + blanks..].starts_with('"') {
            self.at += blanks;
            return self.quoted();
        }
        let from = self.at;
        self.at = self.end_of_cell();
        let raw = &self.text[from..self.at];
        let start = from + (raw.len() - raw.trim_start().len());
        let text = raw.trim();
        Ok(Cell { text: Cow::Borrowed(text), span: start..start + text.len() })
    }

    fn quoted(&mut self) -> Result<Cell<'a>, QuoteFault> {
        let open = self.at;
        let mut close = open + 1;
        loop {
            let unclosed = QuoteFault { at: open, message: "this quote is never closed" };
            close += self.text[close..].find('"').ok_or(unclosed)?;
            if self.text.as_bytes().get(close + 1) != Some(&b'"') {
                break;
            }
            close += 2;
        }
        self.at = close + 1;
        let end = self.end_of_cell();
        if !self.text[self.at..end].trim().is_empty() {
            return Err(QuoteFault { at: self.at, message: "there is text after the closing quote" });
        }
        self.at = end;
        let inner = &self.text[open + 1..close];
        let text = if inner.contains('"') { Cow::Owned(inner.replace("\"\"", "\"")) } else { Cow::Borrowed(inner) };
        Ok(Cell { text, span: open + 1..close })
    }

    fn end_of_cell(&self) -> usize {
        let rest = &self.text.as_bytes()[self.at..];
        let ends = |byte: &u8| *byte == self.separator || *byte == b'\n';
        rest.iter().position(ends).map_or(self.text.len(), |at| self.at + at)
    }
}
