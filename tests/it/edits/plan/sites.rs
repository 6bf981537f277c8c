//! What owners do to `sites.toml` and its table.

use super::rewrite;
use crate::chance::{Dice, favourite};
use crate::edits::sources::{Change, Sources};

const MANIFEST: &str = "sites.toml";

/// The manifest in front of its sites, the sites, and what comes after them.
fn parts(text: &str) -> (String, Vec<String>, String) {
    let (text, table) = text.split_once("[[sites]]").map_or((text, ""), |(text, table)| (text, table));
    let mut pieces = text.split("[[site]]").map(str::to_owned);
    let head = pieces.next().unwrap_or_default();
    (head, pieces.collect(), if table.is_empty() { String::new() } else { format!("[[sites]]{table}") })
}

fn joined(head: &str, sites: &[String], tail: &str) -> String {
    let sites: String = sites.iter().map(|site| format!("[[site]]{}\n\n", site.trim_end())).collect();
    format!("{head}{sites}{tail}")
}

/// The manifest with one line of a table changed, added after its head, or removed.
fn with_line(text: &str, table: &str, key: &str, value: Option<&str>) -> String {
    let Some(at) = text.find(table).map(|at| at + table.len()) else { return text.to_owned() };
    let end = text[at..].find("\n[").map_or(text.len(), |end| at + end);
    let is_key = |line: &&str| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(" ="));
    let lines: String = text[at..end].lines().filter(|line| !is_key(line)).map(|line| format!("{line}\n")).collect();
    let line = value.map(|value| format!("\n{key} = {value}")).unwrap_or_default();
    format!("{}{line}\n{}{}", &text[..at], lines.trim_start_matches('\n'), text[end..].trim_start_matches('\n'))
        .replace("\n\n\n", "\n\n")
}

/// The head of a table that settings can stand in.
fn a_table(seed: u64, text: &str) -> String {
    let (_, sites, _) = parts(text);
    let sites = sites.iter().filter_map(|site| site.lines().find(|line| line.starts_with("id = ")));
    let sites = sites.map(|line| format!("[[site]]\n{line}"));
    let tables: Vec<_> =
        ["[defaults]", "[groups.garden]", "[groups.money]"].map(str::to_owned).into_iter().chain(sites).collect();
    favourite(seed, tables.iter().map(String::as_str)).unwrap_or("[defaults]").to_owned()
}

pub(crate) fn setting(seed: u64, sources: &Sources) -> Vec<Change> {
    let mut dice = Dice::new(seed);
    let (number, mut one) = (dice.below(40), |of: &[&str]| Some((*dice.one(of)).to_owned()));
    let (key, value) = match seed % 10 {
        0 => ("title", Some(format!("\"Site {number}\""))),
        1 => ("domain", Some(format!("\"d{number}.example\""))),
        2 => ("tokens", Some(format!("{{ ribbon = \"r{number}\" }}"))),
        3 => ("language", one(&["\"en\"", "\"de\"", "\"fr\"", "\"de-CH\""])),
        4 => ("paginate", one(&["0", "1", "2", "3", "10"])),
        5 => (
            "feeds",
            one(&[
                "{ formats = [] }",
                "{ formats = [\"json\"] }",
                "{ formats = [\"atom\", \"rss\"], full_text = true }",
            ]),
        ),
        6 => ("taxonomies", one(&["[]", "[\"tags\"]", "[{ name = \"tags\", slug = \"topics\", feed = true }]"])),
        7 => ("url_style", one(&["\"/about/\"", "\"/about\""])),
        8 => ("minify", one(&["\"off\"", "\"theme\"", "\"full\""])),
        _ => ("robots", one(&["{ index = false }", "{ disallow = [\"/x/\"] }"])),
    };
    rewrite(sources, Some(MANIFEST), |text| {
        let table = a_table(seed / 10, text);
        let table = if key == "domain" && !table.contains("[[site]]") { "[[site]]".to_owned() } else { table };
        with_line(text, &table, key, value.as_deref())
    })
}

pub(crate) fn theme(seed: u64, sources: &Sources) -> Vec<Change> {
    let theme = if seed.is_multiple_of(2) { "\"plain\"" } else { "\"fancy\"" };
    rewrite(sources, Some(MANIFEST), |text| with_line(text, &a_table(seed / 2, text), "theme", Some(theme)))
}

pub(crate) fn add(seed: u64, sources: &Sources) -> Vec<Change> {
    rewrite(sources, Some(MANIFEST), |text| {
        let (head, mut sites, tail) = parts(text);
        let (number, layers) =
            (seed % 4, ["\"garden\"", "\"money\"", "\"orchard\", \"balcony\""][(seed / 4 % 3) as usize]);
        let site = format!(
            "\nid = \"new-{number}\"\ndomain = \"n{number}.example\"\ncontent = [\"shared\", \"garden\", \"balcony\", {layers}]"
        );
        if !text.contains(&format!("\"new-{number}\"")) {
            sites.insert((seed / 12 % (sites.len() as u64 + 1)) as usize, site);
        }
        joined(&head, &sites, &tail)
    })
}

pub(crate) fn remove(seed: u64, sources: &Sources) -> Vec<Change> {
    rewrite(sources, Some(MANIFEST), |text| {
        let (head, mut sites, tail) = parts(text);
        if sites.len() > 1 {
            sites.remove((seed % sites.len() as u64) as usize);
        }
        joined(&head, &sites, &tail)
    })
}

pub(crate) fn reorder(seed: u64, sources: &Sources) -> Vec<Change> {
    rewrite(sources, Some(MANIFEST), |text| {
        let (head, mut sites, tail) = parts(text);
        if !sites.is_empty() {
            let by = (1 + seed % sites.len() as u64) as usize % sites.len();
            sites.rotate_left(by);
        }
        joined(&head, &sites, &tail)
    })
}

/// A row of the fleet's table comes, goes or changes.
pub(crate) fn table(seed: u64, sources: &Sources) -> Vec<Change> {
    rewrite(sources, Some("fleet.csv"), |text| match seed % 4 {
        0 => format!("{text}row-{0},row{0}.example,Row {0},money,shared;money;pension,,rss\n", seed / 4 % 5),
        1 if text.lines().count() > 2 => {
            text.lines().take(text.lines().count() - 1).map(|line| format!("{line}\n")).collect()
        }
        2 => text.replacen("Orchard", &format!("Orchard {}", seed % 50), 1),
        _ => text.replacen(",,atom", &format!(",#0000{:02x},atom;json", seed % 99), 1),
    })
}
