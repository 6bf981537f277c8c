//! One file, from its bytes to what is published.

use super::markup::{self, Dialect};
use super::order::{Order, Treatment};
use super::passage::{Passed, passed};
use super::store::Reach;
use super::style::{self, Sheet};
use super::{integrity, json, name, picture, script};
use crate::diag::{Code, Diagnostic, Place, Severity};
use crate::model::{Asset, Body, Digest, Dimensions, OutPath};
use image::ImageFormat;
use sha2::Digest as _;
use std::sync::Arc;

/// A file of this many bytes is no longer held in memory until the run ends.
const HELD: u64 = 4 << 20;
/// The largest file that is read as a whole.
const WHOLE: u64 = 64 << 20;
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

/// The bytes of a file.
enum Bytes {
    /// They are at hand.
    Held(Vec<u8>),
    /// They are too many to hold; they can be read again.
    Passed(Passed),
}

/// What looking at a file's bytes brought to light.
enum Treated {
    /// They are published as they are.
    Unchanged(Option<Dimensions>),
    /// Others are published instead.
    Changed(String, Option<Dimensions>),
    /// They have to be joined with other files.
    Sheet(Sheet),
}

/// What keeps a file from being read, in the order of its lines. If all of it is warnings, the file is published as it is.
pub(super) struct Mistakes(pub(super) Vec<Diagnostic>);

impl From<Diagnostic> for Mistakes {
    fn from(mistake: Diagnostic) -> Self {
        Self(vec![mistake])
    }
}

/// Prepares one file.
pub(super) fn prepare(order: &Order, reach: &Reach<'_>) -> Prepared {
    let bytes = match fetch(order, reach) {
        Ok(bytes) => bytes,
        Err(fault) => return Prepared { made: None, found: vec![fault] },
    };
    let (treated, mut found) = match treated(order, &bytes, reach) {
        Ok(treated) => {
            let remark = heavy(order, &treated, &bytes);
            (treated, remark.into_iter().collect())
        }
        Err(Mistakes(found)) if !found.iter().any(Diagnostic::is_error) => {
            // Who did not ask for a smaller file does not miss it.
            (Treated::Unchanged(None), if order.minify { found } else { Vec::new() })
        }
        Err(Mistakes(mistakes)) if order.out.is_some() => {
            (Treated::Unchanged(None), mistakes.into_iter().map(softened).collect())
        }
        Err(Mistakes(found)) => return Prepared { made: None, found },
    };
    let made = match (treated, bytes) {
        (Treated::Sheet(sheet), _) => Ok(Made::Sheet(sheet)),
        (Treated::Changed(text, dimensions), _) => asset(order, text.into_bytes(), dimensions).map(Made::Asset),
        (Treated::Unchanged(dimensions), Bytes::Held(bytes)) => asset(order, bytes, dimensions).map(Made::Asset),
        (Treated::Unchanged(dimensions), Bytes::Passed(passed)) => large(order, passed, dimensions).map(Made::Asset),
    };
    let made = made.map_err(|fault| found.push(fault)).ok();
    Prepared { made, found }
}

/// A style sheet that names other files has to be held, however large it is.
fn fetch(order: &Order, reach: &Reach<'_>) -> Result<Bytes, Diagnostic> {
    let is_sheet = order.treatment() == Treatment::Style && order.out.is_none();
    match (reach.length)(&order.file) {
        Some(HELD..=LARGEST) if !is_sheet => passed(order, reach.pass).map(Bytes::Passed),
        _ => (reach.read)(&order.file, if is_sheet { WHOLE } else { LARGEST }).map(Bytes::Held),
    }
}

/// A file that keeps its own name was put there on purpose, perhaps for another program: its mistakes stop nothing.
fn softened(mistake: Diagnostic) -> Diagnostic {
    Diagnostic { severity: Severity::Warning, ..mistake }
        .note("the file keeps its own name, so it is published as it is", None)
}

fn treated(order: &Order, bytes: &Bytes, reach: &Reach<'_>) -> Result<Treated, Mistakes> {
    let file = &order.file;
    let (treatment, bytes) = match (order.treatment(), bytes) {
        (Treatment::Picture(format), Bytes::Held(bytes)) => {
            return Ok(Treated::Unchanged(Some(picture::dimensions(order, format, bytes)?)));
        }
        (Treatment::Picture(format), Bytes::Passed(passed)) => {
            return Ok(Treated::Unchanged(Some(large_picture(order, format, passed, reach)?)));
        }
        (Treatment::Verbatim, _) | (_, Bytes::Passed(_)) => return Ok(Treated::Unchanged(None)),
        (treatment, Bytes::Held(bytes)) => (treatment, bytes),
    };
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

/// Few pictures keep their size behind a long preview or colour profile; those are read as a whole, unless they are huge.
fn large_picture(
    order: &Order,
    format: ImageFormat,
    passed: &Passed,
    reach: &Reach<'_>,
) -> Result<Dimensions, Diagnostic> {
    match picture::dimensions_of_head(order, format, &passed.head) {
        Err(_) if passed.len <= WHOLE => picture::dimensions(order, format, &(reach.read)(&order.file, WHOLE)?),
        measured => measured,
    }
}

/// What is to be said of a picture that visitors wait for.
fn heavy(order: &Order, treated: &Treated, bytes: &Bytes) -> Option<Diagnostic> {
    let Treated::Unchanged(Some(dimensions)) = treated else { return None };
    let len = match bytes {
        Bytes::Held(bytes) => bytes.len() as u64,
        Bytes::Passed(passed) => passed.len,
    };
    let is_picture = matches!(order.treatment(), Treatment::Picture(_));
    (is_picture && len > picture::LIGHT).then(|| picture::heavy(order, len, *dimensions))
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

/// An asset of its final bytes.
pub(super) fn asset(order: &Order, bytes: Vec<u8>, dimensions: Option<Dimensions>) -> Result<Arc<Asset>, Diagnostic> {
    let (digest, media) = (Digest::of(&bytes), order.media());
    let integrity = integrity::begin(media).map(|sha| integrity::end(sha.chain_update(&bytes)));
    let out = out(order, &digest)?;
    Ok(Arc::new(Asset { out, body: Body::Shared(bytes.into()), digest, media, integrity, dimensions }))
}

/// An asset of the bytes that its file has.
fn large(order: &Order, passed: Passed, dimensions: Option<Dimensions>) -> Result<Arc<Asset>, Diagnostic> {
    let Passed { len, digest, integrity, .. } = passed;
    let body = Body::File { path: order.file.clone(), len };
    let (out, media) = (out(order, &digest)?, order.media());
    Ok(Arc::new(Asset { out, body, digest, media, integrity, dimensions }))
}

fn out(order: &Order, digest: &Digest) -> Result<OutPath, Diagnostic> {
    match &order.out {
        Some(out) => Ok(out.clone()),
        None => name::hashed(&order.file, digest),
    }
}
