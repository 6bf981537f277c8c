//! One file, from its bytes to what is published.

use super::markup::{self, Dialect};
use super::order::{Order, Treatment};
use super::store::Read;
use super::style::{self, Sheet};
use super::{json, name, picture, script};
use crate::diag::{Code, Diagnostic, Place, Severity};
use crate::model::{Asset, Body, Digest, Dimensions, Media};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha384};
use std::sync::Arc;

/// The most bytes that are held in memory until the run ends.
pub(super) const HELD: u64 = 4 << 20;
/// The largest file that is published.
const LARGEST: u64 = 2 << 30;

/// What came of a file, with what was found on the way.
pub(super) struct Prepared {
    /// What was made; none if it cannot be published.
    pub(super) made: Option<Made>,
    /// Mistakes in the file.
    pub(super) found: Vec<Diagnostic>,
}

/// What a file became.
pub(super) enum Made {
    /// Ready to be published.
    Asset(Arc<Asset>),
    /// A style sheet that names other files of the site.
    Sheet(Sheet),
}

/// What reading a file's bytes brought to light.
enum Treated {
    /// They are published as they are.
    Unchanged(Option<Dimensions>),
    /// Others are published instead.
    Changed(String, Option<Dimensions>),
    /// They have to be joined with other files.
    Sheet(Sheet),
}

/// What keeps a file from being read, in the order of its lines.
pub(super) struct Mistakes(pub(super) Vec<Diagnostic>);

impl From<Diagnostic> for Mistakes {
    fn from(mistake: Diagnostic) -> Self {
        Self(vec![mistake])
    }
}

/// Prepares one file.
pub(super) fn prepare(order: &Order, read: &Read) -> Prepared {
    let bytes = match read(&order.file, LARGEST) {
        Ok(bytes) => bytes,
        Err(fault) => return Prepared { made: None, found: vec![fault] },
    };
    let (treated, mut found) = match treated(order, &bytes) {
        Ok(treated) => (treated, Vec::new()),
        Err(Mistakes(mistakes)) if order.out.is_some() => {
            (Treated::Unchanged(None), mistakes.into_iter().map(softened).collect())
        }
        Err(Mistakes(found)) => return Prepared { made: None, found },
    };
    let made = match treated {
        Treated::Sheet(sheet) => Ok(Made::Sheet(sheet)),
        Treated::Changed(text, dimensions) => asset(order, text.into_bytes(), Bytes::Made, dimensions).map(Made::Asset),
        Treated::Unchanged(dimensions) => asset(order, bytes, Bytes::OfFile, dimensions).map(Made::Asset),
    };
    let made = made.map_err(|fault| found.push(fault)).ok();
    Prepared { made, found }
}

/// A file that keeps its own name was put there on purpose, perhaps for another program: its mistakes stop nothing.
fn softened(mistake: Diagnostic) -> Diagnostic {
    Diagnostic { severity: Severity::Warning, ..mistake }
        .note("the file keeps its own name, so it is published as it is", None)
}

fn treated(order: &Order, bytes: &[u8]) -> Result<Treated, Mistakes> {
    let file = &order.file;
    let treatment = order.treatment();
    if let Treatment::Picture(format) = treatment {
        return Ok(Treated::Unchanged(Some(picture::dimensions(file, bytes, format, order.most_pixels)?)));
    }
    let is_large = bytes.len() as u64 > HELD && treatment != Treatment::Style;
    if is_large || treatment == Treatment::Verbatim {
        return Ok(Treated::Unchanged(None));
    }
    let source = text(order, treatment, bytes)?;
    let (small, dimensions) = match treatment {
        Treatment::Style if order.out.is_some() => (style::minified(file, source)?, None),
        Treatment::Style => match Sheet::read(file, source, order.minify)? {
            sheet if sheet.mentions.is_empty() => (sheet.text, None),
            sheet => return Ok(Treated::Sheet(sheet)),
        },
        Treatment::Script => (script::minified(file, source)?, None),
        Treatment::Json => (json::minified(file, source)?, None),
        _ => {
            let dialect = if treatment == Treatment::Svg { Dialect::Svg } else { Dialect::Xml };
            let markup = markup::read(file, source, dialect)?;
            (markup.small, markup.dimensions)
        }
    };
    Ok(if order.minify { Treated::Changed(small, dimensions) } else { Treated::Unchanged(dimensions) })
}

fn text<'a>(order: &Order, treatment: Treatment, bytes: &'a [u8]) -> Result<&'a str, Diagnostic> {
    let code = match treatment {
        Treatment::Style => Code::BadStyle,
        Treatment::Script => Code::BadScript,
        _ => Code::BadDocument,
    };
    let text = std::str::from_utf8(bytes).map_err(|_| {
        Diagnostic::error(code, "the file is not UTF-8")
            .at(Place::file(order.file.clone()))
            .hint("save it with the encoding UTF-8")
    })?;
    Ok(text.trim_start_matches('\u{feff}'))
}

/// Where the bytes that are published come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bytes {
    /// They are those of the file, which can be read again.
    OfFile,
    /// They were made of it.
    Made,
}

/// An asset of its final bytes.
pub(super) fn asset(
    order: &Order,
    bytes: Vec<u8>,
    from: Bytes,
    dimensions: Option<Dimensions>,
) -> Result<Arc<Asset>, Diagnostic> {
    let digest = Digest::of(&bytes);
    let media = Media::of_extension(&order.extension());
    let integrity = matches!(media, Media::Css | Media::Js)
        .then(|| format!("sha384-{}", STANDARD.encode(Sha384::digest(&bytes))).into());
    let out = match &order.out {
        Some(out) => out.clone(),
        None => name::hashed(&order.file, &digest)?,
    };
    let len = bytes.len() as u64;
    let body = match from {
        Bytes::OfFile if len > HELD => Body::File { path: order.file.clone(), len },
        Bytes::OfFile | Bytes::Made => Body::Shared(bytes.into()),
    };
    Ok(Arc::new(Asset { out, body, digest, media, integrity, dimensions }))
}
