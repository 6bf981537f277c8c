//! Front matter: what pages may say about themselves, and what happens to mistakes.

use super::repository::{Repository, page};
use crate::diag::{Code, Severity};
use crate::model::{Robots, Route, Site};
use serde_json::json;
use std::fmt::Write;

const FILE: &str = "content/garden/beds.md";

fn written(text: &str) -> Repository {
    Repository::of(&[(FILE, text)])
}

fn site(text: &str) -> Site {
    written(text).site()
}

#[test]
fn toml_yaml_and_json_say_the_same() {
    let toml = site("+++\ntitle = \"Beds\"\ndate = 2026-03-01\ntags = [\"Wood\"]\n[extra]\nprice = 3\n+++\nText\n");
    let yaml = site("---\ntitle: Beds\ndate: 2026-03-01\ntags: [Wood]\nextra:\n  price: 3\n---\nText\n");
    let json = site(
        "{\"title\": \"Beds\", \"date\": \"2026-03-01\",\n \"tags\": \"Wood\", \"extra\": {\"price\": 3}}\nText\n",
    );
    for site in [&toml, &yaml, &json] {
        let beds = page(site, "beds.md");
        assert_eq!(&*beds.title, "Beds");
        assert_eq!(beds.date.unwrap().rfc3339(), "2026-03-01T00:00:00+01:00");
        assert_eq!(beds.extra.get("price"), Some(&json!(3)));
        assert_eq!(beds.terms.len(), 1);
        assert_eq!(beds.body, "Text\n");
    }
}

#[test]
fn the_body_starts_after_the_front_matter() {
    let line = |text: &str| page(&site(text), "beds.md").source.as_ref().unwrap().body_line;
    assert_eq!(line("Text"), 1);
    assert_eq!(line("+++\ntitle = \"x\"\n+++\nText"), 4);
    assert_eq!(line("---\r\ntitle: x\r\n---\r\nText"), 4);
    assert_eq!(line("{\"title\": \"x\"}\n\nText"), 2);
}

#[test]
fn windows_files_are_fine() {
    let site = site("\u{feff}+++\r\ntitle = \"Beds\"\r\n+++\r\nText\r\n");
    assert_eq!(&*page(&site, "beds.md").title, "Beds");
    assert_eq!(page(&site, "beds.md").body, "Text\r\n");
}

#[test]
fn shortcodes_and_plain_text_are_not_front_matter() {
    for text in ["{{ note(title=\"x\") }}", "{% note() %}x{% end %}", "Text\n---\nMore", "+++ is a sign", ""] {
        assert_eq!(page(&site(text), "beds.md").body, text);
    }
}

#[test]
fn every_key_lands_in_its_place() {
    let site = site(concat!(
        "+++\ndescription = \"About\"\nupdated = 2026-03-02T10:00:00+02:00\nauthor = \"Ada\"\ntemplate = \"wide.html\"\n",
        "weight = 3\npaginate = 7\nsitemap = false\nrobots = \"nofollow\"\naliases = [\"/old/\", \"older\"]\n+++\n"
    ));
    let beds = page(&site, "beds.md");
    assert_eq!(beds.description.as_deref(), Some("About"));
    assert_eq!(beds.updated.unwrap().rfc3339(), "2026-03-02T10:00:00+02:00");
    assert_eq!(beds.author.as_deref(), Some("Ada"));
    assert_eq!(beds.template.as_deref(), Some("wide.html"));
    assert_eq!((beds.weight, beds.paginate, beds.in_sitemap), (Some(3), 7, false));
    assert_eq!(beds.robots, Robots { index: true, follow: false });
    assert_eq!(beds.aliases.iter().map(Route::as_str).collect::<Vec<_>>(), ["/old/", "/older"]);
}

#[test]
fn a_page_that_search_engines_must_not_list_is_not_in_the_sitemap() {
    let site = site("+++\nrobots = [\"noindex\", \"nofollow\"]\n+++\n");
    let beds = page(&site, "beds.md");
    assert_eq!((beds.robots.index, beds.robots.follow, beds.in_sitemap), (false, false, false));
}

#[test]
fn titles_come_from_the_first_heading_or_the_name() {
    let title = |name: &str, text: &str| {
        let site = Repository::of(&[(&format!("content/garden/{name}.md"), text)]).site();
        site.pages[1].title.to_string()
    };
    assert_eq!(title("beds", "Text\n\n# Raised *beds* #\n\n# Two"), "Raised beds");
    assert_eq!(title("beds", "```sh\n# a comment\n```\n# Real\n"), "Real");
    assert_eq!(title("raised-beds_2", "## Not a title"), "Raised beds 2");
    assert_eq!(title("2026-03-01-first-frost", ""), "First frost");
    assert_eq!(title("beds", "---\ntitle:\n---\n# Heading"), "Heading");
}

#[test]
fn a_date_may_stand_in_the_name() {
    let repository = Repository::of(&[
        ("content/garden/2026-03-01-frost.md", ""),
        ("content/garden/2026-03-02-thaw/index.md", "+++\ndate = 2026-04-01\n+++"),
        ("content/garden/2026-13-99-never.md", ""),
    ]);
    let site = repository.site();
    let shown = |key: &str| (page(&site, key).route.to_string(), page(&site, key).date.map(|date| date.date()));
    assert_eq!(shown("2026-03-01-frost.md"), ("/frost/".into(), Some("2026-03-01".into())));
    assert_eq!(shown("2026-03-02-thaw/index.md"), ("/thaw/".into(), Some("2026-04-01".into())));
    assert_eq!(shown("2026-13-99-never.md"), ("/2026-13-99-never/".into(), None));
}

#[test]
fn free_values_keep_the_order_in_which_they_were_written() {
    for text in
        ["+++\n[extra]\nz = 1\na = 2\n[extra.m]\ny = 1\nb = 2\n+++", "---\nextra: {z: 1, a: 2, m: {y: 1, b: 2}}\n---"]
    {
        let extra = json!(page(&site(text), "beds.md").extra).to_string();
        assert_eq!(extra, r#"{"z":1,"a":2,"m":{"y":1,"b":2}}"#);
    }
}

#[test]
fn an_unknown_key_is_pointed_out_with_the_one_that_was_meant() {
    let fault = written("+++\ntitel = \"Beds\"\n+++\n").fault();
    assert_eq!((fault.code, fault.severity), (Code::FrontMatterKey, Severity::Warning));
    assert_eq!(fault.message, "front matter has no key `titel`");
    assert_eq!(fault.hint.as_deref(), Some("did you mean `title`?"));
    assert_eq!(fault.place.unwrap().to_string(), "content/garden/beds.md:2:1");
    let fault = written("+++\n[taxonomies]\ntag = \"x\"\n+++\n").fault();
    assert_eq!(fault.hint.as_deref(), Some("did you mean `tags`?"));
    assert_eq!(fault.place.unwrap().to_string(), "content/garden/beds.md:3:1");
}

#[test]
fn every_wrong_value_is_reported_where_it_stands() {
    let faults = written(concat!(
        "+++\ntitle = [\"a\"]\ndraft = \"maybe\"\nweight = 1.5\ndate = \"tomorrow\"\nextra = 3\nrobots = \"noindx\"\n",
        "tags = [true]\npath = \"../x\"\nslug = \"a/b\"\naliases = [\"/%2e%2e/x\"]\npaginate = -1\n+++\n"
    ))
    .faults();
    assert_eq!(
        faults,
        [
            "content/garden/beds.md:2:9 H0203 `title` has to be text, not a list",
            "content/garden/beds.md:3:9 H0203 `draft` has to be `true` or `false`, not text",
            "content/garden/beds.md:4:10 H0203 `weight` has to be a whole number, not a number",
            "content/garden/beds.md:5:8 H0204 `date` is not a date: `tomorrow`",
            "content/garden/beds.md:6:9 H0203 `extra` has to be a table, not a number",
            "content/garden/beds.md:7:10 H0203 `noindx` says nothing to search engines",
            "content/garden/beds.md:8:8 H0203 `tags` has to be text, not true or false",
            "content/garden/beds.md:9:8 H0602 `../x` cannot be a path of the site: it leads out of the site's folder",
            "content/garden/beds.md:10:8 H0602 `a/b` cannot be a slug: it has more than one part",
            "content/garden/beds.md:11:11 H0602 `/%2e%2e/x` cannot be a path of the site: it leads out of the site's folder",
            "content/garden/beds.md:12:12 H0203 `paginate` has to be a whole number from 0, not a number",
        ]
    );
}

#[test]
fn numbers_and_dates_beyond_all_bounds_are_called_that() {
    let told = |text: &str| written(text).fault().message;
    assert_eq!(told("+++\ndate = 9999-12-31\n+++"), "`date` is out of range: `9999-12-31`");
    assert_eq!(told("---\ndate: 9999-12-31\n---"), "`date` is out of range: `9999-12-31`");
    for date in ["9999-12-31T00:00:00Z", "9999-12-31T00:00:00-05:00", "-009999-01-01T00:00:00+02:00"] {
        assert_eq!(told(&format!("+++\ndate = \"{date}\"\n+++")), format!("`date` is out of range: `{date}`"));
    }
    for date in ["2026-02-30T00:00:00Z", "2026-03-01T08:00:00+99:00", "2026-03-01Z"] {
        assert_eq!(told(&format!("+++\ndate = \"{date}\"\n+++")), format!("`date` is not a date: `{date}`"));
    }
    let huge = "99999999999999999999";
    assert!(
        told(&format!("---\nweight: {huge}\n---")).ends_with("weight: the number `99999999999999999999` is too large")
    );
    assert!(told(&format!("+++\nweight = {huge}\n+++")).ends_with("the number is too large, or none at all"));
    let json = told(&format!("{{\"weight\": {huge}}}"));
    assert_eq!(json, "`weight` has to be a whole number, not one that large");
    for date in ["9999-12-30", "9999-12-31T00:00:00+14:00", "9999-12-30T22:00:00Z", "\"-009999-01-03T00:00\""] {
        assert!(page(&site(&format!("+++\nupdated = {date}\n+++")), "beds.md").updated.is_some());
    }
}

#[test]
fn syntax_errors_show_their_line() {
    let fault = written("+++\ntitle = \"Beds\"\ndate = = 3\n+++\n").fault();
    assert_eq!(fault.code, Code::FrontMatterSyntax);
    let place = fault.place.unwrap();
    assert_eq!((place.line, place.column, place.text.as_str()), (3, 8, "date = = 3"));
    let place = written("---\ntitle: Beds\ntags: [a\n---\n").fault().place.unwrap();
    assert!((3..=4).contains(&place.line), "{place:?}");
    let place = written("---\ntitle: a\nauthor: b\ntitle: c\n---\n").fault().place.unwrap();
    assert!((2..=4).contains(&place.line), "{place:?}");
    let place = written("{\n\"title\": \"Beds\",\n\"date\": nope\n}\n").fault().place.unwrap();
    assert_eq!((place.line, place.text.as_str()), (3, "\"date\": nope"));
}

#[test]
fn front_matter_without_an_end_is_an_error() {
    let fault = written("+++\ntitle = \"Beds\"\n\nText").fault();
    assert_eq!(fault.message, "the front matter that begins with `+++` has no end");
    assert_eq!(fault.place.unwrap().line, 1);
    assert_eq!(written("{\"title\": \"Beds\"} Text\n").codes(), [Code::FrontMatterSyntax]);
    assert_eq!(written("---\n- a list\n---\n").codes(), [Code::FrontMatterSyntax]);
}

#[test]
fn bytes_that_are_no_text_are_shown_with_line_and_column() {
    let repository = Repository::of(&[]);
    repository.memory.put(FILE, b"# Beds\nf\xFCr alle".to_vec());
    let fault = repository.fault();
    assert_eq!((fault.code, fault.message.as_str()), (Code::NotUtf8, "the byte 0xFC is not part of a UTF-8 text"));
    assert_eq!(fault.place.unwrap().to_string(), "content/garden/beds.md:2:2");
    repository.memory.put(FILE, b"# Beds\n\0".to_vec());
    assert_eq!(repository.fault().place.unwrap().to_string(), "content/garden/beds.md:2:1");
}

#[test]
fn a_file_above_the_limit_is_not_read() {
    let repository = written(&"x".repeat(101)).with(|spec| spec.settings.limits.source_bytes = 100);
    assert_eq!(repository.codes(), [Code::TooLarge]);
}

#[test]
fn hostile_front_matter_is_an_error_and_not_a_hang() {
    let mut bomb = String::from("---\na0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for level in 1..12 {
        let above = format!("*a{}", level - 1);
        writeln!(bomb, "a{level}: &a{level} [{}]", [above.as_str(); 10].join(",")).unwrap();
    }
    bomb.push_str("---\n");
    let long = format!("---\na: &a {}\nextra:\n{}---\n", "x".repeat(100_000), "  - *a\n".repeat(100_000));
    let hostile = [
        bomb,
        long,
        format!("---\nextra: {}{}\n---\n", "[".repeat(100_000), "]".repeat(100_000)),
        format!("---\n{}x\n---\n", "- ".repeat(100_000)),
        format!("---\n{}x\n---\n", "? ".repeat(100_000)),
        format!("+++\nextra = {}{}\n+++\n", "[".repeat(100_000), "]".repeat(100_000)),
        format!("+++\n{}x = 1\n+++\n", "a.".repeat(100_000)),
        format!("+++\n[{}x]\n+++\n", "a.".repeat(100_000)),
        format!("{{\"extra\": {}{}}}\n", "[".repeat(100_000), "]".repeat(100_000)),
        format!("{{\"extra\": {}1{}}}\n", "{\"a\":".repeat(70), "}".repeat(70)),
        "+++\nextra = { x = nan }\n+++\n".to_owned(),
        "+++\nextra = 99999999999999999999\n+++\n".to_owned(),
    ];
    for text in hostile {
        let codes = written(&text).codes();
        assert_eq!(codes.first(), Some(&Code::FrontMatterSyntax), "{}", &text[..text.len().min(60)]);
    }
}

#[test]
fn a_page_of_nothing_but_mistakes_is_told_in_a_few_lines() {
    let many = |count: usize, entry: &str| vec![entry; count].join(",");
    assert_eq!(written(&format!("---\ntags: [{}]\n---\n", many(100_000, "x"))).codes(), [Code::FrontMatterType]);
    let keys: String = (0..30_000).map(|n| format!("key{n} = {n}\n")).collect();
    assert_eq!(
        written(&format!("+++\n{keys}draft = 3\n+++\n")).codes()[..2],
        [Code::FrontMatterType, Code::FrontMatterKey]
    );
    assert_eq!(written(&format!("+++\n{keys}+++\n")).codes().len(), 20);
    let extra = format!("+++\nextra = [{}]\n+++\n", many(1 << 19, "1"));
    assert_eq!(written(&extra).fault().message, "the front matter has 1.1 MB, the limit is 1 MB");
}

#[test]
fn defaults_flow_down_and_deeper_ones_win() {
    let site = Repository::of(&[
        (
            "content/garden/_index.md",
            "+++\ncascade = { author = \"Ada\", template = \"a.html\", extra = { x = 1, y = 1 } }\n+++",
        ),
        ("content/garden/beds/_index.md", "+++\n[cascade]\ntemplate = \"b.html\"\nextra = { y = 2 }\n+++"),
        ("content/garden/beds/raised.md", "+++\nextra = { z = 3 }\n+++"),
        ("content/garden/beds/low.md", "+++\ntemplate = \"c.html\"\n+++"),
    ])
    .site();
    let raised = page(&site, "beds/raised.md");
    assert_eq!((raised.author.as_deref(), raised.template.as_deref()), (Some("Ada"), Some("b.html")));
    assert_eq!(json!(raised.extra), json!({"z": 3, "y": 2, "x": 1}));
    assert_eq!(page(&site, "beds/low.md").template.as_deref(), Some("c.html"));
    assert_eq!(page(&site, "beds/_index.md").template.as_deref(), Some("a.html"));
    assert_eq!(page(&site, "_index.md").template, None);
}

#[test]
fn wrong_defaults_are_reported_once_where_they_are_written() {
    let faults = Repository::of(&[
        ("content/garden/_index.md", "+++\n[cascade]\nslug = \"x\"\nauthr = \"Ada\"\n+++"),
        ("content/garden/beds.md", ""),
        ("content/garden/low.md", "+++\ncascade = {}\n+++"),
    ])
    .faults();
    assert_eq!(
        faults,
        [
            "content/garden/_index.md:3:1 H0202 `slug` cannot be handed down to other pages",
            "content/garden/_index.md:4:1 H0202 front matter has no key `authr`",
            "content/garden/low.md:2:1 H0202 `cascade` does nothing on a page",
        ]
    );
}
