//! What hosts say in the headers of an answer about how much may still be asked of them, and when to come back.

use crate::world::Answer;
use jiff::Timestamp;
use std::time::Duration;

/// What is left until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Left {
    /// How many more.
    pub(super) many: u64,
    /// How long this is true.
    pub(super) during: Duration,
}

/// How long the host wants to be left alone; none if it does not say so in a way that can be read.
pub(super) fn retry_after(answer: &Answer, now: Timestamp) -> Option<Duration> {
    let text = answer.header("retry-after")?.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(Duration::from_secs(seconds.into()));
    }
    let until = date(text)?;
    // What counts is the host's clock: one of the two may be wrong.
    let since = answer.header("date").and_then(date).unwrap_or(now);
    Some(Duration::try_from(until.duration_since(since)).unwrap_or_default())
}

/// What is left according to the host.
pub(super) fn left(answer: &Answer, now: Timestamp) -> Option<Left> {
    structured(answer).or_else(|| plain(answer, "ratelimit", now)).or_else(|| plain(answer, "x-ratelimit", now))
}

/// `Ratelimit: "default";r=1100;t=120`; of several policies, the one with the least left.
fn structured(answer: &Answer) -> Option<Left> {
    let policies = answer.header("ratelimit")?.split(',');
    policies.filter_map(policy).min_by_key(|left| left.many)
}

fn policy(text: &str) -> Option<Left> {
    let value = |name: &str| -> Option<u64> {
        let found = text.split(';').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='))?;
        found.trim().parse().ok()
    };
    Some(Left { many: value("r")?, during: Duration::from_secs(value("t")?) })
}

/// `X-RateLimit-Remaining: 12` with `X-RateLimit-Reset`: seconds, or the moment in seconds or milliseconds since 1970.
fn plain(answer: &Answer, prefix: &str, now: Timestamp) -> Option<Left> {
    let value = |what: &str| answer.header(&format!("{prefix}-{what}"))?.trim().parse::<u64>().ok();
    let (many, reset) = (value("remaining")?, value("reset")?);
    let now = u64::try_from(now.as_millisecond()).unwrap_or_default();
    let during = match reset {
        0..100_000_000 => Duration::from_secs(reset),
        100_000_000..100_000_000_000 => Duration::from_millis((reset * 1000).saturating_sub(now)),
        _ => Duration::from_millis(reset.saturating_sub(now)),
    };
    Some(Left { many, during })
}

/// A moment as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`.
fn date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::parse(text).ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::{Left, left, retry_after};
    use crate::world::Answer;
    use jiff::Timestamp;
    use std::time::Duration;

    const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

    fn answer(headers: &[(&str, &str)]) -> Answer {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Answer { status: 429, headers, body: Vec::new() }
    }

    fn wait(headers: &[(&str, &str)]) -> Option<u64> {
        retry_after(&answer(headers), NOW).map(|wait| wait.as_secs())
    }

    #[test]
    fn seconds_and_dates_are_understood_and_garbage_is_not() {
        assert_eq!(wait(&[("retry-after", "7")]), Some(7));
        assert_eq!(wait(&[("retry-after", " 3600 ")]), Some(3600));
        assert_eq!(wait(&[("retry-after", "Fri, 15 Jan 2027 08:00:30 GMT")]), Some(30));
        assert_eq!(wait(&[("retry-after", "Fri, 15 Jan 2027 07:00:00 GMT")]), Some(0));
        for garbage in ["", "soon", "-5", "1.5", "99999999999", "2027-01-15T08:00:30Z"] {
            assert_eq!(wait(&[("retry-after", garbage)]), None, "{garbage:?}");
        }
        assert_eq!(wait(&[]), None);
    }

    #[test]
    fn a_host_whose_clock_is_wrong_is_believed_about_the_span() {
        let (date, after) = ("Fri, 15 Jan 2027 08:10:00 GMT", "Fri, 15 Jan 2027 08:10:20 GMT");
        assert_eq!(wait(&[("date", date), ("retry-after", after)]), Some(20));
    }

    #[test]
    fn what_is_left_is_read_in_every_way_that_hosts_say_it() {
        let told = |many, seconds| Some(Left { many, during: Duration::from_secs(seconds) });
        let read = |headers: &[(&str, &str)]| left(&answer(headers), NOW);
        assert_eq!(read(&[("ratelimit", "\"default\";r=1100;t=120")]), told(1100, 120));
        assert_eq!(read(&[("ratelimit", "\"a\";r=50;t=9, \"b\"; r=3; t=7")]), told(3, 7));
        assert_eq!(read(&[("ratelimit-remaining", "4"), ("ratelimit-reset", "5")]), told(4, 5));
        assert_eq!(read(&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1800000060")]), told(0, 60));
        assert_eq!(read(&[("x-ratelimit-remaining", "9"), ("x-ratelimit-reset", "1800000060000")]), told(9, 60));
        assert_eq!(read(&[("x-ratelimit-remaining", "9"), ("x-ratelimit-reset", "1700000000")]), told(9, 0));
        for garbage in [&[("ratelimit", "r=x;t=1")][..], &[("x-ratelimit-remaining", "4")], &[("ratelimit", "")]] {
            assert_eq!(read(garbage), None);
        }
    }
}
