//! What people get wrong, and what hectare says. Each message is kept in `golden/mistakes/`; the other site is built in every case.

use crate::farm::{Farm, Run};
use crate::golden;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::{ffi::OsStr, fs};

/// Makes the mistake beside a site that has none, and checks that it is told and contained.
#[track_caller]
fn told(name: &str, code: i32, mistake: impl FnOnce(Farm) -> Farm) {
    let run = mistake(Farm::new().site("good").site("bad")).run("build --now 2026-11-20").ends(code);
    if code != 2 {
        assert!(run.text("good/index.html").contains("Hello."), "the other site is built");
    }
    kept(name, &run);
}

/// Mistakes that no file shows: what was typed, and what is not there.
const NOWHERE: [&str; 5] = ["H0110", "H0111", "H0112", "H0706", "H0801"];

/// Compares what was said with the golden file; every message says where and what to do, and none of them is a programmer's.
#[track_caller]
pub(crate) fn kept(name: &str, run: &Run) {
    assert!(!run.stderr.contains("panicked") && !run.stderr.contains("RUST_BACKTRACE"), "{}", run.stderr);
    let is_head = |line: &&str| line.starts_with("error[") || line.starts_with("warning[");
    assert!(run.stderr.lines().any(|line| is_head(&line)), "{name} is a mistake");
    let mut rest = run.stderr.as_str();
    while let Some(head) = rest.lines().find(is_head) {
        let from = rest.find(head).unwrap() + head.len();
        let end = rest[from..].find("\nerror[").or_else(|| rest[from..].find("\nwarning["));
        let block = &rest[from..end.map_or(rest.len(), |end| from + end)];
        let is_nowhere = NOWHERE.iter().any(|code| head.contains(code));
        if std::env::var_os("GOLDEN").is_none() {
            assert!(block.contains("= help: "), "what to do is not said\n{head}{block}");
            assert!(is_nowhere || block.contains("--> "), "a place is not said\n{head}{block}");
        }
        rest = &rest[from + block.len()..];
    }
    golden::check(&format!("mistakes/{name}.txt"), &run.transcript());
}

macro_rules! mistakes {
    ($($name:ident $code:literal: $mistake:expr;)*) => {
        $(#[test] fn $name() { told(stringify!($name), $code, $mistake); })*
    };
}

mod slips;

fn page(text: &'static str) -> impl FnOnce(Farm) -> Farm {
    move |farm| farm.page("bad/page.md", text)
}

fn lines(lines: &'static str) -> impl FnOnce(Farm) -> Farm {
    move |farm| farm.append("sites.toml", lines)
}

/// Gives the bad site a theme of its own, so that the good one keeps its pages.
fn template(name: &'static str, text: &'static str) -> impl FnOnce(Farm) -> Farm {
    move |farm| {
        farm.append("sites.toml", "theme = \"odd\"\n")
            .file("themes/odd/theme.toml", "name = \"Odd\"\nextends = \"plain\"\n")
            .file(&format!("themes/odd/{name}"), text)
            .page("bad/page.md", "Text.")
    }
}

// sites.toml
mistakes! {
    the_manifest_is_not_toml 2: lines("[[site]\nid = \"x\"\n");
    the_manifest_is_missing 2: |farm| farm.with(|root| fs::remove_file(root.join("sites.toml")).unwrap());
    a_key_is_misspelt 1: lines("langage = \"de\"\n");
    a_value_has_the_wrong_type 1: lines("paginate = \"ten\"\n");
    several_mistakes_in_one_table 1: lines("langage = \"de\"\npaginate = \"ten\"\nurl_style = \"/x\"\n");
    a_theme_does_not_exist 1: lines("theme = \"plian\"\n");
    a_group_does_not_exist 1: lines("group = \"finance\"\n[groups.finances]\ntheme = \"plain\"\n");
    a_layer_does_not_exist 1: lines("content = [\"bda\"]\n");
    a_layer_is_a_file 1: |farm| farm.append("sites.toml", "content = [\"legal\"]\n").file("content/legal", "x");
    a_domain_is_none 1: |farm| farm.append("sites.toml", "\n[[site]]\nid = \"third\"\ndomain = \"not a domain\"\n").page("third/_index.md", "x");
    an_id_has_capitals 1: lines("\n[[site]]\nid = \"Third Site\"\n");
    a_site_has_no_id 1: lines("\n[[site]]\ndomain = \"third.example\"\n");
    two_sites_have_one_address 0: |farm| farm
        .append("sites.toml", "\n[[site]]\nid = \"third\"\ndomain = \"bad.example\"\n")
        .page("third/_index.md", "x");
    two_sites_have_one_id 1: lines("\n[[site]]\nid = \"bad\"\n");
    a_table_has_ragged_rows 1: |farm| farm
        .file("fleet.csv", "id,domain,title\nthird,third.example\nfourth,fourth.example,Fourth\n")
        .page("fourth/_index.md", "x").append("sites.toml", "\n[[sites]]\nfrom = \"fleet.csv\"\n");
    a_table_has_an_unknown_column 1: |farm| farm
        .file("fleet.csv", "id,domian\nthird,third.example\n")
        .append("sites.toml", "\n[[sites]]\nfrom = \"fleet.csv\"\n");
    a_token_stands_in_the_manifest 2: lines("\n[targets.cf]\nkind = \"cloudflare-pages\"\ntoken = \"secret\"\n");
    receivers_are_told_nothing_that_is_a_secret 2: lines("\n[notify.team]\nkind = \"slack\"\nurl = \"https://hooks.slack.com/services/T0/B0/abc\"\nsecret = \"hidden\"\n\n[notify.own]\nkind = \"jsn\"\nevents = [\"faild\"]\n");
    a_menu_leads_nowhere 1: lines("[site.menus]\nmain = [{ title = \"Start\", url = \"@/strat.md\" }]\n");
    a_menu_leads_somewhere_else_from_every_page 1: lines("[site.menus]\nmain = [{ title = \"About\", url = \"about\" }]\n");
    a_permalink_has_an_unknown_part 1: |farm| farm.append("sites.toml", "[site.permalinks]\n\"*\" = \"/{jahr}/{slug}/\"\n").page("bad/page.md", "x");
    a_redirect_hides_a_page 1: |farm| farm.append("sites.toml", "redirects = [{ from = \"/page/\", to = \"/\" }]\n").page("bad/page.md", "x");
    a_header_has_a_space 1: lines("[site.headers.\"/*\"]\n\"X Odd\" = \"1\"\n");
    a_design_token_is_unknown 1: lines("tokens = { acent = \"red\" }\n");
    a_redirect_leads_nowhere 1: lines("redirects = [\n  { from = \"/old/\", to = \"/nwe/\" },\n]\n");
    a_table_is_in_latin_1 2: |farm| farm
        .file("fleet.csv", b"id,domain,title\nthird,third.example,G\xe4rten\n")
        .append("sites.toml", "\n[[sites]]\nfrom = \"fleet.csv\"\n");
    a_table_sets_an_unknown_token 1: |farm| farm
        .file("fleet.csv", "id,tokens.acent\nthird,red\nfourth,blue\n")
        .page("third/_index.md", "x").page("fourth/_index.md", "x").append("sites.toml", "\n[[sites]]\nfrom = \"fleet.csv\"\n");
    a_token_is_no_colour 1: |farm| lines("tokens = { accent = \"gren\" }\n")(tokens(farm));
    a_token_is_no_choice 1: |farm| lines("tokens = { hero = \"splitt\" }\n")(tokens(farm));
    a_token_is_no_length 1: |farm| lines("tokens = { radius = \"1rme\" }\n")(tokens(farm));
    a_text_is_hard_to_read 0: |farm| lines("tokens = { ink = \"#eeeeee\" }\n")(tokens(farm));
    a_theme_does_not_speak_the_language 0: |farm| farm.theme("words/en.toml", "by = \"By\"\n").append("sites.toml", "language = \"fr\"\n");
    a_site_has_a_domain_and_an_address 1: lines("base_url = \"https://bad.example\"\n");
}

fn tokens(farm: Farm) -> Farm {
    let tokens = "accent = \"#0a7d55\"\nbackground = \"#ffffff\"\nradius = \"0.5rem\"\n\
        ink = { value = \"#1b1e23\", on = \"background\" }\nhero = { value = \"plain\", choices = [\"plain\", \"split\"] }\n";
    farm.theme("theme.toml", &format!("name = \"Plain\"\n\n[tokens]\n{tokens}"))
}

// Content
mistakes! {
    toml_front_matter_is_broken 1: page("+++\ntitle = \"Page\ndate = 2026-01-01\n+++\nText.\n");
    yaml_front_matter_is_broken 1: page("---\ntitle: \"Page\n---\nText.\n");
    json_front_matter_is_broken 1: page("{\"title\": \"Page\",}\n\nText.\n");
    front_matter_has_an_unknown_key 0: page("+++\ntitle = \"Page\"\ndescripton = \"…\"\n+++\nText.\n");
    front_matter_has_the_wrong_type 1: page("+++\ntitle = 7\ndraft = \"no\"\n+++\nText.\n");
    a_date_does_not_exist 1: page("+++\ntitle = \"Page\"\ndate = \"2026-02-30\"\n+++\nText.\n");
    a_path_leaves_the_site 1: page("+++\npath = \"../../x\"\n+++\nText.\n");
    a_slug_leaves_the_site 1: page("+++\nslug = \"../x\"\n+++\nText.\n");
    an_alias_leaves_the_site 1: page("+++\naliases = [\"/../../x\"]\n+++\nText.\n");
    two_pages_want_one_path 1: |farm| farm.page("bad/a.md", "+++\nslug = \"same\"\n+++\n").page("bad/b.md", "+++\nslug = \"same\"\n+++\n");
    paths_differ_only_in_case 1: |farm| farm.page("bad/a.md", "+++\npath = \"/About/\"\n+++\n").page("bad/b.md", "+++\npath = \"/about/\"\n+++\n");
    an_alias_is_a_page 1: |farm| farm.page("bad/a.md", "+++\naliases = [\"/b/\"]\n+++\n").page("bad/b.md", "Text.");
    a_text_is_not_utf8 1: |farm| farm.file("content/bad/page.md", b"Gr\xfc\xdfe aus Latin 1\n");
    a_name_is_not_utf8 1: |farm| farm.with(|root| fs::write(root.join("content/bad").join(OsStr::from_bytes(b"gr\xfcn.md")), "x").unwrap());
    a_link_leads_to_a_folder_above_itself 0: |farm| farm.with(|root| symlink("..", root.join("content/bad/loop")).unwrap());
    a_link_leads_out_of_the_repository 0: |farm| farm.with(|root| symlink("/etc/passwd", root.join("content/bad/users.md")).unwrap());
    a_link_leads_to_nothing 0: |farm| farm.with(|root| symlink("gone.md", root.join("content/bad/page.md")).unwrap());
    a_file_is_a_pipe 0: |farm| farm.with(|root| pipe(&root.join("content/bad/page.md")));
    a_page_has_20_megabytes 1: |farm| farm.file("content/bad/page.md", vec![b'x'; 20 << 20]);
    a_site_has_no_content 1: |farm| farm.with(|root| fs::remove_file(root.join("content/bad/_index.md")).unwrap());
    a_home_page_is_missing 0: |farm| farm.page("bad/page.md", "+++\ndescripton = \"\"\n+++\n")
        .with(|root| fs::remove_file(root.join("content/bad/_index.md")).unwrap());
    a_content_folder_is_a_file 1: |farm| farm.with(|root| {
        fs::remove_dir_all(root.join("content/bad")).unwrap();
        fs::write(root.join("content/bad"), "x").unwrap();
    });
    a_home_page_is_a_draft 1: |farm| farm.page("bad/_index.md", "+++\ndraft = true\n+++\n");
    front_matter_is_never_closed 1: page("+++\ntitle = \"Page\"\n\nText.\n");
    a_data_table_is_in_latin_1 1: |farm| farm.file("content/bad/_data/prices.csv", b"name,price\nG\xfcrtel,12\n");
    a_data_file_is_broken 1: |farm| farm.file("content/bad/_data/prices.toml", "a = [1, 2\n");
    a_data_table_is_ragged 1: |farm| farm.file("content/bad/_data/prices.csv", "name,price\nspade,12\nrake\n");
    a_data_file_is_a_yaml_bomb 1: |farm| farm.file("content/bad/_data/bomb.yaml", yaml_bomb());
    pages_from_data_miss_a_column 1: |farm| farm.file("content/bad/_data/plants.csv", "name,sow\nLeek,March\n")
        .page("bad/plants/_index.md", "+++\n[pages_from]\ndata = \"plants\"\nslug = \"{nam}\"\ntitle = \"{name}\"\n+++\n");
}

// Markdown
mistakes! {
    a_link_leads_to_no_page 1: |farm| farm.page("bad/about.md", "x").page("bad/page.md", "First line.\n\nSee [about us](@/abuot.md) for more.\n");
    a_link_leads_to_no_heading 0: |farm| farm.page("bad/about.md", "## Our team\n").page("bad/page.md", "See [the team](@/about.md#our-taem).\n");
    thirty_links_lead_to_no_page 1: |farm| farm
        .page("bad/page.md", &(0..30).map(|n| format!("[x](@/none-{n}.md)\n\n")).collect::<String>());
    a_picture_does_not_exist 1: |farm| farm.file("content/bad/trip/photo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"/>")
        .page("bad/trip/index.md", "![A photo](foto.svg)\n");
    the_picture_of_a_page_does_not_exist 1: |farm| farm.file("content/bad/trip/photo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"/>")
        .page("bad/trip/index.md", "+++\ntitle = \"Trip\"\nimage = \"foto.svg\"\n+++\n");
    the_picture_of_a_page_lies_elsewhere 1: page("+++\ntitle = \"Page\"\nimage = \"https://x.example/photo.jpg\"\n+++\n");
    pictures_come_from_another_host 0: |farm| farm
        .page("bad/page.md", "![A plant](https://pictures.example/plant.jpg)\n\nText <img src=\"https://pictures.example/b.jpg\" alt=\"\"> goes on.\n")
        .page("bad/other.md", "![A plant](https://pictures.example/plant.jpg)\n");
    a_text_loads_a_frame_and_a_script 0: page("Text.\n\n<iframe title=\"Map\"\n  src=\"https://maps.example/embed\"></iframe>\n\n<script src=\"//count.example/c.js\"></script>\n");
    a_text_nests_100_000_quotes 1: |farm| farm.page("bad/page.md", &">".repeat(100_000));
    a_shortcode_does_not_exist 1: page("Look:\n\n{{ yuotube(id=\"x\") }}\n");
    a_shortcode_is_not_closed 1: page("{% note(kind=\"tip\") %}\nText.\n");
}

// Themes
mistakes! {
    a_template_is_broken 1: template("templates/page.html", "<p>\n{% if page.title %}\n</p>\n");
    a_template_calls_an_unknown_function 1: template("templates/page.html", "<p>{{ pagse(limit=3) }}</p>");
    a_template_uses_an_unknown_filter 1: template("templates/page.html", "<p>{{ page.title | uper }}</p>");
    a_filter_gets_the_wrong_type 1: template("templates/page.html", "<p>{{ page.extra | upper }}</p>");
    a_partial_uses_an_unknown_field 1: |farm| template("templates/partials/card.html", "<b>{{ page.titel }}</b>")(farm)
        .file("themes/odd/templates/page.html", "<p>\n  {% include \"partials/card.html\" %}\n</p>");
    a_partial_is_called_from_deep_down 1: |farm| template("templates/partials/d.html", "{{ page.titel }}")(farm)
        .file("themes/odd/templates/partials/c.html", "{% include \"partials/d.html\" %}")
        .file("themes/odd/templates/partials/b.html", "{% include \"partials/c.html\" %}")
        .file("themes/odd/templates/partials/a.html", "{% include \"partials/b.html\" %}")
        .file("themes/odd/templates/page.html", "<p>\n  {% include \"partials/a.html\" %}\n</p>");
    a_template_fails_on_many_pages 1: |farm| (0..30).fold(template("templates/page.html", "{{ page.titel }}")(farm), |farm, n| {
        farm.page(&format!("bad/page-{n}.md"), "Text.")
    });
    a_shortcode_fails 1: |farm| template("templates/shortcodes/box.html", "<p>{{ args.size | upper }}</p>")(farm)
        .page("bad/page.md", "Look:\n\n{{ box(size=3) }}\n");
    a_shortcode_misses_an_argument 1: |farm| template("templates/shortcodes/box.html", "<p>{{ args.size }}</p>")(farm)
        .page("bad/page.md", "Look:\n\n{{ box(sizze=3) }}\n");
    a_shortcode_is_written_wrongly 1: page("{{ note(kind=tip) }}\n");
    a_loop_is_never_closed 1: template("templates/page.html", "<ul>\n{% for entry in pages() %}\n<li>{{ entry.title }}\n</ul>\n");
    a_value_is_never_closed 1: template("templates/page.html", "<h1>{{ page.title }</h1>\n");
    a_tag_is_misspelt 1: template("templates/page.html", "{% fi page.title %}x{% endif %}\n");
    a_function_gets_an_unknown_argument 1: template("templates/page.html", "{% for p in pages(limt=3) %}{% endfor %}");
    a_function_gets_the_wrong_type 1: template("templates/page.html", "{% for p in pages(limit=\"three\") %}{% endfor %}");
    a_theme_has_no_page_template 1: |farm| farm
        .append("sites.toml", "theme = \"odd\"\n").page("bad/page.md", "Text.")
        .file("themes/odd/theme.toml", "name = \"Odd\"\n")
        .file("themes/odd/templates/home.html", "x").file("themes/odd/templates/404.html", "x");
    a_theme_toml_is_broken 1: template("theme.toml", "name = \"Odd\"\nextends = plain\n");
    a_template_includes_itself 1: template("templates/page.html", "{% include \"page.html\" %}");
    a_template_loops_for_ever 1: template("templates/page.html", "{% for a in range(end=100000) %}{% for b in range(end=100000) %}{% endfor %}{% endfor %}");
    a_template_doubles_a_text 1: template("templates/page.html", "{% set_global s = \"xxxxxxxx\" %}{% for i in range(end=40) %}{% set_global s = s ~ s %}{% endfor %}{{ s }}");
    a_template_prints_too_much 1: template("templates/page.html", "{% for a in range(end=100000) %}{% for b in range(end=1000) %}0123456789{% endfor %}{% endfor %}");
    a_page_names_no_template 1: page("+++\ntemplate = \"landing.html\"\n+++\n");
    a_section_hands_down_no_template 1: |farm| (0..9).fold(farm, |farm, n| farm.page(&format!("bad/guides/page-{n}.md"), "Text."))
        .page("bad/guides/_index.md", "+++\ntitle = \"Guides\"\n[cascade]\ntemplate = \"landing.html\"\n+++\n");
    a_theme_extends_itself 1: |farm| farm.append("sites.toml", "theme = \"odd\"\n").file("themes/odd/theme.toml", "name = \"Odd\"\nextends = \"odd\"\n");
    a_theme_extends_one_that_does_not_exist 1: |farm| farm
        .append("sites.toml", "theme = \"odd\"\n")
        .file("themes/odd/theme.toml", "name = \"Odd\"\nextends = \"plian\"\n");
    a_theme_has_an_unknown_key 1: |farm| farm.append("sites.toml", "theme = \"odd\"\n").file("themes/odd/theme.toml", "name = \"Odd\"\nextend = \"plain\"\n");
    a_template_loads_a_script_from_another_host 0: template("templates/page.html", "{% if page.extra.map %}<script src=\"https://maps.example/m.js\"></script>{% endif %}\n<script defer src=\"https://count.example/c.js\"></script>\n");
    a_shortcode_loads_a_frame 0: |farm| template("templates/shortcodes/map.html", "<iframe src=\"https://maps.example/{{ args.place }}\"></iframe>")(farm)
        .page("bad/page.md", "{{ map(place=\"berlin\") }}\n");
    a_template_asks_for_a_missing_asset 1: template("templates/page.html", "<link href=\"{{ asset(path=\"css/sitte.css\") }}\">");
}

// Assets
mistakes! {
    a_style_sheet_is_broken 1: template("assets/css/odd.css", "body { color: red;\n  background: url(\"x\n}\n");
    a_style_names_a_missing_file 1: template("assets/css/odd.css", "body { background: url(../img/no.png) }\n");
    a_script_is_broken 1: template("assets/js/odd.js", "const a = ;\n");
    a_script_is_too_deep 0: |farm| {
        let farm = template("theme.toml", "name = \"Odd\"\nextends = \"plain\"\n")(farm);
        farm.file("themes/odd/assets/js/odd.js", format!("let deep =\n{}0{};\n", "[".repeat(120), "]".repeat(120)))
    };
    a_picture_is_not_one 1: |farm| farm.page("bad/trip/index.md", "![A photo](photo.jpg)\n").file("content/bad/trip/photo.jpg", "not a photo");
    a_picture_is_a_bomb 1: |farm| farm.page("bad/trip/index.md", "![A photo](photo.png)\n").file("content/bad/trip/photo.png", png_header(60_000, 60_000));
    a_picture_is_heavy 0: |farm| farm.page("bad/trip/index.md", "![A photo](photo.png)\n")
        .file("content/bad/trip/photo.png", [png_header(4_000, 3_000), vec![0; 6_200_000]].concat());
    a_drawing_is_broken 1: |farm| farm.page("bad/trip/index.md", "![A drawing](d.svg)\n").file("content/bad/trip/d.svg", "<svg><g></svg>");
}

#[test]
fn the_content_of_all_sites_is_a_file() {
    let farm = Farm::new().site("one").site_with("two", "content = [\"legal\"]").with(|root| {
        fs::remove_dir_all(root.join("content")).unwrap();
        fs::write(root.join("content"), "x").unwrap();
    });
    kept("the_content_of_all_sites_is_a_file", &farm.run("build").ends(1));
}

#[test]
fn a_file_may_not_be_read() {
    let farm = Farm::new().site("good").site("bad").page("bad/page.md", "secret").with(|root| {
        fs::set_permissions(root.join("content/bad/page.md"), fs::Permissions::from_mode(0o000)).unwrap();
        open_to_everyone(root);
    });
    let run = farm.run_as_nobody("build").ends(1);
    assert!(run.text("good/index.html").contains("Hello."));
    kept("a_file_may_not_be_read", &run);
}

#[test]
fn a_folder_may_not_be_read() {
    let farm = Farm::new().site("good").site("bad").page("bad/secret/page.md", "secret").with(|root| {
        fs::set_permissions(root.join("content/bad/secret"), fs::Permissions::from_mode(0o000)).unwrap();
        open_to_everyone(root);
    });
    let run = farm.run_as_nobody("build").ends(1);
    farm.with(|root| fs::set_permissions(root.join("content/bad/secret"), fs::Permissions::from_mode(0o755)).unwrap());
    assert!(run.text("good/index.html").contains("Hello."));
    kept("a_folder_may_not_be_read", &run);
}

#[test]
fn a_setting_of_a_group_is_told_once_and_where_it_stands() {
    let farm = (0..300).fold(Farm::new(), |farm, n| farm.site_with(&format!("site-{n:03}"), "group = \"garden\""));
    let farm = farm.append("sites.toml", "\n[groups.garden]\ntokens = { acent = \"red\" }\n");
    let run = farm.run("build").ends(1);
    assert_eq!(run.stderr.matches("H0407").count(), 1, "{}", run.stderr);
    kept("a_token_of_a_group_is_unknown", &run);
    let line = farm.run("build --format json --site site-007").ends(1).stdout;
    assert!(line.contains(r#""file":"sites.toml","line":"#), "{line}");
}

#[test]
fn the_same_mistake_in_many_sites_is_told_once() {
    let farm = (0..40).fold(Farm::new().site("good"), |farm, n| {
        farm.site_with(&format!("site-{n:02}"), "theme = \"odd\"").page(&format!("site-{n:02}/page.md"), "Text.")
    });
    let farm = farm
        .file("themes/odd/theme.toml", "name = \"Odd\"\nextends = \"plain\"\n")
        .file("themes/odd/templates/page.html", "{{ page.titel }}");
    let run = farm.run("build").ends(1);
    assert_eq!(run.stderr.matches("H0405").count(), 1, "{}", run.stderr);
    kept("the_same_mistake_in_many_sites_is_told_once", &run);
}

const GARDEN: &str = "group = \"garden\"\n[groups.garden]\ntitle = \"Garden\"\n";

#[test]
fn flags_are_checked_before_anything_is_done() {
    for (name, words) in [
        ("no_site_matches", "build --site goood"),
        ("no_such_group", "build --group gardn"),
        ("no_such_niche", "build --niche goood"),
        ("no_such_tag", "build --tag slow"),
        ("a_shard_beyond_the_last", "build --shard 9/8"),
        ("a_date_that_is_none", "build --now yesterday"),
    ] {
        let run = Farm::new().site("good").site_with("rose", GARDEN).run(words).ends(2);
        assert!(run.dist.paths().is_empty(), "nothing is written");
        kept(name, &run);
    }
}

fn pipe(place: &Path) {
    let made = std::process::Command::new("mkfifo").arg(place).status().unwrap();
    assert!(made.success());
}

fn open_to_everyone(root: &Path) {
    fs::set_permissions(root, fs::Permissions::from_mode(0o777)).unwrap();
}

pub(crate) fn yaml_bomb() -> String {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for n in 1..12 {
        let previous = format!("*a{}", n - 1);
        bomb.push_str(&format!("a{n}: &a{n} [{}]\n", [previous.as_str(); 9].join(", ")));
    }
    bomb
}

/// A PNG that claims a size and has no pixels.
pub(crate) fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut header = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 6, 0, 0, 0]);
    header.extend(crc(&header[12..]).to_be_bytes());
    header.extend(b"\0\0\0\0IDAT");
    header.extend(crc(b"IDAT").to_be_bytes());
    header
}

fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { 0xEDB8_8320 ^ (crc >> 1) } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}
