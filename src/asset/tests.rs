//! What the asset room promises, as sentences.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use super::Store;
use crate::diag::{Code, Diagnostic, Outcome, Place, Severity};
use crate::model::{Asset, Body, Digest, Dimensions, Limits, OutPath, Publish, SiteFile};
use crate::world::{Files, Memory};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha384};
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

type Assets = BTreeMap<Arc<str>, Arc<Asset>>;

/// A folder and what of it is published.
#[derive(Default)]
struct Folder {
    memory: Memory,
    files: Vec<SiteFile>,
    /// How many files went by without being held.
    passed: AtomicUsize,
    /// How many were read as a whole.
    read: AtomicUsize,
}

impl Folder {
    /// A file of the theme.
    fn theme(self, path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.file(format!("theme:{path}"), format!("themes/journal/assets/{path}"), Publish::Hashed, bytes)
    }

    /// A file beside a page.
    fn beside(self, path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.file(path.to_owned(), path.to_owned(), Publish::Hashed, bytes)
    }

    /// A file published under its own name.
    fn fixed(self, path: &str, bytes: impl Into<Vec<u8>>) -> Self {
        let publish = Publish::As(OutPath::parse(path).unwrap());
        self.file(format!("static:{path}"), format!("content/garden/_static/{path}"), publish, bytes)
    }

    fn file(mut self, key: String, file: String, publish: Publish, bytes: impl Into<Vec<u8>>) -> Self {
        self.memory.put(file.clone(), bytes);
        self.files.push(SiteFile { key: key.into(), file: file.into(), publish });
        self
    }

    fn gather(&self) -> Outcome<Assets> {
        self.gather_as(&Limits::default(), true)
    }

    fn gather_as(&self, limits: &Limits, minify: bool) -> Outcome<Assets> {
        let read = |path: &str, most: u64| {
            self.read.fetch_add(1, Ordering::Relaxed);
            let fault = |_| Diagnostic::error(Code::Unreadable, "the file is missing").at(Place::file(path));
            self.memory.read(path, most).map_err(fault)
        };
        let length = |path: &str| self.memory.len(path);
        let pass = |path: &str, to: &mut dyn Write| {
            self.passed.fetch_add(1, Ordering::Relaxed);
            self.memory.copy(path, to).map_err(|fault| fault.on(path))
        };
        Store::new(&read, &length, &pass).gather(&self.files, limits, minify)
    }

    /// The text of the only file.
    fn text(&self) -> String {
        let assets = sound(self.gather());
        text(assets.values().next().unwrap())
    }
}

fn sound(outcome: Outcome<Assets>) -> Assets {
    assert_eq!(outcome.diagnostics, []);
    outcome.value.unwrap()
}

fn text(asset: &Asset) -> String {
    let Body::Shared(bytes) = &asset.body else { return "not held".to_owned() };
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn complaint(folder: &Folder) -> Diagnostic {
    let outcome = folder.gather();
    assert_eq!(outcome.diagnostics.len(), 1, "{:?}", outcome.diagnostics);
    outcome.diagnostics.into_iter().next().unwrap()
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::GrayImage::new(width, height).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// The checksum of a chunk of a PNG.
fn checksum(chunk: Vec<u8>) -> u32 {
    let mut sum = !0_u32;
    for byte in chunk {
        sum ^= u32::from(byte);
        (0..8).for_each(|_| sum = (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg()));
    }
    !sum
}

#[test]
fn a_file_is_named_after_what_it_holds() {
    let assets = sound(Folder::default().theme("img/Große Hütte.TXT", "old").gather());
    let asset = &assets["theme:img/Große Hütte.TXT"];
    assert_eq!(asset.out.as_str(), format!("_a/grosse-huette.{}.txt", Digest::of(b"old").short()));
    assert_eq!(asset.digest, Digest::of(b"old"));
}

#[test]
fn the_name_follows_the_bytes_that_are_published() {
    let assets = sound(Folder::default().theme("css/a.css", "a { color : red }\n").gather());
    let asset = &assets["theme:css/a.css"];
    assert_eq!(text(asset), "a{color:red}");
    assert_eq!(asset.out.as_str(), format!("_a/a.{}.css", Digest::of(b"a{color:red}").short()));
}

#[test]
fn a_name_that_no_host_can_store_is_a_mistake() {
    let mistake = complaint(&Folder::default().theme("css/con.css", ""));
    assert_eq!((mistake.code, mistake.hint.as_deref()), (Code::BadPath, Some("rename the file")));
}

#[test]
fn styles_and_scripts_carry_an_integrity() {
    let assets = sound(Folder::default().theme("a.css", "").theme("a.js", "").theme("a.txt", "").gather());
    let of_nothing = "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb";
    assert_eq!(assets["theme:a.css"].integrity.as_deref(), Some(of_nothing));
    assert_eq!(assets["theme:a.js"].integrity.as_deref(), Some(of_nothing));
    assert_eq!(assets["theme:a.txt"].integrity, None);
}

#[test]
fn media_queries_stay_as_older_browsers_know_them() {
    let css = "@media (min-width: 40em) and (max-width:60em) { a { color: red } }";
    let small = Folder::default().theme("a.css", css).text();
    assert_eq!(small, "@media (min-width:40em) and (max-width:60em){a{color:red}}");
}

#[test]
fn licences_stay_in_styles_and_scripts() {
    let css = Folder::default().theme("a.css", "/*! MIT */ /* mine */ a{color:red}").text();
    let js = Folder::default().theme("a.js", "/*! MIT */\n/* mine */\nfoo( 1 );").text();
    assert_eq!(css, "/*! MIT */\na{color:red}");
    assert_eq!(js, "/*! MIT */\nfoo(1);");
}

#[test]
fn a_style_sheet_finds_the_files_it_names_under_their_new_names() {
    let css = "@font-face{font-family:X;src:url('../fonts/x y.woff2') format(\"woff2\"), url( ../fonts/x.eot?#iefix )}
        .a{--icon:url(../img/y.svg#dot);background:url(data:image/gif;base64,R0lGOD) }
        .b{background:url(https://x.de/a.png),url(#grad),url(//x.de/b.png)} /* url(gone.png) */
        .c{content:'url(gone.png)';background:image-set(\"../img/z.png\" 1x, url(/logo.png) 2x)}";
    let folder = Folder::default()
        .theme("css/site.css", css)
        .theme("fonts/x y.woff2", "font")
        .theme("fonts/x.eot", "eot")
        .theme("img/y.svg", "<svg/>")
        .theme("img/z.png", png(1, 1))
        .fixed("logo.png", png(2, 2));
    for minify in [true, false] {
        let assets = sound(folder.gather_as(&Limits::default(), minify));
        let sheet = text(&assets["theme:css/site.css"]);
        let name = |key: &str| assets[key].out.as_str().strip_prefix("_a/").unwrap().to_owned();
        assert!(sheet.contains(&name("theme:fonts/x y.woff2")), "{sheet}");
        assert!(sheet.contains(&format!("{}?#iefix", name("theme:fonts/x.eot"))), "{sheet}");
        assert!(sheet.contains(&format!("url({}#dot)", name("theme:img/y.svg"))), "{sheet}");
        assert!(sheet.contains(&format!("\"{}\"", name("theme:img/z.png"))), "{sheet}");
        assert!(sheet.contains("../logo.png") && !sheet.contains("../img"), "{sheet}");
        assert!(sheet.contains("data:image/gif;base64,R0lGOD") && sheet.contains("//x.de/b.png"), "{sheet}");
        assert!(sheet.contains("url(gone.png)"), "{sheet}");
    }
}

#[test]
fn a_new_picture_gives_its_style_sheet_a_new_name() {
    let site = |picture: &str| {
        let css = ".a{background:url(y.txt)}";
        sound(Folder::default().theme("a.css", css).theme("y.txt", picture).gather())["theme:a.css"].out.clone()
    };
    assert_eq!(site("one"), site("one"));
    assert_ne!(site("one"), site("two"));
}

#[test]
fn a_missing_file_in_a_style_sheet_is_shown_with_its_place() {
    let css = "a{color:red}\n.b { background: url(../img/mon.png) }";
    let mistake = complaint(&Folder::default().theme("css/a.css", css).theme("img/moon.png", png(1, 1)));
    assert_eq!((mistake.code, mistake.severity), (Code::BadStyle, Severity::Error));
    assert_eq!(mistake.place.unwrap().to_string(), "themes/journal/assets/css/a.css:2:22");
    assert_eq!(mistake.message, "`../img/mon.png` leads to no file");
    assert_eq!(mistake.hint.as_deref(), Some("did you mean `img/moon.png`?"));
}

#[test]
fn a_style_sheet_cannot_reach_out_of_its_theme_or_into_another_sheet() {
    let out = complaint(&Folder::default().theme("css/a.css", "a{background:url(../../x.png)}"));
    let sheet = complaint(&Folder::default().theme("a.css", "a{background:url(a.css)}"));
    let import = complaint(&Folder::default().theme("a.css", "@import 'b.css';").theme("b.css", "a{color:red}"));
    assert_eq!(out.message, "`../../x.png` leads out of the theme");
    assert_eq!(sheet.message, "`a.css` is a style sheet, which no other can use as a picture");
    assert_eq!(import.message, "`b.css` cannot be imported: style sheets are published one by one");
}

#[test]
fn an_address_at_the_root_that_is_no_file_is_only_a_warning() {
    let folder = Folder::default().theme("a.css", "a{background:url(/cdn/x.png)}");
    assert_eq!(complaint(&folder).severity, Severity::Warning);
    assert_eq!(text(&folder.gather().value.unwrap()["theme:a.css"]), "a{background:url(/cdn/x.png)}");
}

#[test]
fn a_broken_picture_is_not_reported_again_by_its_style_sheet() {
    let folder = Folder::default().theme("a.css", "a{background:url(y.png)}").theme("y.png", "text");
    assert_eq!(complaint(&folder).code, Code::BadImage);
}

#[test]
fn mistakes_in_styles_scripts_and_documents_have_a_place() {
    let place = |name: &str, source: &str| {
        let mistake = complaint(&Folder::default().theme(name, source));
        let place = mistake.place.unwrap();
        format!("{} {}:{} {}", mistake.code, place.line, place.column, mistake.message)
    };
    assert_eq!(place("a.css", "a {}\nb { color: red } }"), "H0501 2:19 a rule has no block");
    assert_eq!(place("a.css", "a {}\nb! { color: red }"), "H0501 2:2 `!` is not expected here");
    assert_eq!(place("a.css", "a {\n  color red;\n}"), "H0501 2:9 `red` is not expected here");
    assert_eq!(place("a.js", "let a = 1;\nlet b = ;"), "H0502 2:9 unexpected token");
    assert_eq!(place("a.json", "{\n  \"a\": tru\n}"), "H0504 2:11 this is not valid JSON: expected ident");
    assert_eq!(place("a.svg", "<svg>\n<g></svg>"), "H0504 2:4 expected `</g>`, but `</svg>` was found");
    assert_eq!(place("a.xml", "<a>\n&nbsp;</a>"), "H0504 2:1 `&nbsp;` is not known in XML, write the character itself");
}

#[test]
fn scripts_keep_their_names_and_logic() {
    let js = "// greets\nfunction greet ( name ) {\n  if ( false ) { return 1 }\n  return `a  ${ name }`;\n}\n";
    let small = Folder::default().theme("a.js", js).text();
    assert_eq!(small, "function greet(name){if(false){return 1}return`a  ${name}`}");
}

#[test]
fn scripts_may_be_modules_or_not() {
    for js in ["import a from './a.js'; export { a }", "await a()", "with (a) b()", "var await = 1"] {
        assert!(!Folder::default().theme("a.js", js).text().is_empty(), "{js}");
    }
}

#[test]
fn json_loses_white_space_and_nothing_else() {
    let json = "{ \"a b\" : [ 1.0e0, 12345678901234567890123 , \"x \\\" y\\\\\" ],\n\t\"c\": { } }";
    let small = Folder::default().theme("a.json", json).text();
    assert_eq!(small, "{\"a b\":[1.0e0,12345678901234567890123,\"x \\\" y\\\\\"],\"c\":{}}");
}

#[test]
fn pictures_of_markup_lose_comments_and_indentation_but_no_text() {
    let svg = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- made by hand -->\n<svg viewBox=\"0 0 24.4 12\">\n  <g>\n    \
               <path d=\"M0 0\n 1 1\"/>\n  </g>\n  <text x=\"1\"> a <tspan> b </tspan> </text>\n</svg>\n";
    let assets = sound(Folder::default().theme("a.svg", svg).gather());
    let small = "<svg viewBox=\"0 0 24.4 12\"><g><path d=\"M0 0\n 1 1\"/></g>\
                 <text x=\"1\"> a <tspan> b </tspan> </text></svg>";
    assert_eq!(text(&assets["theme:a.svg"]), small);
    assert_eq!(assets["theme:a.svg"].dimensions, Some(Dimensions { width: 24, height: 12 }));
}

#[test]
fn other_markup_keeps_a_line_break_where_there_was_one() {
    let xml = "<a>\n  <b/> <c/>\n\n</a>";
    assert_eq!(Folder::default().theme("a.xml", xml).text(), "<a>\n<b/> <c/>\n</a>");
}

#[test]
fn markup_that_only_its_prolog_explains_keeps_its_bytes() {
    let xml = "<!DOCTYPE a [<!ENTITY x \"y\">]>\n<a>\n  &x; <!-- z --></a>";
    assert_eq!(Folder::default().theme("a.xml", xml).text(), xml);
}

#[test]
fn a_vector_picture_says_how_large_it_is() {
    let size = |attributes: &str| {
        let assets = sound(Folder::default().theme("a.svg", format!("<svg {attributes}></svg>")).gather());
        assets["theme:a.svg"].dimensions.map(|size| (size.width, size.height))
    };
    assert_eq!(size("width='30' height=\"20px\" viewBox='0 0 1 1'"), Some((30, 20)));
    assert_eq!(size("width='100%' height='100%' viewBox='0,0 , 16 9'"), Some((16, 9)));
    assert_eq!(size(""), None);
    assert_eq!(size("width='-1' height='nan'"), None);
}

#[test]
fn pictures_keep_their_bytes_and_tell_their_size() {
    let bytes = png(30, 20);
    let assets = sound(Folder::default().beside("content/garden/beds/photo.PNG", bytes.clone()).gather());
    let asset = &assets["content/garden/beds/photo.PNG"];
    assert_eq!(asset.dimensions, Some(Dimensions { width: 30, height: 20 }));
    assert_eq!(asset.digest, Digest::of(&bytes));
    assert!(asset.out.as_str().ends_with(".png"));
}

#[test]
fn a_picture_has_to_be_what_its_name_says() {
    let misnamed = complaint(&Folder::default().theme("img/x.jpg", png(1, 1)));
    assert_eq!(misnamed.message, "`x.jpg` is a PNG picture");
    assert_eq!(misnamed.hint.as_deref(), Some("rename it to `x.png`, and where it is used, too"));
    let text = complaint(&Folder::default().theme("img/x.webp", "not a picture"));
    assert_eq!(text.message, "the file does not hold a WebP picture");
    let cut = complaint(&Folder::default().theme("img/x.png", &png(1, 1)[..20]));
    assert!(cut.message.starts_with("the picture cannot be read"), "{}", cut.message);
}

#[test]
fn a_picture_of_too_many_pixels_is_refused_from_its_header_alone() {
    let mut bomb = png(1, 1);
    bomb[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    bomb.drain(29..33);
    let check = checksum(bomb[12..29].to_vec());
    bomb.splice(29..29, check.to_be_bytes());
    assert_eq!(
        complaint(&Folder::default().theme("x.png", bomb)).message,
        "the picture is too large: 30000 × 30000 pixels"
    );
    let small = Limits { image_pixels: 99, ..Limits::default() };
    let outcome = Folder::default().theme("x.png", png(10, 10)).gather_as(&small, true);
    assert_eq!(outcome.diagnostics[0].code, Code::BadImage);
}

#[test]
fn files_with_a_name_of_their_own_are_minified_unless_others_rely_on_their_bytes() {
    let js = "foo( 1 )\n";
    let folder = Folder::default()
        .fixed("js/app.js", js)
        .fixed("js/lib.min.js", js)
        .fixed("sw.js", js)
        .fixed(".well-known/x.json", "{ }")
        .fixed("google.html", "<p> x </p>");
    let assets = sound(folder.gather());
    assert_eq!(text(&assets["static:js/app.js"]), "foo(1);");
    assert_eq!(text(&assets["static:js/lib.min.js"]), js);
    assert_eq!(text(&assets["static:sw.js"]), js);
    assert_eq!(text(&assets["static:.well-known/x.json"]), "{ }");
    assert_eq!(text(&assets["static:google.html"]), "<p> x </p>");
    assert_eq!(assets["static:js/app.js"].out.as_str(), "js/app.js");
}

#[test]
fn mistakes_in_files_with_a_name_of_their_own_stop_nothing() {
    let folder = Folder::default().fixed("old.css", "a { }}").fixed("x.png", "GIF89a");
    let outcome = folder.gather();
    assert!(outcome.diagnostics.iter().all(|found| found.severity == Severity::Warning));
    assert_eq!(outcome.diagnostics.len(), 2);
    assert_eq!(text(&outcome.value.unwrap()["static:old.css"]), "a { }}");
}

#[test]
fn style_sheets_with_a_name_of_their_own_may_import_each_other() {
    let assets = sound(Folder::default().fixed("a.css", "@import 'b.css';").fixed("b.css", "a{}").gather());
    assert_eq!(text(&assets["static:a.css"]), "@import \"b.css\";");
}

#[test]
fn without_minifying_bytes_stay_but_mistakes_are_found() {
    let css = "a { color : red }\n";
    let plain = Folder::default().theme("a.css", css).gather_as(&Limits::default(), false);
    assert_eq!(text(&sound(plain)["theme:a.css"]), css);
    let broken = Folder::default().theme("a.js", "let = = 1").gather_as(&Limits::default(), false);
    assert_eq!(broken.diagnostics[0].code, Code::BadScript);
}

#[test]
fn scripts_too_deep_to_parse_are_published_as_they_are_with_a_warning() {
    let nested = |depth: usize| format!("{}1{}", "( ".repeat(depth), ")".repeat(depth));
    let outcome = Folder::default().theme("a.js", nested(100_000)).gather();
    assert_eq!(text(&outcome.value.unwrap()["theme:a.js"]), nested(100_000));
    let warning = &outcome.diagnostics[0];
    assert_eq!((warning.code, warning.severity, outcome.diagnostics.len()), (Code::BadScript, Severity::Warning, 1));
    assert_eq!(Folder::default().theme("a.min.js", nested(100_000)).text(), nested(100_000));
    assert_eq!(Folder::default().theme("a.js", nested(100)).text(), "1;");
}

#[test]
fn styles_and_documents_too_deep_for_a_browser_are_mistakes() {
    let style = |depth: usize| format!("a{{}}\n{}color:red{}", "a {".repeat(depth), "}".repeat(depth));
    let drawing = |depth: usize| format!("<svg>{}{}</svg>", "<g>".repeat(depth), "</g>".repeat(depth));
    assert!(!Folder::default().theme("a.css", style(100)).text().is_empty());
    assert!(!Folder::default().theme("a.svg", drawing(999)).text().is_empty());
    let mistake = complaint(&Folder::default().theme("a.css", style(100_000)));
    assert_eq!((mistake.code, mistake.place.unwrap().line), (Code::BadStyle, 2));
    assert_eq!(mistake.message, "brackets are nested more than 100 deep");
    let mistake = complaint(&Folder::default().theme("a.svg", drawing(100_000)));
    assert_eq!((mistake.code, mistake.place.unwrap().column), (Code::BadDocument, 3_003));
    assert_eq!(mistake.message, "elements are nested more than 1000 deep");
    let own_name = Folder::default().fixed("old.svg", drawing(100_000)).gather();
    assert!(own_name.value.is_some(), "a file with a name of its own is published as it is");
}

#[test]
fn large_files_are_not_held() {
    let bytes = vec![7; 5 << 20];
    let assets = sound(Folder::default().beside("content/a/film.mp4", bytes.clone()).gather());
    let asset = &assets["content/a/film.mp4"];
    assert!(matches!(&asset.body, Body::File { path, len } if &**path == "content/a/film.mp4" && *len == 5 << 20));
    assert_eq!(asset.digest, Digest::of(&bytes));
}

/// A picture with `bytes` of a chunk that nobody knows before its pixels, and `tail` bytes behind them.
fn wide_png(bytes: usize, tail: usize) -> Vec<u8> {
    let (small, data) = (png(30, 20), vec![0; bytes]);
    let pixels = small.windows(4).position(|name| name == b"IDAT").unwrap() - 4;
    let length = u32::try_from(bytes).unwrap().to_be_bytes();
    let check = checksum([b"zzZz".as_slice(), &data].concat()).to_be_bytes();
    [&small[..pixels], &length, b"zzZz", &data, &check, &small[pixels..], &vec![0; tail]].concat()
}

#[test]
fn a_large_picture_tells_its_size_and_is_not_held() {
    for (before, behind, wholes) in [(0, 5 << 20, 0), (2 << 20, 3 << 20, 1)] {
        let folder = Folder::default().beside("content/a/photo.png", wide_png(before, behind));
        let assets = sound(folder.gather());
        let asset = &assets["content/a/photo.png"];
        assert_eq!(asset.dimensions, Some(Dimensions { width: 30, height: 20 }));
        assert!(matches!(asset.body, Body::File { .. }));
        assert_eq!([&folder.passed, &folder.read].map(|count| count.load(Ordering::Relaxed)), [1, wholes]);
    }
}

#[test]
fn a_huge_picture_that_hides_its_size_is_a_mistake() {
    let mistake = complaint(&Folder::default().theme("x.png", wide_png(2 << 20, 63 << 20)));
    assert_eq!(mistake.message, "the picture does not tell its size in its first MiB");
}

#[test]
fn a_large_script_has_an_integrity_as_well() {
    let script = [b"a();".as_slice(), &vec![b' '; 5 << 20]].concat();
    let large = sound(Folder::default().fixed("b.js", script.clone()).gather())["static:b.js"].clone();
    assert!(matches!(large.body, Body::File { .. }));
    let expected = format!("sha384-{}", STANDARD.encode(Sha384::digest(&script)));
    assert_eq!(large.integrity.as_deref(), Some(expected.as_str()));
}

#[test]
fn a_file_that_cannot_be_read_is_said_once_a_site_and_the_others_are_made() {
    let mut folder = Folder::default().theme("a.txt", "a").theme("b.txt", "b");
    folder.memory.remove("themes/journal/assets/a.txt");
    let outcome = folder.gather();
    assert_eq!(outcome.diagnostics.len(), 1);
    assert_eq!(outcome.value.unwrap().keys().map(|key| &**key).collect::<Vec<_>>(), ["theme:b.txt"]);
    folder.files.clear();
    assert!(sound(folder.gather()).is_empty());
}

#[test]
fn a_file_of_many_sites_is_prepared_once_by_any_number_of_threads() {
    let reads = AtomicUsize::new(0);
    let read = |path: &str, _: u64| {
        reads.fetch_add(1, Ordering::Relaxed);
        if path.ends_with("broken.json") { Ok(b"{".to_vec()) } else { Ok(b".a{background:url(x.txt)}".to_vec()) }
    };
    let store = Store::new(&read, &|_| None, &|_, _| Ok(()));
    let file =
        |name: &str| SiteFile { key: format!("theme:{name}").into(), file: name.into(), publish: Publish::Hashed };
    let files = [file("a.css"), file("x.txt"), file("broken.json")];
    let run = || store.gather(&files, &Limits::default(), true);
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..8).map(|_| scope.spawn(run)).collect();
        started.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(reads.load(Ordering::Relaxed), 3);
    let first = outcomes[0].value.as_ref().unwrap();
    for outcome in &outcomes {
        assert_eq!(outcome.diagnostics, outcomes[0].diagnostics);
        assert_eq!(outcome.diagnostics.len(), 1);
        let same = outcome.value.as_ref().unwrap().iter().all(|(key, asset)| Arc::ptr_eq(asset, &first[key]));
        assert!(same);
    }
}

#[test]
fn overrides_of_one_site_give_only_its_style_sheet_another_link() {
    let read = |path: &str, _: u64| {
        if path.ends_with(".css") { Ok(b".a{background:url(x.txt)}".to_vec()) } else { Ok(path.as_bytes().to_vec()) }
    };
    let store = Store::new(&read, &|_| None, &|_, _| Ok(()));
    let site = |picture: &str| {
        let file = |key: &str, file: &str| SiteFile { key: key.into(), file: file.into(), publish: Publish::Hashed };
        let files = [file("theme:a.css", "a.css"), file("theme:x.txt", picture)];
        store.gather(&files, &Limits::default(), true).value.unwrap()
    };
    let (plain, special) = (site("x.txt"), site("override/x.txt"));
    assert_ne!(text(&plain["theme:a.css"]), text(&special["theme:a.css"]));
    assert!(Arc::ptr_eq(&plain["theme:a.css"], &site("x.txt")["theme:a.css"]));
}

#[test]
fn scanning_odd_style_sheets_ends() {
    for css in
        ["url(", "url('", "'", "/*", "\\", "@", "a\\", "url(\\", "image-set('", "url(ü)\\ü(", ")))url(x)", "@import"]
    {
        drop(super::reference::references(css));
    }
}
