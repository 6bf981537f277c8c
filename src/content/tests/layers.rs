//! Layers: which files belong to a site, and which do not.

use super::repository::{Repository, keys, line, page, spec};
use crate::content::{Library, Moment};
use crate::diag::{Code, Severity};
use crate::model::Fleet;
use crate::world::{Entry, EntryKind, Facts, FileFault, Files, Memory, Strange};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

#[test]
fn later_layers_win_by_path() {
    let site = Repository::of(&[
        ("content/finance/about.md", "one"),
        ("content/finance/prices.md", "one"),
        ("content/garden/about.md", "two"),
    ])
    .with(|spec| spec.layers = vec!["finance".into(), "garden".into()])
    .site();
    assert_eq!(keys(&site), ["_index.md", "about.md", "prices.md"]);
    let about = page(&site, "about.md").source.clone().unwrap();
    assert_eq!((&*about.file, &*about.layer), ("content/garden/about.md", "garden"));
}

#[test]
fn a_bundle_and_a_file_of_different_layers_are_one_page() {
    let site = Repository::of(&[
        ("content/finance/beds/index.md", "one"),
        ("content/finance/beds/photo.jpg", ""),
        ("content/garden/beds.md", "two"),
    ])
    .with(|spec| spec.layers = vec!["finance".into(), "garden".into()])
    .site();
    assert_eq!(keys(&site), ["_index.md", "beds.md"]);
    let beds = page(&site, "beds/index.md");
    assert_eq!((beds.body.as_str(), &*beds.resources[0].name), ("two", "photo.jpg"));
}

#[test]
fn a_bundle_and_a_file_of_one_layer_are_a_mistake() {
    let repository = Repository::of(&[("content/garden/beds/index.md", ""), ("content/garden/beds.md", "")]);
    assert_eq!(
        repository.faults(),
        [
            "content/garden/beds/index.md H0601 `content/garden/beds.md` and `content/garden/beds/index.md` are the same page"
        ]
    );
}

#[test]
fn an_index_at_the_top_is_the_home_page() {
    let site = Repository::of(&[("content/garden/index.md", "# Hello")]).site();
    assert_eq!(keys(&site), ["_index.md"]);
    assert_eq!(&*site.pages[0].title, "Hello");
}

#[test]
fn hidden_backup_and_underscore_files_are_ignored() {
    let site = Repository::of(&[
        ("content/garden/about.md", ""),
        ("content/garden/about.md~", ""),
        ("content/garden/.git/config", ""),
        ("content/garden/.DS_Store", ""),
        ("content/garden/_notes.md", ""),
        ("content/garden/_old/page.md", ""),
        ("content/garden/_theme/templates/page.html", ""),
        ("content/garden/_static/.DS_Store", ""),
        ("content/garden/_static/.well-known/security.txt", ""),
    ])
    .site();
    assert_eq!(keys(&site), ["_index.md", "about.md"]);
    assert_eq!(site.files.iter().map(|file| &*file.key).collect::<Vec<_>>(), ["static:.well-known/security.txt"]);
}

#[test]
fn a_site_without_markdown_has_no_content() {
    let fault = Repository::of(&[("content/garden/photo.jpg", "")]).fault();
    assert_eq!((fault.code, fault.message.as_str()), (Code::NoContent, "the site has no content"));
    assert_eq!(
        fault.hint.as_deref(),
        Some("put a Markdown file into `content/garden`; begin with the home page, `content/garden/_index.md`")
    );
}

#[test]
fn pages_can_be_meant_for_some_sites() {
    let files = [
        ("content/garden/a.md", "+++\nonly_on = [\"garden\", \"other\"]\n+++"),
        ("content/garden/b.md", "+++\nonly_on = \"other\"\n+++"),
        ("content/garden/c.md", "+++\nnot_on = \"hobby\"\n+++"),
        ("content/garden/d.md", "+++\nonly_on = \"slow\"\n+++"),
        ("content/garden/e/_index.md", "+++\nonly_on = \"other\"\n+++"),
        ("content/garden/e/below.md", ""),
    ];
    let mut repository = Repository::of(&files);
    repository.others.push(spec("other"));
    assert_eq!(keys(&repository.site()), ["_index.md", "a.md", "d.md"]);
}

#[test]
fn a_name_that_nothing_in_the_fleet_has_is_pointed_out() {
    let fault = Repository::of(&[("content/garden/a.md", "+++\nonly_on = \"gardn\"\n+++")]).fault();
    assert_eq!((fault.code, fault.severity), (Code::UnknownName, Severity::Warning));
    assert_eq!(fault.hint.as_deref(), Some("did you mean `garden`?"));
}

#[test]
fn drafts_and_pages_out_of_their_time_are_left_out() {
    let mut repository = Repository::of(&[
        ("content/garden/draft.md", "+++\ndraft = true\n+++"),
        ("content/garden/early.md", "+++\npublish = 2026-06-01T14:00:01\n+++"),
        ("content/garden/late.md", "+++\nexpire = 2026-06-01T14:00:00\n+++"),
        ("content/garden/now.md", "+++\npublish = 2026-06-01T14:00:00\nexpire = 2026-06-01T14:00:01\n+++"),
        ("content/garden/hidden/_index.md", "+++\ndraft = true\n+++"),
        ("content/garden/hidden/below.md", ""),
    ]);
    assert_eq!(keys(&repository.site()), ["_index.md", "now.md"]);
    repository.drafts = true;
    let all = ["_index.md", "draft.md", "early.md", "hidden/_index.md", "hidden/below.md", "now.md"];
    assert_eq!(keys(&repository.site()), all);
}

#[test]
fn a_site_whose_home_page_is_a_draft_is_not_made() {
    let repository =
        Repository::of(&[("content/garden/_index.md", "+++\ndraft = true\n+++"), ("content/garden/a.md", "")]);
    assert!(repository.outcome().value.is_none());
    assert_eq!(repository.codes(), [Code::NoContent]);
}

/// A folder in memory with things in it that are no files, counting how often it is walked.
struct Odd {
    memory: Memory,
    strange: Vec<(&'static str, Strange)>,
    walks: AtomicUsize,
}

impl Files for Odd {
    fn walk(&self, folder: &str) -> Result<Vec<Entry>, FileFault> {
        self.walks.fetch_add(1, Ordering::Relaxed);
        let mut entries = self.memory.walk(folder)?;
        let strange = self.strange.iter().filter(|_| folder == "content/garden");
        entries.extend(strange.map(|(path, kind)| Entry { path: (*path).into(), kind: EntryKind::Strange(*kind) }));
        entries.sort();
        Ok(entries)
    }

    fn read(&self, path: &str, most: u64) -> Result<Vec<u8>, FileFault> {
        if path.ends_with("locked.md") {
            Err(FileFault::System("permission denied".into()))
        } else {
            self.memory.read(path, most)
        }
    }

    fn copy(&self, path: &str, to: &mut dyn std::io::Write) -> Result<(), FileFault> {
        self.memory.copy(path, to)
    }

    fn len(&self, path: &str) -> Option<u64> {
        self.memory.len(path)
    }

    fn is_folder(&self, path: &str) -> bool {
        self.memory.is_folder(path)
    }

    fn facts(&self, path: &str) -> Option<Facts> {
        self.memory.facts(path)
    }
}

fn odd(strange: &[(&'static str, Strange)]) -> (Odd, Fleet) {
    let mut repository = Repository::of(&[("content/garden/a.md", ""), ("content/garden/_theme/words/de.toml", "")]);
    repository.others = vec![spec("other").clone()];
    repository.others[0].layers = vec!["garden".into(), "other".into()];
    let fleet = repository.fleet();
    (Odd { memory: repository.memory, strange: strange.to_vec(), walks: AtomicUsize::new(0) }, fleet)
}

fn faults(files: &Odd, fleet: &Fleet) -> Vec<String> {
    let moment = Moment { now: "2026-06-01T12:00:00Z".parse().unwrap(), drafts: false };
    let outcome = Library::new(files, fleet).site(&fleet.sites[1], moment);
    outcome.diagnostics.iter().map(|diagnostic| format!("{:?} {}", diagnostic.severity, line(diagnostic))).collect()
}

#[test]
fn what_is_no_file_is_not_published() {
    let (files, fleet) = odd(&[
        ("b.md", Strange::Dangling),
        ("c", Strange::Loop),
        ("d.jpg", Strange::LeadsOut),
        ("e", Strange::Device),
        ("f�.md", Strange::Name),
        ("g", Strange::Forbidden),
        (".git/x", Strange::Dangling),
        ("_old/x", Strange::Dangling),
    ]);
    assert_eq!(
        faults(&files, &fleet),
        [
            "Warning content/garden/b.md H0702 `content/garden/b.md` is not published: it is a link that leads nowhere",
            "Warning content/garden/c H0702 `content/garden/c` is not published: it is a link to a folder that holds it",
            "Warning content/garden/d.jpg H0702 `content/garden/d.jpg` is not published: it is a link that leads out of its folder, or to something hidden",
            "Warning content/garden/e H0702 `content/garden/e` is not published: it is a pipe, socket or device",
            "Error content/garden/f�.md H0702 `content/garden/f�.md` has a name that is not UTF-8",
            "Error content/garden/g H0701 `content/garden/g` cannot be read: permission denied",
        ]
    );
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let (files, fleet) = odd(&[]);
    files.memory.put("content/garden/locked.md", "");
    let expected = "Error content/garden/locked.md H0701 `content/garden/locked.md` cannot be read: permission denied";
    assert_eq!(faults(&files, &fleet), [expected]);
}

#[test]
fn a_layer_is_walked_once_for_all_sites_and_threads() {
    let (files, fleet) = odd(&[]);
    let library = Library::new(&files, &fleet);
    let moment = Moment { now: "2026-06-01T12:00:00Z".parse().unwrap(), drafts: false };
    std::thread::scope(|scope| {
        for spec in &fleet.sites {
            let library = &library;
            scope.spawn(move || library.site(spec, moment).value.unwrap());
        }
    });
    // Two layers and the data of the fleet.
    assert_eq!(files.walks.load(Ordering::Relaxed), 3);
    assert_eq!(library.weight(&fleet.sites[0]), 1);
    assert_eq!(library.overrides(&fleet.sites[0]), ["garden"]);
    assert_eq!(library.overrides(&Arc::new(spec("nobody"))), [""; 0]);
}
