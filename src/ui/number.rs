//! Numbers as people read them.

use std::time::Duration;

/// `29 960`: digits in groups of three.
pub fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped
}

/// `12 ms`, `1.9 s`, `2 min 5 s`.
pub fn duration(time: Duration) -> String {
    match time.as_millis() {
        ms if ms < 1_000 => format!("{ms} ms"),
        ms if ms < 60_000 => format!("{:.1} s", time.as_secs_f64()),
        ms => format!("{} min {} s", ms / 60_000, ms / 1_000 % 60),
    }
}

/// `1 page`, `20 pages`.
pub fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}
