//! What stands in the `<head>` of every page for search engines, feed readers and social networks.

mod cards;
mod linked;

use super::answer::{feeds_of, slices};
use super::ask::{Answer, Fault, Question};
use super::visit::Visit;
use crate::model::{Page, PageId, PageKind, Route, Site, push_quoted};
use tera::Value;

/// The longest description that search results show, in characters.
const LONGEST_DESCRIPTION: usize = 160;

/// What the head says about a page, before it is written as HTML.
struct Facts<'a> {
    site: &'a Site,
    /// None for `404.html`.
    page: Option<(PageId, &'a Page)>,
    title: String,
    description: String,
    /// The one address of the page.
    address: String,
    previous: Option<String>,
    next: Option<String>,
    /// When it was written and last changed.
    dates: (Option<Value>, Option<Value>),
    /// The pages above, from the home page down.
    trail: Value,
}

/// The head of the page being made.
pub(super) fn head(visit: &Visit) -> Answer {
    let site = visit.site();
    let facts = facts(visit)?;
    let mut out = Markup(String::with_capacity(2048));
    out.raw("<meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    out.raw("<title>").text(&facts.title).raw("</title>");
    out.meta("name", "description", &facts.description);
    if let Some(robots) = robots(site, facts.page.map(|(_, page)| page)) {
        out.meta("name", "robots", robots);
    }
    if facts.page.is_some() {
        out.link("canonical", &facts.address);
    }
    facts.previous.iter().for_each(|address| out.link("prev", address));
    facts.next.iter().for_each(|address| out.link("next", address));
    visit.note(&Question::Feeds);
    for feed in feeds_of(visit.desk(), facts.page.map_or(Site::HOME, |(id, _)| id)) {
        out.raw("<link rel=\"alternate\" type=\"").text(feed.format.media_type()).raw("\" title=\"").text(&feed.title);
        out.raw("\" href=\"").text(&site.spec.base_url.link(&feed.route)).raw("\">");
    }
    if facts.page.is_some() {
        cards::write(&facts, &mut out);
        linked::write(&facts, &mut out);
    }
    tokens(visit, &mut out);
    Ok(Value::safe_string(&out.0))
}

fn facts(visit: &Visit) -> Result<Facts<'_>, Fault> {
    let site = visit.site();
    let base = &site.spec.base_url;
    let Some(id) = visit.page else {
        return Ok(Facts {
            site,
            page: None,
            title: format!("404 – {}", site.spec.title),
            description: String::new(),
            address: base.absolute(&Route::verbatim("/404.html")),
            previous: None,
            next: None,
            dates: (None, None),
            trail: Value::none(),
        });
    };
    let page = site.page(id);
    let is_list = page.paginate > 0 && page.kind != PageKind::Page;
    let count = if is_list { slices::count(visit.desk(), id) } else { 1 };
    let address = |number| (1..=count).contains(&number).then(|| base.absolute(&slices::route(site, id, number)));
    Ok(Facts {
        site,
        page: Some((id, page)),
        title: title(site, page, visit.number),
        description: description(site, id),
        address: address(visit.number).unwrap_or_else(|| base.absolute(&page.route)),
        previous: address(visit.number - 1),
        next: address(visit.number + 1).filter(|_| visit.paginates || visit.number > 1),
        dates: visit.dates(id),
        trail: visit.ask(&Question::Trail)?,
    })
}

/// `Beds – The garden`; further pages of a list say which one they are.
fn title(site: &Site, page: &Page, number: usize) -> String {
    let count = if number > 1 { format!(" ({number})") } else { String::new() };
    if page.kind == PageKind::Home || *page.title == *site.spec.title {
        format!("{}{count}", page.title)
    } else {
        format!("{}{count} – {}", page.title, site.spec.title)
    }
}

/// What the author wrote for search results, or the beginning of the text, or what the site is about.
fn description(site: &Site, id: PageId) -> String {
    let page = site.page(id);
    let summary = site.texts.get(id.index()).map(|text| text.plain_summary.as_str()).filter(|text| !text.is_empty());
    let home = Some(site.spec.description.as_str()).filter(|_| page.kind == PageKind::Home);
    let whole = page.description.as_deref().or(home.filter(|text| !text.is_empty())).or(summary).unwrap_or_default();
    shortened(whole)
}

fn shortened(text: &str) -> String {
    let Some((end, _)) = text.char_indices().nth(LONGEST_DESCRIPTION) else { return text.to_owned() };
    let cut = text[..end].rfind(char::is_whitespace).unwrap_or(end);
    format!("{} …", text[..cut].trim_end_matches([',', ';', ':', ' ', '.', '–']))
}

/// What search engines may do, where it is not everything; nobody should find a page that is not there.
fn robots(site: &Site, page: Option<&Page>) -> Option<&'static str> {
    let index = page.is_some_and(|page| page.robots.index) && site.spec.settings.robots.index;
    let follow = page.is_none_or(|page| page.robots.follow);
    match (index, follow) {
        (true, true) => None,
        (true, false) => Some("nofollow"),
        (false, true) => Some("noindex"),
        (false, false) => Some("noindex, nofollow"),
    }
}

/// Tokens become custom properties of CSS, so that one style sheet serves all sites of a theme.
fn tokens(visit: &Visit, out: &mut Markup) {
    let tokens = visit.tokens();
    if tokens.is_empty() {
        return;
    }
    out.raw("<style>:root{");
    for (at, (name, value)) in tokens.iter().enumerate() {
        let (name, value) = (name.replace('_', "-").replace('<', ""), value.replace('<', "\\3c "));
        out.raw(if at > 0 { ";--" } else { "--" }).raw(&name).raw(":").raw(&value);
    }
    out.raw("}</style>");
}

/// HTML in the making.
struct Markup(String);

impl Markup {
    /// Adds HTML.
    fn raw(&mut self, html: &str) -> &mut Self {
        self.0.push_str(html);
        self
    }

    /// Adds text, escaped so that it can stand between tags and in quotes.
    fn text(&mut self, text: &str) -> &mut Self {
        push_quoted(&mut self.0, text);
        self
    }

    /// Adds text as a JSON string that can stand in a script: nothing in it means anything to HTML.
    fn json(&mut self, text: &str) -> &mut Self {
        let special = |byte| byte < b' ' || matches!(byte, b'"' | b'\\' | b'<' | b'>' | b'&');
        self.raw("\"");
        self.escaped(text, special, |byte| match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'<' => "\\u003c",
            b'>' => "\\u003e",
            b'&' => "\\u0026",
            _ => " ",
        });
        self.raw("\"")
    }

    /// Most texts hold nothing special, which is found out without a branch for each byte.
    fn escaped(&mut self, text: &str, special: impl Fn(u8) -> bool, escape: impl Fn(u8) -> &'static str) -> &mut Self {
        if !text.bytes().fold(false, |found, byte| found | special(byte)) {
            return self.raw(text);
        }
        let mut from = 0;
        for (at, byte) in text.bytes().enumerate().filter(|(_, byte)| special(*byte)) {
            self.0.push_str(&text[from..at]);
            self.0.push_str(escape(byte));
            from = at + 1;
        }
        self.raw(&text[from..])
    }

    /// Adds a `<meta>`, unless there is nothing to say.
    fn meta(&mut self, kind: &str, name: &str, content: &str) {
        if !content.is_empty() {
            self.raw("<meta ").raw(kind).raw("=\"").raw(name).raw("\" content=\"").text(content).raw("\">");
        }
    }

    /// Adds a `<link>`.
    fn link(&mut self, relation: &str, address: &str) {
        self.raw("<link rel=\"").raw(relation).raw("\" href=\"").text(address).raw("\">");
    }
}
