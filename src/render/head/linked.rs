//! JSON-LD: the same facts once more, for machines that read schema.org.

use super::{Facts, Markup};
use crate::model::{Page, PageKind, Route};
use crate::render::filters::quiet;
use crate::render::summary::picture_of;
use serde_json::{Value as Json, json};

/// Writes the graph of the page.
pub(super) fn write(facts: &Facts<'_>, out: &mut Markup) {
    let Some((_, page)) = facts.page else { return };
    let mut graph = Vec::new();
    match page.kind {
        PageKind::Home => {
            graph.push(organization(facts));
            graph.push(website(facts));
        }
        PageKind::Page => graph.push(article(facts, page)),
        PageKind::Section | PageKind::Taxonomy | PageKind::Term => {}
    }
    if !facts.trail.is_empty() {
        graph.push(breadcrumbs(facts, page));
    }
    if graph.is_empty() {
        return;
    }
    let document = json!({ "@context": "https://schema.org", "@graph": graph });
    out.raw("<script type=\"application/ld+json\">").raw(&quiet(&document.to_string())).raw("</script>");
}

fn home(facts: &Facts<'_>) -> String {
    facts.site.spec.base_url.absolute(&Route::home())
}

fn organization(facts: &Facts<'_>) -> Json {
    let home = home(facts);
    json!({ "@type": "Organization", "@id": format!("{home}#organization"), "name": facts.site.spec.title, "url": home })
}

fn website(facts: &Facts<'_>) -> Json {
    let home = home(facts);
    let mut website = json!({
        "@type": "WebSite",
        "@id": format!("{home}#website"),
        "url": home,
        "name": facts.site.spec.title,
        "inLanguage": facts.site.spec.language.tag(),
        "publisher": { "@id": format!("{home}#organization") },
    });
    if !facts.site.spec.description.is_empty() {
        website["description"] = Json::from(facts.site.spec.description.as_str());
    }
    website
}

fn article(facts: &Facts<'_>, page: &Page) -> Json {
    let spec = &facts.site.spec;
    let mut article = json!({
        "@type": "Article",
        "headline": &*page.title,
        "url": facts.address,
        "mainEntityOfPage": facts.address,
        "inLanguage": spec.language.tag(),
        "publisher": organization(facts),
    });
    let author = page.author.as_deref().or(spec.author.as_deref());
    let picture = picture_of(facts.site, page).map(|asset| spec.base_url.absolute(&Route::of_file(&asset.out)));
    let optional = [
        ("description", Some(facts.description.clone()).filter(|text| !text.is_empty()).map(Json::from)),
        ("datePublished", page.date.map(|date| Json::from(date.rfc3339()))),
        ("dateModified", page.updated.or(page.date).map(|date| Json::from(date.rfc3339()))),
        ("author", author.map(|name| json!({ "@type": "Person", "name": name }))),
        ("image", picture.map(Json::from)),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            article[name] = value;
        }
    }
    article
}

fn breadcrumbs(facts: &Facts<'_>, page: &Page) -> Json {
    let own = [(page.title.to_string(), facts.site.spec.base_url.absolute(&page.route))];
    let steps = facts.trail.iter().chain(&own).enumerate().map(
        |(at, (title, address))| json!({ "@type": "ListItem", "position": at + 1, "name": title, "item": address }),
    );
    json!({ "@type": "BreadcrumbList", "itemListElement": steps.collect::<Vec<_>>() })
}
