//! Pictures: what they are and how large, read from their first bytes and nothing more.

use crate::diag::{Code, Diagnostic, Place};
use crate::model::Dimensions;
use image::{ImageFormat, ImageReader, Limits};
use std::io::Cursor;
use std::sync::Arc;

/// The longest side of a picture, in pixels.
const LONGEST_SIDE: u32 = 12_000;
/// The most memory that reading a header may take.
const MOST_MEMORY: u64 = 256 << 20;

/// The dimensions of a picture whose name promises `format`.
pub(super) fn dimensions(
    file: &Arc<str>,
    bytes: &[u8],
    format: ImageFormat,
    most_pixels: u64,
) -> Result<Dimensions, Diagnostic> {
    let mistake = |message: String| Diagnostic::error(Code::BadImage, message).at(Place::file(file.clone()));
    match image::guess_format(bytes) {
        Ok(real) if real == format => {}
        Ok(real) => return Err(misnamed(mistake, file, real)),
        Err(_) => {
            return Err(mistake(format!("the file does not hold a {} picture", name(format)))
                .hint("export it again, or remove the file"));
        }
    }
    let (width, height) = measured(bytes, format)
        .map_err(|error| mistake(format!("the picture cannot be read: {error}")).hint("export it again"))?;
    let pixels = u64::from(width) * u64::from(height);
    if width.max(height) > LONGEST_SIDE || pixels > most_pixels {
        let hint = match width.max(height) > LONGEST_SIDE {
            true => format!("make it smaller: at most {LONGEST_SIDE} pixels on its longer side"),
            false => format!(
                "make it smaller, or raise `image_megapixels` under `limits` in sites.toml, now {}",
                most_pixels / 1_000_000
            ),
        };
        return Err(mistake(format!("the picture is too large: {width} × {height} pixels")).hint(hint));
    }
    Ok(Dimensions { width, height })
}

fn measured(bytes: &[u8], format: ImageFormat) -> Result<(u32, u32), image::ImageError> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    reader.into_dimensions()
}

fn misnamed(mistake: impl Fn(String) -> Diagnostic, file: &str, real: ImageFormat) -> Diagnostic {
    let name = file.rsplit('/').next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let extension = real.extensions_str().first().copied().unwrap_or_default();
    mistake(format!("`{name}` is a {} picture", self::name(real)))
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
