//! What an answer means for the errand, and what a host says in it.

use crate::provider::{FaultKind, HostFault};
use crate::world::Answer;
use serde::de::IgnoredAny;
use serde_json::Value;

/// What is to be made of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is the host's last word.
    Final,
    /// The host did nothing, and may do it when it is asked again.
    Again,
    /// It cannot be told whether the host did it.
    Unclear,
}

/// More of what a host says is not shown.
const LONGEST: usize = 300;

impl Verdict {
    /// Judges by the status alone.
    pub fn of_status(answer: &Answer) -> Self {
        match answer.status {
            408 | 425 | 429 => Self::Again,
            500.. => Self::Unclear,
            _ => Self::Final,
        }
    }

    /// The same, for hosts that answer in JSON: a success that is none was cut off or comes from someone else, and of a refusal, too, the
    /// reason must be whole.
    pub fn of_json(answer: &Answer) -> Self {
        let is_whole = answer.body.is_empty() || serde_json::from_slice::<IgnoredAny>(&answer.body).is_ok();
        let is_cut = !is_whole && (answer.is_success() || answer.body.starts_with(b"{"));
        match Self::of_status(answer) {
            Self::Final if is_cut => Self::Unclear,
            verdict => verdict,
        }
    }

    /// For buckets that speak the S3 protocol: two that put the same key at the same moment get in each other's way, and a list of which
    /// only the beginning came is none.
    pub fn of_bucket(answer: &Answer) -> Self {
        let conflict = b"ConditionalRequestConflict";
        match Self::of_status(answer) {
            Self::Final if !is_whole(answer) => Self::Unclear,
            Self::Final if answer.status == 409 && answer.body.windows(conflict.len()).any(|part| part == conflict) => {
                Self::Again
            }
            verdict => verdict,
        }
    }
}

/// Whether what is said in XML or JSON has an end; nothing is known of anything else.
fn is_whole(answer: &Answer) -> bool {
    let kind = answer.header("content-type").unwrap_or_default();
    match kind.split(';').next().unwrap_or_default().trim() {
        _ if answer.body.is_empty() => true,
        "application/json" => serde_json::from_slice::<IgnoredAny>(&answer.body).is_ok(),
        "application/xml" | "text/xml" => {
            let text = String::from_utf8_lossy(&answer.body);
            let outermost = text.split('<').map(|tag| tag.split([' ', '>', '/', '\n']).next().unwrap_or_default());
            let mut names = outermost.filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()));
            names.next().is_some_and(|name| text.trim_end().ends_with(&format!("</{name}>")))
        }
        _ => true,
    }
}

/// An answer that is a refusal, as a fault; `said` is what the host says about it.
pub fn refusal(doing: &str, answer: &Answer, said: impl Into<String>) -> HostFault {
    let fault = match answer.status {
        401 | 403 => FaultKind::Refused,
        402 => FaultKind::Wall(None),
        404 | 410 => FaultKind::NoSuch,
        400..500 => FaultKind::Rejected,
        _ => FaultKind::Nonsense,
    };
    HostFault::new(fault, doing, said).request(request_id(answer))
}

/// What the host calls the request.
pub fn request_id(answer: &Answer) -> Option<String> {
    let names = ["cf-ray", "x-vercel-id", "x-amz-request-id", "x-request-id"];
    names.iter().find_map(|name| answer.header(name)).map(str::to_owned)
}

/// What the host says, on one line.
pub fn words(answer: &Answer) -> String {
    let said = serde_json::from_slice(&answer.body).ok().and_then(|value| message(&value));
    let said = said.unwrap_or_else(|| plain(&String::from_utf8_lossy(&answer.body)));
    let words: Vec<&str> = said.split_whitespace().collect();
    let said: String = words.join(" ").chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    if said.is_empty() { "nothing else".to_owned() } else { said }
}

/// The message in `{"error":{"code","message"}}` or `{"errors":[{"code","message"}]}`.
fn message(value: &Value) -> Option<String> {
    let error = value.get("error").or_else(|| value.get("errors")?.get(0)).unwrap_or(value);
    let message = error.get("message").or(Some(error))?.as_str()?;
    match error.get("code") {
        Some(Value::String(code)) => Some(format!("{message} ({code})")),
        Some(Value::Number(code)) => Some(format!("{message} ({code})")),
        _ => Some(message.to_owned()),
    }
}

/// A text, or what is to be read of a page.
fn plain(text: &str) -> String {
    let (mut plain, mut inside) = (String::new(), false);
    for c in text.chars().take(20 * LONGEST) {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                plain.push(' ');
            }
            c if !inside => plain.push(c),
            _ => {}
        }
    }
    plain
}
