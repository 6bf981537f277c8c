//! The names under which files are published.

use crate::diag::{Code, Diagnostic, Place};
use crate::model::{Digest, OutPath, slug};
use std::sync::Arc;

/// `_a/<stem>.<digest>.<extension>` for the file at `file`.
pub(super) fn hashed(file: &Arc<str>, digest: &Digest) -> Result<OutPath, Diagnostic> {
    let name = file.rsplit('/').next().unwrap_or_default();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let stem = match slug(stem) {
        empty if empty.is_empty() => "file".to_owned(),
        stem => stem,
    };
    let dot = if extension.is_empty() { "" } else { "." };
    let path = format!("{}{stem}.{}{dot}{}", OutPath::HASHED, digest.short(), slug(extension));
    OutPath::parse(&path).map_err(|fault| {
        Diagnostic::error(Code::BadPath, format!("`{name}` cannot be published: {fault}"))
            .at(Place::file(file.clone()))
            .hint("rename the file")
    })
}
