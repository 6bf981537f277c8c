//! `hectare cache verify`, `export` and the second half of `gc`: the releases that are kept.

use super::args::{Export, Format, Global};
use super::exit::Exit;
use super::gate::Gate;
use super::output::Output;
use super::refusal::Refusal;
use super::repository::Repository;
use super::{dock, lock, quay};
use crate::deploy::{self, Condition, Ledger, Store, Tidied};
use crate::diag::{Code, Diagnostic, Place};
use crate::event::{Event, Listener, Transfer};
use crate::model::{Digest, Release, SiteId};
use crate::ui::{Face, count, counted};
use crate::world::{Shelves, Stop, spread};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// Reads every kept release, compares it with its digests, and puts back what the finished sites still hold.
pub(super) fn verify(global: &Global, face: &dyn Face) -> Result<Exit, Refusal> {
    let repository = Repository::open(global, face)?;
    let gate = Gate::new(&Stop::new());
    let ledger = gate.ledger(&repository)?;
    let seen = look(&ledger, face)?;
    let damaged = seen.lost.len() + seen.unlisted.len() + seen.damaged.len();
    // Whoever may not write, or is not alone, hears of all that is damaged, too.
    let (mended, hindrance) = match mend(&repository, &ledger, &seen) {
        Ok(mended) => (mended, None),
        Err(fault) => (Mended::default(), Some(fault)),
    };
    face.complain(&seen.told(&mended).into_iter().chain(hindrance).collect::<Vec<_>>());
    let (releases, files) = (seen.releases, seen.files);
    face.print(&match global.format {
        Format::Text | Format::Github => {
            let (releases, files) = (counted(releases, "release", "releases"), counted(files, "file", "files"));
            let back = if damaged > 0 { format!(", {} put back", count(mended.len())) } else { String::new() };
            format!("{releases} of {files}, {damaged} damaged or gone{back}")
        }
        Format::Json => {
            json!({ "v": 1, "releases": releases, "files": files, "damaged": damaged, "mended": mended.len() })
                .to_string()
        }
    });
    Ok(if damaged == 0 { Exit::Done } else { Exit::Found })
}

/// What a look at everything that is kept came to.
struct Seen {
    releases: usize,
    files: usize,
    /// Contents that are not kept as they should be: what is wrong with each, and a file that holds it.
    lost: BTreeMap<Digest, (&'static str, String)>,
    /// Releases of which nobody knows any more what they consist of.
    unlisted: BTreeSet<(SiteId, Digest)>,
    /// What is said of other files that are damaged.
    damaged: Vec<Diagnostic>,
}

/// What could be put back of it.
#[derive(Default)]
struct Mended {
    contents: BTreeSet<Digest>,
    releases: BTreeSet<(SiteId, Digest)>,
}

impl Mended {
    fn len(&self) -> usize {
        self.contents.len() + self.releases.len()
    }
}

fn look(ledger: &Ledger<'_>, listener: &dyn Listener) -> Result<Seen, Diagnostic> {
    let names = ledger.releases()?;
    ledger.look_through()?;
    let damaged = ledger.damaged();
    let (mut contents, mut bytes): (BTreeMap<Digest, String>, u64) = Default::default();
    let mut kept: BTreeSet<&(SiteId, Digest)> = BTreeSet::new();
    for name in &names {
        let (site, id) = name;
        let Some(release) = ledger.release(site, *id)? else { continue };
        kept.insert(name);
        for (path, good) in release.files {
            contents.entry(good.digest).or_insert_with(|| {
                bytes += good.len;
                format!("{site}/{path}")
            });
        }
    }
    let (store, files) = (ledger.store(), contents.len());
    let contents: Vec<(Digest, String)> = contents.into_iter().collect();
    listener.tell(&Event::TransferStarted { what: Transfer::Checking, files, bytes });
    let lost = spread(&contents, |(digest, example)| {
        let found = store.get(*digest);
        let bytes = if let Ok(Condition::Whole(bytes)) = &found { bytes.len() as u64 } else { 0 };
        listener.tell(&Event::Transferred { bytes });
        Ok(match found? {
            Condition::Whole(_) => None,
            Condition::Damaged => Some((*digest, ("is damaged", example.clone()))),
            Condition::Missing => Some((*digest, ("is gone", example.clone()))),
        })
    });
    listener.tell(&Event::TransferEnded);
    let lost = lost.into_iter().filter_map(Result::transpose).collect::<Result<_, Diagnostic>>()?;
    let live = ledger.live().berths.into_values().flat_map(|standing| standing.receipt.sites);
    let unlisted = live.chain(names.iter().cloned()).filter(|release| !kept.contains(release)).collect();
    Ok(Seen { releases: names.len(), files, lost, unlisted, damaged })
}

/// Puts back what lies in the output folder, while nobody builds or ships.
fn mend(repository: &Repository, ledger: &Ledger<'_>, seen: &Seen) -> Result<Mended, Diagnostic> {
    if seen.lost.is_empty() && seen.unlisted.is_empty() {
        return Ok(Mended::default());
    }
    let _lock = lock::take(&repository.files)?;
    let _hold = ledger.lock(&dock::Owned::by(None)?.as_owner())?;
    let yard = Output::usual(&repository.files, &repository.fleet.folders);
    let contents = deploy::mend(ledger, &yard, &seen.lost.keys().copied().collect())?;
    let mut releases = BTreeSet::new();
    for (site, id) in &seen.unlisted {
        if deploy::restore(ledger, &yard, site, *id)? {
            releases.insert((site.clone(), *id));
        }
    }
    Ok(Mended { contents, releases })
}

impl Seen {
    /// What is said about all of it.
    fn told(&self, mended: &Mended) -> Vec<Diagnostic> {
        let ways = "if it still is what the site is made of, `hectare build` and then `hectare cache verify` put it back; \
                    otherwise restore it from a backup, as no release that holds it can be shipped again from here";
        let told = |message: String, is_mended: bool| {
            if is_mended {
                Diagnostic::warning(Code::ReleaseDamaged, message).hint("it was put back from the finished site")
            } else {
                Diagnostic::error(Code::ReleaseDamaged, message).hint(ways)
            }
        };
        let content = |(digest, (problem, example)): (&Digest, &(&str, String))| {
            let message = format!("a content that releases are made of {problem}, such as that of `{example}`");
            told(message, mended.contents.contains(digest)).at(Store::place(*digest))
        };
        let release = |release: &(SiteId, Digest)| {
            let (site, id) = release;
            let message = format!("nobody knows any more what the release `{}` of `{site}` consists of", id.short());
            let place = Place::file(format!("{}/releases/{site}/{id}.json", deploy::FOLDER));
            told(message, mended.releases.contains(release)).at(place)
        };
        let found = self.lost.iter().map(content).chain(self.unlisted.iter().map(release));
        found.chain(self.damaged.iter().cloned()).collect()
    }
}

/// Takes out of the ledger and the store what nobody needs any more. A fleet that was never shipped has neither.
pub(super) fn tidy(global: &Global, face: &dyn Face) -> Result<Exit, Refusal> {
    let repository = Repository::open(global, face)?;
    let Some(Emptied { tidied: Tidied { releases, contents }, notes }) = take_out(&repository)? else {
        return Ok(Exit::Done);
    };
    face.print(&match global.format {
        Format::Text | Format::Github => format!(
            "{} and {} taken out of the ledger · {} of other versions out of the store",
            counted(releases, "release", "releases"),
            counted(contents, "content", "contents"),
            counted(notes, "note", "notes"),
        ),
        Format::Json => json!({ "v": 1, "releases": releases, "contents": contents, "notes": notes }).to_string(),
    });
    Ok(Exit::Done)
}

/// What was taken out.
struct Emptied {
    tidied: Tidied,
    /// What other versions of hectare told each other.
    notes: usize,
}

fn take_out(repository: &Repository) -> Result<Option<Emptied>, Diagnostic> {
    let gate = Gate::new(&Stop::new());
    let ledger = gate.ledger(repository)?;
    if ledger.runs()?.is_empty() {
        return Ok(None);
    }
    let _guard = ledger.lock(&dock::Owned::by(None)?.as_owner())?;
    let tidied = deploy::tidy(&ledger, repository.fleet.policy.keep)?;
    Ok(Some(Emptied { tidied, notes: quay::forget_others(repository, &gate)? }))
}

/// Writes a kept release into a folder.
pub(super) fn export(global: &Global, typed: &Export, face: &dyn Face) -> Result<Exit, Refusal> {
    let repository = Repository::open(global, face)?;
    let release = write(&repository, typed)?;
    let files = release.files.len();
    face.print(&match global.format {
        Format::Text | Format::Github => {
            format!("{} written into {}", counted(files, "file", "files"), typed.out.display())
        }
        Format::Json => {
            json!({ "v": 1, "site": release.site, "release": release.id.to_string(), "files": files }).to_string()
        }
    });
    Ok(Exit::Done)
}

fn write(repository: &Repository, typed: &Export) -> Result<Release, Diagnostic> {
    let gate = Gate::new(&Stop::new());
    let ledger = gate.ledger(repository)?;
    let release = find(&ledger, typed)?;
    let (store, shelves) = (ledger.store(), Shelves::new(&typed.out));
    if !shelves.names("").is_empty() {
        let message = format!("`--out {}` is a folder with something in it", typed.out.display());
        return Err(Diagnostic::error(Code::BadFlag, message).hint("name a folder that does not exist yet"));
    }
    for (path, good) in &release.files {
        let bytes = store.file(&release, path.as_str(), good)?;
        shelves.write(path.as_str(), &bytes).map_err(|said| {
            let place = Place::file(typed.out.join(path.as_str()).to_string_lossy());
            Diagnostic::error(Code::CannotWrite, format!("the file cannot be written: {said}"))
                .at(place)
                .hint("look at the place and at who may write there")
        })?;
    }
    Ok(release)
}

/// The release that was meant: the live one, or the one whose id begins as typed.
fn find(ledger: &Ledger<'_>, typed: &Export) -> Result<Release, Diagnostic> {
    let live: BTreeSet<(SiteId, Digest)> =
        ledger.live().berths.into_values().flat_map(|standing| standing.receipt.sites).collect();
    let kept = ledger.releases()?.into_iter().filter(|(site, _)| site.as_str() == typed.site);
    let is_meant = |name: &(SiteId, Digest)| match &typed.release {
        Some(start) => name.1.to_string().starts_with(start),
        None => live.contains(name),
    };
    let meant: Vec<(SiteId, Digest)> = kept.filter(is_meant).collect();
    let nothing = |message: String| {
        let hint = "`hectare status` tells which release of a site is live; more digits of an id tell releases apart";
        Diagnostic::error(Code::NothingToGoBackTo, message).hint(hint)
    };
    match meant.as_slice() {
        [(site, id)] => ledger.release(site, *id)?.ok_or_else(|| nothing(format!("no release of `{site}` is kept"))),
        [] => Err(nothing(format!("no such release of `{}` is kept", typed.site))),
        _ => Err(nothing(format!("several releases of `{}` begin like that, or are live", typed.site))),
    }
}
