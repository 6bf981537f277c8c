//! Reads what stands between the braces of a shortcode: `name(key="text", n=3, flag=true, list=["a", "b"])`.

use crate::diag::{Code, Diagnostic, Place};
use crate::model::{Data, Table};
use std::ops::Range;

/// How deep lists may stand in lists.
const DEEPEST_LIST: usize = 4;

/// A name with its arguments.
#[derive(Debug)]
pub(super) struct Read<'a> {
    pub(super) name: &'a str,
    pub(super) args: Table,
    /// Where the text goes on.
    pub(super) end: usize,
}

/// Why a call cannot be read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fault {
    pub(super) span: Range<usize>,
    code: Code,
    message: String,
    hint: String,
}

impl Fault {
    fn new(span: Range<usize>, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { span, code: Code::BadShortcode, message: message.into(), hint: hint.into() }
    }

    pub(super) fn unclosed(span: Range<usize>, name: &str) -> Self {
        Self::new(span, format!("`{name}` is never ended"), "write `{% end %}` after its text")
    }

    pub(super) fn stray_end(span: Range<usize>) -> Self {
        Self::new(span, "`{% end %}` ends nothing", "remove it, or begin with `{% name() %}`")
    }

    pub(super) fn nested(span: Range<usize>) -> Self {
        let hint = "take some of them apart";
        Self { code: Code::NestedTooDeep, ..Self::new(span, "shortcodes are nested too deeply", hint) }
    }

    /// The message about it.
    pub(super) fn diagnostic(&self, place: Place) -> Diagnostic {
        Diagnostic::error(self.code, self.message.as_str()).at(place).hint(self.hint.as_str())
    }
}

/// Where the text goes on after an `end` and `%}` at `at`.
pub(super) fn end(body: &str, at: usize) -> Option<usize> {
    let mut reader = Reader { body, at };
    (reader.word() == "end" && reader.take("%}")).then_some(reader.at)
}

/// Reads a name, its arguments and `close` at `at`.
pub(super) fn call<'a>(body: &'a str, at: usize, close: &str) -> Result<Read<'a>, Fault> {
    let mut reader = Reader { body, at };
    let name = reader.word();
    if name.is_empty() {
        return Err(reader.fault("a shortcode begins with its name", r"write `\{` instead of `{` to show a brace"));
    }
    if !reader.take("(") {
        let opening = if close == "}}" { "{{" } else { "{%" };
        return Err(
            reader.fault(format!("`(` is missing after `{name}`"), format!("write `{opening} {name}() {close}`"))
        );
    }
    let args = reader.arguments()?;
    if !reader.take(close) {
        return Err(reader.fault(format!("`{close}` is missing"), format!("a shortcode ends with `{close}`")));
    }
    Ok(Read { name, args, end: reader.at })
}

struct Reader<'a> {
    body: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.body[self.at..]
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// Takes `token` after blanks, if it is there.
    fn take(&mut self, token: &str) -> bool {
        self.skip_blanks();
        let is_there = self.rest().starts_with(token);
        self.at += if is_there { token.len() } else { 0 };
        is_there
    }

    /// Takes a name after blanks; empty if there is none.
    fn word(&mut self) -> &'a str {
        self.skip_blanks();
        let rest = self.rest();
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            return "";
        }
        let len = rest.find(|c| !fits(c)).unwrap_or(rest.len());
        self.at += len;
        &rest[..len]
    }

    /// A fault at the next character.
    fn fault(&self, message: impl Into<String>, hint: impl Into<String>) -> Fault {
        let len = self.rest().chars().next().map_or(0, char::len_utf8);
        Fault::new(self.at..self.at + len, message, hint)
    }

    /// Everything from after `(` to `)`.
    fn arguments(&mut self) -> Result<Table, Fault> {
        let mut args = Table::new();
        while !self.take(")") {
            let key = self.word();
            let start = self.at - key.len();
            if key.is_empty() || !self.take("=") {
                return Err(self.fault("an argument is a name, `=` and a value", "write it as in `title=\"Text\"`"));
            }
            let value = self.value(DEEPEST_LIST)?;
            if args.insert(key.to_owned(), value).is_some() {
                let message = format!("`{key}` is given twice");
                return Err(Fault::new(start..start + key.len(), message, "remove one of them"));
            }
            self.separator(')')?;
        }
        Ok(args)
    }

    /// A comma, or the bracket that ends the list, which is left where it is.
    fn separator(&mut self, close: char) -> Result<(), Fault> {
        if self.take(",") || self.rest().starts_with(close) {
            return Ok(());
        }
        Err(self.fault(format!("`,` or `{close}` is missing"), "separate values by commas and close the bracket"))
    }

    fn value(&mut self, depth: usize) -> Result<Data, Fault> {
        self.skip_blanks();
        match self.rest().chars().next() {
            Some(quote @ ('"' | '\'')) => self.text(quote).map(Data::String),
            Some('[') if depth > 0 => self.list(depth - 1),
            _ => self.plain(),
        }
    }

    fn list(&mut self, depth: usize) -> Result<Data, Fault> {
        self.at += 1;
        let mut values = Vec::new();
        while !self.take("]") {
            values.push(self.value(depth)?);
            self.separator(']')?;
        }
        Ok(Data::Array(values))
    }

    /// A text in quotes; it ends on the line on which it begins, so that a missing quote is found where it is missing.
    fn text(&mut self, quote: char) -> Result<String, Fault> {
        let start = self.at;
        let mut text = String::new();
        let mut chars = self.rest().char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                '\n' => break,
                _ if c == quote => {
                    self.at += at + 1;
                    return Ok(text);
                }
                '\\' => match chars.next() {
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, escaped @ ('\\' | '"' | '\''))) => text.push(escaped),
                    Some((_, other)) => text.extend(['\\', other]),
                    None => break,
                },
                _ => text.push(c),
            }
        }
        Err(Fault::new(start..start + 1, "a text without an end", format!("close it with `{quote}` on the same line")))
    }

    /// A number, `true` or `false`.
    fn plain(&mut self) -> Result<Data, Fault> {
        let rest = self.rest();
        let len = rest.find(|c: char| c.is_whitespace() || ",)]}%".contains(c)).unwrap_or(rest.len());
        let word = &rest[..len];
        let value = match word {
            "true" => Some(Data::Bool(true)),
            "false" => Some(Data::Bool(false)),
            _ if !word.starts_with(|c: char| c.is_ascii_digit() || c == '-') => None,
            _ => word.parse::<i64>().ok().map(Data::from).or_else(|| fraction(word)),
        };
        let span = self.at..self.at + len;
        self.at += len;
        let hint = "write a text in quotes, a number, `true`, `false` or a list in square brackets";
        value.ok_or_else(|| match word {
            "" => Fault::new(span, "a value is missing", hint),
            _ => Fault::new(span, format!("`{word}` is not a value"), hint),
        })
    }
}

fn fraction(word: &str) -> Option<Data> {
    word.parse().ok().and_then(serde_json::Number::from_f64).map(Data::Number)
}
