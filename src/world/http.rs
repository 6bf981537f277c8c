//! Listening for browsers: the only sockets that wait for someone.
//!
//! It knows requests and responses, never what is served: whoever listens hands in a function from one to the other.

mod body;
mod listener;
mod stream;

pub use listener::{ListenFault, Openness, Server, Socket};
pub use stream::{Events, Teller, event_stream};

use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

/// A request, as far as a server of finished files looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `GET`, `HEAD` or what else was asked for.
    pub method: String,
    /// What stood behind the method: a path with its query, as it was sent.
    pub target: String,
    /// The names, in lower case, and values in the order in which they were sent; a value that is not text is left empty.
    pub headers: Vec<(String, String)>,
}

impl Request {
    /// The value of a header, named in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// How often a header was sent.
    pub fn count(&self, name: &str) -> usize {
        self.headers.iter().filter(|(known, _)| known == name).count()
    }
}

/// An answer.
#[derive(Debug)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Names and values, in order.
    pub headers: Vec<(String, String)>,
    /// What follows them.
    pub payload: Payload,
}

/// Writes a body, a piece at a time.
pub(super) type Writing = Box<dyn FnOnce(&mut dyn Write) -> io::Result<()> + Send>;

/// What follows the headers.
pub enum Payload {
    /// Bytes that others may hold, too.
    Shared(Arc<[u8]>),
    /// Bytes made for this answer.
    Made(Vec<u8>),
    /// Too much to hold: written on a thread of its own while it is sent.
    Pieces {
        /// How many bytes it will be.
        len: u64,
        /// Writes them.
        write: Writing,
    },
    /// A stream of events that ends when either side goes away.
    Events(Events),
}

impl Response {
    /// An answer without a header.
    pub fn new(status: u16, payload: Payload) -> Self {
        Self { status, headers: Vec::new(), payload }
    }

    /// A few words.
    pub fn words(status: u16, words: &str) -> Self {
        let payload = Payload::Made(format!("{words}\n").into_bytes());
        Self::new(status, payload).with("content-type", "text/plain; charset=utf-8").with("cache-control", "no-store")
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shared(bytes) => write!(out, "{} shared bytes", bytes.len()),
            Self::Made(bytes) => write!(out, "{} bytes", bytes.len()),
            Self::Pieces { len, .. } => write!(out, "{len} bytes in pieces"),
            Self::Events(_) => out.write_str("events"),
        }
    }
}
