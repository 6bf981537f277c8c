//! The same edits while a preview runs: whatever happens to the sources, it soon shows what a clean build makes.

use super::drive::PROGRAM;
use super::edit::{Edit, Run, Step};
use super::manner::Manner;
use super::place::{Place, copy_all};
use super::repository::{self, Files};
use super::shown::{Expected, Versions};
use super::sources::{Change, Sources};
use super::trial::{Case, Tally};
use crate::chance::Dice;
use crate::serve::preview::{PATIENCE, Preview};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A site that no edit touches: it shows the number of the last step, and with it, that everything before was noticed.
const MARKER: [(&str, &str); 6] = [
    ("marker.csv", "id,domain,group,content\nmarker,marker.example,marker,marker\n"),
    ("themes/marker/theme.toml", "name = \"Marker\"\n\n[tokens]\naccent = \"#445566\"\nribbon = \"none\"\n"),
    ("themes/marker/templates/page.html", "<body>{{ page.content }}</body>\n"),
    ("themes/marker/templates/404.html", "<body></body>\n"),
    ("themes/marker/templates/section.html", "<body>{{ page.content }}</body>\n"),
    ("content/marker/_index.md", "+++\ntitle = \"Marker\"\n+++\nstep 0\n"),
];

/// Tables of the manifest: the site, and what it does without of what others have.
const GROUP: &str = "[groups.marker]\ntheme = \"marker\"\nmenus = { main = [] }\n\n";
const TABLE: &str = "\n[[sites]]\nfrom = \"marker.csv\"\n";

/// Files that say which sites there are.
const FLEET: [&str; 2] = ["sites.toml", "fleet.csv"];

/// How long a preview may take after the last change until it shows it, on a machine that does much else.
const SETTLED: Duration = Duration::from_secs(8);

/// How long is waited where nothing can tell that everything was noticed.
const UNMARKED: Duration = Duration::from_millis(500);

/// A repository that a preview shows.
struct Watch {
    place: Place,
    sources: Sources,
    preview: Preview,
    /// What was shown after the last step.
    shown: Versions,
    /// The files that say which sites there are, as they were when they last could be read.
    fleet: Files,
    steps: usize,
}

/// Goes through all edits; says after which one something else was shown than a clean build makes.
pub(crate) fn run(case: &Case) -> Result<Tally, String> {
    let mut watch = Watch::new(case.repository);
    let mut tally = Tally::default();
    for (at, edit) in case.edits.iter().enumerate() {
        let step = edit.plan(&watch.sources);
        let mut good = false;
        case.told(at, &step, || watch.step(*edit, &step).map(|is_good| good = is_good))?;
        tally = [tally, Tally { steps: 1, good: usize::from(good), compared: 1 }].into_iter().sum();
    }
    Ok(tally)
}

impl Watch {
    fn new(seed: u64) -> Self {
        let mut files = repository::any(seed);
        let manifest = String::from_utf8(files["sites.toml"].clone()).unwrap();
        let manifest = manifest.replacen("[[site]]", &format!("{GROUP}[[site]]"), 1) + TABLE;
        files.insert("sites.toml".into(), manifest.into_bytes());
        let sources = Sources::new(files.clone());
        files.extend(MARKER.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())));
        let place = Place::new(&files, false);
        let mut command = Command::new(PROGRAM);
        command.current_dir(&place.root).env_clear();
        command.args(["serve", "--port", "0", "--jobs", "2", "--now", &sources.now()]);
        let preview = Preview::begin(command);
        let fleet = FLEET.map(|path| (path.to_owned(), sources.files[path].clone())).into();
        Self { place, sources, preview, shown: Versions::new(), fleet, steps: 0 }
    }

    /// Makes changes, waits until they were noticed, judges; tells whether all sites could be built.
    fn step(&mut self, edit: Edit, step: &Step) -> Result<bool, String> {
        let mut dice = Dice::new(edit.seed ^ 0x5a5a);
        let manner = Manner::of(&mut dice);
        self.make(&step.changes, manner, &mut dice);
        let mut is_clean = manner.is_clean() && step.changes.len() == 1;
        if let Run::During(changes, seed) = &step.run {
            sleep(Duration::from_millis(seed % 40));
            self.make(changes, Manner::Plainly, &mut dice);
            is_clean = false;
        }
        let settled = self.settle().and_then(|expected| self.judge(&expected, is_clean));
        settled.map_err(|wrong| format!("{manner:?}: {wrong}"))
    }

    fn make(&mut self, changes: &[Change], manner: Manner, dice: &mut Dice) {
        manner.apply(changes, &mut self.place, dice);
        changes.iter().for_each(|change| self.sources.apply(change));
    }

    /// Makes the last change of a step, and waits until it is shown; tells what has to be shown then.
    fn settle(&mut self) -> Result<Expected, String> {
        self.steps += 1;
        let (text, until) = (format!("step {}<", self.steps), Instant::now() + PATIENCE);
        let page = format!("+++\ntitle = \"Marker\"\n+++\nstep {}\n", self.steps);
        self.place.replace("content/marker/_index.md", page.as_bytes(), ".saved");
        let expected = self.expected();
        if !expected.is_built("marker") {
            // What all sites see is wrong. The list is all that tells, and it is waited for.
            sleep(UNMARKED);
            return Ok(expected);
        }
        loop {
            let shown = self.preview.get("marker", "/");
            if shown.body.contains(&text) {
                return Ok(expected);
            }
            if Instant::now() > until {
                return Err(format!("no change is noticed any more; what is shown: {}\n{}", shown.status, shown.body));
            }
            sleep(Duration::from_millis(2));
        }
    }

    /// What is shown is right, at the latest after a while.
    fn judge(&mut self, expected: &Expected, is_clean: bool) -> Result<bool, String> {
        let until = Instant::now() + SETTLED;
        self.shown = loop {
            match expected.compare(&self.preview, &self.shown, is_clean) {
                Ok(shown) => break shown,
                Err(wrong) if Instant::now() > until => return Err(wrong),
                Err(_) => sleep(Duration::from_millis(20)),
            }
        };
        if expected.is_good() {
            self.sources.is_good();
        }
        Ok(expected.is_good())
    }

    /// While nobody can tell which sites there are, those that there were are shown.
    fn expected(&mut self) -> Expected {
        let now = self.sources.now();
        let expected = Expected::of(&self.place.root, &now);
        if expected.is_fleet() {
            self.fleet = FLEET.map(|path| (path.to_owned(), self.sources.files[path].clone())).into();
            return expected;
        }
        let folder = tempfile::tempdir().unwrap();
        copy_all(&self.place.root, folder.path());
        self.fleet.iter().for_each(|(path, bytes)| std::fs::write(folder.path().join(path), bytes).unwrap());
        Expected::of(folder.path(), &now).with_mistakes_of(expected)
    }
}
