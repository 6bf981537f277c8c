//! What messages promise, as sentences.

use super::{Code, Diagnostic, Place, explain, group, nearest, size};
use crate::model::Declared;
use std::collections::BTreeMap;
use std::sync::Arc;

fn at(file: &str) -> Place {
    Place::span(file, "one = 1", 0..3)
}

#[test]
fn sizes_are_rounded_up_so_that_what_is_above_a_limit_looks_like_it() {
    assert_eq!([size(0), size(1023), size(1024), size(1536)], ["0 bytes", "1023 bytes", "1 kB", "1.5 kB"]);
    assert_eq!([size(20 << 20), size((10 << 20) + 1), size(3 << 30)], ["20 MB", "10.1 MB", "3 GB"]);
}

#[test]
fn letters_in_the_wrong_order_are_likelier_than_one_too_many() {
    assert_eq!(nearest("pagse", ["page", "pages"]), Some("pages"));
    assert_eq!(nearest("xyz", ["page", "pages"]), None);
}

#[test]
fn equal_messages_of_many_sites_are_one_with_all_sites_and_times() {
    let found = |site: &str| (Some(site.to_owned()), Diagnostic::error(Code::TemplateError, "m").at(at("t.html")));
    let groups = group([found("a"), found("b"), found("b")]);
    assert_eq!(
        (groups.len(), groups[0].sites.as_slice(), groups[0].times),
        (1, ["a".into(), "b".into()].as_slice(), 3)
    );
    let elsewhere = (None, Diagnostic::error(Code::TemplateError, "m").at(at("u.html")));
    assert_eq!(group([found("a"), elsewhere]).len(), 2);
}

#[test]
fn three_examples_of_a_message_are_kept() {
    let on = |page: &str| (None, Diagnostic::error(Code::TemplateError, "m").note(page, None));
    let groups = group(["a", "b", "b", "c", "d"].map(on));
    let examples: Vec<_> = groups[0].examples.iter().map(|note| note.message.as_str()).collect();
    assert_eq!((groups.len(), groups[0].times, examples.as_slice()), (1, 5, ["a", "b", "c"].as_slice()));
}

#[test]
fn a_mistake_in_the_settings_of_many_sites_is_one_wherever_they_stand() {
    let found = |file: &str| (Some(file.to_owned()), Diagnostic::error(Code::UnknownToken, "m").at_setting(at(file)));
    let groups = group([found("sites.toml"), found("fleet.csv")]);
    assert_eq!((groups.len(), groups[0].diagnostic.place.clone()), (1, Some(at("sites.toml"))));
}

#[test]
fn a_setting_is_found_in_the_site_then_in_its_group_then_in_what_it_is_a_part_of() {
    let places = |all: &[(&str, &str)]| {
        Arc::new(all.iter().map(|(path, file)| ((*path).to_owned(), at(file))).collect::<BTreeMap<_, _>>())
    };
    let settings =
        [places(&[("menus", "own")]), places(&[("tokens.accent", "group")]), places(&[("menus.main", "defaults")])];
    let declared = Declared { site: at("site"), settings };
    assert_eq!(declared.setting("tokens.accent"), at("group"));
    assert_eq!(declared.setting("menus.main.3.url"), at("defaults"));
    assert_eq!(declared.setting("menus.foot"), at("own"));
    assert_eq!(declared.setting("redirects.1"), at("site"));
}

#[test]
fn the_words_of_parsers_become_words_that_help() {
    let advice = explain("TOML", "invalid basic string, expected `\"`", "title = \"Page");
    assert_eq!(
        (advice.message.as_str(), advice.hint.contains("close the text")),
        ("a text in quotes has no end", true)
    );
    let advice = explain("YAML", "mapping values are not allowed in this context", "  a: b");
    assert_eq!(advice.message, "mapping values are not allowed in this context");
    assert!(advice.hint.contains("indent with spaces"));
}
