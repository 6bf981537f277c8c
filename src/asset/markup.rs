//! SVG and XML: checked, and freed of comments and of white space that means nothing.

use super::fragment::fragment;
use super::vector;
use crate::diag::{Code, Diagnostic, Place};
use crate::model::Dimensions;
use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use std::ops::Range;
use std::sync::Arc;

/// A document that was read.
pub(super) struct Markup {
    /// The same document, smaller.
    pub(super) small: String,
    /// The size of the picture, if it is one and says so.
    pub(super) dimensions: Option<Dimensions>,
}

/// How much is known about what white space means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Between the elements of a picture it means nothing, inside of texts it does.
    Svg,
    /// It may mean something, how much of it hardly ever does.
    Xml,
}

/// Elements that may be open at the same time; browsers give up at a few thousand, and other readers long before.
const DEEPEST: usize = 1_000;

/// Elements of SVG whose content is text or another language.
const TEXTUAL: [&str; 9] =
    ["text", "tspan", "textPath", "title", "desc", "style", "script", "foreignObject", "metadata"];

/// Reads a document.
pub(super) fn read(file: &Arc<str>, source: &str, dialect: Dialect) -> Result<Markup, Diagnostic> {
    let mut reader = Reader::from_str(source);
    let mut walk = Walk { dialect, ..Walk::new(source) };
    let mistake = |message: String, span: Range<usize>| {
        let hint = if message.contains("second") || message.contains("outside") {
            "put everything into one outermost element"
        } else {
            "export the file again, or close every element and write `&amp;` for `&` and `&lt;` for `<`"
        };
        Diagnostic::error(Code::BadDocument, message).at(Place::span(file.clone(), source, span)).hint(hint)
    };
    loop {
        let start = reader.buffer_position() as usize;
        let event = reader.read_event().map_err(|error| {
            let at = reader.error_position() as usize;
            mistake(fragment(error).replace("ill-formed document: ", ""), at..at + 1)
        })?;
        if matches!(event, Event::Eof) {
            break;
        }
        let span = start..reader.buffer_position() as usize;
        walk.take(&event, &source[span.clone()]).map_err(|message| mistake(message, span))?;
    }
    let end = source.len();
    walk.finish().map_err(|message| mistake(message, end..end))
}

struct Walk<'a> {
    source: &'a str,
    dialect: Dialect,
    small: String,
    /// The names of the open elements, outermost first.
    open: Vec<String>,
    /// The number of open elements above the one in which white space is kept.
    kept_from: Option<usize>,
    /// Whether the prolog gives the bytes a meaning that only it explains.
    is_sealed: bool,
    has_root: bool,
    dimensions: Option<Dimensions>,
}

impl<'a> Walk<'a> {
    fn new(source: &'a str) -> Self {
        Self {
            source,
            dialect: Dialect::Xml,
            small: String::with_capacity(source.len()),
            open: Vec::new(),
            kept_from: None,
            is_sealed: false,
            has_root: false,
            dimensions: None,
        }
    }

    fn take(&mut self, event: &Event, raw: &str) -> Result<(), String> {
        match event {
            Event::Start(tag) => self.start(tag, raw)?,
            Event::Empty(tag) => {
                self.root(tag)?;
                self.check_attributes(tag)?;
                self.small.push_str(raw);
            }
            Event::End(_) => {
                self.open.pop();
                self.kept_from = self.kept_from.filter(|depth| *depth < self.open.len());
                self.small.push_str(raw);
            }
            Event::Text(_) => self.text(raw)?,
            Event::GeneralRef(reference) => {
                self.check_reference(reference)?;
                self.small.push_str(raw);
            }
            Event::Comment(_) => {}
            Event::Decl(declaration) => self.declaration(declaration, raw),
            Event::DocType(_) => self.is_sealed = true,
            Event::CData(_) | Event::PI(_) | Event::Eof => self.small.push_str(raw),
        }
        Ok(())
    }

    fn start(&mut self, tag: &BytesStart, raw: &str) -> Result<(), String> {
        self.root(tag)?;
        let keeps_space = self.check_attributes(tag)?;
        let local = tag.local_name();
        let is_textual = self.dialect == Dialect::Svg && TEXTUAL.contains(&local.as_ref());
        if self.kept_from.is_none() && (keeps_space || is_textual) {
            self.kept_from = Some(self.open.len());
        }
        if self.open.len() == DEEPEST {
            return Err(format!("elements are nested more than {DEEPEST} deep"));
        }
        self.open.push(tag.name().as_ref().to_owned());
        self.small.push_str(raw);
        Ok(())
    }

    fn root(&mut self, tag: &BytesStart) -> Result<(), String> {
        match (self.open.is_empty(), self.has_root) {
            (true, true) => return Err("a document has one outermost element, this is the second".to_owned()),
            (true, false) if tag.local_name().as_ref() == "svg" => self.dimensions = vector::dimensions(tag),
            _ => {}
        }
        self.has_root = true;
        Ok(())
    }

    /// Whether one of the attributes asks to keep white space.
    fn check_attributes(&self, tag: &BytesStart) -> Result<bool, String> {
        let mut keeps_space = false;
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(fragment)?;
            if !self.is_sealed {
                attribute.normalized_value(XmlVersion::Implicit1_0).map_err(fragment)?;
            }
            keeps_space |= attribute.key.as_ref() == "xml:space" && &*attribute.value == "preserve";
        }
        Ok(keeps_space)
    }

    fn check_reference(&self, reference: &BytesRef) -> Result<(), String> {
        let is_known = matches!(&**reference, "amp" | "lt" | "gt" | "quot" | "apos");
        if is_known || self.is_sealed || matches!(reference.resolve_char_ref(), Ok(Some(_))) {
            Ok(())
        } else {
            Err(format!("`&{};` is not known in XML, write the character itself", &**reference))
        }
    }

    fn text(&mut self, raw: &str) -> Result<(), String> {
        let is_blank = raw.bytes().all(|byte| byte.is_ascii_whitespace());
        match is_blank {
            false if self.open.is_empty() => return Err("text stands outside of the outermost element".to_owned()),
            true if self.open.is_empty() => {}
            true if self.kept_from.is_none() => match self.dialect {
                Dialect::Svg => {}
                Dialect::Xml => self.small.push_str(if raw.contains('\n') { "\n" } else { raw }),
            },
            _ => self.small.push_str(raw),
        }
        Ok(())
    }

    /// A declaration that says what is true without it goes.
    fn declaration(&mut self, declaration: &BytesDecl, raw: &str) {
        let is_default = declaration.version().is_ok_and(|version| version == "1.0")
            && declaration.standalone().is_none()
            && declaration.encoding().is_none_or(|name| name.is_ok_and(|name| name.eq_ignore_ascii_case("utf-8")));
        self.is_sealed |= !is_default;
        self.small.push_str(if is_default { "" } else { raw });
    }

    fn finish(self) -> Result<Markup, String> {
        if let Some(name) = self.open.last() {
            return Err(format!("`<{name}>` is never closed"));
        }
        if !self.has_root {
            return Err("the document has no element".to_owned());
        }
        let small = if self.is_sealed { self.source.to_owned() } else { self.small };
        Ok(Markup { small, dimensions: self.dimensions })
    }
}
