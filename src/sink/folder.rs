//! Sites as folders: `dist/<site>/`.

use super::record::{self, Home, Record};
use super::{Amended, Delivered, Delivery, Sink};
use crate::diag::{Code, Diagnostic, Place, list};
use crate::model::{Artifact, Body, Bundle, Digest, Manifest, OutPath, SiteId};
use crate::world::{Content, Depth, Files, Placed, Stage, TreeFault, Trees, Trouble, spread};
use std::collections::BTreeMap;

/// A folder that holds a folder for each site, and remembers what it put there.
pub struct Folder<'a> {
    /// Where the sites' folders are.
    pub trees: &'a dyn Trees,
    /// How people call that place: `dist`.
    pub shown: String,
    /// Which place it is.
    pub home: Home,
    /// Where it is remembered what was put there.
    pub records: &'a dyn Trees,
    /// The same place, for reading.
    pub remembered: &'a dyn Files,
    /// Where files too large to hold are copied from.
    pub sources: &'a dyn Files,
}

impl Sink for Folder<'_> {
    fn deliver(&self, bundle: &Bundle, manifest: &Manifest) -> Result<Delivered, Diagnostic> {
        Box::new(self.arriving(&bundle.site)).finish(bundle, manifest)
    }

    fn begin(&self, site: &SiteId) -> Option<Box<dyn Delivery + '_>> {
        Some(Box::new(self.arriving(site)))
    }

    fn amend(&self, files: &[Amended], manifest: &Manifest) -> Option<Delivered> {
        let site = &manifest.site;
        if !files.is_empty() {
            let held = files.iter().map(held).collect::<Option<Vec<_>>>()?;
            let older: Vec<_> = files.iter().map(|file| (file.path.to_string(), file.before.to_string())).collect();
            let [underway, done] = Record::of(&self.home, manifest, Vec::new()).print_while(&older);
            // If the run dies before all of them lie there, the record is not what it was, and nothing that lies there is trusted.
            self.write_record(site, &underway).ok()?;
            self.trees.amend(site.as_str(), &held).ok()?;
            self.write_record(site, &done).ok()?;
        }
        Some(Delivered { written: files.len(), ..Delivered::default() })
    }

    fn seal(&self, site: &SiteId, depth: Depth) -> Option<Digest> {
        seal(self.trees, self.remembered, &self.home, site, depth)
    }
}

/// A site on its way into the folder.
struct Arriving<'a> {
    folder: &'a Folder<'a>,
    site: SiteId,
    stage: Result<Box<dyn Stage + 'a>, TreeFault>,
}

impl Delivery for Arriving<'_> {
    fn take(&self, path: &OutPath, artifact: Artifact) -> Artifact {
        let (Ok(stage), Some(file)) = (&self.stage, placed(path, &artifact)) else { return artifact };
        stage.put(file);
        artifact.sent()
    }

    fn keep(&self, path: &OutPath, len: u64) -> bool {
        self.stage.as_ref().is_ok_and(|stage| stage.keep(path.as_str(), len))
    }

    fn finish(self: Box<Self>, bundle: &Bundle, manifest: &Manifest) -> Result<Delivered, Diagnostic> {
        let Self { folder, site, stage } = *self;
        let known = match folder.recall(&site) {
            Some(known) => known,
            None => folder.claim(&site)?,
        };
        let stage = stage.map_err(|fault| folder.cannot_write(&site, &fault))?;
        let rest: Vec<_> = bundle.artifacts.iter().filter_map(|(path, artifact)| placed(path, artifact)).collect();
        spread(&rest, |file| stage.put(*file));
        let next = Record::of(&folder.home, manifest, Vec::new());
        let older = known.outdated(&next);
        let changes = known.bundle != next.bundle || !older.is_empty();
        if changes {
            // Whenever the run dies, what lies there is known to be ours, be it the old site or the new one.
            folder.remember(&site, &Record::of(&folder.home, manifest, older.clone()))?;
        }
        let replaced = stage.finish(&by_path(&older)).map_err(|fault| folder.cannot_write(&site, &fault))?;
        if !older.is_empty() {
            folder.remember(&site, &next)?;
        }
        let warnings = folder.foreign(&site, &replaced.foreign).into_iter().collect();
        Ok(Delivered { written: replaced.written, removed: replaced.removed, warnings })
    }
}

/// A digest of how a site lies in `trees`, and of what is remembered of it: if either was touched, neither can be relied on.
pub fn seal(trees: &dyn Trees, remembered: &dyn Files, home: &Home, site: &SiteId, depth: Depth) -> Option<Digest> {
    let (folder, record) = (trees.seal(site.as_str(), depth)?, remembered.facts(&home.record(site))?);
    Some(Digest::of_parts([folder.as_bytes().as_slice(), record.digest().as_bytes()]))
}

/// What was put into the folder of `site` last; none if nobody knows.
pub fn delivered(remembered: &dyn Files, home: &Home, site: &SiteId) -> Option<Manifest> {
    let bytes = remembered.read(&home.record(site), record::MOST_BYTES).ok()?;
    Record::parse(home, &bytes)?.manifest(site)
}

/// Path → the digests that a file of ours may have there.
fn by_path(files: &[(String, String)]) -> BTreeMap<String, Vec<String>> {
    let mut digests: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, digest) in files {
        digests.entry(path.clone()).or_default().push(digest.clone());
    }
    digests
}

impl Folder<'_> {
    fn arriving(&self, site: &SiteId) -> Arriving<'_> {
        Arriving { folder: self, site: site.clone(), stage: self.trees.begin(site.as_str(), self.sources) }
    }

    fn recall(&self, site: &SiteId) -> Option<Record> {
        let bytes = self.remembered.read(&self.home.record(site), record::MOST_BYTES);
        bytes.ok().and_then(|bytes| Record::parse(&self.home, &bytes))
    }

    /// Makes a folder ours that nobody uses. Only the fleet's own place may be shared with what others put there.
    fn claim(&self, site: &SiteId) -> Result<Record, Diagnostic> {
        let empty = Record::empty(&self.home);
        if let Home::Fleet(_) = self.home {
            return Ok(empty);
        }
        if !self.trees.is_empty(site.as_str()) {
            let folder = format!("{}/{site}", self.shown);
            let message = format!("`{folder}` holds files that hectare did not make");
            let hint = "empty it, or name another folder with `--out`";
            return Err(Diagnostic::error(Code::CannotWrite, message).at(Place::file(folder)).hint(hint));
        }
        self.remember(site, &empty).map(|()| empty)
    }

    fn remember(&self, site: &SiteId, record: &Record) -> Result<(), Diagnostic> {
        self.write_record(site, &record.print()).map_err(|fault| self.cannot_write(site, &fault))
    }

    fn write_record(&self, site: &SiteId, record: &[u8]) -> Result<(), TreeFault> {
        self.records.save(&self.home.record(site), &[record])
    }

    /// A full or read-only disk is one message for all sites, so what differs from site to site is a note.
    fn cannot_write(&self, site: &SiteId, fault: &TreeFault) -> Diagnostic {
        let (shown, said) = (&self.shown, fault.message.as_str());
        let hint = match fault.trouble {
            Trouble::Occupied => {
                let place = Place::file(format!("{shown}/{site}"));
                let message = format!("cannot write into `{shown}/{site}`: {said}");
                let hint = "remove it, or name another folder with `--out`";
                return Diagnostic::error(Code::CannotWrite, message).at(place).hint(hint);
            }
            Trouble::Changed => {
                let message = format!("`{}` changed while it was being published", fault.path);
                let hint = "build again; what was there is untouched";
                return Diagnostic::error(Code::CannotWrite, message).at(Place::file(fault.path.as_str())).hint(hint);
            }
            Trouble::NoSpace => "make room on the disk and build again; what was there is untouched",
            Trouble::ReadOnly | Trouble::Denied => {
                "make the folder writable, or name another with `--out`; what was there is untouched"
            }
            Trouble::NotAFolder => "remove the file that lies in its place, or name another folder with `--out`",
            Trouble::Other => {
                "name another folder with `--out`, or look at what is wrong with this one; what was there is untouched"
            }
        };
        Diagnostic::error(Code::CannotWrite, format!("cannot write into `{shown}`: {said}"))
            .at(Place::file(shown.as_str()))
            .note(format!("it happened at `{}`", self.path(site, fault)), None)
            .hint(hint)
    }

    /// The file of a fault, as people reach it.
    fn path(&self, site: &SiteId, fault: &TreeFault) -> String {
        let (shown, path) = (&self.shown, &fault.path);
        if path.starts_with(shown.as_str()) || path.starts_with('/') {
            path.clone()
        } else if path == site.as_str() {
            format!("{shown}/{site}")
        } else {
            format!("{shown}/{site}/{path}")
        }
    }

    fn foreign(&self, site: &SiteId, paths: &[String]) -> Option<Diagnostic> {
        let (first, shown) = (paths.first()?, &self.shown);
        let message = match paths.len() {
            1 => "a file that hectare did not make lies in the output and was left there".to_owned(),
            count => format!("{count} files that hectare did not make lie in the output and were left there"),
        };
        let warning =
            Diagnostic::warning(Code::ForeignFile, message).at(Place::file(format!("{shown}/{site}/{first}")));
        let publish = "to a `_static` folder of the content to have it published";
        Some(match paths.len() {
            1 => warning.hint(format!("delete it, or move it {publish}")),
            _ => {
                let names = list(paths.iter().map(String::as_str));
                warning.note(names, None).hint(format!("delete what nobody needs, and move the rest {publish}"))
            }
        })
    }
}

/// A file that is held, and its place.
fn held(file: &Amended) -> Option<(&str, &[u8])> {
    file.artifact.body.held().map(|bytes| (file.path.as_str(), bytes))
}

/// A file and its place; none for one that was sent before.
fn placed<'a>(path: &'a OutPath, artifact: &'a Artifact) -> Option<Placed<'a>> {
    let content = match &artifact.body {
        Body::File { path, .. } => Content::Copy { from: path, digest: artifact.digest },
        body => Content::Bytes(body.held()?),
    };
    Some(Placed { path: path.as_str(), content })
}
