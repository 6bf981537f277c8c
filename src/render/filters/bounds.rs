//! Measures values, so that no template can make one that fills the memory.

use crate::diag::size;
use crate::render::ask::Fault;
use tera::Value;

/// The longest text, in bytes.
const LONGEST_TEXT: usize = 1 << 20;
/// The most elements, with everything inside them.
const MOST_ELEMENTS: usize = 1_000_000;
/// The deepest nesting.
const DEEPEST: usize = 100;

/// Lets `value` pass if it is not too large.
pub(super) fn bounded(value: &Value) -> Result<Value, Fault> {
    shallow(value).map(|_| value.clone())
}

/// Lets `value` pass if it is not too large with everything inside it.
pub(super) fn bounded_deep(value: &Value) -> Result<Value, Fault> {
    let (mut elements, mut bytes) = (0, 0);
    walk(value, DEEPEST, &mut elements, &mut bytes)?;
    Ok(value.clone())
}

/// Refuses a text that would have `len` bytes.
pub(super) fn bounded_len(len: usize) -> Result<(), Fault> {
    if len > LONGEST_TEXT {
        Err(Fault::limit(format!("a text of more than {} is made", size(LONGEST_TEXT as u64)))
            .hint("print its parts where they are made instead of collecting them"))
    } else {
        Ok(())
    }
}

fn shallow(value: &Value) -> Result<usize, Fault> {
    match (value.as_str(), value.as_array(), value.as_map()) {
        (Some(text), _, _) => bounded_len(text.len()).map(|()| text.len()),
        (_, Some(items), _) => count(items.len()).map(|()| 0),
        (_, _, Some(fields)) => count(fields.len()).map(|()| 0),
        _ => Ok(0),
    }
}

fn count(elements: usize) -> Result<(), Fault> {
    if elements > MOST_ELEMENTS {
        Err(Fault::limit(format!("a list of more than {MOST_ELEMENTS} elements is made"))
            .hint("use fewer entries: `limit`, `where`"))
    } else {
        Ok(())
    }
}

fn walk(value: &Value, depth: usize, elements: &mut usize, bytes: &mut usize) -> Result<(), Fault> {
    if depth == 0 {
        return Err(Fault::limit(format!("lists are nested more than {DEEPEST} levels deep"))
            .hint("do not put a list into itself again and again"));
    }
    *elements += 1;
    *bytes += shallow(value)?;
    count(*elements)?;
    bounded_len(*bytes / 16)?;
    match (value.as_array(), value.as_map()) {
        (Some(items), _) => items.iter().try_for_each(|item| walk(item, depth - 1, elements, bytes)),
        (_, Some(fields)) => fields.values().try_for_each(|field| walk(field, depth - 1, elements, bytes)),
        _ => Ok(()),
    }
}
