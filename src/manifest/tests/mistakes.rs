//! What people are told when they made a mistake in `sites.toml`.

use super::{HEAD, ids, loaded, mistakes, of_fleet, of_sites, repository};
use crate::manifest::load;
use crate::world::Memory;

#[test]
fn a_folder_without_a_manifest_says_what_to_do() {
    let loaded = load(&Memory::new());
    assert!(loaded.fleet.is_none());
    assert!(of_fleet(&loaded)[0].starts_with("H0110  there is no `sites.toml` here (go to the folder"));
}

#[test]
fn syntax_errors_are_all_told_at_once() {
    let loaded = loaded("edition = \"2026\"\na = 1\na = 2\nb = x\n[[site]\n");
    assert!(loaded.fleet.is_none());
    let places: Vec<_> = loaded.diagnostics.iter().map(|it| it.place.as_ref().unwrap().to_string()).collect();
    assert_eq!(places, ["sites.toml:3:1", "sites.toml:4:5", "sites.toml:5:8"]);
    assert!(of_fleet(&loaded).iter().all(|mistake| mistake.starts_with("H0101 ")));
    assert_eq!(loaded.diagnostics[0].place.as_ref().unwrap().text, "a = 2");
}

#[test]
fn a_manifest_that_is_not_utf8_shows_the_line() {
    let files = repository("");
    files.put("sites.toml", b"edition = \"2026\"\nfleet.name = \"B\xfccher\"\n".as_slice());
    let loaded = load(&files);
    assert!(of_fleet(&loaded)[0].starts_with("H0205 sites.toml:2:16 `sites.toml` is not UTF-8 (save it as UTF-8"));
}

#[test]
fn an_edition_is_needed_and_has_to_be_known() {
    assert_eq!(
        of_fleet(&loaded("[fleet]\n")),
        ["H0104 sites.toml:1:1 `edition` is missing (write `edition = \"2026\"` into the first line)"]
    );
    assert_eq!(
        of_fleet(&loaded("edition = \"2031\"\n")),
        ["H0103 sites.toml:1:11 edition `2031` is not known \
          (this version knows `2026`; a newer edition needs a newer version of hectare)"]
    );
    assert_eq!(
        of_fleet(&loaded("edition = 2026\n")),
        ["H0103 sites.toml:1:11 `edition` needs a text, not 2026 (write it in quotes: `\"2026\"`)"]
    );
}

#[test]
fn a_mistake_in_the_defaults_stops_everything_and_sites_are_checked_all_the_same() {
    let loaded = loaded("edition = \"2026\"\n[defaults]\ntheme = \"jurnal\"\n[[site]]\nid = \"a\"\ntitel = \"A\"\n");
    assert!(loaded.fleet.is_none());
    assert_eq!(of_fleet(&loaded), ["H0108 sites.toml:3:9 there is no theme `jurnal` (did you mean `journal`?)"]);
    assert_eq!(of_sites(&loaded), ["a: H0102 sites.toml:6:1 unknown key `titel` (did you mean `title`?)"]);
}

#[test]
fn a_folder_that_sites_are_shipped_to_holds_nothing_else() {
    let mistakes = |place: &str| of_fleet(&loaded(&format!("{HEAD}[targets.web]\nkind = \"folder\"\n{place}\n")));
    assert_eq!(
        mistakes(""),
        ["H0104 sites.toml:4:10 `web` does not say which folder the sites go to \
          (write a folder that nothing else uses, such as `place = \"/srv/www\"`)"]
    );
    for (place, taken) in [
        (".", "the folder of `sites.toml`"),
        ("./", "the folder of `sites.toml`"),
        ("content", "the folder `content`"),
        ("./content//garden", "the folder `content`"),
        ("themes", "the folder `themes`"),
        ("dist/web", "the folder `dist`"),
        (".hectare", "the folder `.hectare`"),
    ] {
        let told = mistakes(&format!("place = \"{place}\""));
        assert!(told.len() == 1 && told[0].starts_with("H0103 sites.toml:6:9 "), "{told:?}");
        assert!(told[0].contains(&format!("would mix the sites that are shipped with {taken}")), "{told:?}");
    }
    for place in ["/srv/www", "/content", "www", "../content", "contents"] {
        assert_eq!(mistakes(&format!("place = \"{place}\"")), Vec::<String>::new());
    }
}

#[test]
fn two_targets_never_lead_to_the_same_place() {
    let cloudflare = |name: &str, rest: &str| format!("[targets.{name}]\nkind = \"cloudflare-pack\"\n{rest}\n");
    let both = |one: &str, other: &str| {
        of_fleet(&loaded(&format!("{HEAD}{}{}", cloudflare("live", one), cloudflare("staging", other))))
    };
    assert_eq!(
        both("account = \"1\"", "account = \"1\""),
        ["H0103 sites.toml:7:10 `staging` and `live` lead to the same place \
          (each would replace what the other ships; give one of them another `account` or `place`)"]
    );
    assert_eq!(both("account = \"1\"", "account = \"2\""), Vec::<String>::new());
}

#[test]
fn a_mistake_in_one_site_breaks_that_site_alone() {
    let loaded = loaded(&format!("{HEAD}[[site]]\nid = \"good\"\n[[site]]\nid = \"bad\"\npaginate = \"ten\"\n"));
    assert_eq!(ids(&loaded), ["good"]);
    assert_eq!(
        of_sites(&loaded),
        [
            "bad: H0103 sites.toml:8:12 `paginate` needs a whole number from 0 to 10000, not a text (write `paginate = 10`)"
        ]
    );
}

#[test]
fn a_mistake_in_a_group_breaks_its_sites_with_one_and_the_same_diagnostic() {
    let loaded = loaded(&format!(
        "{HEAD}[groups.g]\ncontent = [\"finanse\"]\n[[site]]\nid = \"a\"\ngroup = \"g\"\n[[site]]\nid = \"b\"\ngroup = \"g\"\n[[site]]\nid = \"c\"\n"
    ));
    assert_eq!(ids(&loaded), ["c"]);
    assert_eq!(loaded.broken.len(), 2);
    assert_eq!(loaded.broken[0].diagnostics, loaded.broken[1].diagnostics);
    assert_eq!(
        of_sites(&loaded)[0],
        "a: H0108 sites.toml:5:12 there is no content layer `finanse` (did you mean `finance`?)"
    );
}

#[test]
fn a_mistake_in_a_group_without_sites_is_a_warning() {
    let loaded = loaded(&format!("{HEAD}[groups.g]\ntitel = \"\"\n[[site]]\nid = \"a\"\n"));
    assert_eq!(ids(&loaded), ["a"]);
    assert!(!loaded.diagnostics[0].is_error());
    assert_eq!(of_fleet(&loaded), ["H0102 sites.toml:5:1 unknown key `titel` (did you mean `title`?)"]);
}

#[test]
fn all_mistakes_of_a_site_are_told_in_the_order_of_their_places() {
    let found = mistakes(
        r#"
[[site]]
id = "My Money"
theme = "legder"
group = "none"
targets = ["cf"]
tags = "one"
title = 5
minify = "ful"
language = "german"
timezone = "Europe/Berln"
redirects = [{ from = "/a", status = 303 }]
[site.feeds]
formats = ["atm"]
[site.menus]
main = [{ title = "A", url = "/", item = [] }]
"#,
    );
    assert_eq!(
        found,
        [
            "site 1: H0106 sites.toml:6:6 `My Money` cannot be the id of a site: 'M' is not one of a-z, 0-9 and - (`my-money` would do)",
            "site 1: H0108 sites.toml:7:9 there is no theme `legder` (did you mean `ledger`?)",
            "site 1: H0108 sites.toml:8:9 there is no group `none` (add `[groups.none]`)",
            "site 1: H0108 sites.toml:9:12 there is no target `cf` (add `[targets.cf]`)",
            "site 1: H0103 sites.toml:10:8 `tags` needs a list of texts, not a text (write `tags = [\"one\"]`)",
            "site 1: H0103 sites.toml:11:9 `title` needs a text, not 5 (write it in quotes: `\"5\"`)",
            "site 1: H0103 sites.toml:12:10 `minify` cannot be `ful` (did you mean `full`?)",
            "site 1: H0103 sites.toml:13:12 `german` is not the tag of a language (write a tag such as `en`, `de` or `de-AT`)",
            "site 1: H0103 sites.toml:14:12 there is no time zone `Europe/Berln` (did you mean `Europe/Berlin`?)",
            "site 1: H0104 sites.toml:15:14 `to` is missing (add `to = …`: the new path or address)",
            "site 1: H0103 sites.toml:15:38 `status` needs 301, 302, 307 or 308, not 303 (write `status = 301`)",
            "site 1: H0103 sites.toml:17:12 `formats` cannot be `atm` (did you mean `atom`?)",
            "site 1: H0102 sites.toml:19:35 unknown key `item` (did you mean `items`?)",
        ]
    );
}

#[test]
fn values_in_needless_quotes_are_recognised() {
    assert_eq!(
        mistakes("[[site]]\nid = \"a\"\npaginate = \"5\"\ntypography = \"true\"\n"),
        [
            "a: H0103 sites.toml:6:12 `paginate` needs a whole number from 0 to 10000, not a text (write `5` without quotes)",
            "a: H0103 sites.toml:7:14 `typography` needs `true` or `false`, not a text (write `true` without quotes)",
        ]
    );
}

#[test]
fn a_site_without_an_id_is_named_by_its_position() {
    let loaded = loaded(&format!("{HEAD}[[site]]\nid = \"a\"\n[[site]]\ntitle = \"B\"\n"));
    let mistake = "site 2: H0104 sites.toml:6:1 `id` is missing (add `id = …`: the site's name, and that of its folder in `dist/`)";
    assert_eq!(of_sites(&loaded), [mistake]);
}

#[test]
fn sites_that_share_an_id_are_both_broken() {
    let loaded = loaded(&format!("{HEAD}[[site]]\nid = \"a\"\n[[site]]\nid = \"b\"\n[[site]]\nid = \"a\"\n"));
    assert_eq!(ids(&loaded), ["b"]);
    let mistake = "a: H0105 sites.toml:9:6 two sites have the id `a` (give one of them another id)";
    assert_eq!(of_sites(&loaded), [mistake, mistake]);
    let note = &loaded.broken[1].diagnostics[0].notes[0];
    assert_eq!(note.place.as_ref().unwrap().to_string(), "sites.toml:5:6");
}

#[test]
fn sites_without_a_theme_are_one_message() {
    let loaded = loaded("edition = \"2026\"\n[[site]]\nid = \"a\"\n[[site]]\nid = \"b\"\n");
    assert_eq!(loaded.broken[0].diagnostics, loaded.broken[1].diagnostics);
    assert!(of_sites(&loaded)[0].starts_with("a: H0104 sites.toml no theme is named (write `theme = "));
}

#[test]
fn what_only_a_site_can_say_is_not_a_default() {
    let loaded = loaded("edition = \"2026\"\n[defaults]\ndomain = \"x.de\"\n[site]\nid = \"a\"\n[group.x]\n");
    assert_eq!(
        of_fleet(&loaded),
        [
            "H0102 sites.toml:3:1 unknown key `domain` (`domain` belongs to one `[[site]]` only)",
            "H0103 sites.toml:4:1 `site` needs a list of tables, not a table (write `[[site]]`, with two pairs of brackets)",
            "H0102 sites.toml:6:2 unknown key `group` (did you mean `groups`?)",
        ]
    );
}

#[test]
fn layers_have_to_exist_unless_nobody_named_them() {
    assert_eq!(mistakes("[[site]]\nid = \"no-folder\"\n"), Vec::<String>::new());
    assert_eq!(
        mistakes("[[site]]\nid = \"a\"\ncontent = [\"../finance\", \"zoo\"]\n"),
        [
            "a: H0108 sites.toml:6:12 there is no content layer `../finance` (did you mean `finance`?)",
            "a: H0108 sites.toml:6:26 there is no content layer `zoo` (make `content/zoo/`, or name one of `finance`, `garden` and `legal`)",
        ]
    );
    let loaded = loaded("edition = \"2026\"\n[layers.gardn]\nraw_html = false\n");
    let mistake = "H0108 sites.toml:2:9 there is no content layer `gardn` (did you mean `garden`?)";
    assert_eq!(of_fleet(&loaded), [mistake]);
}

#[test]
fn folders_stay_inside_the_repository_and_beside_each_other() {
    let fault = |fleet: &str| of_fleet(&loaded(&format!("edition = \"2026\"\nfleet = {{ {fleet} }}\n"))).join("\n");
    assert!(fault("dist = \"../www\"").contains("it leads out of the repository"));
    assert!(fault("dist = \"/srv/www\"").contains("it starts with a slash"));
    assert!(
        fault("dist = \"content/out\"").contains("`content` (`content`) and `dist` (`content/out`) lie in each other")
    );
    assert!(fault("themes = \"dist\"").contains("`themes` (`dist`) and `dist` (`dist`) lie in each other"));
    assert_eq!(fault("dist = \"content-out\""), "");
}

#[test]
fn a_secret_is_refused_and_never_shown() {
    let loaded = loaded(
        "edition = \"2026\"\n[targets.cf]\nkind = \"vercel\"\ntoken = \"s3cr3t value\"\ntoken_env = \"abc123\"\n",
    );
    assert!(loaded.fleet.is_none());
    let found = of_fleet(&loaded);
    assert!(
        found[0].starts_with("H0114 sites.toml:4:1 a secret stands in `sites.toml` (take it out, have a new one made")
    );
    assert!(found[1].starts_with("H0114 sites.toml:5:13 this is not the name of an environment variable"));
    let shown: Vec<_> = loaded.diagnostics.iter().map(|it| it.place.as_ref().unwrap().text.as_str()).collect();
    assert_eq!(shown, ["token = ******* ******", "token_env = ********"]);
}

#[test]
fn a_secret_is_not_shown_by_a_syntax_error_either() {
    let loaded = loaded("edition = \"2026\"\n[targets.cf]\ntoken = s3cr3t\n");
    assert_eq!(loaded.diagnostics[0].place.as_ref().unwrap().text, "token = ******");
}

#[test]
fn a_long_secret_is_not_shown_where_its_line_is_cut() {
    let loaded = loaded(&format!("edition = \"2026\"\n[targets.cf]\ntoken = \"{}\\q\"\n", "s3cr3t".repeat(50)));
    assert!(!loaded.diagnostics[0].place.as_ref().unwrap().text.contains("s3cr3t"));
}

#[test]
fn a_target_needs_a_kind_that_exists() {
    assert_eq!(
        of_fleet(&loaded(
            "edition = \"2026\"\n[targets.a]\n[targets.b]\nkind = \"cloudflare-page\"\n[targets.c]\nkind = \"ftp\"\n"
        )),
        [
            "H0104 sites.toml:2:1 `kind` is missing (add `kind = …`: what kind of host it is)",
            "H0103 sites.toml:4:8 `kind` cannot be `cloudflare-page` (did you mean `cloudflare-pages`?)",
            "H0103 sites.toml:6:8 `kind` cannot be `ftp` (write `cloudflare-pages`, `cloudflare-worker`, `cloudflare-pack`, `vercel`, `s3` or `folder`)",
        ]
    );
}
