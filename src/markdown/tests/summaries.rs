//! What lists and feeds show of a text, and how long it takes to read.

use super::desk::Desk;

fn summary(markdown: &str) -> (String, String) {
    let text = Desk::new().write(markdown).text;
    (text.summary, text.plain_summary)
}

#[test]
fn a_summary_is_what_stands_above_the_marker() {
    let (html, plain) = summary("## Wo\n\nEin *Beet*[^1] im\nGarten\n\n<!-- more -->\n\nRest\n\n[^1]: Note");
    assert_eq!(html, "<h2>Wo</h2>\n<p>Ein <em>Beet</em> im\nGarten</p>\n");
    assert_eq!(plain, "Wo Ein Beet im Garten");
}

#[test]
fn a_marker_inside_a_paragraph_closes_what_is_open() {
    let (html, plain) = summary("> Ein *Beet <!--more--> im Garten*\n");
    assert_eq!(html, "<blockquote>\n<p>Ein <em>Beet </em></p></blockquote>");
    assert_eq!(plain, "Ein Beet");
}

#[test]
fn without_a_marker_it_is_the_first_sentences() {
    let long = "Der erste Satz sagt, worum es z. B. am 3. Mai geht, und nimmt sich dafür etwas Zeit. ".to_owned()
        + "Der zweite Satz von Dr. Beet ergänzt ihn. \"Der dritte!\" Und der vierte Satz passt, wie man sieht, nun leider wirklich gar nicht mehr hinein.";
    let (html, plain) = summary(&format!("## Titel\n\n- Liste\n\n{long}\n\nNoch einer."));
    assert!(plain.ends_with("„Der dritte!“"), "{plain}");
    assert_eq!(html, format!("<p>{plain}</p>"));
    assert!(plain.chars().count() <= 200);
}

#[test]
fn short_paragraphs_are_joined() {
    assert_eq!(summary("Ein <b>Satz</b>.\n\nZwei & drei.").0, "<p>Ein Satz. Zwei &amp; drei.</p>");
}

#[test]
fn a_sentence_without_an_end_is_cut_between_words() {
    let (_, plain) = summary(&"wörter ".repeat(100));
    assert!(plain.ends_with("wörter…"), "{plain}");
    assert!((150..=201).contains(&plain.chars().count()));
}

#[test]
fn pictures_code_notes_and_shortcodes_do_not_count() {
    let markdown = "![Bild](photo.jpg)\n\n```\ncode\n```\n\n{% x() %}\ninnen\n{% end %}\n\nText[^1].\n\n[^1]: Note\n";
    assert_eq!(summary(markdown).1, "Text.");
    assert_eq!(summary(""), (String::new(), String::new()));
}

#[test]
fn what_follows_the_marker_on_its_line_is_kept() {
    assert_eq!(Desk::new().html("a\n\n<!-- more --> <b>b</b>\n"), "<p>a</p>\n<b>b</b>\n");
    assert_eq!(Desk::new().html("a <!-- more --> b"), "<p>a  b</p>\n");
}

#[test]
fn no_summary_has_ids_whatever_stands_between_quotes() {
    let (html, _) =
        summary("<span title=\"a > b\" id=\"zz\">x</span> <b ID='y' class=k>y</b> <i id=z>z</i>\n\n<!-- more -->\n");
    assert_eq!(html, "<p><span title=\"a > b\">x</span> <b class=k>y</b> <i>z</i></p>\n");
}
