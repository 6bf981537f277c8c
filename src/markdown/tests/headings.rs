//! Anchors and the tree of headings.

use super::desk::Desk;
use crate::model::Heading;

fn heading(level: u8, id: &str, title: &str, children: Vec<Heading>) -> Heading {
    Heading { level, id: id.into(), title: title.into(), children }
}

#[test]
fn headings_become_a_tree_with_anchors() {
    let written = Desk::new().write("## Über *alles* `so`\n\n#### Tief\n\n### Mitte\n\n## Ende\n");
    let html = "<h2 id=\"ueber-alles-so\">Über <em>alles</em> <code>so</code></h2>\n<h4 id=\"tief\">Tief</h4>\n\
                <h3 id=\"mitte\">Mitte</h3>\n<h2 id=\"ende\">Ende</h2>\n";
    assert_eq!(written.text.html, html);
    let below = vec![heading(4, "tief", "Tief", vec![]), heading(3, "mitte", "Mitte", vec![])];
    let tree = [heading(2, "ueber-alles-so", "Über alles so", below), heading(2, "ende", "Ende", vec![])];
    assert_eq!(written.text.headings, tree);
}

#[test]
fn anchors_are_unique_in_their_page() {
    let written = Desk::new().write("## Wo\n## Wo\n## Wo-2\n## Wo\n## !\n## ?\n");
    let ids: Vec<&str> = written.text.headings.iter().map(|heading| heading.id.as_str()).collect();
    assert_eq!(ids, ["wo", "wo-2", "wo-2-2", "wo-3", "section", "section-2"]);
}

#[test]
fn authors_name_anchors_and_classes() {
    let html = Desk::new().html("## Preise {#kosten .wichtig .rot onclick=x}\n");
    assert_eq!(html, "<h2 id=\"kosten\" class=\"wichtig rot\">Preise</h2>\n");
    let html = Desk::new().html("## Preise {#a\"b&c .d\"e}\n");
    assert_eq!(html, "<h2 id=\"a&quot;b&amp;c\" class=\"d&quot;e\">Preise</h2>\n");
}

#[test]
fn the_title_of_the_page_is_not_repeated() {
    let written = Desk::new().write("# Das \"Hochbeet\"\n\nText\n");
    assert_eq!(written.text.html, "<p>Text</p>\n");
    assert_eq!((written.text.headings.len(), written.text.words), (0, 1));
    assert!(Desk::new().html("Text\n\n# Das Hochbeet\n").contains("<h1"));
    assert!(Desk::new().html("## Das Hochbeet\n").contains("<h2"));
    assert!(Desk::new().html("# Ein Hochbeet\n").contains("<h1"));
}

#[test]
fn a_heading_with_a_link_and_a_note_keeps_its_title_plain() {
    let written = Desk::new().write("## [Erde](/x) & Kies[^1]\n\n[^1]: Note");
    assert_eq!(written.text.headings[0].title, "Erde & Kies");
}

#[test]
fn an_anchor_that_its_author_wrote_is_given_to_no_heading_above() {
    let written = Desk::new().write("## Dup\n## Dup\n## X {#dup}\n## Y {#dup-2 .wide}\n");
    let ids: Vec<&str> = written.text.headings.iter().map(|heading| heading.id.as_str()).collect();
    assert_eq!(ids, ["dup-3", "dup-4", "dup", "dup-2"]);
}
