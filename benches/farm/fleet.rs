//! Fleets like those people have, made from a seed: texts of about 700 words with headings, lists, tables, links and code.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// How large a fleet is.
pub(crate) struct Shape {
    pub(crate) sites: usize,
    pub(crate) pages: usize,
    /// `typical` does what any theme does; the others are those that come with hectare.
    pub(crate) theme: &'static str,
}

const SECTIONS: usize = 5;
/// The most tags that a site has; small sites have fewer.
const TAGS: usize = 40;
const WORDS: &[&str] = &[
    "the",
    "of",
    "and",
    "to",
    "in",
    "a",
    "is",
    "that",
    "for",
    "it",
    "as",
    "was",
    "with",
    "be",
    "by",
    "on",
    "not",
    "he",
    "his",
    "but",
    "garden",
    "soil",
    "water",
    "market",
    "price",
    "index",
    "fund",
    "office",
    "desk",
    "meeting",
    "winter",
    "summer",
    "seed",
    "plant",
    "compare",
    "choose",
    "measure",
    "write",
    "plan",
    "budget",
    "balance",
    "interest",
    "quiet",
    "steady",
    "useful",
    "simple",
    "careful",
    "because",
    "without",
    "between",
    "through",
    "against",
    "during",
    "before",
    "after",
    "about",
    "morning",
    "evening",
    "weather",
    "Gemüse",
    "Boden",
    "Pflege",
    "Ertrag",
    "Kosten",
    "Rendite",
    "Übersicht",
    "Frühling",
    "Straße",
    "Größe",
    "Mühe",
    "Qualität",
];

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }

    /// Frequent words come often, as in real texts.
    fn word(&mut self) -> &'static str {
        let most = self.roll(WORDS.len()) + 1;
        WORDS[self.roll(most)]
    }
}

/// Writes the fleet to `root` and returns its Markdown files.
pub(crate) fn write(root: &Path, shape: &Shape) -> Vec<PathBuf> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    copy(&repository.join("themes"), &root.join("themes"));
    copy(&repository.join("benches/farm/theme"), &root.join("themes/typical"));
    let theme = shape.theme;
    let mut manifest = format!("edition = \"2026\"\n\n[defaults]\ntheme = \"{theme}\"\nlanguage = \"en\"\n");
    let mut sources = Vec::with_capacity(shape.sites * shape.pages);
    for site in 0..shape.sites {
        let (id, mut dice) = (format!("site-{site:04}"), Dice(0x9E37_79B9 + site as u64));
        writeln!(manifest, "\n[[site]]\nid = \"{id}\"\ndomain = \"{id}.example\"\ntitle = \"Site {site}\"")
            .expect("memory");
        for page in 0..shape.pages {
            let folder = root.join(format!("content/{id}/part-{}", page % SECTIONS));
            fs::create_dir_all(&folder).expect("the folder can be made");
            let file = folder.join(format!("page-{page:05}.md"));
            fs::write(&file, text(page, shape.pages, &mut dice)).expect("the page can be written");
            sources.push(file);
        }
    }
    fs::write(root.join("sites.toml"), manifest).expect("sites.toml can be written");
    sources
}

fn text(page: usize, pages: usize, dice: &mut Dice) -> String {
    let mut text = String::with_capacity(5_000);
    let tags: Vec<String> = (0..3).map(|_| format!("\"tag {}\"", dice.roll((pages / 4).clamp(4, TAGS)))).collect();
    let (month, day) = (dice.roll(12) + 1, dice.roll(28) + 1);
    let title = sentence(dice, 6);
    let front = format!(
        "+++\ntitle = \"{page} {title}\"\ndescription = \"{}\"\ndate = 2025-{month:02}-{day:02}\ntags = [{}]\n[extra]\nrating = {}\n+++\n\n",
        sentence(dice, 16),
        tags.join(", "),
        dice.roll(6)
    );
    text.push_str(&front);
    for part in 0..6 {
        if part > 0 {
            writeln!(text, "## {}\n", sentence(dice, 4)).expect("memory");
        }
        for _ in 0..3 {
            paragraph(&mut text, page, pages, dice);
        }
        match part {
            2 => list(&mut text, dice),
            3 => table(&mut text, dice),
            4 if page.is_multiple_of(5) => {
                text.push_str("```rust\nfn main() {\n    println!(\"{}\", 6 * 7);\n}\n```\n\n");
            }
            _ => {}
        }
    }
    text
}

fn sentence(dice: &mut Dice, words: usize) -> String {
    (0..words).map(|_| dice.word()).collect::<Vec<_>>().join(" ")
}

fn paragraph(text: &mut String, page: usize, pages: usize, dice: &mut Dice) {
    for _ in 0..2 {
        let words = 8 + dice.roll(8);
        let target = (page + SECTIONS * dice.roll(8)) % pages;
        match dice.roll(3) {
            0 => write!(
                text,
                "{} [{}](@/part-{}/page-{target:05}.md). ",
                sentence(dice, words),
                sentence(dice, 2),
                target % SECTIONS
            ),
            1 => write!(text, "{} **{}** {}. ", sentence(dice, words), sentence(dice, 2), sentence(dice, 3)),
            _ => write!(text, "{}, \"{}\". ", sentence(dice, words), sentence(dice, 3)),
        }
        .expect("memory");
    }
    text.push_str("\n\n");
}

fn list(text: &mut String, dice: &mut Dice) {
    for _ in 0..5 {
        writeln!(text, "- {}", sentence(dice, 8)).expect("memory");
    }
    text.push('\n');
}

fn table(text: &mut String, dice: &mut Dice) {
    text.push_str("| what | how much | note |\n| --- | ---: | --- |\n");
    for _ in 0..6 {
        writeln!(text, "| {} | {} | {} |", sentence(dice, 2), dice.roll(1000), sentence(dice, 4)).expect("memory");
    }
    text.push('\n');
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from).into_iter().filter_map(Result::ok) {
        let target = to.join(entry.path().strip_prefix(from).expect("it was found there"));
        if entry.file_type().is_dir() {
            fs::create_dir_all(target).expect("the folder can be made");
        } else {
            fs::copy(entry.path(), target).expect("the file can be copied");
        }
    }
}
