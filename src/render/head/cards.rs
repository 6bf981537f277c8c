//! Open Graph and Twitter cards: how a link to the page looks when someone shares it.

use super::{Facts, Markup};
use crate::model::{Language, Media, PageKind, Route};
use crate::render::summary::picture_of;
use tera::Value;

/// Writes the cards.
pub(super) fn write(facts: &Facts<'_>, out: &mut Markup) {
    let Some((_, page)) = facts.page else { return };
    let spec = &facts.site.spec;
    let article = page.kind == PageKind::Page && !spec.settings.is_in_menu(page);
    out.meta("property", "og:type", if article { "article" } else { "website" });
    out.meta("property", "og:site_name", &spec.title);
    out.meta("property", "og:title", &page.title);
    out.meta("property", "og:description", &facts.description);
    out.meta("property", "og:url", &facts.address);
    out.meta("property", "og:locale", &locale(&spec.language));
    // No social network shows a drawing.
    let picture = picture_of(facts.site, page).filter(|picture| picture.media != Media::Svg);
    if let Some(picture) = picture {
        out.meta("property", "og:image", &spec.base_url.absolute(&Route::of_file(&picture.out)));
        if let Some(size) = picture.dimensions {
            out.meta("property", "og:image:width", &size.width.to_string());
            out.meta("property", "og:image:height", &size.height.to_string());
        }
    }
    if article {
        let dates = [("article:published_time", &facts.dates.0), ("article:modified_time", &facts.dates.1)];
        for (name, date) in dates {
            out.meta("property", name, date.as_ref().and_then(Value::as_str).unwrap_or_default());
        }
    }
    out.meta("name", "twitter:card", if picture.is_some() { "summary_large_image" } else { "summary" });
}

/// `de_DE`: a language with the region that most of its readers live in, unless the site names one.
fn locale(language: &Language) -> String {
    let primary = language.primary();
    let region = language.tag().split('-').skip(1).find(|part| part.len() == 2).map(str::to_ascii_uppercase);
    let usual = match primary {
        "en" => "US".to_owned(),
        "da" => "DK".to_owned(),
        "sv" => "SE".to_owned(),
        "cs" => "CZ".to_owned(),
        "ja" => "JP".to_owned(),
        "nb" => "NO".to_owned(),
        other => other.to_ascii_uppercase(),
    };
    format!("{primary}_{}", region.unwrap_or(usual))
}
