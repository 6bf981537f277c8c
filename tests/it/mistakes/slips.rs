//! What people write nearly right: the message says what they meant.

use super::{lines, page, template, told};
use crate::farm::Farm;

// sites.toml
mistakes! {
    a_domain_has_an_umlaut 1: lines("\n[[site]]\nid = \"third\"\ndomain = \"größe.example\"\n");
    a_domain_is_a_whole_address 1: lines("\n[[site]]\nid = \"third\"\ndomain = \"https://garden-notes.example/\"\n");
    a_domain_is_in_capitals 1: lines("\n[[site]]\nid = \"third\"\ndomain = \"Garden.example\"\n");
    a_text_has_typographic_quotes 2: lines("title = “Garden”\n");
    a_table_has_a_semicolon_for_a_comma 2: lines("tokens = { accent = \"…\"; }\n");
    the_first_site_has_one_pair_of_brackets 2: |farm| farm.file(
        "sites.toml",
        "edition = \"2026\"\n\n[defaults]\ntheme = \"plain\"\n\n[site]\nid = \"good\"\n\n[[site]]\nid = \"bad\"\n",
    );
    a_list_has_the_separator_of_its_table 1: |farm| farm
        .file("fleet.csv", "id;content;title\nthird;shared;third;Third\n")
        .page("third/_index.md", "x").page("shared/about.md", "x").append("sites.toml", "\n[[sites]]\nfrom = \"fleet.csv\"\n");
    a_cell_is_not_a_number 1: |farm| farm
        .file("fleet.csv", "id,paginate\nthird,gren\n")
        .page("third/_index.md", "x").append("sites.toml", "\n[[sites]]\nfrom = \"fleet.csv\"\n");
    a_permalink_is_for_no_section 0: |farm| farm
        .append("sites.toml", "permalinks = { artcles = \"/{slug}/\" }\n").page("bad/articles/first.md", "Text.");
}

// Front matter
mistakes! {
    a_date_lacks_zeros 1: page("+++\ntitle = \"Page\"\ndate = 2026-6-1 # the first\n+++\nText.\n");
    a_month_has_no_such_day 1: page("+++\ntitle = \"Page\"\ndate = 2026-06-31\n+++\nText.\n");
    a_date_is_written_as_in_germany 1: page("+++\ntitle = \"Page\"\ndate = \"21.06.2026\"\n+++\nText.\n");
    a_date_lies_in_the_future 0: page("+++\ntitle = \"Page\"\ndate = 2062-03-01\n+++\nText.\n");
    a_yaml_text_holds_a_colon 1: page("---\ntitle: Watering: without a hose\n---\nText.\n");
    a_title_has_typographic_quotes 1: page("+++\ntitle = “Page”\n+++\nText.\n");
    a_list_of_terms_is_one_text 0: page("+++\ntitle = \"Page\"\ntags = \"Water, Summer\"\n+++\nText.\n");
}

// Markdown
mistakes! {
    an_address_lacks_its_beginning 1: page("See [the example](www.example.org).\n");
    a_picture_beside_a_section_does_not_exist 1: |farm| farm.page("bad/articles/watering.md", "![Watering](bild.jpg)\n");
    a_picture_has_a_blank_in_its_name 0: page("Look: ![Bild](mein bild.png)\n");
    a_link_has_a_blank_before_its_address 0: page("See [the page] (page.md).\n");
    a_path_leads_to_nothing 0: |farm| farm.page("bad/about.md", "See [this](/gibt/es/nicht/) or [us](/abuot/), [home](/).\n");
}

const RATING: &str = include_str!("../../../themes/base/templates/shortcodes/rating.html");
const NOTE: &str = include_str!("../../../themes/base/templates/shortcodes/note.html");
const BUTTON: &str = include_str!("../../../themes/base/templates/shortcodes/button.html");

/// A call of a shortcode whose template is `text`.
fn shortcode(name: &'static str, text: &'static str, call: &'static str) -> impl FnOnce(Farm) -> Farm {
    move |farm| template(name, text)(farm).page("bad/page.md", call)
}

// Shortcodes
mistakes! {
    a_shortcode_gets_an_unknown_argument 0: shortcode(
        "templates/shortcodes/box.html",
        "<p>{{ args.title or \"\" }}</p>",
        "Look:\n\n{{ box(titel=\"x\") }}\n\n{{ box(size=3) }}\n",
    );
    a_note_is_of_no_kind 1: shortcode("templates/shortcodes/note.html", NOTE, "{{ note(kind=\"tipp\", text=\"x\") }}\n");
    a_rating_is_above_the_best 1: shortcode("templates/shortcodes/rating.html", RATING, "{{ rating(value=9) }}\n");
    a_rating_is_a_word 1: shortcode("templates/shortcodes/rating.html", RATING, "{{ rating(value=\"gut\") }}\n");
    a_rating_has_no_value 1: shortcode("templates/shortcodes/rating.html", RATING, "{{ rating(titel=\"x\") }}\n");
    a_button_leads_nowhere 1: shortcode("templates/shortcodes/button.html", BUTTON, "{{ button(label=\"x\") }}\n");
    a_button_leads_to_a_number 1: shortcode("templates/shortcodes/button.html", BUTTON, "{{ button(label=\"x\", url=7) }}\n");
}
