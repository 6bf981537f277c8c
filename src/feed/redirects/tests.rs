//! What redirects promise, as sentences.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use crate::diag::{Code, Outcome, Severity};
use crate::feed::Made;
use crate::feed::sample::{Sample, text_of};
use crate::model::{BaseUrl, RedirectRule, Route, UrlStyle};

fn rule(from: &str, to: &str) -> RedirectRule {
    RedirectRule { from: from.to_owned(), to: to.to_owned(), status: 301 }
}

/// A site with a page `/about/` and another `/team/`, and redirects.
fn site(rules: &[(&str, &str)]) -> Sample {
    let rules = rules.iter().map(|(from, to)| rule(from, to)).collect();
    let base = Sample::new().set(|spec| spec.settings.redirects = rules);
    base.page("about.md", "/about/", |_| {}).page("team.md", "/team/", |_| {})
}

/// A site whose page `/about/` once had other addresses.
fn moved(aliases: &[&str]) -> Sample {
    let aliases = aliases.iter().map(|alias| Route::verbatim(alias)).collect();
    Sample::new().page("about.md", "/about/", |page| page.aliases = aliases)
}

fn list(sample: Sample) -> String {
    sample.file("_redirects")
}

fn complaints(outcome: &Outcome<Vec<Made>>) -> Vec<&str> {
    assert!(outcome.diagnostics.iter().all(|found| found.code == Code::BadRedirect));
    outcome.diagnostics.iter().map(|found| found.message.as_str()).collect()
}

#[test]
fn a_site_without_redirects_has_no_list() {
    assert_eq!(list(site(&[])), "");
}

#[test]
fn an_alias_leads_to_its_page_from_both_forms_of_its_address() {
    assert_eq!(list(moved(&["/old/"])), "/old /about/ 301\n/old/ /about/ 301\n");
    assert_eq!(list(moved(&["/old.php"])), "/old.php /about/ 301\n");
    assert_eq!(list(moved(&["/v-1.2"])), "/v-1.2 /about/ 301\n/v-1.2/ /about/ 301\n");
}

#[test]
fn an_alias_has_one_form_where_addresses_have_no_slash_at_their_end() {
    let sample = moved(&["/old"]).set(|spec| spec.settings.url_style = UrlStyle::Plain);
    assert_eq!(list(sample), "/old /about/ 301\n");
}

#[test]
fn an_alias_has_a_page_for_hosts_without_redirects() {
    let sample = Sample::new().page("a.md", "/a/", |page| {
        page.title = "A \"<b>\" & c".into();
        page.aliases = vec![Route::verbatim("/old/"), Route::verbatim("/was.html"), Route::verbatim("/x.php")];
    });
    let outcome = sample.set(|spec| spec.base_url = BaseUrl::parse("https://x.de/y").unwrap()).made();
    let page = text_of(&outcome, "old/index.html");
    assert!(page.contains("<title>A &quot;&lt;b&gt;&quot; &amp; c</title>"), "{page}");
    assert!(page.contains("<meta name=\"robots\" content=\"noindex\">"));
    assert!(page.contains("<link rel=\"canonical\" href=\"https://x.de/y/a/\">"));
    assert!(page.contains("<meta http-equiv=\"refresh\" content=\"0; url=/y/a/\">"));
    let made: Vec<_> = outcome.value.as_ref().unwrap().iter().map(|made| made.path.as_str()).collect();
    assert_eq!(made, ["sitemap.xml", "robots.txt", "_redirects", "old/index.html", "was.html", "_headers"]);
    assert!(text_of(&outcome, "_redirects").contains("/y/x.php /y/a/ 301\n"));
}

#[test]
fn aliases_that_differ_only_in_case_share_one_page_at_the_old_address() {
    let outcome = moved(&["/Old/", "/old/", "/About/"]).made();
    assert!(outcome.diagnostics.is_empty());
    let made: Vec<_> = outcome.value.as_ref().unwrap().iter().map(|made| made.path.as_str()).collect();
    assert_eq!(made, ["sitemap.xml", "robots.txt", "_redirects", "Old/index.html", "_headers"]);
    let list = text_of(&outcome, "_redirects");
    assert!(["/Old ", "/old ", "/About "].iter().all(|from| list.contains(from)), "{list}");
}

#[test]
fn an_alias_that_is_no_path_is_a_mistake() {
    let outcome = moved(&["/a//b", "/x:y"]).made();
    let codes: Vec<_> = outcome.diagnostics.iter().map(|found| found.code).collect();
    assert_eq!(codes, [Code::BadPath, Code::BadPath]);
    assert_eq!(outcome.diagnostics[0].place.as_ref().unwrap().to_string(), "content/garden/about.md");
}

#[test]
fn redirects_lead_to_paths_pages_and_other_sites() {
    let rules = site(&[
        ("/a", "/about"),
        ("/b", "@/team.md#us"),
        ("/c", "https://x.de/ä b"),
        ("/d", "https://garden.example/team/?x=1"),
        ("/e", "/about/index.html"),
        ("/ü", "/robots.txt"),
        ("/%C3%B6.htm", "/"),
    ]);
    let rules = list(rules.set(|spec| spec.settings.url_style = UrlStyle::Plain));
    let expected = "/a /about/ 301\n/b /team/#us 301\n/c https://x.de/%C3%A4%20b 301\n/d /team/?x=1 301\n\
                    /e /about/ 301\n/%C3%BC /robots.txt 301\n/%C3%B6.htm / 301\n";
    assert_eq!(rules, expected);
}

#[test]
fn redirects_of_many_paths_come_last() {
    let rules = list(site(&[("/blog/*", "https://x.de/:splat"), ("/feed.php", "/about/"), ("/go/*", "/")]));
    assert_eq!(rules, "/feed.php /about/ 301\n/blog/* https://x.de/:splat 301\n/go/* / 301\n");
}

#[test]
fn a_redirect_that_leads_to_a_redirect_leads_to_the_end_at_once() {
    let rules = list(site(&[("/a.x", "/b.x#top"), ("/b.x", "/c/1"), ("/c/*", "/d/:splat"), ("/d/1", "/about/")]));
    let expected = "/a.x /about/#top 301\n/b.x /about/ 301\n/d/1 /about/ 301\n/d/1/ /about/ 301\n/c/* /d/:splat 301\n";
    assert_eq!(rules, expected);
}

#[test]
fn redirects_in_a_circle_are_told_once() {
    let outcome = site(&[("/a", "/b"), ("/b/", "/c/"), ("/c", "/b"), ("/x/*", "/x/y/:splat")]).made();
    let circles = ["redirects run in a circle: `/b/` → `/c` → `/b/`", "redirects run in a circle: `/x/*` → `/x/*`"];
    assert_eq!(complaints(&outcome), circles);
}

#[test]
fn a_redirect_may_not_hide_a_page_or_a_file() {
    let sample =
        site(&[("/about", "/team/"), ("/te*", "/about/"), ("/logo.png", "/"), ("/*", "/about/"), ("/team/*", "/")]);
    let outcome = sample.asset("logo.png").made();
    let expected = [
        "a redirect from `/about` would hide what is published there",
        "a redirect from `/te*` would hide `/team`",
        "a redirect from `/logo.png` would hide what is published there",
        "a redirect from `/*` would hide `/`",
        "a redirect from `/team/*` would hide `/team`",
    ];
    assert_eq!(complaints(&outcome), expected);
}

#[test]
fn two_redirects_of_one_path_have_to_agree() {
    let outcome = site(&[("/a", "/about/"), ("/a/", "/about/"), ("/a", "/team/")]).made();
    assert_eq!(complaints(&outcome), ["`/a` is redirected twice, to different addresses"]);
    let sample = Sample::new().page("a.md", "/a/", |page| page.aliases = vec![Route::verbatim("/old/")]);
    let outcome = sample.page("b.md", "/b/", |page| page.aliases = vec![Route::verbatim("/old/")]).made();
    assert_eq!(complaints(&outcome), ["`/old/` is redirected twice, to different addresses"]);
    let found = &outcome.diagnostics[0];
    assert_eq!(found.place.as_ref().unwrap().to_string(), "content/garden/b.md");
    assert_eq!(found.notes[0].place.as_ref().unwrap().to_string(), "content/garden/a.md");
}

#[test]
fn a_redirect_that_leads_nowhere_is_a_mistake() {
    let outcome = site(&[("/a", "/abuot/"), ("/b", "@/taem.md"), ("/c", "mailto:x"), ("/d", "//x.de")]).made();
    let expected = [
        "there is no page `@/taem.md` to redirect to",
        "`mailto:x` is neither a path nor an address",
        "`//x.de` is neither a path nor an address",
        "the redirect from `/a` leads to `/abuot/`, which does not exist",
    ];
    assert_eq!(complaints(&outcome), expected);
    assert_eq!(outcome.diagnostics[0].hint.as_deref(), Some("did you mean `@/team.md`?"));
    assert!(outcome.diagnostics[3].hint.as_deref().unwrap().starts_with("did you mean `/about/`?"));
}

#[test]
fn old_paths_that_hosts_refuse_are_mistakes() {
    let message = |from: &str, to: &str| complaints(&site(&[(from, to)]).made()).join(" + ");
    assert_eq!(message("https://x.de/a", "/"), "the old path `https://x.de/a` does not begin with one `/`");
    assert_eq!(message("/?p=12", "/"), "hosts do not see what follows `?` or `#` in `/?p=12`");
    assert_eq!(message("/*/x", "/"), "the old path `/*/x` has a `*` before its end");
    assert_eq!(message("/blog/:year", "/"), "the old path `/blog/:year` has a placeholder, which few hosts know");
    assert_eq!(message("/a", "/x/:splat"), "`:splat` has no `*` in `/a` to take its place");
    let status =
        Sample::new().set(|spec| spec.settings.redirects = vec![RedirectRule { status: 200, ..rule("/a", "/") }]);
    assert_eq!(complaints(&status.made()), ["`/a` cannot be redirected with the status 200"]);
    let long = format!("/{}", "x".repeat(1_000));
    assert_eq!(
        complaints(&site(&[(&long, "/")]).made())[0].split_once(" takes ").unwrap().1,
        "1008 characters, hosts take 1000"
    );
}

#[test]
fn more_redirects_than_hosts_take_are_reported() {
    let many = |count: usize, end: &str| (0..count).map(|at| rule(&format!("/x{at}{end}"), "/")).collect::<Vec<_>>();
    let fixed = Sample::new().set(|spec| spec.settings.redirects = many(2_001, ".php")).made();
    assert_eq!(complaints(&fixed), ["there are 2001 redirects, hosts take 2000"]);
    let dynamic = Sample::new().set(|spec| spec.settings.redirects = many(101, "/*")).made();
    assert_eq!(complaints(&dynamic), ["there are 101 redirects with a `*`, hosts take 100"]);
}

#[test]
fn aliases_beyond_the_limit_still_have_their_pages() {
    let aliases: Vec<_> = (0..1_001).map(|at| format!("/x{at}/")).collect();
    let outcome = moved(&aliases.iter().map(String::as_str).collect::<Vec<_>>()).made();
    assert_eq!(complaints(&outcome), ["there are 2002 redirects, hosts take 2000"]);
    assert_eq!(outcome.diagnostics[0].severity, Severity::Warning);
    assert_eq!(text_of(&outcome, "_redirects").lines().count(), 2_000);
    assert!(!text_of(&outcome, "x1000/index.html").is_empty());
}
