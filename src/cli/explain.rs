//! `hectare build --explain PATH`: why was an output made again, or why not?

use super::output::Output;
use crate::cache::{Cache, Reason};
use crate::diag::{Code, Diagnostic, nearest};
use crate::event::{Explanation, Fate};
use crate::model::{Digest, Digester, Fleet, SiteSpec};
use crate::world::Files;
use std::path::Path;
use std::sync::Arc;

/// An output that someone asks about, as it was before the build.
pub(super) struct Asked {
    site: Arc<SiteSpec>,
    /// The paths below the output folder that may be meant, and what lies there; none if the site as a whole is meant.
    candidates: Vec<(String, Option<Digest>)>,
}

impl Asked {
    /// Takes `dist/site/about/index.html`, `site/about/` or `site`.
    pub(super) fn about(typed: &str, output: &Output, fleet: &Fleet) -> Result<Self, Diagnostic> {
        let below = Path::new(typed.strip_prefix("./").unwrap_or(typed));
        let below = below.strip_prefix(&output.shown).unwrap_or(below).to_str().unwrap_or(typed);
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
        let candidates = files.into_iter().map(|path| {
            let before = digest(output, &path);
            (path, before)
        });
        Ok(Self { site: Arc::clone(site), candidates: candidates.collect() })
    }

    /// What became of it, and why.
    pub(super) fn answer(self, output: &Output, cache: &Cache<'_>) -> Explanation {
        let reason = cache.reason(&self.site.id);
        let id = self.site.id.as_str();
        let look = |(path, before): (String, Option<Digest>)| (digest(output, &path), path, before);
        let all: Vec<_> = self.candidates.into_iter().map(look).collect();
        let made = all.iter().find(|(after, ..)| after.is_some());
        let meant = made.or_else(|| all.iter().find(|(.., before)| before.is_some()));
        let path = meant.or(all.first()).map_or(id, |(_, path, _)| path.as_str());
        let fate = match meant {
            None if !all.is_empty() => Fate::Absent,
            None if reason.is_some() => Fate::Made,
            None => Fate::Kept,
            Some((_, _, None)) => Fate::Added,
            Some((None, _, Some(_))) => Fate::Removed,
            Some((Some(after), _, Some(before))) if before != after => Fate::Changed,
            Some(_) if cache.is_left(&self.site.id, below(path)) => Fate::Left,
            Some(_) if reason.is_some() => Fate::Made,
            Some(_) => Fate::Kept,
        };
        let files = match &reason {
            Some(Reason::Folder(folder)) => cache.changes(folder),
            _ => Vec::new(),
        };
        Explanation {
            output: format!("{}/{path}", output.shown),
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

/// The path of a file in the folder of its site.
fn below(path: &str) -> &str {
    path.split_once('/').map_or("", |(_, below)| below)
}

fn digest(output: &Output, path: &str) -> Option<Digest> {
    let mut digester = Digester::default();
    output.out.copy(path, &mut digester).ok().map(|()| digester.digest())
}
