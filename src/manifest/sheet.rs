//! Many sites from a table that a person keeps in a spreadsheet.

use super::Node;
use super::csv::{Cell, Row, rows};
use super::keys::SITE;
use super::shape::Kind;
use super::source::Source;
use crate::diag::{Code, Diagnostic, list, nearest};
use std::borrow::Cow;
use std::ops::Range;
use toml::de::{DeArray, DeTable, DeValue};

/// A table whose rows are sites.
pub(super) struct Sheet<'a> {
    /// Mistakes in the header; they break every row.
    pub faults: Vec<Diagnostic>,
    /// The sites.
    pub sites: Vec<RowSite<'a>>,
}

/// A row, seen as if it had been written as a `[[site]]`.
pub(super) struct RowSite<'a> {
    /// The number of the row.
    pub number: usize,
    /// The table.
    pub table: Node<'a>,
    /// Mistakes in the shape of the row.
    pub faults: Vec<Diagnostic>,
}

/// A column: the keys that lead to its values, and what they have to be.
struct Column<'a> {
    path: Vec<&'a str>,
    kind: &'static Kind,
    span: Range<usize>,
}

/// Reads the table; an error means that not even the ids of its sites are known.
pub(super) fn read(source: &Source) -> Result<Sheet<'_>, Diagnostic> {
    let bad_table = |message: String| Diagnostic::error(Code::BadTable, message);
    let rows = rows(source.text()).map_err(|fault| {
        let hint = "inside quotes, write a quote twice";
        bad_table(fault.message.to_owned()).at(source.place(fault.at..fault.at + 1)).hint(hint)
    })?;
    let Some((header, rows)) = rows.split_first() else {
        let hint = "write a header whose cells are keys of `[[site]]`, such as `id,domain,title`";
        return Err(bad_table(format!("`{}` is empty", source.file())).at(source.place(0..0)).hint(hint));
    };
    let mut faults = Vec::new();
    let columns = columns(source, header, &mut faults);
    if !columns.iter().flatten().any(|column| column.path == ["id"]) {
        let mistake = bad_table("the table has no column `id`".to_owned()).at(source.place(header.span.clone()));
        return Err(mistake.hint("write the keys of `[[site]]` into the first row"));
    }
    let sites = rows.iter().map(|row| site(source, &columns, row)).collect();
    Ok(Sheet { faults, sites })
}

/// The columns; those with a name that cannot be used are none, and blank ones after the last name do not count.
fn columns<'a>(source: &'a Source, header: &Row<'a>, faults: &mut Vec<Diagnostic>) -> Vec<Option<Column<'a>>> {
    let named = header.cells.iter().rposition(|cell| !cell.text.is_empty()).map_or(0, |last| last + 1);
    let mut columns: Vec<Option<Column<'a>>> = Vec::with_capacity(named);
    for cell in &header.cells[..named] {
        let column = column(source, cell).map_err(|fault| faults.push(fault)).ok();
        let clash = column.as_ref().and_then(|new| columns.iter().flatten().find(|old| old.clashes(new)));
        if let Some(first) = clash {
            let mistake = Diagnostic::error(Code::BadTable, format!("the column `{}` is there twice", cell.text));
            let first = Some(source.place(first.span.clone()));
            faults
                .push(mistake.at(source.place(cell.span.clone())).note("first here", first).hint("remove one of them"));
        }
        columns.push(column);
    }
    columns
}

impl Column<'_> {
    /// Whether both would set the same value.
    fn clashes(&self, other: &Self) -> bool {
        self.path.starts_with(&other.path) || other.path.starts_with(&self.path)
    }
}

/// Follows a header such as `tokens.accent` through the key table.
fn column<'a>(source: &'a Source, header: &Cell<'_>) -> Result<Column<'a>, Diagnostic> {
    let name = &source.text()[header.span.clone()];
    let fault =
        |code, message, hint| Err(Diagnostic::error(code, message).at(source.place(header.span.clone())).hint(hint));
    if name.is_empty() {
        return fault(
            Code::BadTable,
            "this column has no name".to_owned(),
            "write one of the keys of `[[site]]`".to_owned(),
        );
    }
    let path: Vec<&str> = name.split('.').map(str::trim).collect();
    let kind = match follow(&path) {
        Ok(kind) => kind,
        Err(hint) => return fault(Code::UnknownKey, format!("unknown column `{name}`"), hint),
    };
    if fits_a_cell(kind) {
        return Ok(Column { path, kind, span: header.span.clone() });
    }
    let hint = match kind {
        Kind::Map(_) | Kind::Table(_) => format!("write a column for each of its keys: `{name}.…`"),
        _ => "set it in a group, and name the group in the rows".to_owned(),
    };
    fault(Code::BadTable, format!("`{name}` does not fit into a cell"), hint)
}

/// What the values at the end of `path` have to be, or a hint if there is no such key.
fn follow(path: &[&str]) -> Result<&'static Kind, String> {
    const ROW: Kind = Kind::Table(&SITE);
    path.iter().try_fold(&ROW, |kind, part| match kind {
        Kind::Map(values) => Ok(*values),
        Kind::Free => Ok(kind),
        Kind::Table(shape) => {
            shape.key(part).map(|key| &key.kind).ok_or_else(|| match nearest(part, shape.keys().map(|key| key.name)) {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!("the keys are {}", list(shape.keys().map(|key| key.name))),
            })
        }
        _ => Err("only tables have keys after a dot".to_owned()),
    })
}

fn fits_a_cell(kind: &Kind) -> bool {
    match kind {
        Kind::Table(_) | Kind::Map(_) => false,
        Kind::List(item) => !matches!(item, Kind::List(_)) && fits_a_cell(item),
        Kind::Either(kinds) => kinds.iter().any(fits_a_cell),
        _ => true,
    }
}

fn site<'a>(source: &'a Source, columns: &[Option<Column<'a>>], row: &Row<'a>) -> RowSite<'a> {
    let mut faults = Vec::new();
    let surplus = row.cells.iter().enumerate().find(|(at, cell)| !cell.text.is_empty() && *at >= columns.len());
    if row.cells.len() < columns.len() || surplus.is_some() {
        let cells = if row.cells.len() == 1 { "cell" } else { "cells" };
        let message = format!("this row has {} {cells}, the header has {}", row.cells.len(), columns.len());
        let place = source.place(surplus.map_or(row.span.clone(), |(_, cell)| cell.span.clone()));
        let usual = || "write one cell for each column, and quotes around a text that holds the separator".to_owned();
        let hint = list_cut_apart(source, columns, row).unwrap_or_else(usual);
        faults.push(Diagnostic::error(Code::BadTable, message).at(place).hint(hint));
    }
    let mut table = DeTable::new();
    for (cell, column) in row.cells.iter().zip(columns).filter(|(cell, _)| !cell.text.is_empty()) {
        if let Some(column) = column {
            insert(&mut table, column, &column.path, value(column.kind, cell));
        }
    }
    RowSite { number: row.number, table: Node::new(row.span.clone(), DeValue::Table(table)), faults }
}

/// Where cells are parted by semicolons, so are the entries of a list that are written with them.
fn list_cut_apart(source: &Source, columns: &[Option<Column<'_>>], row: &Row<'_>) -> Option<String> {
    let surplus = row.cells.len().checked_sub(columns.len()).filter(|surplus| *surplus > 0)?;
    let is_list = |column: &Option<Column<'_>>| column.as_ref().is_some_and(|column| column.kind.holds_several());
    let at = columns.iter().position(is_list)?;
    let parts = row.cells.get(at..=at + surplus)?;
    let between = source.text().get(parts[0].span.end..parts[1].span.start)?;
    let list: Vec<&str> = parts.iter().map(|cell| cell.text.as_ref()).collect();
    between.contains(';').then(|| format!("in this table, write the entries of a list with `|`: `{}`", list.join("|")))
}

fn insert<'a>(table: &mut DeTable<'a>, column: &Column<'a>, path: &[&'a str], value: Node<'a>) {
    let Some((first, rest)) = path.split_first() else { return };
    let key = toml::Spanned::new(column.span.clone(), Cow::Borrowed(*first));
    if rest.is_empty() {
        table.insert(key, value);
        return;
    }
    let below = table.entry(key).or_insert_with(|| Node::new(value.span(), DeValue::Table(DeTable::new())));
    if let DeValue::Table(below) = below.get_mut() {
        insert(below, column, rest, value);
    }
}

/// What a cell says, read as its column asks; a text that does not fit stays a text, and the check will say so.
fn value<'a>(kind: &Kind, cell: &Cell<'a>) -> Node<'a> {
    let value = match kind {
        Kind::List(item) | Kind::Either([Kind::List(item), ..]) => DeValue::Array(list_of(item, cell)),
        _ => scalar(kind, cell.text.clone()),
    };
    Node::new(cell.span.clone(), value)
}

fn list_of<'a>(item: &Kind, cell: &Cell<'a>) -> DeArray<'a> {
    let mut list = DeArray::new();
    for part in parts(&cell.text) {
        list.push(Node::new(cell.span.clone(), scalar(item, part)));
    }
    list
}

fn parts<'a>(text: &Cow<'a, str>) -> Vec<Cow<'a, str>> {
    fn split(text: &str) -> impl Iterator<Item = &str> {
        text.split([';', '|']).map(str::trim).filter(|part| !part.is_empty())
    }
    match text {
        Cow::Borrowed(text) => split(text).map(Cow::Borrowed).collect(),
        Cow::Owned(text) => split(text).map(|part| Cow::Owned(part.to_owned())).collect(),
    }
}

fn scalar<'a>(kind: &Kind, text: Cow<'a, str>) -> DeValue<'a> {
    match kind {
        Kind::Flag if text.eq_ignore_ascii_case("true") => DeValue::Boolean(true),
        Kind::Flag if text.eq_ignore_ascii_case("false") => DeValue::Boolean(false),
        Kind::Count { .. } | Kind::Number(_) => number(&text).unwrap_or(DeValue::String(text)),
        Kind::Either(kinds) => {
            let special = kinds.iter().map(|kind| scalar(kind, text.clone())).find(|value| !value.is_str());
            special.unwrap_or(DeValue::String(text))
        }
        _ => DeValue::String(text),
    }
}

/// A text of its own was freed of doubled quotes, so it is no number.
fn number<'a>(text: &Cow<'a, str>) -> Option<DeValue<'a>> {
    let Cow::Borrowed(text) = *text else { return None };
    DeValue::parse(text).ok().map(Node::into_inner).filter(DeValue::is_integer)
}
