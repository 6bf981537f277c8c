//! No text of an author can end an attribute, nest without end, or run a script where HTML is off.

use super::desk::{Desk, told};
use crate::world::Stopwatch;
use proptest::prelude::*;

/// Whatever means something to Markdown, to HTML, to shortcodes or to this room.
const SOUP: [&str; 78] = [
    "\n",
    "\n\n",
    " ",
    "    ",
    "\t",
    "*",
    "**",
    "_",
    "~~",
    "`",
    "```",
    "> ",
    "> [!NOTE]\n",
    "- ",
    "1. ",
    "# ",
    "## ",
    "|",
    "|---|",
    ": ",
    "[",
    "](",
    ")",
    "![",
    "](photo.jpg",
    " \"t\" ",
    "[^1]",
    "[^1]: ",
    "[a]: ",
    "<",
    ">",
    "\"",
    "'",
    "=",
    "&",
    "&quot;",
    "&#34;",
    "&lt;",
    "\\",
    "/",
    "{#",
    ".c",
    "}",
    "{{ ",
    " }}",
    "{% ",
    " %}",
    "x(a=\"\\\"<b>\")",
    "end",
    "<b>",
    "</b>",
    "<a href=\"",
    "<div>\n",
    "<!--",
    "-->",
    "<!-- more -->",
    "<script>",
    "javascript:",
    "data:",
    "https://a.b/",
    "@/garden/soil.md",
    "#wo",
    "<https://a.b/\">",
    "on=\"x\" ",
    "z. B. 5 €",
    "ä",
    "\u{fdd0}",
    "\u{0}",
    "\r\n",
    "...",
    "--",
    "- [x] ",
    "wort",
    "```a\" b",
    "===\n",
    "***",
    "[]",
    "()",
];

const VOID: [&str; 4] = ["br", "hr", "img", "input"];

/// Reads HTML as strictly as nobody writes it: known quotes, no stray brackets, every element closed.
fn check(html: &str) -> Result<(), String> {
    let mut open = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find(['<', '>']) {
        let (tag, after) =
            rest[at..].strip_prefix('<').ok_or("a stray >")?.split_once('>').ok_or("a tag without end")?;
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            let last: Option<&str> = open.pop();
            (last == Some(name)).then_some(()).ok_or(format!("{name} closes {last:?}"))?;
            continue;
        }
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        check_attributes(attributes)?;
        if !VOID.contains(&name) {
            open.push(name);
        }
    }
    open.is_empty().then_some(()).ok_or(format!("{open:?} stay open"))
}

fn check_attributes(attributes: &str) -> Result<(), String> {
    let known = [
        "alt",
        "aria-label",
        "class",
        "decoding",
        "height",
        "href",
        "id",
        "loading",
        "rel",
        "role",
        "src",
        "start",
        "style",
        "title",
        "type",
        "width",
    ];
    let mut rest = attributes.trim_start();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("disabled").or_else(|| rest.strip_prefix("checked")) {
            rest = after.trim_start();
            continue;
        }
        let (name, value) = rest.split_once("=\"").ok_or(format!("`{rest}` is no attribute"))?;
        known.contains(&name).then_some(()).ok_or(format!("the attribute `{name}`"))?;
        let (value, after) = value.split_once('"').ok_or("a value without end")?;
        let runs = matches!(name, "href" | "src") && value.trim_start().to_ascii_lowercase().starts_with("javascript:");
        (!runs && !value.contains(['<', '\''])).then_some(()).ok_or(format!("the value `{value}`"))?;
        rest = after.strip_prefix(' ').unwrap_or(after);
    }
    Ok(())
}

fn soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![9 => prop::sample::select(SOUP.to_vec()).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn without_html_of_the_author_every_page_is_well_formed(markdown in soup()) {
        // Only the test's own shortcodes write braces into tags.
        let markdown = markdown.replace("{{", "{").replace("{%", "{");
        let text = Desk::new().without_html().write(&markdown).text;
        for html in [&text.html, &text.summary] {
            prop_assert_eq!(check(html), Ok(()), "{}", html);
        }
        prop_assert!(!text.plain_summary.contains('\n'));
    }

    #[test]
    fn no_text_stops_the_writer(markdown in soup()) {
        let written = Desk::new().write(&markdown);
        for place in written.diagnostics.iter().filter_map(|found| found.place.as_ref()) {
            let line = markdown.split('\n').nth(place.line as usize - 5).unwrap();
            prop_assert!(place.column as usize <= line.chars().count() + 1, "{place:?}");
        }
    }

    #[test]
    fn the_same_text_becomes_the_same_bytes(markdown in soup()) {
        let (once, again) = (Desk::new().write(&markdown), Desk::new().write(&markdown));
        prop_assert_eq!(once.text, again.text);
        prop_assert_eq!(once.diagnostics, again.diagnostics);
    }
}

#[test]
fn what_nests_too_deeply_is_cut_in_no_time() {
    let inputs = [">".repeat(100_000), "- ".repeat(5_000), "*a ".repeat(10_000) + &"a* ".repeat(10_000)];
    let watch = Stopwatch::start();
    for input in inputs {
        let written = Desk::new().without_html().write(&format!("Anfang\n\n{input}x\n\nEnde"));
        assert_eq!(check(&written.text.html), Ok(()));
        assert!(written.text.html.starts_with("<p>Anfang</p>\n") && !written.text.html.contains("Ende"));
        assert_eq!(told(&written).len(), 1);
        assert!(told(&written)[0].starts_with("H0304 7:"), "{:?}", told(&written));
        assert!(told(&written)[0].contains(" elements are nested more than 100 deep"));
    }
    assert!(watch.elapsed().as_secs() < 10, "{:?}", watch.elapsed());
}

#[test]
fn open_elements_of_raw_html_count() {
    let nested = |html: &str| told(&Desk::new().write(html));
    assert!(nested(&"<div>".repeat(200))[0].starts_with("H0304 5:"));
    assert!(nested(&"<div>\n\n".repeat(200))[0].starts_with("H0304 205:1+1"), "{:?}", nested(&"<div>\n\n".repeat(200)));
    assert!(nested(&format!("a {}", "<b>".repeat(200)))[0].starts_with("H0304 5:303"));
}

#[test]
fn closed_void_and_verbatim_elements_do_not_count() {
    let fine = |html: &str| assert_eq!(told(&Desk::new().write(html)), [] as [&str; 0]);
    fine(&"<div>\n</div>\n".repeat(200));
    fine(&"<p>a\n<br>\n<img src='a>b'>\n".repeat(200));
    fine(&format!("<svg>{}</svg>", "<path d=\"M0\"\n/>\n".repeat(200)));
    fine(&format!("<script>\n{}</script>\n", "if (a<b) x('<div>')\n".repeat(200)));
    fine(&"<!-- <div> -->\n".repeat(200));
    fine(&"a < b <c\n\n".repeat(200));
}

#[test]
fn a_note_that_nests_too_deeply_is_left_out() {
    let written = Desk::new().without_html().write(&format!("a[^1]\n\n[^1]: {} x", "> ".repeat(300)));
    assert_eq!(check(&written.text.html), Ok(()));
    assert!(told(&written)[0].starts_with("H0304"));
}

#[test]
fn long_texts_take_time_in_proportion() {
    let watch = Stopwatch::start();
    let inputs = [
        "[a](#b) ",
        "{{ x() }} ",
        "[a](@/garden/soil.md#b)\n",
        "https://a.b/ ",
        "5 % ",
        "'a' ",
        "[^1]",
        "\\{{ ",
        "# a\n",
        "{% x() ",
    ];
    for input in inputs {
        Desk::new().write(&input.repeat(20_000));
    }
    assert!(watch.elapsed().as_secs() < 60, "{:?}", watch.elapsed());
}
