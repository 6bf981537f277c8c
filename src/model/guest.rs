//! What a page loads from other hosts, which learn of every visitor that way.

use super::settings::Settings;
use std::ops::Range;

/// Something that a page loads from another host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// What it is.
    pub kind: GuestKind,
    /// Where it comes from: `example.org`.
    pub host: String,
    /// Where its address stands in the HTML.
    pub span: Range<usize>,
}

/// What a page may load from elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GuestKind {
    /// `<img>`
    Picture,
    /// `<script>`
    Script,
    /// `<link rel="stylesheet">`
    Style,
    /// `<iframe>`
    Frame,
    /// `<video>`, `<audio>`
    Media,
}

impl GuestKind {
    /// The part of a content security policy that is about it.
    pub fn directive(self) -> &'static str {
        match self {
            Self::Picture => "img-src",
            Self::Script => "script-src",
            Self::Style => "style-src",
            Self::Frame => "frame-src",
            Self::Media => "media-src",
        }
    }

    /// It in one word, with its article.
    pub fn name(self) -> &'static str {
        match self {
            Self::Picture => "a picture",
            Self::Script => "a script",
            Self::Style => "a style sheet",
            Self::Frame => "a frame",
            Self::Media => "a video or sound",
        }
    }
}

impl Guest {
    /// What `address` leads to, which is written at the start of some HTML; none if it is on the site itself.
    pub fn at(kind: GuestKind, address: &str) -> Option<Self> {
        let scheme = ["https://", "http://", "//"];
        let rest = scheme.iter().find_map(|scheme| {
            let start = address.get(..scheme.len())?;
            start.eq_ignore_ascii_case(scheme).then(|| &address[scheme.len()..])
        })?;
        let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default().to_ascii_lowercase();
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        let is_host = !host.is_empty() && host.bytes().all(fits);
        is_host.then_some(Self { kind, host, span: 0..address.len() })
    }

    /// Everything that this HTML loads from other hosts. Comments and the insides of scripts and styles are passed over.
    pub fn all_in(html: &str) -> Vec<Self> {
        let (mut found, mut at) = (Vec::new(), 0);
        while let Some(next) = html[at..].find('<') {
            at += next;
            if html[at..].starts_with("<!--") {
                at = html[at..].find("-->").map_or(html.len(), |end| at + end);
                continue;
            }
            at += 1;
            if !html.as_bytes().get(at).is_some_and(u8::is_ascii_alphabetic) {
                continue;
            }
            let tag = Tag::read(html, at);
            found.extend(tag.guest(html));
            at = tag.end(html);
        }
        found
    }
}

/// A tag, with its attributes.
struct Tag<'a> {
    name: String,
    /// The attributes, with where their values stand.
    attributes: Vec<(&'a str, Range<usize>)>,
    end: usize,
}

impl<'a> Tag<'a> {
    /// Reads the tag whose name begins at `start`.
    fn read(html: &'a str, start: usize) -> Self {
        let ends_name = |byte: &u8| !byte.is_ascii_alphanumeric() && *byte != b'-';
        let bytes = html.as_bytes();
        let run = |from: usize, ends: &dyn Fn(&u8) -> bool| {
            bytes[from..].iter().position(ends).map_or(bytes.len(), |len| from + len)
        };
        let mut at = run(start, &ends_name);
        let mut tag = Self { name: html[start..at].to_ascii_lowercase(), attributes: Vec::new(), end: at };
        while let Some(byte) = bytes.get(at).filter(|byte| **byte != b'>') {
            if byte.is_ascii_whitespace() || *byte == b'/' {
                at += 1;
                continue;
            }
            let name_end = run(at, &|byte| byte.is_ascii_whitespace() || matches!(byte, b'=' | b'>')).max(at + 1);
            let name = html.get(at..name_end).unwrap_or_default();
            at = run(name_end, &|byte| !byte.is_ascii_whitespace());
            if bytes.get(at) != Some(&b'=') {
                continue;
            }
            at = run(at + 1, &|byte| !byte.is_ascii_whitespace());
            let value = match bytes.get(at) {
                Some(quote @ (b'"' | b'\'')) => at + 1..run(at + 1, &|byte| byte == quote),
                _ => at..run(at, &|byte| byte.is_ascii_whitespace() || *byte == b'>'),
            };
            let is_quoted = value.start > at;
            at = (value.end + usize::from(is_quoted)).min(bytes.len());
            tag.attributes.push((name, value));
        }
        tag.end = at;
        tag
    }

    fn value(&self, name: &str) -> Option<Range<usize>> {
        let named = |(own, _): &&(&str, Range<usize>)| own.eq_ignore_ascii_case(name);
        self.attributes.iter().find(named).map(|(_, value)| value.clone())
    }

    fn guest(&self, html: &str) -> Option<Guest> {
        let (kind, attribute) = match self.name.as_str() {
            "img" => (GuestKind::Picture, "src"),
            "script" => (GuestKind::Script, "src"),
            "iframe" => (GuestKind::Frame, "src"),
            "video" | "audio" => (GuestKind::Media, "src"),
            "link" if html[self.value("rel")?].eq_ignore_ascii_case("stylesheet") => (GuestKind::Style, "href"),
            _ => return None,
        };
        let span = self.value(attribute)?;
        Guest::at(kind, html[span.clone()].trim()).map(|guest| Guest { span, ..guest })
    }

    /// Where HTML goes on behind the tag, and behind what is not HTML in it.
    fn end(&self, html: &str) -> usize {
        let rest = &html[self.end..];
        match self.name.as_str() {
            "script" | "style" => rest.find("</").map_or(html.len(), |len| self.end + len),
            _ => self.end,
        }
    }
}

impl Settings {
    /// The content security policy that pages are sent with; empty if there is none.
    pub fn policy(&self) -> &str {
        let own = self.headers.get("/*").into_iter().flatten();
        let own = own.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("Content-Security-Policy"));
        own.map_or(self.content_security_policy.as_str(), |(_, value)| value)
    }

    /// What the policy says about guests of a kind; none if it says nothing, which allows everything.
    pub fn welcomed(&self, kind: GuestKind) -> Option<Vec<&str>> {
        let directives: Vec<Vec<&str>> =
            self.policy().split(';').map(|part| part.split_ascii_whitespace().collect()).collect();
        let named = |name: &str| {
            let is_named = |words: &&Vec<&str>| words.first().is_some_and(|word| word.eq_ignore_ascii_case(name));
            directives.iter().find(is_named).map(|words| words[1..].to_vec())
        };
        named(kind.directive()).or_else(|| named("default-src"))
    }

    /// Whether the policy lets browsers load a guest.
    pub fn welcomes(&self, guest: &Guest) -> bool {
        self.welcomed(guest.kind).is_none_or(|sources| sources.iter().any(|source| fits(source, &guest.host)))
    }
}

/// Whether a source of a policy, such as `https:` or `https://*.example.org`, stands for a host.
fn fits(source: &str, host: &str) -> bool {
    let source = source.to_ascii_lowercase();
    if matches!(source.as_str(), "*" | "https:" | "http:") {
        return true;
    }
    let name = source.split_once("://").map_or(source.as_str(), |(_, rest)| rest);
    let name = name.split(['/', ':']).next().unwrap_or_default();
    match name.strip_prefix('*') {
        Some(end) => end.starts_with('.') && host.ends_with(end),
        None => name == host,
    }
}

#[cfg(test)]
mod tests {
    use super::{Guest, GuestKind, fits};

    fn hosts(html: &str) -> Vec<(GuestKind, String)> {
        Guest::all_in(html).into_iter().map(|guest| (guest.kind, guest.host)).collect()
    }

    #[test]
    fn what_html_loads_from_elsewhere_is_found() {
        let html = r#"<p><IMG alt=">" src='https://A.example/x.png'><img src=/own.png><script async src=//b.example/s.js>"<img src='https://no.example/'>"</script>
            <!-- <img src="https://no.example/x"> --><link rel="stylesheet" href="http://c.example:8080/c.css"><link rel="canonical" href="https://no.example/">
            <iframe src="https://d.example/embed?x=1"></iframe><a href="https://no.example/">x</a><video src="https://e.example/v.mp4">"#;
        let expected = [
            (GuestKind::Picture, "a.example"),
            (GuestKind::Script, "b.example"),
            (GuestKind::Style, "c.example"),
            (GuestKind::Frame, "d.example"),
            (GuestKind::Media, "e.example"),
        ];
        assert_eq!(hosts(html), expected.map(|(kind, host)| (kind, host.to_owned())));
    }

    #[test]
    fn html_that_breaks_off_anywhere_is_no_trouble() {
        let html = "é<img é src=\"https://a.example/ä.png\" ü='x' <script src= https://b.example/>ö</script";
        for end in (0..=html.len()).filter(|end| html.is_char_boundary(*end)) {
            Guest::all_in(&html[..end]);
        }
    }

    #[test]
    fn sources_of_a_policy_stand_for_hosts() {
        for source in ["*", "https:", "https://a.example", "a.example", "*.example", "http://a.example:80/path"] {
            assert!(fits(source, "a.example"), "{source}");
        }
        for source in ["'self'", "data:", "b.example", "https://example", "*.a.example", "*xample"] {
            assert!(!fits(source, "a.example"), "{source}");
        }
    }
}
