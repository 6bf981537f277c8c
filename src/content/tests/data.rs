//! Data files, and pages made from their rows.

use super::repository::{Repository, children, keys, page};
use crate::diag::Code;
use crate::model::PageId;
use serde_json::{Value, json};

const HOME: (&str, &str) = ("content/garden/_index.md", "");
const ETFS: (&str, &str) = (
    "content/garden/_data/etfs.csv",
    "isin,name,cost,kind\nIE01,World,0.2,stock\nIE02,Bonds {x},0.1,bond\nIE03,Europe,0.3,stock\n",
);

fn with_section(plan: &str) -> Repository {
    Repository::of(&[("content/garden/etfs/_index.md", &format!("+++\n[pages_from]\n{plan}\n+++\n")), ETFS])
}

#[test]
fn data_files_of_all_notations_are_read_and_later_layers_win() {
    let site = Repository::of(&[
        HOME,
        ("content/_data/a.toml", "x = 1"),
        ("content/_data/b.json", "[1, 2]"),
        ("content/finance/_data/a.yaml", "x: 2"),
        ("content/finance/_data/deep/c.yml", "- one"),
        ("content/garden/_data/a.json", "{\"x\": 3}"),
        ("content/garden/_data/d.csv", "name;price\nBeet;1,50\n\"a;b\";2\n"),
    ])
    .with(|spec| spec.layers = vec!["finance".into(), "garden".into()])
    .site();
    let expected = json!({
        "a": {"x": 3},
        "b": [1, 2],
        "d": [{"name": "Beet", "price": "1,50"}, {"name": "a;b", "price": "2"}],
        "deep/c": ["one"],
    });
    assert_eq!(Value::Object(site.data), expected);
}

#[test]
fn mistakes_in_data_show_their_line() {
    let repository = Repository::of(&[
        HOME,
        ("content/garden/_data/a.toml", "x = 1\ny = = 2"),
        ("content/garden/_data/b.csv", "name,price\nx,1\ny,2,3\nz\n"),
        ("content/garden/_data/c.csv", "name,name\n"),
        ("content/garden/_data/d.csv", "name,\n"),
        ("content/garden/_data/e.json", "{} {}"),
        ("content/garden/_data/f.txt", ""),
        ("content/garden/_data/g.yaml", ""),
        ("content/garden/_data/g.yml", ""),
    ]);
    assert_eq!(
        repository.faults(),
        [
            "content/garden/_data/f.txt H0206 `content/garden/_data/f.txt` is not a data file",
            "content/garden/_data/g.yml H0206 `content/garden/_data/g.yaml` and `content/garden/_data/g.yml` are both the data `g`",
            "content/garden/_data/a.toml:2:5 H0206 the data is not valid TOML: extra `=`, expected nothing",
            "content/garden/_data/b.csv:3:1 H0206 the row has 3 cells, the header has 2",
            "content/garden/_data/b.csv:4:1 H0206 the row has 1 cell, the header has 2",
            "content/garden/_data/c.csv:1:1 H0206 two columns are called `name`",
            "content/garden/_data/d.csv:1:1 H0206 column 2 has no name",
            "content/garden/_data/e.json:1:4 H0206 the data is not valid JSON: there is more text after the value",
        ]
    );
}

#[test]
fn data_has_a_limit_too() {
    let repository = Repository::of(&[HOME, ("content/_data/a.json", "[1, 2, 3, 4]")])
        .with(|spec| spec.settings.limits.source_bytes = 10);
    assert_eq!(repository.codes(), [Code::TooLarge]);
}

#[test]
fn each_row_becomes_a_page() {
    let site = with_section(concat!(
        "data = \"etfs\"\nslug = \"{isin}\"\ntitle = \"{name}: {{cost}} {cost} %\"\ndescription = \"ETF\"\n",
        "date = \"2026-03-01\"\ntags = [\"{kind}\", \"etf\"]\ntemplate = \"etf.html\"\nbody = \"# {name}\"\n"
    ))
    .site();
    let order = ["etfs/ie02.md", "etfs/ie03.md", "etfs/ie01.md"];
    assert_eq!(children(&site, "etfs"), order);
    let world = page(&site, "etfs/ie01.md");
    assert_eq!(world.route.as_str(), "/etfs/ie01/");
    assert_eq!(&*world.title, "World: {cost} 0.2 %");
    assert_eq!((world.body.as_str(), world.template.as_deref()), ("# World", Some("etf.html")));
    assert_eq!(json!(world.extra), json!({"isin": "IE01", "name": "World", "cost": "0.2", "kind": "stock"}));
    assert_eq!(world.terms[0].len(), 2);
    assert_eq!(world.date.unwrap().date(), "2026-03-01");
    assert_eq!(&*world.source.as_ref().unwrap().file, "content/garden/_data/etfs.csv");
    assert_eq!(children(&site, "themen/stock"), ["etfs/ie03.md", "etfs/ie01.md"]);
}

#[test]
fn rows_can_be_chosen_and_inherit_what_the_section_hands_down() {
    let site = Repository::of(&[
        (
            "content/garden/etfs/_index.md",
            "+++\ncascade = { author = \"Ada\" }\n[pages_from]\ndata = \"etfs\"\ntitle = \"{name}\"\nwhere = { kind = [\"stock\"] }\nbody_from = \"row.md\"\n+++\n",
        ),
        ("content/garden/etfs/row.md", "Costs **{cost}**. {% note() %}x{% end %}"),
        ETFS,
    ])
    .site();
    assert_eq!(keys(&site), ["_index.md", "etfs/_index.md", "etfs/europe.md", "etfs/world.md"]);
    let world = page(&site, "etfs/world.md");
    assert_eq!(world.body, "Costs **0.2**. {% note() %}x{% end %}");
    assert_eq!(world.author.as_deref(), Some("Ada"));
}

#[test]
fn the_only_list_of_a_toml_file_is_rows_and_lists_stay_lists() {
    let site = Repository::of(&[
        (
            "content/garden/_index.md",
            "+++\n[pages_from]\ndata = \"etfs\"\ntitle = \"{name}\"\ntags = \"{kinds}\"\nweight = \"{rank}\"\n+++\n",
        ),
        ("content/garden/_data/etfs.toml", "[[etfs]]\nname = \"World\"\nkinds = [\"a\", \"b\"]\nrank = 4\n"),
    ])
    .site();
    let world = page(&site, "world.md");
    assert_eq!((world.terms[0].len(), world.weight), (2, Some(4)));
}

#[test]
fn a_missing_column_is_reported_once_with_the_one_that_was_meant() {
    let fault = with_section("data = \"etfs\"\ntitle = \"{name}\"\ndescription = \"{csot}\"").fault();
    assert_eq!(fault.code, Code::PagesFromData);
    assert_eq!(fault.message, "row 1 of `content/garden/_data/etfs.csv` has no column `csot`");
    assert_eq!(fault.hint.as_deref(), Some("did you mean `cost`?"));
    assert_eq!(fault.place.unwrap().to_string(), "content/garden/etfs/_index.md:5:1");
}

#[test]
fn plans_that_cannot_work_are_explained() {
    let faults = |plan: &str| with_section(plan).faults();
    assert_eq!(faults("title = \"x\""), ["content/garden/etfs/_index.md:1:1 H0207 `pages_from` has no `data`"]);
    assert_eq!(
        faults("data = \"etfs\"\ntitle = \"{name\""),
        ["content/garden/etfs/_index.md:4:1 H0207 `title`: a `{` has no `}`"]
    );
    assert_eq!(
        faults("data = \"etf\"\ntitle = \"{name}\""),
        ["content/garden/etfs/_index.md:3:1 H0207 there is no data `etf`"]
    );
    assert_eq!(faults("data = \"etfs\"\ntitle = \"x\"\nbody_from = \"../../x.md\"").len(), 1);
    assert_eq!(
        faults("data = \"etfs\"\ntitle = \"x\"\nbody_from = \"none.md\""),
        ["content/garden/etfs/_index.md:5:1 H0207 there is no file `etfs/none.md` in any layer of the site"]
    );
    assert_eq!(
        faults("data = \"etfs\"\ntitle = \"{name}\"\ntitel = \"x\""),
        ["content/garden/etfs/_index.md:5:1 H0202 front matter has no key `titel`"]
    );
}

#[test]
fn rows_that_cannot_become_pages_are_named() {
    let faults = |plan: &str| with_section(plan).faults();
    assert_eq!(
        faults("data = \"etfs\"\ntitle = \"{name}\"\nslug = \"{kind}\""),
        [
            "content/garden/_data/etfs.csv H0601 rows 1 and 3 of `content/garden/_data/etfs.csv` both become `etfs/stock.md`"
        ]
    );
    assert_eq!(
        faults("data = \"etfs\"\ntitle = \"{name}\"\ndate = \"{isin}\"")[1],
        "content/garden/_data/etfs.csv H0204 row 2: `date` is not a date: `IE02`"
    );
    assert_eq!(
        faults("data = \"etfs\"\ntitle = \"!\"")[0],
        "content/garden/_data/etfs.csv H0207 row 1: it has nothing that could be a slug"
    );
}

#[test]
fn a_table_of_nothing_but_mistakes_is_told_in_a_few_lines() {
    let repository = with_section("data = \"etfs\"\ntitle = \"{name}\"\nslug = \"{kind}\"\ndate = \"{isin}\"");
    repository.memory.put(ETFS.0, format!("isin,name,kind\n{}", "x,y,z\n".repeat(20_000)));
    assert_eq!(repository.codes().len(), 20);
    repository.memory.put(ETFS.0, format!("isin,name,kind\n{}", "x,y\n".repeat(20_000)));
    assert_eq!(repository.codes().len(), 20);
}

#[test]
fn a_cell_may_hold_several_terms() {
    let terms = |tags: &str| {
        let section = format!("+++\n[pages_from]\ndata = \"plants\"\ntitle = \"{{name}}\"\ntags = {tags}\n+++\n");
        let site = Repository::of(&[
            ("content/garden/plants/_index.md", &section),
            (
                "content/garden/_data/plants.csv",
                "name,tags,place,year\nLeek,\" soil; Shade |\",bed | pot,2026\nMint,,pot,\n",
            ),
        ])
        .site();
        let title = |id: &PageId| site.page(*id).title.to_string();
        let of = |key: &str| page(&site, key).terms[0].iter().map(title).collect::<Vec<_>>().join(", ");
        format!("{} / {}", of("plants/leek.md"), of("plants/mint.md"))
    };
    assert_eq!(terms("\"{tags}\""), "soil, Shade / ");
    assert_eq!(terms("[\"herb\", \"{tags}\", \"{place}\"]"), "herb, soil, Shade, bed, pot / herb, pot");
    assert_eq!(terms("\"from {year}; {name}\""), "from 2026; Leek / from ; Mint", "only cells are taken apart");
}

#[test]
fn a_row_and_a_file_cannot_be_the_same_page() {
    let repository = with_section("data = \"etfs\"\ntitle = \"{name}\"");
    repository.memory.put("content/garden/etfs/world.md", "");
    assert_eq!(repository.codes(), [Code::PathClash]);
}
