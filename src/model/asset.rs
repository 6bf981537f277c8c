//! Files that pages refer to: styles, scripts, pictures, downloads.

use super::bundle::{Artifact, Body};
use super::digest::Digest;
use super::path::OutPath;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A file ready to be published, shared by all sites that use it.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Where it lies in the site's folder; with a part of its digest in the name if it is fingerprinted.
    pub out: OutPath,
    /// Its bytes, or where they are.
    pub body: Body,
    /// The digest of its bytes.
    pub digest: Digest,
    /// What kind of content it is.
    pub media: Media,
    /// The value for `integrity=""`, for styles and scripts.
    pub integrity: Option<Arc<str>>,
    /// Width and height, for pictures.
    pub dimensions: Option<Dimensions>,
}

impl Asset {
    /// The file as a part of a bundle.
    pub fn artifact(&self) -> Artifact {
        Artifact { body: self.body.clone(), digest: self.digest, media: self.media }
    }
}

/// The size of a picture in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dimensions {
    /// From left to right.
    pub width: u32,
    /// From top to bottom.
    pub height: u32,
}

/// What kind of content a file holds, as its extension says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    /// A page.
    Html,
    /// A style sheet.
    Css,
    /// A script.
    Js,
    /// JSON, a web manifest or a JSON feed.
    Json,
    /// XML or a feed.
    Xml,
    /// A vector picture.
    Svg,
    /// Plain text and Markdown.
    Text,
    /// Anything else, by its media type.
    Other(&'static str),
}

/// Extension → media type of everything that is published as it is.
const OTHER: [(&str, &str); 26] = [
    ("avif", "image/avif"),
    ("csv", "text/csv; charset=utf-8"),
    ("eot", "application/vnd.ms-fontobject"),
    ("epub", "application/epub+zip"),
    ("gif", "image/gif"),
    ("gz", "application/gzip"),
    ("ico", "image/x-icon"),
    ("ics", "text/calendar; charset=utf-8"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("m4a", "audio/mp4"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("ogg", "audio/ogg"),
    ("otf", "font/otf"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("ttf", "font/ttf"),
    ("vtt", "text/vtt; charset=utf-8"),
    ("wasm", "application/wasm"),
    ("wav", "audio/wav"),
    ("webm", "video/webm"),
    ("webp", "image/webp"),
    ("woff", "font/woff"),
    ("woff2", "font/woff2"),
    ("zip", "application/zip"),
];

impl Media {
    /// The kind of content that a file with this extension (lower case, without the dot) holds.
    pub fn of_extension(extension: &str) -> Self {
        match extension {
            "html" | "htm" => Self::Html,
            "css" => Self::Css,
            "js" | "mjs" => Self::Js,
            "json" | "webmanifest" | "map" => Self::Json,
            "xml" | "atom" | "rss" | "xsl" => Self::Xml,
            "svg" => Self::Svg,
            "txt" | "md" => Self::Text,
            other => match OTHER.binary_search_by_key(&other, |(known, _)| known) {
                Ok(at) => Self::Other(OTHER[at].1),
                Err(_) => Self::Other("application/octet-stream"),
            },
        }
    }

    /// The kind of content that `mime` says.
    pub fn of_mime(mime: &str) -> Self {
        let plain = [Self::Html, Self::Css, Self::Js, Self::Json, Self::Xml, Self::Svg, Self::Text];
        let other =
            || OTHER.iter().find(|(_, known)| *known == mime).map_or("application/octet-stream", |(_, known)| known);
        plain.into_iter().find(|media| media.mime() == mime).unwrap_or_else(|| Self::Other(other()))
    }

    /// The media type for the `Content-Type` header.
    pub fn mime(self) -> &'static str {
        match self {
            Self::Html => "text/html; charset=utf-8",
            Self::Css => "text/css; charset=utf-8",
            Self::Js => "text/javascript; charset=utf-8",
            Self::Json => "application/json",
            Self::Xml => "application/xml",
            Self::Svg => "image/svg+xml",
            Self::Text => "text/plain; charset=utf-8",
            Self::Other(mime) => mime,
        }
    }

    /// Whether it is a picture that `<img>` can show.
    pub fn is_image(self) -> bool {
        self.mime().starts_with("image/")
    }
}
