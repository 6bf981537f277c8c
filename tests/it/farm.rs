//! A small repository, built by chained calls, and the program run on it.

use crate::tree::Tree;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A repository in a temporary folder, with a plain theme and no site yet.
pub(crate) struct Farm {
    folder: TempDir,
    /// Variables set for the program beyond the few it gets anyway.
    environment: Vec<(String, String)>,
}

/// What a run of the program came to.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// The finished sites.
    pub(crate) dist: Tree,
}

/// The user without rights on Debian.
const NOBODY: u32 = 65_534;

const LAYOUT: &str = r#"<!doctype html>
<html lang="{{ site.language }}">
<head>{{ head() }}</head>
<body>
<h1>{{ page.title }}</h1>
{{ page.content }}
{% block list %}{% endblock list %}
</body>
</html>
"#;

const PAGE: &str = r#"{% extends "layout.html" %}"#;

const LIST: &str = r#"{% extends "layout.html" %}
{% block list %}<ul>
{% set list = paginator() %}{% for entry in list.pages %}<li><a href="{{ entry.url }}">{{ entry.title }}</a></li>{% endfor %}
</ul>{% endblock list %}
"#;

impl Farm {
    /// An empty repository whose theme shows title and text.
    pub(crate) fn new() -> Self {
        Self::within(TempDir::new().unwrap())
    }

    /// The same on a file system whose speed does not depend on what else the machine does.
    pub(crate) fn in_memory() -> Self {
        Self::within(TempDir::new_in("/dev/shm").or_else(|_| TempDir::new()).unwrap())
    }

    fn within(folder: TempDir) -> Self {
        let farm = Self { folder, environment: Vec::new() };
        farm.file("sites.toml", "edition = \"2026\"\n\n[defaults]\ntheme = \"plain\"\nlanguage = \"en\"\n")
            .file("themes/plain/theme.toml", "name = \"Plain\"\n")
            .file("themes/plain/templates/layout.html", LAYOUT)
            .file("themes/plain/templates/page.html", PAGE)
            .file("themes/plain/templates/404.html", PAGE)
            .file("themes/plain/templates/home.html", LIST)
            .file("themes/plain/templates/section.html", LIST)
    }

    /// Adds a site with one page.
    pub(crate) fn site(self, id: &str) -> Self {
        let table = format!("\n[[site]]\nid = \"{id}\"\ndomain = \"{id}.example\"\n");
        self.append("sites.toml", &table).page(&format!("{id}/_index.md"), "+++\ntitle = \"Home\"\n+++\nHello.\n")
    }

    /// Adds a site whose table has these lines, too.
    pub(crate) fn site_with(self, id: &str, lines: &str) -> Self {
        self.site(id).append("sites.toml", &format!("{}\n", lines.trim_end()))
    }

    /// Puts a Markdown file into `content/`.
    pub(crate) fn page(self, path: &str, text: &str) -> Self {
        self.file(&format!("content/{path}"), text)
    }

    /// Puts a file into the theme.
    pub(crate) fn theme(self, path: &str, text: &str) -> Self {
        self.file(&format!("themes/plain/{path}"), text)
    }

    /// Puts a file anywhere.
    pub(crate) fn file(self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        let place = self.place(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, bytes).unwrap();
        self
    }

    /// Adds to the end of a file.
    pub(crate) fn append(self, path: &str, text: &str) -> Self {
        let old = fs::read_to_string(self.place(path)).unwrap_or_default();
        self.file(path, old + text)
    }

    /// Does something to the folder that no other call does.
    pub(crate) fn with(self, change: impl FnOnce(&Path)) -> Self {
        change(self.folder.path());
        self
    }

    /// Sets a variable of the program's environment.
    pub(crate) fn environment(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The place of a file of the repository.
    pub(crate) fn place(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Runs the program with these words.
    pub(crate) fn run(&self, words: &str) -> Run {
        let output = self.command(words).output().unwrap();
        self.finished(&output)
    }

    /// Runs the program as a user who may do less than root, to whom file permissions mean nothing.
    pub(crate) fn run_as_nobody(&self, words: &str) -> Run {
        use std::os::unix::process::CommandExt;
        let mut command = self.command(words);
        if rustix::process::geteuid().is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        self.finished(&command.output().unwrap())
    }

    /// The program, ready to be run in the repository's folder with a bare environment.
    pub(crate) fn command(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hectare"));
        command.current_dir(self.folder.path()).args(words.split_whitespace()).env_clear();
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    pub(crate) fn finished(&self, output: &Output) -> Run {
        let text = |bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            text.replace(self.folder.path().to_str().unwrap(), "REPOSITORY")
        };
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
            dist: Tree::read(&self.place("dist")),
        }
    }
}

impl Run {
    /// The run ended with this code; if not, what it said is shown.
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// A finished file as text.
    #[track_caller]
    pub(crate) fn text(&self, path: &str) -> String {
        self.dist.text(path)
    }

    /// Everything that the run said, without what differs from run to run.
    pub(crate) fn transcript(&self) -> String {
        let summary = self.stdout.lines().map(without_time).collect::<Vec<_>>().join("\n");
        format!("exit {}\n\n{}{}\n", self.code, self.stderr, summary)
    }
}

/// `… · 12 ms` becomes `… · TIME`.
fn without_time(line: &str) -> String {
    match line.rsplit_once(" · ") {
        Some((rest, time)) if time.ends_with('s') && time.starts_with(|c: char| c.is_ascii_digit()) => {
            format!("{rest} · TIME")
        }
        _ => line.to_owned(),
    }
}
