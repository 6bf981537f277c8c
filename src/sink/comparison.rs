//! A sink that writes nothing: it tells whether a site lies where it should, as it should.

use super::{Delivered, Sink};
use crate::diag::{Code, Diagnostic, Place};
use crate::model::{Bundle, Digest, Digester, Manifest, OutPath, SiteId};
use crate::world::{Depth, FileFault, Files, spread};

/// The folder that the sites lie in, to be compared with what a build makes.
pub struct Comparison<'a> {
    /// The folder.
    pub dist: &'a dyn Files,
    /// How people call it: `dist`.
    pub shown: String,
}

impl Sink for Comparison<'_> {
    fn deliver(&self, bundle: &Bundle, manifest: &Manifest) -> Result<Delivered, Diagnostic> {
        let entries: Vec<_> = manifest.entries.iter().map(|(path, entry)| (path, entry.digest)).collect();
        let compare = |(path, wanted): &(&OutPath, Digest)| self.difference(&bundle.site, path, *wanted);
        let differing: Vec<_> = spread(&entries, compare).into_iter().flatten().collect();
        match differing.split_first() {
            None => Ok(Delivered::default()),
            Some((first, [])) => Err(first.clone()),
            Some((first, more)) => Err(first.clone().note(format!("{} more of its files differ", more.len()), None)),
        }
    }

    fn seal(&self, _site: &SiteId, _depth: Depth) -> Option<Digest> {
        None
    }
}

impl Comparison<'_> {
    fn difference(&self, site: &SiteId, path: &OutPath, wanted: Digest) -> Option<Diagnostic> {
        let (place, mut digester) = (format!("{site}/{path}"), Digester::default());
        let what = match self.dist.copy(&place, &mut digester) {
            Ok(()) if digester.digest() == wanted => return None,
            Ok(()) => "holds something else than a clean build makes".to_owned(),
            Err(FileFault::Missing) => "is missing, though a clean build makes it".to_owned(),
            Err(fault) => format!("cannot be compared with what a clean build makes: {fault}"),
        };
        let shown = format!("{}/{place}", self.shown);
        let hint = format!("`--clean` puts it right; `--explain {shown}` tells why it was not made again");
        Some(Diagnostic::error(Code::Differs, format!("`{shown}` {what}")).at(Place::file(shown)).hint(hint))
    }
}
