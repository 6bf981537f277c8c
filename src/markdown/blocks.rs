//! What blocks and inline elements of Markdown become.

use super::links::Pointer;
use super::manuscript::{Manuscript, Piece};
use super::summary;
use super::write::{Paragraph, Writer};
use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, Tag, TagEnd};
use std::ops::Range;

impl Writer<'_> {
    pub(super) fn start(&mut self, tag: &Tag<'_>, span: Range<usize>, manuscript: &Manuscript<'_>) {
        if !is_inline(tag) {
            self.line.begin_block();
        }
        match tag {
            Tag::Paragraph => self.begin_paragraph(span, manuscript),
            Tag::Heading { level, id, classes, .. } => self.begin_heading(*level, id.as_deref(), classes),
            Tag::BlockQuote(kind) => self.begin_quote(*kind),
            Tag::CodeBlock(kind) => self.begin_code_block(kind),
            Tag::HtmlBlock => self.flow.html_block = Some(self.html.depth()),
            Tag::List(start) => self.begin_list(*start),
            Tag::Item => self.html.open("li"),
            Tag::FootnoteDefinition(label) => self.begin_footnote(label),
            Tag::DefinitionList => self.html.open("dl"),
            Tag::DefinitionListTitle => self.html.open("dt"),
            Tag::DefinitionListDefinition => self.html.open("dd"),
            Tag::Table(alignments) => self.begin_table(alignments),
            Tag::TableHead => self.begin_table_head(),
            Tag::TableRow => self.begin_table_row(),
            Tag::TableCell => self.begin_table_cell(),
            Tag::Emphasis => self.html.open("em"),
            Tag::Strong => self.html.open("strong"),
            Tag::Strikethrough => self.html.open("del"),
            Tag::Link { link_type, dest_url, title, .. } => {
                self.open_link(*link_type, Pointer::new(dest_url, &span, manuscript), title);
                self.flow.is_in_link = true;
            }
            Tag::Image { dest_url, title, .. } => self.begin_image(Pointer::new(dest_url, &span, manuscript), title),
            Tag::Superscript | Tag::Subscript | Tag::MetadataBlock(_) => {}
        }
    }

    pub(super) fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => return self.html.close(),
            TagEnd::Link => {
                self.flow.is_in_link = false;
                if self.flow.is_link_open {
                    self.html.close();
                }
                return;
            }
            TagEnd::Paragraph => self.end_paragraph(),
            TagEnd::Heading(level) => self.end_heading(level),
            TagEnd::CodeBlock => self.end_code_block(),
            TagEnd::HtmlBlock => self.end_html_block(),
            TagEnd::FootnoteDefinition => self.end_footnote(),
            TagEnd::Table => self.end_table(),
            TagEnd::TableHead => self.end_table_head(),
            TagEnd::TableCell => self.html.close(),
            TagEnd::Image | TagEnd::Superscript | TagEnd::Subscript | TagEnd::MetadataBlock(_) => return,
            _ => self.html.close_block(),
        }
        self.line.end_word();
        self.excerpt.end_of_line();
    }

    fn begin_paragraph(&mut self, span: Range<usize>, manuscript: &Manuscript<'_>) {
        if self.flow.is_inline || manuscript.is_only_calls(span.clone()) {
            self.flow.paragraph = Paragraph::Bare;
            return;
        }
        if self.html.depth() == 0 && self.is_on_page() {
            self.excerpt.begin_paragraph();
        }
        self.flow.paragraph = Paragraph::Waiting(span);
    }

    /// Opens a paragraph that waits for its first event: a picture with a title and nothing else becomes a figure.
    pub(super) fn settle_paragraph(&mut self, next: &Event<'_>, span: &Range<usize>, manuscript: &Manuscript<'_>) {
        let Paragraph::Waiting(paragraph) = &self.flow.paragraph else { return };
        let is_alone = || manuscript.text.get(span.end..paragraph.end).is_some_and(|rest| rest.trim().is_empty());
        let has_title = matches!(next, Event::Start(Tag::Image { title, .. }) if !title.is_empty());
        self.flow.is_figure = has_title && is_alone();
        self.flow.paragraph = Paragraph::Open;
        self.html.open(if self.flow.is_figure { "figure" } else { "p" });
    }

    fn end_paragraph(&mut self) {
        match std::mem::take(&mut self.flow.paragraph) {
            Paragraph::Open => self.html.close_block(),
            _ => self.html.push_raw("\n"),
        }
        self.flow.is_figure = false;
        self.excerpt.end_paragraph();
    }

    fn begin_quote(&mut self, kind: Option<BlockQuoteKind>) {
        let Some(kind) = kind else {
            self.html.open("blockquote");
            return self.html.push_raw("\n");
        };
        let alert = self.context.tongue.alert(kind);
        self.html.begin("div");
        self.html.attribute("class", alert.class);
        self.html.end_of_tag();
        self.html.begin("p");
        self.html.attribute("class", "alert-title");
        self.html.end_of_tag();
        self.html.push_text(alert.title);
        self.html.close_block();
    }

    fn begin_list(&mut self, start: Option<u64>) {
        match start {
            None => self.html.open("ul"),
            Some(1) => self.html.open("ol"),
            Some(start) => {
                self.html.begin("ol");
                self.html.attribute("start", &start.to_string());
                self.html.end_of_tag();
            }
        }
        self.html.push_raw("\n");
    }

    fn begin_code_block(&mut self, kind: &CodeBlockKind<'_>) {
        self.flow.is_code = true;
        self.html.open("pre");
        self.html.begin("code");
        if let CodeBlockKind::Fenced(info) = kind
            && let Some(class) = language_class(info)
        {
            self.html.attribute("class", &class);
        }
        self.html.end_of_tag();
    }

    fn end_code_block(&mut self) {
        self.flow.is_code = false;
        self.html.close();
        self.html.close_block();
    }

    fn end_html_block(&mut self) {
        self.html.raw.end_of_block();
        if let Some(depth) = self.flow.html_block.take()
            && self.html.depth() > depth
        {
            self.html.close_block();
        }
    }

    /// Writes HTML of the author, or shows it as text where the page does not allow it.
    pub(super) fn write_raw(&mut self, html: &str, span: Range<usize>, manuscript: &Manuscript<'_>) {
        if let Some(rest) = summary::after_marker(html) {
            if self.is_on_page() {
                self.excerpt.end_at_marker(&self.html);
            }
            return self.write_raw_piece(rest.trim_start());
        }
        if !self.context.raw_html && self.flow.html_block == Some(self.html.depth()) {
            self.html.open("p");
        }
        if !manuscript.has_calls(&span) {
            return self.write_raw_piece(html);
        }
        for piece in manuscript.pieces(span) {
            match piece {
                Piece::Text(html) => self.write_raw_piece(html),
                Piece::Call(call) => self.insert(call),
            }
        }
    }

    fn write_raw_piece(&mut self, html: &str) {
        if !self.context.raw_html {
            return self.html.push_text(html);
        }
        self.html.push_raw(html);
        self.html.raw.read(html, self.context.nesting);
    }
}

fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
}

/// The class for the language that a code block names: `Rust,ignore` is `language-rust`.
fn language_class(info: &str) -> Option<String> {
    let fits = |c: &char| c.is_ascii_lowercase() || c.is_ascii_digit() || "+#-".contains(*c);
    let language: String = info.chars().map(|c| c.to_ascii_lowercase()).take_while(fits).collect();
    (!language.is_empty()).then(|| format!("language-{language}"))
}
