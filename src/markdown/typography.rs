//! Quotes as the language sets them, and spaces that must not break.

use super::glance::Glance;
use super::tongue::Tongue;

/// The spaces around what must stay together: `10 €`, `z. B.`.
const NO_BREAK: &str = "\u{a0}";

/// What stays on one line with the number before it.
const UNITS: [&str; 36] = [
    "%", "‰", "€", "$", "£", "EUR", "Euro", "CHF", "Mio.", "Mrd.", "Uhr", "°C", "°", "km/h", "km", "m²", "m³", "m",
    "cm", "mm", "kg", "g", "mg", "t", "l", "ml", "h", "min", "s", "kWh", "kW", "W", "V", "GB", "MB", "TB",
];

/// Which quotes are open in the paragraph at hand.
#[derive(Default, Clone, Copy)]
pub(super) struct Quotes {
    single_is_open: bool,
}

impl Quotes {
    /// The language's form of what the parser made of a straight quote: `“ ” ‘ ’`, where `’` may also be an apostrophe.
    pub(super) fn set(&mut self, tongue: Tongue, mark: &str, is_within_word: bool) -> &'static str {
        let [open, close, single_open, single_close] = marks(tongue);
        match mark {
            "“" => open,
            "”" => close,
            "‘" => {
                self.single_is_open = true;
                single_open
            }
            _ if self.single_is_open && !is_within_word => {
                self.single_is_open = false;
                single_close
            }
            _ => "’",
        }
    }
}

fn marks(tongue: Tongue) -> [&'static str; 4] {
    match tongue {
        Tongue::English => ["“", "”", "‘", "’"],
        Tongue::French => ["«\u{202f}", "\u{202f}»", "“", "”"],
        Tongue::German => ["„", "“", "‚", "‘"],
        Tongue::Swiss => ["«", "»", "‹", "›"],
    }
}

/// Makes the spaces of a German text unbreakable that stand between a number and its unit or inside `z. B.`.
pub(super) fn keep_together(line: &mut String, glance: Glance) {
    if glance.has_number_before_blank() {
        keep(line, b' ', is_before_unit);
    }
    if glance.has_dot_before_blank() {
        keep(line, b'.', |line, dot| line[dot + 1..].starts_with(' ') && is_inside_abbreviation(line, dot + 1));
    }
}

/// Replaces the first space from each `byte` on that `is_glue`.
fn keep(line: &mut String, byte: u8, is_glue: impl Fn(&str, usize) -> bool) {
    let mut glue = memchr::memchr_iter(byte, line.as_bytes()).filter(|at| is_glue(line, *at)).peekable();
    if glue.peek().is_none() {
        return;
    }
    let mut kept = String::with_capacity(line.len() + 16);
    let mut from = 0;
    for at in glue {
        let space = at + usize::from(byte != b' ');
        kept.push_str(&line[from..space]);
        kept.push_str(NO_BREAK);
        from = space + 1;
    }
    kept.push_str(&line[from..]);
    *line = kept;
}

fn is_before_unit(line: &str, space: usize) -> bool {
    let (before, after) = (&line.as_bytes()[..space], &line[space + 1..]);
    let ends = |rest: &str| !rest.starts_with(char::is_alphanumeric);
    before.last().is_some_and(u8::is_ascii_digit) && UNITS.iter().any(|unit| after.strip_prefix(unit).is_some_and(ends))
}

/// One letter and a dot on both sides: `z. B.`, `i. d. R.`.
fn is_inside_abbreviation(line: &str, space: usize) -> bool {
    let Some(before) = line[..space].strip_suffix('.') else { return false };
    let mut backwards = before.chars().rev();
    let mut forwards = line[space + 1..].chars();
    backwards.next().is_some_and(char::is_alphabetic)
        && !backwards.next().is_some_and(char::is_alphanumeric)
        && forwards.next().is_some_and(char::is_alphabetic)
        && forwards.next() == Some('.')
}
