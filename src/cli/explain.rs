//! `hectare build --explain PATH`: why was an output made again, or why not?

use super::output::Output;
use crate::cache::{Cache, Reason};
use crate::diag::{Code, Diagnostic, nearest};
use crate::event::{Explanation, Fate};
use crate::model::{Digest, Digester, Fleet, SiteSpec};
use crate::world::Files;
use std::sync::Arc;

/// An output that someone asks about, as it was before the build.
pub(super) struct Asked {
    site: Arc<SiteSpec>,
    /// Its path below the output folder; the site's folder if none of its files is meant.
    path: String,
    before: Option<Digest>,
}

impl Asked {
    /// Takes `dist/site/about/index.html`, `site/about/` or `site`.
    pub(super) fn about(typed: &str, output: &Output, fleet: &Fleet) -> Result<Self, Diagnostic> {
        let below = typed.strip_prefix("./").unwrap_or(typed);
        let below = below.strip_prefix(output.shown.as_str()).unwrap_or(below).trim_start_matches('/');
        let (id, rest) = below.split_once('/').unwrap_or((below, ""));
        let site = fleet.sites.iter().find(|site| site.id.as_str() == id).ok_or_else(|| {
            let refusal = Diagnostic::error(
                Code::BadFlag,
                format!("`--explain {typed}` names no output: there is no site `{id}`"),
            );
            match nearest(id, fleet.sites.iter().map(|site| site.id.as_str())) {
                Some(meant) => refusal.hint(format!("did you mean `{meant}`?")),
                None => refusal.hint("write it like `dist/site/about/index.html`, `site/about/` or `site`"),
            }
        })?;
        let files = match rest.trim_end_matches('/') {
            "" => vec![],
            rest => vec![format!("{id}/{rest}"), format!("{id}/{rest}/index.html"), format!("{id}/{rest}.html")],
        };
        let path = files.iter().find(|path| output.out.len(path).is_some()).or(files.first());
        let path = path.cloned().unwrap_or_else(|| id.to_owned());
        Ok(Self { site: Arc::clone(site), before: digest(output, &path), path })
    }

    /// Its path in the folder of its site.
    fn path_of_file(&self) -> &str {
        self.path.split_once('/').map_or("", |(_, below)| below)
    }

    /// What became of it, and why.
    pub(super) fn answer(self, output: &Output, cache: &Cache<'_>) -> Explanation {
        let after = digest(output, &self.path);
        let reason = cache.reason(&self.site.id);
        let fate = match (self.before, after) {
            _ if self.path == self.site.id.as_str() => {
                if reason.is_some() {
                    Fate::Made
                } else {
                    Fate::Kept
                }
            }
            (None, None) => Fate::Absent,
            (None, Some(_)) => Fate::Added,
            (Some(_), None) => Fate::Removed,
            (Some(before), Some(after)) if before != after => Fate::Changed,
            _ if cache.is_left(&self.site.id, self.path_of_file()) => Fate::Left,
            _ if reason.is_some() => Fate::Made,
            _ => Fate::Kept,
        };
        let files = match &reason {
            Some(Reason::Folder(folder)) => cache.changes(folder),
            _ => Vec::new(),
        };
        Explanation {
            output: format!("{}/{}", output.shown, self.path),
            fate,
            because: match reason {
                Some(reason) => reason.to_string(),
                None => {
                    let folders = cache.folders(&self.site.id).join("`, `");
                    format!("nothing that `{}` is made of changed: its settings, `{folders}`", self.site.id)
                }
            },
            files,
        }
    }
}

fn digest(output: &Output, path: &str) -> Option<Digest> {
    let mut digester = Digester::default();
    output.out.copy(path, &mut digester).ok().map(|()| digester.digest())
}
