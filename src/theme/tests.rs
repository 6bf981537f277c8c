//! Themes in a folder of memory.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use super::{Theme, load};
use crate::diag::{Code, Diagnostic, Outcome};
use crate::model::Publish;
use crate::world::Memory;

fn folder(files: &[(&str, &str)]) -> Memory {
    let memory = Memory::new();
    for (path, text) in files {
        memory.put(*path, *text);
    }
    memory
}

fn loaded(files: &[(&str, &str)], name: &str, layers: &[&str]) -> Outcome<Theme> {
    let layers: Vec<String> = layers.iter().map(ToString::to_string).collect();
    load(&folder(files), "themes", "content", name, &layers)
}

fn refused(files: &[(&str, &str)], name: &str) -> Vec<Diagnostic> {
    let outcome = loaded(files, name, &[]);
    assert!(!outcome.diagnostics.is_empty());
    outcome.diagnostics
}

fn spot(diagnostic: &Diagnostic) -> String {
    diagnostic.place.as_ref().map(ToString::to_string).unwrap_or_default()
}

const CHAIN: [(&str, &str); 11] = [
    ("themes/base/theme.toml", "name = \"Base\"\n[tokens]\naccent = \"red\"\nradius = 4\n"),
    ("themes/base/templates/page.html", "base"),
    ("themes/base/words/de.toml", "more = \"weiter\"\nless = \"weniger\"\n"),
    ("themes/base/assets/css/site.css", "base"),
    ("themes/base/static/.well-known/security.txt", "x"),
    ("themes/journal/theme.toml", "extends = \"base\"\n[tokens]\naccent = \"blue\"\n"),
    ("themes/journal/templates/page.html", "journal"),
    ("themes/journal/templates/.DS_Store", "\u{1}"),
    ("themes/journal/words/de.toml", "more = \"mehr\"\n"),
    ("themes/journal/assets/css/site.css", "journal"),
    ("content/garden/_theme/templates/page.html", "garden"),
];

#[test]
fn a_theme_stands_before_the_themes_it_extends() {
    let theme = loaded(&CHAIN, "journal", &[]).value.unwrap();
    assert_eq!(theme.chain, ["journal", "base"]);
    let names: Vec<_> = theme.templates.iter().map(|template| template.name.as_str()).collect();
    assert_eq!(names, ["journal/page.html", "base/page.html"]);
    assert_eq!(theme.tokens["accent"], "blue");
    assert_eq!(theme.tokens["radius"], "4");
    assert_eq!(theme.words["de"]["more"], "mehr");
    assert_eq!(theme.words["de"]["less"], "weniger");
}

#[test]
fn layers_override_themes_and_later_layers_earlier_ones() {
    let mut files = CHAIN.to_vec();
    files.push(("content/late/_theme/templates/page.html", "late"));
    files.push(("content/late/_theme/assets/css/site.css", "late"));
    files.push(("content/late/_theme/words/de.toml", "less = \"kaum\"\n"));
    let theme = loaded(&files, "journal", &["garden", "late", "none"]).value.unwrap();
    let names: Vec<_> = theme.templates.iter().map(|template| template.name.as_str()).collect();
    assert_eq!(names, ["override:late/page.html", "override:garden/page.html", "journal/page.html", "base/page.html"]);
    assert_eq!(&*theme.templates[0].file, "content/late/_theme/templates/page.html");
    assert_eq!(theme.words["de"]["less"], "kaum");
    assert_eq!(theme.files.len(), 2);
    assert_eq!(
        (&*theme.files[0].key, &*theme.files[0].file),
        ("theme:css/site.css", "content/late/_theme/assets/css/site.css")
    );
    assert_eq!(theme.files[0].publish, Publish::Hashed);
    assert!(matches!(&theme.files[1].publish, Publish::As(out) if out.as_str() == ".well-known/security.txt"));
}

#[test]
fn a_theme_that_does_not_exist_is_told_with_a_suggestion() {
    let found = refused(&CHAIN, "jurnal");
    assert_eq!((found[0].code, found[0].hint.as_deref()), (Code::ThemeMissing, Some("did you mean `journal`?")));
    let found =
        refused(&[("themes/a/theme.toml", "name = \"A\"\nextends = \"bose\"\n"), ("themes/base/theme.toml", "")], "a");
    assert_eq!((found[0].code, spot(&found[0]).as_str()), (Code::ThemeMissing, "themes/a/theme.toml:2:11"));
    assert_eq!(found[0].hint.as_deref(), Some("did you mean `base`?"));
}

#[test]
fn themes_that_extend_each_other_are_refused() {
    let found = refused(&[("themes/a/theme.toml", "extends = \"b\""), ("themes/b/theme.toml", "extends = \"a\"")], "a");
    assert_eq!(
        (found[0].code, found[0].message.as_str()),
        (Code::ThemeManifest, "theme `a` extends itself: a → b → a")
    );
    assert_eq!(spot(&found[0]), "themes/b/theme.toml:1:11");
}

#[test]
fn all_mistakes_of_a_theme_toml_are_told_at_once() {
    let text = "nam = \"A\"\nextends = 3\n[tokens]\naccent = \"red\"\nlist = []\n";
    let found = refused(&[("themes/a/theme.toml", text)], "a");
    let told: Vec<_> = found.iter().map(|d| (spot(d), d.message.as_str())).collect();
    assert_eq!(
        told,
        [
            ("themes/a/theme.toml:2:11".to_owned(), "`extends` is a text, not an integer"),
            ("themes/a/theme.toml:1:1".to_owned(), "unknown key `nam`"),
            ("themes/a/theme.toml:5:8".to_owned(), "token `list` is not a text or a number"),
        ]
    );
    assert_eq!(found[1].hint.as_deref(), Some("did you mean `name`?"));
    assert_eq!(refused(&[("themes/a/theme.toml", "name = ")], "a")[0].code, Code::ThemeManifest);
}

#[test]
fn words_are_texts_or_plural_forms() {
    let text = "a = \"x\"\nb = 3\nc = { one = \"x\" }\nd = { one = \"x\", other = \"y\" }\n";
    let outcome = loaded(&[("themes/a/words/en.toml", text), ("themes/a/words/deutsch_.toml", "")], "a", &[]);
    let told: Vec<_> = outcome.diagnostics.iter().map(|d| (spot(d), d.code)).collect();
    assert_eq!(
        told,
        [
            ("themes/a/words/deutsch_.toml".to_owned(), Code::ThemeManifest),
            ("themes/a/words/en.toml:2:5".to_owned(), Code::ThemeManifest),
            ("themes/a/words/en.toml:3:5".to_owned(), Code::ThemeManifest),
        ]
    );
    assert_eq!(outcome.value.unwrap().words["en"].len(), 2);
}

#[test]
fn files_that_cannot_be_used_are_told() {
    let files = folder(&[("themes/a/static/a:b.txt", "x")]);
    files.put("themes/a/templates/page.html", vec![0xff, 0xfe]);
    let outcome = load(&files, "themes", "content", "a", &[]);
    let codes: Vec<_> = outcome.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    assert_eq!(codes, [Code::BadPath, Code::NotUtf8]);
}
