//! A moment that a person wrote down, with the offset it was meant in.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use std::fmt::{self, Write};

/// A date or a date with a time, placed in a time zone; the earlier one is the smaller one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    instant: Timestamp,
    local: DateTime,
    offset: Offset,
}

/// Why a text is not a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StampFault {
    /// It is not a date at all.
    NoDate,
    /// It is a date that no clock reaches in every time zone: before `-009999-01-03` or after `9999-12-30T22:00:00Z`.
    OutOfRange,
}

/// What a person probably meant by something that is not a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    /// This date, written in another way.
    Date(Date),
    /// A day that its month does not have; this is the last one that it has.
    Beyond(Date),
}

impl Stamp {
    /// Reads `2026-03-01`, `2026-03-01 08:30`, `2026-03-01T08:30:00` (both in `zone`) or the same with an offset.
    pub fn parse(text: &str, zone: &TimeZone) -> Result<Self, StampFault> {
        let text = text.trim();
        let offset = written_offset(text);
        if let Ok(instant) = text.parse::<Timestamp>() {
            let offset = offset.map_or(Offset::UTC, |(offset, _)| offset);
            return Ok(Self { instant, local: offset.to_datetime(instant), offset });
        }
        if let Some((_, clock)) = offset {
            // Of the years that can be written, only the first and the last do not pass as a whole.
            let is_date = clock.parse::<DateTime>().is_ok_and(|local| local.year().abs() == 9999);
            return Err(if is_date { StampFault::OutOfRange } else { StampFault::NoDate });
        }
        let written = match text.len() {
            0..=10 => text.parse::<Date>().map(|date| date.to_datetime(jiff::civil::Time::midnight())),
            _ => text.parse::<DateTime>(),
        };
        let local = written.map_err(|_| StampFault::NoDate)?;
        let zoned = zone.to_ambiguous_zoned(local).compatible().map_err(|_| StampFault::OutOfRange)?;
        Ok(Self { instant: zoned.timestamp(), local: zoned.datetime(), offset: zoned.offset() })
    }

    /// What a person meant who wrote `2026-6-1`, `21.06.2026` or `2026-06-31`.
    pub fn meant(text: &str) -> Option<Meant> {
        let parts: Vec<&str> = text.trim().split(['-', '.', '/']).map(str::trim).collect();
        let [first, month, last] = parts[..] else { return None };
        let number =
            |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten();
        let (year, day) = match (first.len(), last.len()) {
            (4, 1 | 2) => (first, last),
            // What comes first between slashes is the day here and the month there.
            (1 | 2, 4) if !text.contains('/') => (last, first),
            _ => return None,
        };
        let (month, day): (i16, i16) = (number(month)?, number(day)?);
        let start = Date::new(number(year)?, i8::try_from(month).ok()?, 1).ok()?;
        let date = i8::try_from(day).ok().filter(|day| (1..=31).contains(day))?;
        Some(match Date::new(start.year(), start.month(), date) {
            Ok(date) => Meant::Date(date),
            Err(_) => Meant::Beyond(start.last_of_month()),
        })
    }

    /// The moment in nanoseconds since 1970, and the offset in seconds: all that it is made of.
    pub fn parts(&self) -> (i128, i32) {
        (self.instant.as_nanosecond(), self.offset.seconds())
    }

    /// A moment of such parts.
    pub fn of_parts(nanosecond: i128, offset: i32) -> Option<Self> {
        let (instant, offset) = (Timestamp::from_nanosecond(nanosecond).ok()?, Offset::from_seconds(offset).ok()?);
        Some(Self { instant, local: offset.to_datetime(instant), offset })
    }

    /// The moment itself.
    pub fn instant(&self) -> Timestamp {
        self.instant
    }

    /// Date and time as a clock on the wall showed them.
    pub fn local(&self) -> DateTime {
        self.local
    }

    /// `2026-03-01T08:30:00+01:00`.
    pub fn rfc3339(&self) -> String {
        let (date, time) = (self.local.date(), self.local.time());
        let mut text = String::with_capacity(25);
        // Digit by digit, because every page has dates in several places, and a pattern costs ten times as much.
        match u16::try_from(date.year()) {
            Ok(year) => [year / 100, year % 100].into_iter().for_each(|part| push_two(&mut text, part as u8)),
            // Writing to memory cannot fail.
            Err(_) => drop(write!(text, "{:04}", date.year())),
        }
        let parts =
            [('-', date.month()), ('-', date.day()), ('T', time.hour()), (':', time.minute()), (':', time.second())];
        for (sign, part) in parts {
            text.push(sign);
            push_two(&mut text, part.unsigned_abs());
        }
        self.push_offset(&mut text, ":");
        text
    }

    /// `Sun, 01 Mar 2026 08:30:00 +0100`, as RSS wants it.
    pub fn rfc2822(&self) -> String {
        let mut text = self.local.strftime("%a, %d %b %Y %H:%M:%S ").to_string();
        self.push_offset(&mut text, "");
        text
    }

    /// `2026-03-01`.
    pub fn date(&self) -> String {
        self.local.date().to_string()
    }

    /// Adds `+01:00`, with `between` in its middle; no offset has 100 hours.
    fn push_offset(&self, text: &mut String, between: &str) {
        let minutes = self.offset.seconds() / 60;
        text.push(if minutes < 0 { '-' } else { '+' });
        push_two(text, (minutes.abs() / 60) as u8);
        text.push_str(between);
        push_two(text, (minutes.abs() % 60) as u8);
    }
}

/// Adds two digits.
fn push_two(text: &mut String, number: u8) {
    text.extend([number / 10, number % 10].map(|digit| char::from(b'0' + digit)));
}

/// The offset at the end of a text, and the text before it.
fn written_offset(text: &str) -> Option<(Offset, &str)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((Offset::UTC, clock));
    }
    let sign_at = text.rfind(['+', '-']).filter(|at| *at > 10)?;
    let digits: String = text[sign_at + 1..].chars().filter(char::is_ascii_digit).collect();
    let hours: i32 = digits.get(..2)?.parse().ok()?;
    let minutes: i32 = digits.get(2..4).unwrap_or("00").parse().ok()?;
    let seconds = (hours * 60 + minutes) * 60;
    let offset = Offset::from_seconds(if text.as_bytes()[sign_at] == b'-' { -seconds } else { seconds }).ok()?;
    Some((offset, &text[..sign_at]))
}

impl fmt::Display for StampFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::NoDate => "not a date",
            Self::OutOfRange => "out of range",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Meant, Stamp};
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    #[test]
    fn dates_are_understood_that_cannot_be_read() {
        for written in ["2026-6-1", "2026/06/01", "2026.6.01", "1.6.2026", " 01. 06. 2026 ", "1-6-2026"] {
            assert_eq!(Stamp::meant(written), Some(Meant::Date(date(2026, 6, 1))), "{written}");
        }
        assert_eq!(Stamp::meant("2026-06-31"), Some(Meant::Beyond(date(2026, 6, 30))));
        for nonsense in ["6/1/2026", "1/6/2026", "2026-13-01", "2026-06-99", "26-6-1", "soon", "2026-06", "-1.6.2026"] {
            assert_eq!(Stamp::meant(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn every_year_and_every_offset_can_be_written() {
        let stamp = |text: &str| Stamp::parse(text, &TimeZone::UTC);
        for (written, shown) in [
            ("2026-03-01T08:30:05+01:00", "2026-03-01T08:30:05+01:00"),
            ("2026-11-30", "2026-11-30T00:00:00+00:00"),
            ("0007-01-02", "0007-01-02T00:00:00+00:00"),
            ("-000050-01-02", "-050-01-02T00:00:00+00:00"),
            ("2026-03-01T08:30:00-09:30", "2026-03-01T08:30:00-09:30"),
        ] {
            assert_eq!(stamp(written).map(|stamp| stamp.rfc3339()), Ok(shown.to_owned()));
            let again =
                stamp(written).map(|stamp| stamp.parts()).map(|(instant, offset)| Stamp::of_parts(instant, offset));
            assert_eq!(again, stamp(written).map(Some));
        }
        let mail = stamp("2026-03-01T08:30:00-09:30").map(|stamp| stamp.rfc2822());
        assert_eq!(mail, Ok("Sun, 01 Mar 2026 08:30:00 -0930".to_owned()));
    }
}
