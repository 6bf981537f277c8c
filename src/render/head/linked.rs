//! JSON-LD: the same facts once more, for machines that read schema.org.
//!
//! It is written as text, not built as values: it is the longest part of the head, and stands on every page.

use super::{Facts, Markup};
use crate::model::{Page, PageKind, Route};
use crate::render::summary::picture_of;
use crate::render::values::field;
use tera::Value;

/// Writes the graph of the page.
pub(super) fn write(facts: &Facts<'_>, out: &mut Markup) {
    let Some((_, page)) = facts.page else { return };
    let trail = facts.trail.as_array().unwrap_or_default();
    let speaks = matches!(page.kind, PageKind::Home | PageKind::Page);
    if !speaks && trail.is_empty() {
        return;
    }
    out.raw("<script type=\"application/ld+json\">{\"@context\":\"https://schema.org\",\"@graph\":[");
    match page.kind {
        PageKind::Home => {
            organization(facts, out);
            out.raw(",");
            website(facts, out);
        }
        PageKind::Page if facts.site.spec.settings.is_in_menu(page) => webpage(facts, page, out),
        PageKind::Page => article(facts, page, out),
        PageKind::Section | PageKind::Taxonomy | PageKind::Term => {}
    }
    if !trail.is_empty() {
        out.raw(if speaks { "," } else { "" });
        breadcrumbs(facts, page, trail, out);
    }
    out.raw("]}</script>");
}

fn home(facts: &Facts<'_>) -> String {
    facts.site.spec.base_url.absolute(&Route::home())
}

fn organization(facts: &Facts<'_>, out: &mut Markup) {
    let home = home(facts);
    out.raw("{\"@type\":\"Organization\",\"@id\":").json(&format!("{home}#organization"));
    out.raw(",\"name\":").json(&facts.site.spec.title).raw(",\"url\":").json(&home).raw("}");
}

fn website(facts: &Facts<'_>, out: &mut Markup) {
    let (home, spec) = (home(facts), &facts.site.spec);
    out.raw("{\"@type\":\"WebSite\",\"@id\":").json(&format!("{home}#website")).raw(",\"url\":").json(&home);
    out.raw(",\"name\":").json(&spec.title).raw(",\"inLanguage\":").json(spec.language.tag());
    optional("description", Some(&spec.description), out);
    out.raw(",\"publisher\":{\"@id\":").json(&format!("{home}#organization")).raw("}}");
}

/// A page such as the imprint is no article, and nobody asks when it was written.
fn webpage(facts: &Facts<'_>, page: &Page, out: &mut Markup) {
    out.raw("{\"@type\":\"WebPage\",\"name\":").json(&page.title).raw(",\"url\":").json(&facts.address);
    out.raw(",\"inLanguage\":").json(facts.site.spec.language.tag());
    optional("description", Some(&facts.description), out);
    out.raw(",\"isPartOf\":{\"@id\":").json(&format!("{}#website", home(facts))).raw("}}");
}

fn article(facts: &Facts<'_>, page: &Page, out: &mut Markup) {
    let spec = &facts.site.spec;
    out.raw("{\"@type\":\"Article\",\"headline\":").json(&page.title).raw(",\"url\":").json(&facts.address);
    out.raw(",\"mainEntityOfPage\":").json(&facts.address).raw(",\"inLanguage\":").json(spec.language.tag());
    optional("description", Some(&facts.description), out);
    let (written, changed) = &facts.dates;
    optional("datePublished", written.as_ref().and_then(Value::as_str), out);
    optional("dateModified", changed.as_ref().or(written.as_ref()).and_then(Value::as_str), out);
    let picture = picture_of(facts.site, page).map(|asset| spec.base_url.absolute(&Route::of_file(&asset.out)));
    optional("image", picture.as_deref(), out);
    if let Some(author) = page.author.as_deref().or(spec.author.as_deref()) {
        let kind = if is_team(author, &spec.title) { "Organization" } else { "Person" };
        out.raw(",\"author\":{\"@type\":\"").raw(kind).raw("\",\"name\":").json(author).raw("}");
    }
    out.raw(",\"publisher\":");
    organization(facts, out);
    out.raw("}");
}

/// Whether an author is those who make the site, not one person: `Redaktion`, `The Garden Notes Team`.
fn is_team(author: &str, site: &str) -> bool {
    const NAMES: [&str; 5] = ["redaktion", "redaktionsteam", "team", "editors", "editorial"];
    let says = |word: &str| NAMES.contains(&word.to_lowercase().as_str());
    author.contains(site) || author.split(|c: char| !c.is_alphanumeric()).any(says)
}

/// A field that is left out if there is nothing to say.
fn optional(name: &str, text: Option<&str>, out: &mut Markup) {
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        out.raw(",\"").raw(name).raw("\":").json(text);
    }
}

fn breadcrumbs(facts: &Facts<'_>, page: &Page, trail: &[Value], out: &mut Markup) {
    out.raw("{\"@type\":\"BreadcrumbList\",\"itemListElement\":[");
    let text = |above, name| field(above, name).and_then(Value::as_str).unwrap_or_default();
    for (at, above) in trail.iter().enumerate() {
        let name = match &facts.home {
            Some(home) if text(above, "kind") == "home" => home,
            _ => text(above, "title"),
        };
        step(at + 1, name, text(above, "permalink"), out);
        out.raw(",");
    }
    step(trail.len() + 1, &page.title, &facts.site.spec.base_url.absolute(&page.route), out);
    out.raw("]}");
}

fn step(position: usize, name: &str, address: &str, out: &mut Markup) {
    out.raw("{\"@type\":\"ListItem\",\"position\":").raw(&position.to_string());
    out.raw(",\"name\":").json(name).raw(",\"item\":").json(address).raw("}");
}
