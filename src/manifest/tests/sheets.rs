//! Sites from the rows of a table.

use super::{HEAD, ids, of_fleet, of_sites, repository};
use crate::manifest::{Loaded, load};
use crate::model::FeedFormat;

/// A fleet whose sites stand in `fleet.csv`, beside a group.
fn with_table(table: impl Into<Vec<u8>>) -> Loaded {
    let files = repository(&format!("{HEAD}[groups.money]\ntheme = \"ledger\"\n[[sites]]\nfrom = \"fleet.csv\"\n"));
    files.put("fleet.csv", table);
    load(&files)
}

fn sound(table: &str) -> crate::model::Fleet {
    let loaded = with_table(table);
    assert!(of_fleet(&loaded).is_empty() && of_sites(&loaded).is_empty(), "{loaded:#?}");
    loaded.fleet.unwrap()
}

#[test]
fn each_row_is_a_site() {
    let fleet = sound(
        "id,domain,title,group,content,tags,tokens.accent,paginate,robots.index,feeds.formats,taxonomies,extra.a.b,minify\n\
         b,b.de,\"B, \"\"the\"\" site\",money,finance;legal,x|y,#0a7,5,FALSE,atom;rss,tags;brands,1,true\n\
         \n\
         ,,,,,,,,,,,,\n\
         a,,,,,,,,,,,,\n",
    );
    assert_eq!(fleet.sites.iter().map(|site| site.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    let (a, b) = (&fleet.sites[0], &fleet.sites[1]);
    assert_eq!((a.title.as_str(), a.theme.as_str(), a.settings.paginate), ("A", "journal", 10));
    assert_eq!((b.title.as_str(), b.theme.as_str(), b.settings.paginate), ("B, \"the\" site", "ledger", 5));
    assert_eq!((&b.layers, &b.tags), (&vec!["finance".into(), "legal".into()], &vec!["x".into(), "y".into()]));
    assert_eq!(b.tokens["accent"], "#0a7");
    assert!(!b.settings.robots.index);
    assert_eq!(b.settings.feeds.formats, [FeedFormat::Atom, FeedFormat::Rss]);
    assert_eq!(b.settings.taxonomies.len(), 2);
    assert_eq!(b.settings.extra["a"]["b"], "1");
}

#[test]
fn spreadsheets_may_write_semicolons_tabs_windows_line_ends_and_a_byte_order_mark() {
    for table in
        ["\u{feff}id;tags\r\na;x|y\r\n", "id\ttags\na\tx;y", "\"id\",\"tags\"\n\"a\",\"x;y\"\n", "id,tags,,\na,x|y,,\n"]
    {
        assert_eq!(sound(table).sites[0].tags, ["x", "y"], "{table:?}");
    }
}

#[test]
fn a_cell_may_hold_line_breaks() {
    let fleet = sound("id,description\na,\"two\nlines\"\nb,one\n");
    assert_eq!(fleet.sites[0].description, "two\nlines");
    assert_eq!(fleet.sites.len(), 2);
}

#[test]
fn a_mistake_in_a_row_is_shown_in_the_table() {
    let loaded = with_table("id,title,theme,paginate\na,A,journal,3\nb,Bücher,jurnal,many\nC,,,\n");
    assert_eq!(ids(&loaded), ["a"]);
    assert_eq!(
        of_sites(&loaded),
        [
            "b: H0108 fleet.csv:3:10 there is no theme `jurnal` (did you mean `journal`?)",
            "b: H0103 fleet.csv:3:17 `paginate` needs a whole number from 0 to 10000, not the text `many` (write `paginate = 10`)",
            "row 4 of fleet.csv: H0106 fleet.csv:4:1 `C` cannot be the id of a site: 'C' is not one of a-z, 0-9 and - (`c` would do)",
        ]
    );
    assert_eq!(loaded.broken[0].diagnostics[0].place.as_ref().unwrap().text, "b,Bücher,jurnal,many");
}

#[test]
fn a_row_without_an_id_and_a_ragged_row_are_broken() {
    let loaded = with_table("id,title\n,Nameless\nb\nc,C,more\nd,D,,\n");
    assert_eq!(ids(&loaded), ["d"]);
    let hint = "(write one cell for each column, and quotes around a text that holds the separator)";
    assert_eq!(
        of_sites(&loaded),
        [
            "row 2 of fleet.csv: H0104 fleet.csv:2:1 `id` is missing (add `id = …`: the site's name, and that of its folder in `dist/`)",
            &format!("b: H0109 fleet.csv:3:1 this row has 1 cell, the header has 2 {hint}"),
            &format!("c: H0109 fleet.csv:4:5 this row has 3 cells, the header has 2 {hint}"),
        ]
    );
}

#[test]
fn a_mistake_in_the_header_breaks_every_row_with_the_same_diagnostic() {
    let loaded = with_table("id,titel,tokens,menus,title.x,tags,,tags,colour\na,,,,,,,,\nb,,,,,,,,\n");
    assert!(ids(&loaded).is_empty() && of_fleet(&loaded).is_empty());
    assert_eq!(loaded.broken[0].diagnostics, loaded.broken[1].diagnostics);
    let found = of_sites(&loaded);
    assert_eq!(found[0], "a: H0102 fleet.csv:1:4 unknown column `titel` (did you mean `title`?)");
    assert_eq!(
        found[1],
        "a: H0109 fleet.csv:1:10 `tokens` does not fit into a cell (write a column for each of its keys: `tokens.…`)"
    );
    assert_eq!(
        found[2],
        "a: H0109 fleet.csv:1:17 `menus` does not fit into a cell (write a column for each of its keys: `menus.…`)"
    );
    assert_eq!(found[3], "a: H0102 fleet.csv:1:23 unknown column `title.x` (only tables have keys after a dot)");
    assert_eq!(found[4], "a: H0109 fleet.csv:1:36 this column has no name (write one of the keys of `[[site]]`)");
    assert_eq!(found[5], "a: H0109 fleet.csv:1:37 the column `tags` is there twice (remove one of them)");
    assert!(found[6].starts_with("a: H0102 fleet.csv:1:42 unknown column `colour` (the keys are `id`, `domain`"));
}

#[test]
fn lists_of_tables_do_not_fit_into_a_cell() {
    let loaded = with_table("id,menus.main,redirects,extra,extra.x,extra.x.y\na,,,,,\n");
    let found = of_sites(&loaded);
    assert!(
        found[0].contains("`menus.main` does not fit into a cell (set it in a group, and name the group in the rows)")
    );
    assert!(found[1].contains("`redirects` does not fit into a cell (set it in a group"));
    assert!(found[2].contains("`extra` does not fit into a cell"));
    assert!(found[3].contains("the column `extra.x.y` is there twice"));
}

#[test]
fn a_table_that_cannot_be_read_stops_everything_as_its_sites_are_unknown() {
    let fault = |table: &[u8]| {
        let loaded = with_table(table);
        assert!(loaded.fleet.is_none());
        of_fleet(&loaded).join("\n")
    };
    assert!(fault(b"").starts_with("H0109 fleet.csv:1:1 `fleet.csv` is empty (write a header"));
    assert!(fault(b"title\nA\n").starts_with("H0109 fleet.csv:1:1 the table has no column `id`"));
    assert!(fault(b"id,title\na,\"A\nb,B\n").starts_with("H0109 fleet.csv:2:3 this quote is never closed"));
    assert!(fault(b"id,title\na,\"A\" B\n").starts_with("H0109 fleet.csv:2:6 there is text after the closing quote"));
    assert!(
        fault(b"id,title\na,B\xfccher\n").starts_with("H0205 fleet.csv:2:4 `fleet.csv` is not UTF-8 (save it as UTF-8")
    );
}

#[test]
fn a_table_that_is_missing_is_shown_where_it_is_named() {
    let loaded = load(&repository(&format!("{HEAD}[[sites]]\nfrom = \"flet.csv\"\n[[sites]]\nfrom = \"../x.csv\"\n")));
    assert!(loaded.fleet.is_none());
    assert_eq!(
        of_fleet(&loaded)[..2],
        [
            "H0109 sites.toml:5:8 there is no table `flet.csv` (the path is relative to `sites.toml`)",
            "H0103 sites.toml:7:8 `../x.csv` cannot be used as a path: it leads out of the repository \
             (write a path inside the repository, relative to `sites.toml`)",
        ]
    );
}

#[test]
fn a_site_of_the_manifest_and_a_row_may_not_share_an_id() {
    let files = repository(&format!("{HEAD}[[sites]]\nfrom = \"fleet.csv\"\n[[site]]\nid = \"a\"\n"));
    files.put("fleet.csv", "id\na\nb\n");
    let loaded = load(&files);
    assert_eq!(ids(&loaded), ["b"]);
    assert!(of_sites(&loaded)[0].starts_with("a: H0105 fleet.csv:2:1 two sites have the id `a`"));
}
