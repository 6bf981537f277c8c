//! What a browser compares a style sheet or a script with before it uses it.

use crate::model::Media;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha384};
use std::sync::Arc;

/// Begins the integrity of a file; none for files that no browser checks.
pub(super) fn begin(media: Media) -> Option<Sha384> {
    matches!(media, Media::Css | Media::Js).then(Sha384::new)
}

/// The integrity of all bytes so far, as `integrity=""` takes it.
pub(super) fn end(sha: Sha384) -> Arc<str> {
    format!("sha384-{}", STANDARD.encode(sha.finalize())).into()
}
