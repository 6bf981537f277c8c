//! Texts with `{column}` in them, filled from a row of data.

use crate::model::{Data, Table};

/// A text with gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Column(String),
}

/// A value whose texts have gaps.
#[derive(Debug, PartialEq)]
pub(super) enum Filler {
    Text(Template),
    List(Vec<Filler>),
    Fixed(Data),
}

/// Why a row cannot fill a gap.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    /// The row has no such column.
    Missing(String),
    /// The column holds a list or a table.
    Nested(String),
}

impl Template {
    /// Takes `text` apart; `{{` and `}}` stand for braces, `{%` is left to shortcodes.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut parts = vec![Part::Text(String::new())];
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            push_text(&mut parts, &rest[..at]);
            let (sign, tail) = rest[at..].split_at(1);
            rest = match tail.strip_prefix(sign) {
                Some(tail) => {
                    push_text(&mut parts, sign);
                    tail
                }
                None if sign == "}" || tail.starts_with('%') => {
                    push_text(&mut parts, sign);
                    tail
                }
                None => {
                    let (name, tail) = tail.split_once('}').ok_or("a `{` has no `}`")?;
                    parts.push(Part::Column(name.trim().to_owned()));
                    tail
                }
            };
        }
        push_text(&mut parts, rest);
        parts.retain(|part| *part != Part::Text(String::new()));
        Ok(Self(parts))
    }

    /// The text that `row` makes of it.
    pub(super) fn fill(&self, row: &Table) -> Result<String, Gap> {
        self.0.iter().try_fold(String::new(), |mut filled, part| {
            match part {
                Part::Text(text) => filled.push_str(text),
                Part::Column(name) => filled.push_str(&cell(row, name)?),
            }
            Ok(filled)
        })
    }

    /// A list, if the template is nothing but a column that holds one.
    fn list<'r>(&self, row: &'r Table) -> Option<&'r Data> {
        match self.0.as_slice() {
            [Part::Column(name)] => row.get(name).filter(|value| value.is_array()),
            _ => None,
        }
    }
}

impl Filler {
    /// Takes the texts of a value apart.
    pub(super) fn parse(value: Data) -> Result<Self, String> {
        Ok(match value {
            Data::String(text) => Self::Text(Template::parse(&text)?),
            Data::Array(list) => Self::List(list.into_iter().map(Self::parse).collect::<Result<_, _>>()?),
            other => Self::Fixed(other),
        })
    }

    /// The value that `row` makes of it.
    pub(super) fn fill(&self, row: &Table) -> Result<Data, Gap> {
        match self {
            Self::Text(template) => match template.list(row) {
                Some(list) => Ok(list.clone()),
                None => template.fill(row).map(Data::String),
            },
            Self::List(list) => list.iter().map(|entry| entry.fill(row)).collect::<Result<_, _>>().map(Data::Array),
            Self::Fixed(value) => Ok(value.clone()),
        }
    }

    /// The terms that `row` makes of it: a column may hold several, with `;` or `|` between them, as in tables of sites.
    pub(super) fn fill_terms(&self, row: &Table) -> Result<Data, Gap> {
        match self {
            Self::Text(Template(parts)) if matches!(parts.as_slice(), [Part::Column(_)]) => {
                Ok(match self.fill(row)? {
                    Data::String(cell) => Data::Array(terms(&cell)),
                    other => other,
                })
            }
            Self::List(list) => {
                let filled = list.iter().map(|entry| entry.fill_terms(row)).collect::<Result<Vec<_>, _>>()?;
                let flat = filled.into_iter().flat_map(|entry| match entry {
                    Data::Array(entries) => entries,
                    entry => vec![entry],
                });
                Ok(Data::Array(flat.collect()))
            }
            Self::Text(_) | Self::Fixed(_) => self.fill(row),
        }
    }
}

fn terms(cell: &str) -> Vec<Data> {
    cell.split([';', '|']).map(str::trim).filter(|term| !term.is_empty()).map(Data::from).collect()
}

/// One cell of a row as text.
pub(super) fn cell(row: &Table, name: &str) -> Result<String, Gap> {
    let value = row.get(name).ok_or_else(|| Gap::Missing(name.to_owned()))?;
    plain(value).ok_or_else(|| Gap::Nested(name.to_owned()))
}

/// A value that fits on one line, as text.
pub(super) fn plain(value: &Data) -> Option<String> {
    match value {
        Data::Null => Some(String::new()),
        Data::Bool(truth) => Some(truth.to_string()),
        Data::Number(number) => Some(number.to_string()),
        Data::String(text) => Some(text.clone()),
        Data::Array(_) | Data::Object(_) => None,
    }
}

fn push_text(parts: &mut Vec<Part>, text: &str) {
    match parts.last_mut() {
        Some(Part::Text(before)) => before.push_str(text),
        _ => parts.push(Part::Text(text.to_owned())),
    }
}
