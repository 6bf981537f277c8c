//! Forms with files in them.

use super::envelope::Refusal;
use crate::hosts::message::Request;
use memchr::memmem;

/// A field or file of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) filename: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) bytes: Vec<u8>,
}

impl Part {
    pub(super) fn text(&self) -> Result<&str, Refusal> {
        std::str::from_utf8(&self.bytes).map_err(|_| Refusal::bad(format!("`{}` is not UTF-8", self.name)))
    }
}

/// The parts of a form, in order.
pub(super) fn parts(request: &Request) -> Result<Vec<Part>, Refusal> {
    let kind = request.header("content-type").unwrap_or_default();
    let boundary = kind.strip_prefix("multipart/form-data").and_then(|rest| rest.split_once("boundary="));
    let boundary = boundary.map(|(_, boundary)| boundary.split(';').next().unwrap_or_default().trim_matches('"'));
    let boundary = boundary.ok_or_else(|| Refusal::bad("the body is no multipart/form-data"))?;
    let between = format!("\r\n--{boundary}");
    // The first boundary stands at the very beginning: with a line end before it, it looks like the others.
    let body = [b"\r\n".as_slice(), &request.body].concat();
    let finder = memmem::Finder::new(&between);
    let starts: Vec<usize> = finder.find_iter(&body).collect();
    let closed = starts.last().is_some_and(|last| body[last + between.len()..].starts_with(b"--"));
    if !closed {
        return Err(Refusal::bad("the form does not end"));
    }
    starts.windows(2).map(|pair| part(&body[pair[0] + between.len()..pair[1]])).collect()
}

fn part(bytes: &[u8]) -> Result<Part, Refusal> {
    let broken = || Refusal::bad("a part of the form has no head");
    let bytes = bytes.strip_prefix(b"\r\n").ok_or_else(broken)?;
    let end = memmem::find(bytes, b"\r\n\r\n").ok_or_else(broken)?;
    let head = std::str::from_utf8(&bytes[..end]).map_err(|_| broken())?;
    let header = |name: &str| {
        let fits = |line: &&str| line.split_once(':').is_some_and(|(known, _)| known.eq_ignore_ascii_case(name));
        head.lines().find(fits).and_then(|line| line.split_once(':')).map(|(_, value)| value.trim())
    };
    let disposition = header("content-disposition").ok_or_else(broken)?;
    let attribute = |name: &str| {
        let (_, rest) = disposition.split_once(&format!("; {name}=\""))?;
        rest.split_once('"').map(|(value, _)| value.replace("%22", "\""))
    };
    Ok(Part {
        name: attribute("name").ok_or_else(broken)?,
        filename: attribute("filename"),
        kind: header("content-type").map(str::to_owned),
        bytes: bytes[end + 4..].to_vec(),
    })
}
