//! A guard for parsers that call themselves for every bracket: too many open ones would use up the stack and end the run.

/// Brackets that may be open at the same time; well written files have a tenth of it.
const DEEPEST: usize = 100;

/// Whether `source` may be too deep for a parser. Brackets in strings count, so a file this is true for need not be wrong.
pub(super) fn is_deep(source: &str) -> bool {
    let mut open = 0_usize;
    source.bytes().any(|byte| {
        match byte {
            b'(' | b'[' | b'{' => open += 1,
            b')' | b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        open > DEEPEST
    })
}
