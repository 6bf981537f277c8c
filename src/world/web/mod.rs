//! Asking other machines: one exchange of a call and an answer.
//!
//! It knows HTTP, never what is asked for. A redirect is an answer like any other: whoever follows it decides what may travel along.
//! Of a failure it tells whether the other side can have acted on the call.

mod near;
mod online;
mod outgoing;
#[cfg(test)]
mod tests;

pub use hyper::body::Bytes;
pub use near::Reach;
pub use online::Online;

use std::fmt;
use std::time::Duration;

/// The most that is read of an answer, unless a call says otherwise.
const MOST: usize = 8 << 20;

/// A body that travels more slowly is as good as standing still, in bytes a second.
const SLOWEST: u64 = 16 << 10;

/// Someone who carries calls to other machines.
pub trait Web: Send + Sync {
    /// Sends a call and waits for its answer.
    fn send(&self, call: &Call) -> Result<Answer, WebFault>;
}

/// What is wanted of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// To have it.
    Get,
    /// To know of it.
    Head,
    /// To have it do something.
    Post,
    /// To replace it.
    Put,
    /// To change a part of it.
    Patch,
    /// To remove it.
    Delete,
}

/// One request.
#[derive(Clone, PartialEq, Eq)]
pub struct Call {
    /// What is wanted.
    pub method: Method,
    /// The whole address, with its query.
    pub url: String,
    /// Names and values, in order; a `Host` named here replaces that of the address.
    pub headers: Vec<(String, String)>,
    /// What follows them; it is shared, not copied, when a call is repeated.
    pub body: Bytes,
    /// How long nothing may happen: while the body travels, and then until the answer is there as a whole.
    pub within: Duration,
    /// The most bytes of an answer.
    pub most: usize,
    /// How far it may go.
    pub reach: Reach,
}

/// What came back.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The names, in lower case, and values in the order in which they were sent; a value that is not text is left empty.
    pub headers: Vec<(String, String)>,
    /// What followed them, complete.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebFault {
    /// The call certainly did not reach the other side.
    Unreachable(String),
    /// The call may have been received and acted on, but the answer was lost.
    Lost(String),
    /// The call was received, and the answer is longer than allowed.
    TooLarge {
        /// The status code of that answer.
        status: u16,
        /// The limit.
        most: usize,
    },
}

impl Call {
    /// A call without headers and body.
    pub fn new(method: Method, url: impl Into<String>, within: Duration) -> Self {
        let (headers, body, reach) = (Vec::new(), Bytes::new(), Reach::Anywhere);
        Self { method, url: url.into(), headers, body, within, most: MOST, reach }
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// How long a body of `len` bytes may travel at most, beside the time in which nothing happens.
    pub fn longest(len: usize) -> Duration {
        Duration::from_secs(len as u64 / SLOWEST)
    }

    /// Takes a body along.
    #[must_use]
    pub fn body(self, body: impl Into<Bytes>) -> Self {
        Self { body: body.into(), ..self }
    }
}

impl Answer {
    /// The first value of a header, named in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether the other side did what was wanted.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Headers may hold secrets: only their names are shown.
impl fmt::Debug for Call {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        write!(out, "{} {} {names:?} and {} bytes", self.method, self.url, self.body.len())
    }
}

/// Bodies may hold secrets, too: only their length is shown.
impl fmt::Debug for Answer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} with {} bytes", self.status, self.body.len())
    }
}

impl fmt::Display for Method {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        })
    }
}

impl fmt::Display for WebFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(why) => write!(out, "it cannot be reached: {why}"),
            Self::Lost(why) => write!(out, "the answer was lost: {why}"),
            Self::TooLarge { most, .. } => write!(out, "the answer is longer than {}", crate::diag::size(*most as u64)),
        }
    }
}
