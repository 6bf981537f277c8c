//! The size of a vector picture, as its outermost element gives it.

use crate::model::Dimensions;
use quick_xml::events::BytesStart;

/// Width and height in pixels, from the attributes of those names or from `viewBox`.
pub(super) fn dimensions(svg: &BytesStart) -> Option<Dimensions> {
    let value = |name: &str| {
        let attribute = svg.attributes().flatten().find(|attribute| attribute.key.as_ref() == name)?;
        Some(attribute.value.into_owned())
    };
    let given = || Some((pixels(&value("width")?)?, pixels(&value("height")?)?));
    let (width, height) = given().or_else(|| view_box(&value("viewBox")?))?;
    let whole = |length: f64| (1.0..=1e6).contains(&length).then(|| length.round() as u32);
    Some(Dimensions { width: whole(width)?, height: whole(height)? })
}

/// A length in pixels; any other unit depends on where the picture stands.
fn pixels(length: &str) -> Option<f64> {
    let length = length.trim();
    length.strip_suffix("px").unwrap_or(length).trim_end().parse().ok()
}

fn view_box(text: &str) -> Option<(f64, f64)> {
    let mut numbers = text.split([' ', ',', '\t', '\n', '\r']).filter(|part| !part.is_empty()).skip(2);
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}
