//! How deep raw HTML nests: enough of a reader of tags to count elements that an author leaves open.

/// Elements that never hold anything.
const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];
/// Elements that end where the next of their kind begins.
const ENDS_BY_ITSELF: [&str; 9] = ["dd", "dt", "li", "option", "p", "rp", "rt", "td", "tr"];
/// Elements whose content is not HTML.
const HOLDS_TEXT: [&str; 4] = ["script", "style", "textarea", "title"];

/// The elements that raw HTML has opened, read piece by piece.
#[derive(Default)]
pub(super) struct RawTags {
    open: Vec<String>,
    deepest: usize,
    reading: Reading,
}

/// What the last piece ended in.
#[derive(Default)]
enum Reading {
    #[default]
    Text,
    Comment,
    Tag(Tag),
    /// Inside an element whose content is not HTML.
    Verbatim(String),
}

/// A tag of which not everything has been read.
#[derive(Default)]
struct Tag {
    name: String,
    closes: bool,
    named: bool,
    quote: Option<u8>,
    slash: bool,
}

impl RawTags {
    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// How many were open at the deepest.
    pub(super) fn deepest(&self) -> usize {
        self.deepest
    }

    /// Reads the next piece of raw HTML; stops early once more than `limit` elements are open.
    pub(super) fn read(&mut self, html: &str, limit: usize) {
        let mut rest = html;
        while !rest.is_empty() && self.deepest <= limit {
            rest = match std::mem::take(&mut self.reading) {
                Reading::Text => self.read_text(rest),
                Reading::Comment => self.read_comment(rest),
                Reading::Tag(tag) => self.read_tag(tag, rest),
                Reading::Verbatim(name) => self.read_verbatim(name, rest),
            };
        }
    }

    /// A comment or a tag never reaches beyond the piece of Markdown that holds it.
    pub(super) fn end_of_block(&mut self) {
        if !matches!(self.reading, Reading::Verbatim(_)) {
            self.reading = Reading::Text;
        }
    }

    fn read_text<'a>(&mut self, html: &'a str) -> &'a str {
        let Some(at) = memchr::memchr(b'<', html.as_bytes()) else { return "" };
        let rest = &html[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            self.reading = Reading::Comment;
            return comment;
        }
        let (closes, rest) = rest.strip_prefix('/').map_or((false, rest), |rest| (true, rest));
        if rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            self.reading = Reading::Tag(Tag { closes, ..Tag::default() });
        }
        rest
    }

    fn read_comment<'a>(&mut self, html: &'a str) -> &'a str {
        match html.find("-->") {
            Some(at) => &html[at + 3..],
            None => {
                self.reading = Reading::Comment;
                ""
            }
        }
    }

    fn read_tag<'a>(&mut self, mut tag: Tag, html: &'a str) -> &'a str {
        for (at, byte) in html.bytes().enumerate() {
            match (tag.quote, byte) {
                (Some(quote), _) if quote != byte => {}
                (Some(_), _) => tag.quote = None,
                (None, b'>') => {
                    self.finish(tag);
                    return &html[at + 1..];
                }
                (None, b'"' | b'\'') => tag.quote = Some(byte),
                (None, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-') if !tag.named => {
                    tag.name.push(char::from(byte.to_ascii_lowercase()));
                }
                (None, _) => tag.named = true,
            }
            tag.slash = byte == b'/';
        }
        self.reading = Reading::Tag(tag);
        ""
    }

    fn read_verbatim<'a>(&mut self, name: String, html: &'a str) -> &'a str {
        let ends = |at: &usize| {
            html.as_bytes()
                .get(at + 2..at + 2 + name.len())
                .is_some_and(|end| end.eq_ignore_ascii_case(name.as_bytes()))
        };
        match memchr::memmem::find_iter(html.as_bytes(), "</").find(ends) {
            Some(at) => &html[at..],
            None => {
                self.reading = Reading::Verbatim(name);
                ""
            }
        }
    }

    fn finish(&mut self, tag: Tag) {
        let name = tag.name;
        if tag.closes {
            if let Some(at) = self.open.iter().rposition(|open| *open == name) {
                self.open.truncate(at);
            }
            return;
        }
        if tag.slash || VOID.contains(&name.as_str()) {
            return;
        }
        if HOLDS_TEXT.contains(&name.as_str()) {
            self.reading = Reading::Verbatim(name.clone());
        }
        if ENDS_BY_ITSELF.contains(&name.as_str()) && self.open.last() == Some(&name) {
            self.open.pop();
        }
        self.open.push(name);
        self.deepest = self.deepest.max(self.open.len());
    }
}
