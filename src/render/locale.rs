//! Dates and numbers as a language writes them.

use crate::model::Language;
use jiff::civil::{Date, DateTime, Weekday};
use tera::Value;

const GERMAN_MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const FRENCH_MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const GERMAN_SHORT: [&str; 12] =
    ["Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."];
const ENGLISH_SHORT: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const FRENCH_SHORT: [&str; 12] =
    ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."];
const GERMAN_DAYS: [&str; 7] = ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"];
const ENGLISH_DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const FRENCH_DAYS: [&str; 7] = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];
const GERMAN_DAYS_SHORT: [&str; 7] = ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"];
const ENGLISH_DAYS_SHORT: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const FRENCH_DAYS_SHORT: [&str; 7] = ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."];

/// How one language names months and days.
struct Names {
    months: &'static [&'static str; 12],
    months_short: &'static [&'static str; 12],
    days: &'static [&'static str; 7],
    days_short: &'static [&'static str; 7],
}

fn names(language: &Language) -> Option<Names> {
    Some(match language.primary() {
        "de" => Names {
            months: &GERMAN_MONTHS,
            months_short: &GERMAN_SHORT,
            days: &GERMAN_DAYS,
            days_short: &GERMAN_DAYS_SHORT,
        },
        "en" => Names {
            months: &ENGLISH_MONTHS,
            months_short: &ENGLISH_SHORT,
            days: &ENGLISH_DAYS,
            days_short: &ENGLISH_DAYS_SHORT,
        },
        "fr" => Names {
            months: &FRENCH_MONTHS,
            months_short: &FRENCH_SHORT,
            days: &FRENCH_DAYS,
            days_short: &FRENCH_DAYS_SHORT,
        },
        _ => return None,
    })
}

/// `1. März 2026`, `1 March 2026`, `1er mars 2026`; other languages write `2026-03-01`.
pub(super) fn long_date(date: Date, language: &Language) -> String {
    let Some(names) = names(language) else { return date.to_string() };
    let (year, month, day) = (date.year(), names.months[date.month() as usize - 1], date.day());
    match (language.primary(), day) {
        ("de", _) => format!("{day}. {month} {year}"),
        ("fr", 1) => format!("1er {month} {year}"),
        _ => format!("{day} {month} {year}"),
    }
}

/// `01.03.2026`, `1 Mar 2026`, `01/03/2026`; other languages write `2026-03-01`.
pub(super) fn short_date(date: Date, language: &Language) -> String {
    let (year, month, day) = (date.year(), date.month(), date.day());
    match language.primary() {
        "de" => format!("{day:02}.{month:02}.{year}"),
        "en" => format!("{day} {} {year}", ENGLISH_SHORT[month as usize - 1]),
        "fr" => format!("{day:02}/{month:02}/{year}"),
        _ => date.to_string(),
    }
}

/// A date by a pattern such as `%d.%m.%Y`; months and days have the names of the language.
pub(super) fn patterned_date(moment: DateTime, pattern: &str, language: &Language) -> Result<String, String> {
    let named = name_parts(moment, pattern, language);
    jiff::fmt::strtime::format(&named, moment).map_err(|error| error.to_string())
}

/// Writes the names out; all other parts of the pattern are left to `strftime`.
fn name_parts(moment: DateTime, pattern: &str, language: &Language) -> String {
    let Some(names) = names(language) else { return pattern.to_owned() };
    let month = moment.month() as usize - 1;
    let day = moment.date().weekday().since(Weekday::Monday) as usize;
    let mut named = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('%') {
        named.push_str(before);
        let mut after = after.chars();
        match after.next() {
            Some('B') => named.push_str(names.months[month]),
            Some('b' | 'h') => named.push_str(names.months_short[month]),
            Some('A') => named.push_str(names.days[day]),
            Some('a') => named.push_str(names.days_short[day]),
            Some(other) => named.extend(['%', other]),
            None => named.push('%'),
        }
        rest = after.as_str();
    }
    named.push_str(rest);
    named
}

/// A number with the separators of the language and, if they are given, so many digits after the point; none if it is not a number.
pub(super) fn number(value: &Value, decimals: Option<usize>, language: &Language) -> Option<String> {
    let plain = match (value.as_i128(), value.as_f64(), decimals) {
        (Some(whole), _, None) => whole.to_string(),
        (Some(whole), _, Some(decimals)) if decimals > 0 => format!("{whole}.{:0decimals$}", 0),
        (Some(whole), _, Some(_)) => whole.to_string(),
        (None, Some(float), Some(decimals)) => format!("{float:.decimals$}"),
        (None, Some(float), None) => float.to_string(),
        (None, None, _) => return None,
    };
    Some(separated(&plain, language))
}

fn separated(plain: &str, language: &Language) -> String {
    let (thousands, point) = match (language.tag(), language.primary()) {
        ("de-CH" | "de-LI", _) => ("’", "."),
        ("de-AT", _) => ("\u{a0}", ","),
        (_, "de" | "nl" | "es" | "it" | "pt" | "da" | "tr" | "id") => (".", ","),
        (_, "fr") => ("\u{202f}", ","),
        (_, "sv" | "nb" | "no" | "fi" | "pl" | "cs") => ("\u{a0}", ","),
        _ => (",", "."),
    };
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut text = String::with_capacity(plain.len() + 8);
    text.push_str(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) && digit.is_ascii_digit() {
            text.push_str(thousands);
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push_str(point);
        text.push_str(fraction);
    }
    text
}
