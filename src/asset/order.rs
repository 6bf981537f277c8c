//! What is to be made of one file, and how.

use crate::model::{Limits, Media, OutPath, Publish, SiteFile};
use image::ImageFormat;
use std::sync::Arc;

/// An order for one file. Two sites that order the same get the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Order {
    /// Its path from the root of the repository.
    pub(super) file: Arc<str>,
    /// Its place in the site; none to name it after its content.
    pub(super) out: Option<OutPath>,
    /// Whether it is made smaller.
    pub(super) minify: bool,
    /// The most pixels a picture may have.
    pub(super) most_pixels: u64,
}

/// What is done with a file, decided by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Treatment {
    /// A style sheet, checked, minified, with links to other files brought up to date.
    Style,
    /// A script, checked and minified.
    Script,
    /// JSON, checked and minified.
    Json,
    /// XML, checked and minified.
    Xml,
    /// A vector picture: as XML, and measured.
    Svg,
    /// A picture, measured.
    Picture(ImageFormat),
    /// Anything else, published as it is.
    Verbatim,
}

impl Order {
    /// The order for a file of a site.
    pub(super) fn new(file: &SiteFile, limits: &Limits, minify: bool) -> Self {
        let out = match &file.publish {
            Publish::Hashed => None,
            Publish::As(out) => Some(out.clone()),
        };
        let minify = minify && !is_sealed(out.as_ref().map_or(&file.file, OutPath::as_str));
        Self { file: file.file.clone(), out, minify, most_pixels: limits.image_pixels }
    }

    /// The file's name without its folder.
    pub(super) fn name(&self) -> &str {
        self.file.rsplit('/').next().unwrap_or_default()
    }

    /// The part after the last dot of the file's name, in lower case.
    pub(super) fn extension(&self) -> String {
        self.name().rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default()
    }

    /// What kind of content it holds.
    pub(super) fn media(&self) -> Media {
        Media::of_extension(&self.extension())
    }

    /// What is done with it. Text that keeps its name and its bytes is not even looked at.
    pub(super) fn treatment(&self) -> Treatment {
        let treatment = match self.extension().as_str() {
            "css" => Treatment::Style,
            "js" | "mjs" => Treatment::Script,
            "json" | "webmanifest" => Treatment::Json,
            "xml" => Treatment::Xml,
            "svg" => Treatment::Svg,
            "png" => Treatment::Picture(ImageFormat::Png),
            "jpg" | "jpeg" => Treatment::Picture(ImageFormat::Jpeg),
            "webp" => Treatment::Picture(ImageFormat::WebP),
            "gif" => Treatment::Picture(ImageFormat::Gif),
            _ => Treatment::Verbatim,
        };
        match treatment {
            Treatment::Svg | Treatment::Picture(_) => treatment,
            _ if self.out.is_some() && !self.minify => Treatment::Verbatim,
            _ => treatment,
        }
    }
}

/// Whether others rely on a file's exact bytes: proofs of ownership, service workers, what is minified already.
fn is_sealed(path: &str) -> bool {
    const SERVICE_WORKERS: [&str; 4] = ["sw.js", "service-worker.js", "serviceworker.js", "service_worker.js"];
    let name = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    path.split('/').any(|part| part == ".well-known")
        || name.contains(".min.")
        || SERVICE_WORKERS.contains(&name.as_str())
}
