//! Drives one pass over the events of a text and decides what each becomes.

use super::context::Context;
use super::footnotes::Footnotes;
use super::headings::Headings;
use super::html::Html;
use super::images::Image;
use super::line::Line;
use super::manuscript::Manuscript;
use super::places::Places;
use super::shortcode::{self, Call};
use super::summary::Excerpt;
use super::tables::Table;
use super::{AnchorLink, Insert, Written, anchors};
use crate::diag::{Code, Diagnostic};
use crate::model::{Anchors, PageId, Site, Text};
use pulldown_cmark::{Event, LinkType, Parser, RefDefs, Tag};
use std::ops::Range;

/// A text in the making.
pub(super) struct Writer<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) html: Html,
    pub(super) line: Line,
    pub(super) headings: Headings,
    pub(super) footnotes: Footnotes,
    pub(super) excerpt: Excerpt,
    pub(super) flow: Flow,
    /// How many bodies of shortcodes have been written.
    pub(super) flows: usize,
    /// All shortcodes of the page.
    pub(super) calls: &'a [Call<'a>],
    /// Which of them have found their place.
    pub(super) placed: Vec<bool>,
    /// A picture has been shown; the first one is loaded at once.
    pub(super) has_image: bool,
    pub(super) links: Vec<PageId>,
    pub(super) anchors: Vec<AnchorLink>,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) places: Option<Places<'a>>,
    /// The text was cut because it nests too deeply.
    is_cut: bool,
}

/// Where the writer is in the page or in the body of a shortcode.
#[derive(Default)]
pub(super) struct Flow {
    /// 0 for the page, then counted.
    pub(super) number: usize,
    /// It stands inside a line, without paragraphs.
    pub(super) is_inline: bool,
    pub(super) paragraph: Paragraph,
    /// The paragraph is a picture with a caption.
    pub(super) is_figure: bool,
    pub(super) is_in_link: bool,
    /// The link leads somewhere, so that there is an element around it.
    pub(super) is_link_open: bool,
    pub(super) is_code: bool,
    /// How deep the elements were when a block of raw HTML began.
    pub(super) html_block: Option<usize>,
    pub(super) table: Table,
    pub(super) image: Option<Image>,
}

/// What the parser's paragraph becomes.
#[derive(Default, PartialEq)]
pub(super) enum Paragraph {
    #[default]
    None,
    /// The next event decides.
    Waiting(Range<usize>),
    Open,
    /// Only shortcodes, or inline: there is no element around it.
    Bare,
}

/// Writes the text of a page.
pub(super) fn page(site: &Site, id: PageId, body: &str, insert: &Insert<'_>) -> Written {
    let context = Context::of_page(site, id, body, insert);
    let calls = if shortcode::may_be_in(body) { shortcode::find(body) } else { Vec::new() };
    let mut writer = Writer::new(&context, body, &calls);
    writer.headings.reserve(body);
    writer.run(&Manuscript::of(body, 0..body.len(), &calls));
    writer.write_footnotes();
    writer.finish()
}

/// Writes a piece of Markdown that belongs to no text, but may be shown beside that of a page.
pub(super) fn fragment(
    markdown: &str,
    site: &Site,
    page: Option<PageId>,
    is_inline: bool,
    taken: &mut Anchors,
) -> String {
    let context = Context::of_fragment(site, page);
    let mut writer = Writer::new(&context, markdown, &[]);
    writer.flow.is_inline = is_inline;
    writer.headings.taken = std::mem::take(taken);
    if writer.headings.taken.is_empty() {
        let text = page.and_then(|page| site.texts.get(page.index()));
        let own = text.into_iter().flat_map(|text| anchors::ids(&text.headings));
        writer.headings.taken.extend(own.map(|id| (id.to_owned(), 1)));
    }
    writer.run(&Manuscript::of(markdown, 0..markdown.len(), &[]));
    writer.write_footnotes();
    *taken = writer.headings.taken;
    let mut html = writer.html.text;
    html.truncate(html.trim_end().len());
    html
}

impl<'a> Writer<'a> {
    fn new(context: &'a Context<'a>, body: &str, calls: &'a [Call<'a>]) -> Self {
        Self {
            context,
            html: Html::new(body.len() + body.len() / 2, context.nesting),
            line: Line::default(),
            headings: Headings::default(),
            footnotes: Footnotes::default(),
            excerpt: Excerpt::of(body),
            flow: Flow::default(),
            flows: 0,
            calls,
            placed: vec![false; calls.len()],
            has_image: false,
            links: Vec::new(),
            anchors: Vec::new(),
            diagnostics: Vec::new(),
            places: context.home.map(|home| Places::of(home.page, home.body)),
            is_cut: false,
        }
    }

    fn finish(self) -> Written {
        let (summary, plain_summary) = self.excerpt.finish();
        let text = Text {
            html: self.html.text,
            headings: self.headings.finish(),
            summary,
            plain_summary,
            words: self.line.words,
            links: self.links,
        };
        Written { text, anchors: self.anchors, diagnostics: self.diagnostics }
    }

    /// Writes all of a manuscript.
    pub(super) fn run(&mut self, manuscript: &Manuscript<'_>) {
        let (depth, notes) = (self.html.depth(), self.open_footnotes());
        let mut events = Parser::new_ext(&manuscript.text, self.context.options()).into_offset_iter();
        loop {
            let next = events.next();
            let Some((event, span)) = &next else { break };
            self.settle_paragraph(event, span, manuscript);
            let span = definition(event, events.reference_definitions()).unwrap_or(span.clone());
            let start = span.start;
            self.take(event, span, manuscript);
            if self.html.is_too_deep() {
                self.report_nesting(start, manuscript);
                break;
            }
        }
        self.flush();
        if self.is_cut {
            self.drop_cut_footnotes(notes);
            self.html.close_down_to(depth);
        } else {
            self.report_misplaced(manuscript);
        }
    }

    fn take(&mut self, event: &Event<'_>, span: Range<usize>, manuscript: &Manuscript<'_>) {
        if self.flow.image.is_some() {
            return self.hear_in_image(event, span, &manuscript.text);
        }
        if let Event::Text(text) = event {
            return self.take_text_event(text, span, manuscript);
        }
        self.flush();
        match event {
            Event::Start(tag) => self.start(tag, span, manuscript),
            Event::End(tag) => self.end(*tag),
            Event::Code(code) => self.write_code(code, &span, manuscript),
            Event::Html(html) | Event::InlineHtml(html) => self.write_raw(html, span, manuscript),
            Event::FootnoteReference(label) => self.mention_footnote(label),
            Event::SoftBreak => self.break_line("\n"),
            Event::HardBreak => self.break_line("<br>\n"),
            Event::Rule => self.html.push_raw("<hr>\n"),
            Event::TaskListMarker(done) => self.write_task(*done),
            Event::Text(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }

    fn take_text_event(&mut self, text: &str, span: Range<usize>, manuscript: &Manuscript<'_>) {
        match &self.flow {
            flow if flow.is_code => self.write_verbatim(text, &span, manuscript),
            flow if flow.html_block.is_some() => self.html.push_text(text),
            _ if manuscript.has_calls(&span) => self.take_pieces(span, manuscript),
            _ => self.take_text(text, span, &manuscript.text),
        }
    }

    fn write_code(&mut self, code: &str, span: &Range<usize>, manuscript: &Manuscript<'_>) {
        self.html.open("code");
        self.write_verbatim(code, span, manuscript);
        self.html.close();
        self.headings.hear(code);
        if self.is_on_page() {
            self.excerpt.hear(code);
        }
    }

    fn break_line(&mut self, html: &str) {
        self.html.push_raw(html);
        self.line.end_word();
        self.headings.hear(" ");
        self.excerpt.end_of_line();
    }

    fn write_task(&mut self, done: bool) {
        self.html.begin_void("input");
        self.html.attribute("type", "checkbox");
        self.html.attribute("aria-label", self.context.tongue.task(done));
        self.html.push_raw(if done { " disabled checked> " } else { " disabled> " });
    }

    /// Whether what is written belongs to the page itself, not to a note or the body of a shortcode.
    pub(super) fn is_on_page(&self) -> bool {
        self.flow.number == 0 && self.open_footnotes() == 0
    }

    fn report_nesting(&mut self, start: usize, manuscript: &Manuscript<'_>) {
        if std::mem::replace(&mut self.is_cut, true) {
            return;
        }
        let message = format!("elements are nested more than {} deep", self.context.nesting);
        let diagnostic = Diagnostic::error(Code::NestedTooDeep, message);
        let diagnostic = diagnostic.hint("the text ends here; take quotes, lists or HTML apart, or close what is open");
        let at = manuscript.origin(start);
        self.report(diagnostic, at..at + 1);
    }
}

/// Where a link by reference is defined, which is where its destination is written.
fn definition(event: &Event<'_>, definitions: &RefDefs<'_>) -> Option<Range<usize>> {
    let Event::Start(Tag::Link { link_type, id, .. } | Tag::Image { link_type, id, .. }) = event else { return None };
    let is_reference = matches!(link_type, LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut);
    is_reference.then(|| definitions.get(id))?.map(|definition| definition.span.clone())
}
