//! Requests and answers as a double sees them.

use serde_json::Value;
use std::io::{self, BufRead, Read, Write};

/// A request that has come in whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// As it was sent, up to the question mark.
    pub(crate) path: String,
    /// What stood behind it.
    pub(crate) query: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// What is sent back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// The most that a double takes in one request; more than any host takes.
const LARGEST_BODY: usize = 256 << 20;

impl Request {
    /// Reads the head of a request; `None` if the other side is done with the connection.
    pub(crate) fn head(wire: &mut impl BufRead) -> io::Result<Option<Self>> {
        let Some(first) = line(wire)? else { return Ok(None) };
        let mut words = first.split(' ');
        let (Some(method), Some(target), Some("HTTP/1.1")) = (words.next(), words.next(), words.next()) else {
            return Err(io::Error::other(format!("`{first}` begins no request")));
        };
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut headers = Vec::new();
        while let Some(text) = line(wire)?.filter(|text| !text.is_empty()) {
            let (name, value) = text.split_once(':').ok_or_else(|| io::Error::other("a header without a colon"))?;
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let (method, path, query) = (method.to_owned(), path.to_owned(), query.to_owned());
        Ok(Some(Self { method, path, query, headers, body: Vec::new() }))
    }

    /// Reads what the head announces.
    pub(crate) fn read_body(&mut self, wire: &mut impl BufRead) -> io::Result<()> {
        if self.header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
            return self.read_chunks(wire);
        }
        let length = self.header("content-length").map_or(Ok(0), str::parse::<usize>).map_err(io::Error::other)?;
        if length > LARGEST_BODY {
            return Err(io::Error::other("larger than a double takes"));
        }
        self.body = vec![0; length];
        wire.read_exact(&mut self.body)
    }

    fn read_chunks(&mut self, wire: &mut impl BufRead) -> io::Result<()> {
        loop {
            let size = line(wire)?.ok_or_else(|| io::Error::other("the last chunk is missing"))?;
            let size = usize::from_str_radix(size.split(';').next().unwrap_or_default().trim(), 16);
            let size = size.map_err(io::Error::other)?;
            let from = self.body.len();
            if from + size > LARGEST_BODY {
                return Err(io::Error::other("larger than a double takes"));
            }
            self.body.resize(from + size, 0);
            wire.read_exact(&mut self.body[from..])?;
            line(wire)?;
            if size == 0 {
                return Ok(());
            }
        }
    }

    /// The value of a header, named in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What stands behind `Bearer`.
    pub(crate) fn bearer(&self) -> Option<&str> {
        self.header("authorization")?.strip_prefix("Bearer ")
    }

    /// The host it was sent to, without a port.
    pub(crate) fn host(&self) -> &str {
        let host = self.header("host").unwrap_or_default();
        host.rsplit_once(':').map_or(host, |(name, _)| name)
    }

    /// The value of a parameter of the query.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }

    /// The body as JSON; `null` if it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The parts of the path.
    pub(crate) fn segments(&self) -> Vec<&str> {
        self.path.split('/').filter(|part| !part.is_empty()).collect()
    }
}

impl Reply {
    /// An answer in JSON.
    pub(crate) fn json(status: u16, value: &Value) -> Self {
        Self::bytes(status, "application/json", value.to_string().into_bytes())
    }

    /// An answer in a few words, as hosts give them that forget about JSON.
    pub(crate) fn text(status: u16, words: &str) -> Self {
        Self::bytes(status, "text/plain;charset=UTF-8", words.as_bytes().to_vec())
    }

    /// A page.
    pub(crate) fn html(status: u16, page: &str) -> Self {
        Self::bytes(status, "text/html; charset=UTF-8", page.as_bytes().to_vec())
    }

    /// Bytes of a kind.
    pub(crate) fn bytes(status: u16, kind: &str, body: Vec<u8>) -> Self {
        Self { status, headers: vec![("content-type".into(), kind.into())], body }
    }

    /// Nothing but a status.
    pub(crate) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// The same with a header more.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The head as it is sent; the length is what is announced, whatever is sent of it.
    pub(crate) fn write_head(&self, wire: &mut impl Write) -> io::Result<()> {
        write!(wire, "HTTP/1.1 {} Status\r\n", self.status)?;
        for (name, value) in &self.headers {
            write!(wire, "{name}: {value}\r\n")?;
        }
        if self.status != 204 && self.status != 304 {
            write!(wire, "content-length: {}\r\n", self.body.len())?;
        }
        write!(wire, "\r\n")
    }
}

/// A line without its end; `None` at the end of the connection.
fn line(wire: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    if wire.by_ref().take(64 << 10).read_until(b'\n', &mut bytes)? == 0 {
        return Ok(None);
    }
    let text = String::from_utf8(bytes).map_err(io::Error::other)?;
    Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
}
