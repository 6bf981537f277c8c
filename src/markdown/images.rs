//! Pictures: sizes known, loaded when they are needed, with a caption if they stand alone.

use super::destination::{Destination, Parts};
use super::html::encode_url;
use super::links::Pointer;
use super::write::Writer;
use crate::diag::{Code, Diagnostic};
use crate::model::{Dimensions, Guest, GuestKind, Route};
use pulldown_cmark::{Event, Tag, TagEnd};
use std::ops::Range;

/// A picture whose alternative text is being read.
pub(super) struct Image {
    /// Where the picture is; none if it must not be shown.
    source: Option<String>,
    dimensions: Option<Dimensions>,
    title: String,
    /// Pictures within its alternative text that are open.
    inner: usize,
}

impl Writer<'_> {
    pub(super) fn begin_image(&mut self, pointer: Pointer<'_>, title: &str) {
        let (source, dimensions) = self.source(pointer);
        self.flow.image = Some(Image { source, dimensions, title: title.to_owned(), inner: 0 });
    }

    /// Takes an event inside a picture: all that counts is its text, which gathers as running text does.
    pub(super) fn hear_in_image(&mut self, event: &Event<'_>, span: Range<usize>, source: &str) {
        let Some(image) = &mut self.flow.image else { return };
        match event {
            Event::Text(text) => self.take_text(text, span, source),
            Event::Code(text) => self.line.text.push_str(text),
            Event::SoftBreak | Event::HardBreak => self.line.text.push(' '),
            Event::Start(Tag::Image { .. }) => image.inner += 1,
            Event::End(TagEnd::Image) if image.inner > 0 => image.inner -= 1,
            Event::End(TagEnd::Image) => self.end_image(),
            _ => {}
        }
    }

    fn end_image(&mut self) {
        let Some(image) = self.flow.image.take() else { return };
        let alt = std::mem::take(&mut self.line.text);
        let Some(source) = &image.source else { return self.html.push_text(&alt) };
        self.html.begin_void("img");
        self.html.attribute("src", source);
        self.html.attribute("alt", &alt);
        if !image.title.is_empty() && !self.flow.is_figure {
            self.html.attribute("title", &image.title);
        }
        if let Some(Dimensions { width, height }) = image.dimensions {
            self.html.attribute("width", &width.to_string());
            self.html.attribute("height", &height.to_string());
        }
        if std::mem::replace(&mut self.has_image, true) {
            self.html.attribute("loading", "lazy");
        }
        self.html.attribute("decoding", "async");
        self.html.end_of_tag();
        if self.flow.is_figure {
            self.html.open("figcaption");
            self.html.push_text(&image.title);
            self.html.close();
        }
    }

    /// Where a picture is, and its size if it is a file of the site.
    fn source(&mut self, pointer: Pointer<'_>) -> (Option<String>, Option<Dimensions>) {
        let destination = Destination::of(pointer.destination);
        let as_written = || (Some(encode_url(pointer.destination.trim())), None);
        if pointer.is_made_by_call() {
            return (None, None);
        }
        if let Destination::Refused(scheme) = destination {
            let message = format!("a picture with `{scheme}:` is left out");
            let hint = "put the picture beside the page and name its file";
            self.report(Diagnostic::warning(Code::DeadFile, message).hint(hint), pointer.origin());
            return (None, None);
        }
        let Some(home) = self.context.home else { return as_written() };
        let (path, asset) = match destination {
            Destination::Key(path) => (path, home.file_at(&Parts::of(path).path)),
            Destination::Relative(path) => (path, home.file(&Parts::of(path).path)),
            Destination::Rooted(path) => {
                self.check_path(home, path, pointer);
                return (Some(encode_url(&format!("{}{path}", home.site.spec.base_url.folder()))), None);
            }
            Destination::Web(address) => {
                if let Some(guest) = Guest::at(GuestKind::Picture, address) {
                    self.report_guest(&guest, pointer.origin());
                }
                return as_written();
            }
            _ => return as_written(),
        };
        let Some(asset) = asset else {
            self.report_dead_file(home, &Parts::of(path).path, pointer);
            return as_written();
        };
        (Some(home.site.spec.base_url.link(&Route::of_file(&asset.out))), asset.dimensions)
    }
}
