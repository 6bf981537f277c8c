//! What templates see of a page.

use super::print::Print;
use super::values::{self, Fields, map, text};
use crate::model::{Asset, Digest, Heading, Page, PageId, Route, Site, Stamp};
use tera::Value;

/// What lists tell about a page: all but its text. While Markdown is being turned into HTML, nothing that comes from the text is
/// there yet.
pub(super) fn fields(site: &Site, id: PageId) -> Fields {
    let page = site.page(id);
    let base = &site.spec.base_url;
    let mut fields = Fields::from([
        ("author", text(page.author.as_deref().or(site.spec.author.as_deref()))),
        ("date", page.date.map_or_else(Value::none, |date| Value::from(date.rfc3339()))),
        ("description", text(page.description.as_deref())),
        ("extra", values::table(&page.extra)),
        ("image", picture_of(site, page).map_or_else(Value::none, |asset| picture(site, asset))),
        ("key", Value::from(&*page.key)),
        ("kind", Value::from(page.kind.name())),
        ("permalink", Value::from(base.absolute(&page.route))),
        ("title", Value::from(&*page.title)),
        ("updated", page.updated.map_or_else(Value::none, |date| Value::from(date.rfc3339()))),
        ("url", Value::from(base.link(&page.route))),
        ("weight", page.weight.map_or_else(Value::none, Value::from)),
    ]);
    if let Some(text) = site.texts.get(id.index()) {
        fields.extend([
            ("summary", Value::safe_string(&text.summary)),
            ("plain_summary", Value::from(text.plain_summary.as_str())),
            ("words", Value::from(text.words)),
            ("reading_minutes", Value::from(text.reading_minutes())),
        ]);
    }
    fields
}

/// The digest of all that `fields` may hold, without the settings, which everything depends on.
pub(super) fn print(site: &Site, id: PageId) -> Digest {
    let page = site.page(id);
    let date = |stamp: Option<Stamp>| stamp.map(|stamp| stamp.rfc3339());
    let picture = picture_of(site, page);
    let mut print = Print::new();
    [&*page.key, page.kind.name(), &*page.title, page.route.as_str()].iter().for_each(|text| print.text(text));
    print.optional(page.author.as_deref());
    print.optional(page.description.as_deref());
    print.optional(date(page.date).as_deref());
    print.optional(date(page.updated).as_deref());
    print.value(&page.weight);
    print.value(&page.extra);
    print.optional(picture.map(|asset| asset.out.as_str()));
    print.dimensions(picture.and_then(|asset| asset.dimensions));
    if let Some(text) = site.texts.get(id.index()) {
        print.text(&text.summary);
        print.text(&text.plain_summary);
        print.number(text.words);
    }
    print.finish()
}

/// What the template of a page sees of it; `summary` is what lists tell about it.
pub(super) fn whole(site: &Site, id: PageId, summary: &Value, template: &str) -> Value {
    let mut fields = values::fields(summary);
    fields.insert("template", Value::from(template));
    if let Some(text) = site.texts.get(id.index()) {
        fields.insert("content", Value::safe_string(&text.html));
        fields.insert("toc", contents(&text.headings));
    }
    Value::from(fields)
}

/// What `404.html` sees of a page that is not there.
pub(super) fn not_found(site: &Site) -> Value {
    let route = Route::verbatim("/404.html");
    let base = &site.spec.base_url;
    map([
        ("kind", Value::from("404")),
        ("key", Value::from("404.html")),
        ("title", Value::from("404")),
        ("description", Value::none()),
        ("url", Value::from(base.link(&route))),
        ("permalink", Value::from(base.absolute(&route))),
        ("date", Value::none()),
        ("updated", Value::none()),
        ("author", text(site.spec.author.as_deref())),
        ("image", Value::none()),
        ("extra", Value::from(Fields::new())),
        ("weight", Value::none()),
        ("summary", Value::safe_string("")),
        ("plain_summary", Value::from("")),
        ("words", Value::from(0)),
        ("reading_minutes", Value::from(0)),
        ("template", Value::from("404.html")),
        ("content", Value::safe_string("")),
        ("toc", contents(&[])),
    ])
}

/// What templates see of the site.
pub(super) fn site(site: &Site) -> Value {
    let spec = &site.spec;
    map([
        ("author", text(spec.author.as_deref())),
        ("base_url", Value::from(spec.base_url.to_string())),
        ("description", Value::from(spec.description.as_str())),
        ("direction", Value::from(if spec.language.is_rtl() { "rtl" } else { "ltr" })),
        ("extra", values::table(&spec.settings.extra)),
        ("id", Value::from(spec.id.as_str())),
        ("language", Value::from(spec.language.tag())),
        ("title", Value::from(spec.title.as_str())),
        ("url", Value::from(spec.base_url.link(&Route::home()))),
    ])
}

/// The picture that stands for a page.
pub(super) fn picture_of<'a>(site: &'a Site, page: &Page) -> Option<&'a Asset> {
    page.image.as_ref().and_then(|key| site.assets.get(key)).map(AsRef::as_ref)
}

/// A picture as templates see it.
pub(super) fn picture(site: &Site, asset: &Asset) -> Value {
    let route = Route::of_file(&asset.out);
    let size = |pick: fn(&crate::model::Dimensions) -> u32| {
        asset.dimensions.as_ref().map_or_else(Value::none, |dimensions| Value::from(pick(dimensions)))
    };
    map([
        ("height", size(|dimensions| dimensions.height)),
        ("permalink", Value::from(site.spec.base_url.absolute(&route))),
        ("url", Value::from(site.spec.base_url.link(&route))),
        ("width", size(|dimensions| dimensions.width)),
    ])
}

fn contents(headings: &[Heading]) -> Value {
    let heading = |heading: &Heading| {
        map([
            ("children", contents(&heading.children)),
            ("id", Value::from(heading.id.as_str())),
            ("level", Value::from(heading.level)),
            ("title", Value::from(heading.title.as_str())),
        ])
    };
    Value::from(headings.iter().map(heading).collect::<Vec<_>>())
}
