//! A guard for parsers that call themselves for every bracket: too many open ones would use up the stack and end the run.

/// Brackets that may be open at the same time; well written files have a tenth of it.
pub(super) const DEEPEST: usize = 100;

/// The first bracket at which `source` may be too deep for a parser. Brackets in strings count, so a file that has one need not be
/// wrong.
pub(super) fn too_deep(source: &str) -> Option<usize> {
    let mut open = 0_usize;
    source.bytes().position(|byte| {
        match byte {
            b'(' | b'[' | b'{' => open += 1,
            b')' | b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        open > DEEPEST
    })
}
