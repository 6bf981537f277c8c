//! Pictures: what they are and how large, read from their first bytes and nothing more.

use super::order::Order;
use crate::diag::{Code, Diagnostic, Place};
use crate::model::Dimensions;
use image::{ImageFormat, ImageReader, Limits};
use std::io::Cursor;

/// The longest side of a picture, in pixels.
const LONGEST_SIDE: u32 = 12_000;
/// The most memory that reading a header may take.
const MOST_MEMORY: u64 = 256 << 20;
/// The first bytes of a large picture, in which its size is looked for.
pub(super) const HEAD: usize = 1 << 20;

/// The dimensions of a picture whose name promises `format`.
pub(super) fn dimensions(order: &Order, format: ImageFormat, bytes: &[u8]) -> Result<Dimensions, Diagnostic> {
    is_what_it_says(order, format, bytes)?;
    let fault = |error| mistake(order, format!("the picture cannot be read: {error}")).hint("export it again");
    bounded(order, measured(bytes, format).map_err(fault)?)
}

/// The dimensions of a picture of which only the first bytes are at hand.
pub(super) fn dimensions_of_head(order: &Order, format: ImageFormat, head: &[u8]) -> Result<Dimensions, Diagnostic> {
    is_what_it_says(order, format, head)?;
    let fault = |_| {
        mistake(order, "the picture does not tell its size in its first MiB".to_owned())
            .hint("export it again, without a preview and a colour profile")
    };
    bounded(order, measured(head, format).map_err(fault)?)
}

fn mistake(order: &Order, message: String) -> Diagnostic {
    Diagnostic::error(Code::BadImage, message).at(Place::file(order.file.clone()))
}

fn is_what_it_says(order: &Order, format: ImageFormat, bytes: &[u8]) -> Result<(), Diagnostic> {
    match image::guess_format(bytes) {
        Ok(real) if real == format => Ok(()),
        Ok(real) => Err(misnamed(order, real)),
        Err(_) => Err(mistake(order, format!("the file does not hold a {} picture", name(format)))
            .hint("export it again, or remove the file")),
    }
}

fn bounded(order: &Order, (width, height): (u32, u32)) -> Result<Dimensions, Diagnostic> {
    let (most_pixels, longer) = (order.most_pixels, width.max(height));
    if longer <= LONGEST_SIDE && u64::from(width) * u64::from(height) <= most_pixels {
        return Ok(Dimensions { width, height });
    }
    let hint = if longer > LONGEST_SIDE {
        format!("make it smaller: at most {LONGEST_SIDE} pixels on its longer side")
    } else {
        format!(
            "make it smaller, or raise `image_megapixels` under `limits` in sites.toml, now {}",
            most_pixels / 1_000_000
        )
    };
    Err(mistake(order, format!("the picture is too large: {width} × {height} pixels")).hint(hint))
}

fn measured(bytes: &[u8], format: ImageFormat) -> Result<(u32, u32), image::ImageError> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    reader.into_dimensions()
}

fn misnamed(order: &Order, real: ImageFormat) -> Diagnostic {
    let name = order.name();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let extension = real.extensions_str().first().copied().unwrap_or_default();
    mistake(order, format!("`{name}` is a {} picture", self::name(real)))
        .hint(format!("rename it to `{stem}.{extension}`, and where it is used, too"))
}

fn name(format: ImageFormat) -> &'static str {
    match format {
        ImageFormat::Png => "PNG",
        ImageFormat::Jpeg => "JPEG",
        ImageFormat::WebP => "WebP",
        ImageFormat::Gif => "GIF",
        ImageFormat::Avif => "AVIF",
        other => other.extensions_str().first().copied().unwrap_or("strange"),
    }
}
