//! Redirects and headers, as a host reads them.

use super::{HeaderLine, Headers, Redirects};

#[test]
fn redirects_are_read_as_the_host_reads_them() {
    let rules = "# a comment\n/a /b # inline\n/a /c 301\n/* /index.html 200\n/x/*/y/* /z\n/bad /there 410\nhttps://e.example/ /f\n/p/:id /q/:id 301\n/late /found\n/dup/* /one/:splat\n";
    let redirects = Redirects::parse(rules);
    let to = |path: &str| redirects.find(path, "").map(|redirect| (redirect.status, redirect.to));
    assert_eq!(to("/a"), Some((302, "/b".to_owned())), "the first of two wins, 302 is the default");
    assert_eq!(to("/anything"), None, "a loop is left out");
    assert_eq!(to("/x/1/y/2"), None, "a second star never matches");
    assert_eq!(to("/bad"), None);
    assert_eq!(to("/p/7"), Some((301, "/q/7".to_owned())));
    assert_eq!(to("/p/7/8"), None, "a placeholder is one part");
    assert_eq!(to("/late"), Some((302, "/found".to_owned())));
    assert_eq!(to("/dup/1/2"), Some((302, "/one/1/2".to_owned())));
}

#[test]
fn headers_add_up_and_can_be_taken_away() {
    let rules = "/*\n  A: 1\n  B: 1\n/sub/*\n  A: 2\n  ! B\nhttps://one.example/*\n  C: 3\nhttps://:any.example/*\n  C: 4\nhttps://two.example/*\n  C: 5\n/a*b*c\n  D: 1\n";
    let mut found = vec![("a".to_owned(), "default".to_owned())];
    Headers::parse(rules).apply("one.example", "/sub/x", &mut found);
    let found: Vec<_> = found.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    assert_eq!(found, ["a: 1, 2", "c: 3, 4"]);
}

#[test]
fn rules_come_in_the_order_in_which_hosts_ask_them_as_they_were_written() {
    let redirects = Redirects::parse("/b/* /x/:splat\n/ä /y 301\n/a /z 301\n");
    let written: Vec<_> = redirects.iter().map(|rule| (rule.written.as_str(), rule.to.as_str(), rule.status)).collect();
    assert_eq!(written, [("/b/*", "/x/:splat", 302), ("/%C3%A4", "/y", 301), ("/a", "/z", 301)]);
    let headers = Headers::parse("/*\n  A: 1\n/a*b*\n  B: 2\n  ! A\n/empty\n");
    let rules: Vec<_> = headers.iter().map(|rule| (rule.written.as_str(), rule.pattern.is_some())).collect();
    assert_eq!(rules, [("/*", true), ("/a*b*", false)]);
    let lines = headers.iter().flat_map(|rule| &rule.lines).cloned().collect::<Vec<_>>();
    let set = |name: &str, value: &str| HeaderLine::Set(name.to_owned(), value.to_owned());
    assert_eq!(lines, [set("a", "1"), set("b", "2"), HeaderLine::Unset("a".to_owned())]);
}
