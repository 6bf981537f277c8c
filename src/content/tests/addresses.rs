//! Addresses: slugs, permalinks, clashes, menus.

use super::repository::{Repository, page};
use crate::diag::Code;
use crate::model::{MenuItem, UrlStyle, slug};

fn route(repository: &Repository, key: &str) -> String {
    page(&repository.site(), key).route.to_string()
}

#[test]
fn slugs_look_like_those_of_wordpress() {
    for (text, expected) in [
        ("Das große „Ü“, Teil 2", "das-grosse-ue-teil-2"),
        ("Ärger & Öl", "aerger-oel"),
        ("A\u{308}rger", "aerger"),
        ("Crème brûlée à la carte", "creme-brulee-a-la-carte"),
        ("Łódź Æther Œuvre", "lodz-aether-oeuvre"),
        ("Oma's Garten", "omas-garten"),
        ("v1.2_final", "v1-2-final"),
        ("--a--b--", "a-b"),
        ("ﬁn²", "fin2"),
        ("Привет мир", "привет-мир"),
        ("🌱", ""),
    ] {
        assert_eq!(slug(text), expected, "{text}");
        assert_eq!(slug(&slug(text)), expected, "{text}");
    }
}

#[test]
fn folders_and_names_make_the_address() {
    let repository = Repository::of(&[
        ("content/garden/Über uns.md", ""),
        ("content/garden/Große Beete/raised/index.md", ""),
        ("content/garden/blog/_index.md", "+++\nslug = \"journal\"\n+++"),
        ("content/garden/blog/first.md", ""),
        ("content/garden/blog/second.md", "+++\nslug = \"zweiter\"\n+++"),
        ("content/garden/blog/third.md", "+++\npath = \"alt/dritter.html\"\n+++"),
        ("content/garden/blog/fourth.md", "+++\npath = \"/vier\"\n+++"),
    ]);
    assert_eq!(route(&repository, "Über uns.md"), "/ueber-uns/");
    assert_eq!(route(&repository, "Große Beete/raised.md"), "/grosse-beete/raised/");
    assert_eq!(route(&repository, "blog/"), "/journal/");
    assert_eq!(route(&repository, "blog/first.md"), "/journal/first/");
    assert_eq!(route(&repository, "blog/second.md"), "/journal/zweiter/");
    assert_eq!(route(&repository, "blog/third.md"), "/alt/dritter.html");
    assert_eq!(route(&repository, "blog/fourth.md"), "/vier");
    let plain = repository.with(|spec| spec.settings.url_style = UrlStyle::Plain);
    assert_eq!(route(&plain, "blog/first.md"), "/journal/first");
    assert_eq!(page(&plain.site(), "blog/").out.as_str(), "journal.html");
}

#[test]
fn permalink_patterns_of_the_nearest_section_count() {
    let patterns =
        [("blog", "/{year}/{month}/{day}/{slug}/"), ("blog/news", "/n/{filename}"), ("*", "/{section}/{title}/")];
    let repository = Repository::of(&[
        ("content/garden/blog/2026-03-01-frost.md", "+++\nslug = \"eis\"\n+++"),
        ("content/garden/blog/deep/thaw.md", "+++\ndate = 2026-04-05\n+++"),
        ("content/garden/blog/news/2026-03-01-hail.md", ""),
        ("content/garden/beds/raised.md", "+++\ntitle = \"Große Beete\"\n+++"),
        ("content/garden/about.md", ""),
        ("content/garden/blog/fixed.md", "+++\npath = \"/fixed/\"\n+++"),
    ])
    .with(|spec| spec.settings.permalinks = patterns.map(|(section, pattern)| (section.into(), pattern.into())).into());
    assert_eq!(route(&repository, "blog/2026-03-01-frost.md"), "/2026/03/01/eis/");
    assert_eq!(route(&repository, "blog/deep/thaw.md"), "/2026/04/05/thaw/");
    assert_eq!(route(&repository, "blog/news/2026-03-01-hail.md"), "/n/hail");
    assert_eq!(route(&repository, "beds/raised.md"), "/beds/grosse-beete/");
    assert_eq!(route(&repository, "about.md"), "/about/");
    assert_eq!(route(&repository, "blog/fixed.md"), "/fixed/");
    assert_eq!(route(&repository, "blog/"), "/blog/");
}

#[test]
fn patterns_that_cannot_be_filled_are_mistakes() {
    let repository = Repository::of(&[("content/garden/blog/frost.md", "")])
        .with(|spec| spec.settings.permalinks = [("blog".into(), "/{year}/{slug}/".into())].into());
    assert_eq!(
        repository.faults(),
        ["content/garden/blog/frost.md H0208 `content/garden/blog/frost.md` has no date, but its permalink needs one"]
    );
    let fault = repository.with(|spec| spec.settings.permalinks = [("blog".into(), "/{yaer}/".into())].into()).fault();
    assert_eq!(fault.message, "the permalink pattern `/{yaer}/` of `blog` has an unknown part `{yaer}`");
    assert_eq!(fault.hint.as_deref(), Some("did you mean `{year}`?"));
}

#[test]
fn names_that_leave_nothing_or_cannot_be_stored_are_mistakes() {
    let repository = Repository::of(&[
        ("content/garden/🌱.md", ""),
        ("content/garden/CON.md", ""),
        (&format!("content/garden/{}.md", "x".repeat(300)), ""),
    ]);
    assert_eq!(repository.codes(), [Code::BadPath; 3]);
    assert!(repository.outcome().value.is_none());
}

#[test]
fn two_pages_cannot_share_a_place() {
    let repository = Repository::of(&[
        ("content/garden/About.md", ""),
        ("content/garden/about us.md", "+++\npath = \"/ABOUT/\"\n+++"),
        ("content/garden/a.md", "+++\naliases = [\"/about/\", \"/old/\", \"/old/\"]\n+++"),
        ("content/garden/b.md", "+++\naliases = [\"/old/\", \"/b/\"]\n+++"),
        ("content/garden/_static/a/index.html", ""),
    ]);
    assert_eq!(
        repository.faults(),
        [
            "content/garden/about us.md:2:1 H0601 `content/garden/About.md` and `content/garden/about us.md` both want `ABOUT/index.html`",
            "content/garden/a.md:2:1 H0601 `content/garden/About.md` and the alias `/about/` of `content/garden/a.md` both want `about/index.html`",
            "content/garden/b.md:2:1 H0601 the alias `/old/` of `content/garden/a.md` and the alias `/old/` of `content/garden/b.md` both want `old/index.html`",
            "content/garden/b.md:2:1 H0601 `content/garden/b.md` and the alias `/b/` of `content/garden/b.md` both want `b/index.html`",
            "content/garden/_static/a/index.html H0601 `content/garden/a.md` and `content/garden/_static/a/index.html` both want `a/index.html`",
        ]
    );
}

#[test]
fn an_index_in_a_folder_of_pages_is_told_its_right_name() {
    let fault = Repository::of(&[("content/garden/beds/index.md", ""), ("content/garden/beds/raised.md", "")]).fault();
    assert_eq!(fault.message, "the folder `beds` and `content/garden/beds/index.md` both want `beds/index.html`");
    assert_eq!(fault.hint.as_deref(), Some("name it `_index.md` if it is the page of the whole folder"));
}

#[test]
fn menus_lead_to_pages() {
    let item = |url: &str, items: Vec<MenuItem>| MenuItem { title: "About".into(), url: url.into(), items };
    let good = vec![item("@/about.md#team", Vec::new()), item("/x/", Vec::new()), item("https://x.de", Vec::new())];
    let repository = Repository::of(&[("content/garden/about.md", "")])
        .with(|spec| spec.settings.menus = [("main".into(), good)].into());
    repository.site();
    let bad = vec![item("/x/", vec![item("@/abuot.md", Vec::new())])];
    let fault = repository.with(|spec| spec.settings.menus = [("main".into(), bad)].into()).fault();
    assert_eq!(fault.code, Code::BadMenu);
    assert_eq!(fault.message, "the entry `About` of the menu `main` leads to `@/abuot.md`, which does not exist");
    assert_eq!(fault.hint.as_deref(), Some("did you mean `@/about.md`?"));
}

#[test]
fn menus_do_not_lead_somewhere_else_from_every_page() {
    let hint = |url: &str| {
        let item = MenuItem { title: "About".into(), url: url.into(), items: Vec::new() };
        let repository = Repository::of(&[("content/garden/about.md", "")]);
        let fault = repository.with(|spec| spec.settings.menus = [("main".into(), vec![item])].into()).fault();
        assert_eq!(fault.code, Code::BadMenu);
        fault.hint.unwrap()
    };
    assert_eq!(hint("about"), "write `@/about.md`");
    assert_eq!(hint("./about.md"), "write `@/about.md`");
    assert_eq!(hint("x/shop/"), "write `@/x/shop.md` for a page, or `/x/shop/` for a path of the site");
    assert_eq!(hint(""), "write `@/about.md` for a page, or `/about/` for a path of the site");
}
