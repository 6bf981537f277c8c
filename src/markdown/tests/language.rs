//! What depends on the language of a site: quotes, spaces, labels.

use super::desk::Desk;

fn set(tag: &str, markdown: &str) -> String {
    let html = Desk::new().in_language(tag).html(markdown);
    html.trim_end().trim_start_matches("<p>").trim_end_matches("</p>").to_owned()
}

#[test]
fn quotes_follow_the_language() {
    let text = "Er sagt: \"Das 'neue' Beet\"";
    assert_eq!(set("de", text), "Er sagt: „Das ‚neue‘ Beet“");
    assert_eq!(set("de-CH", text), "Er sagt: «Das ‹neue› Beet»");
    assert_eq!(set("en-GB", text), "Er sagt: “Das ‘neue’ Beet”");
    assert_eq!(set("fr", text), "Er sagt: «\u{202f}Das “neue” Beet\u{202f}»");
    assert_eq!(set("nl", text), "Er sagt: “Das ‘neue’ Beet”");
}

#[test]
fn quotes_hold_around_markup() {
    assert_eq!(set("de", "\"*Ja*\" und '**nein**'"), "„<em>Ja</em>“ und ‚<strong>nein</strong>‘");
}

#[test]
fn an_apostrophe_is_no_quote() {
    assert_eq!(set("de", "Wie geht's Jens' Beet"), "Wie geht’s Jens’ Beet");
    assert_eq!(set("de", "'geht\\'s'"), "‚geht's‘");
}

#[test]
fn dashes_and_dots_are_set() {
    assert_eq!(set("de", "a -- b --- c..."), "a – b — c…");
}

#[test]
fn german_units_and_abbreviations_stay_together() {
    assert_eq!(
        set("de", "z. B. 10 € oder 5 %, d. h. i. d. R. 3 km."),
        "z.\u{a0}B. 10\u{a0}€ oder 5\u{a0}%, d.\u{a0}h.\u{a0}i.\u{a0}d.\u{a0}R. 3\u{a0}km."
    );
    assert_eq!(set("de", "u. Ä. um 8 Uhr"), "u.\u{a0}Ä. um 8\u{a0}Uhr");
    assert_eq!(set("de", "10 mal, 3 kmh, Ende. A. B"), "10 mal, 3 kmh, Ende. A. B");
    assert_eq!(set("en", "z. B. 10 €"), "z. B. 10 €");
}

#[test]
fn nothing_is_set_in_code_addresses_or_when_it_is_off() {
    assert_eq!(set("de", "`\"a\" -- 5 €`"), "<code>\"a\" -- 5 €</code>");
    assert_eq!(set("de", "[x](/a--b/ \"5 %\")"), "<a href=\"/a--b/\" title=\"5 %\">x</a>");
    let plain = Desk::new().plain().html("\"a\" -- 'b' 5 €...");
    assert_eq!(plain, "<p>\"a\" -- 'b' 5 €...</p>\n");
}
