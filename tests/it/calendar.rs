//! What comes and goes by the calendar alone spoils no site, and leaves what a clean build makes.

use crate::farm::{Farm, Run};

/// A site whose home page links to `target`, which says this of itself.
fn linked(target: &str, matter: &str) -> Farm {
    Farm::new()
        .site("blog")
        .page("blog/_index.md", &format!("See [the *sale*](@/{target}#top) now."))
        .page(&format!("blog/{target}"), &format!("+++\n{matter}\n+++\nCheap."))
}

/// What the site is on a day: after another one, and from the beginning.
#[track_caller]
fn on(farm: &Farm, day: &str, code: i32) -> Run {
    let run = farm.run(&format!("build --now {day}")).ends(code);
    let clean = farm.run(&format!("build --clean --now {day}")).ends(code);
    assert_eq!(run.dist.difference(&clean.dist), None, "on {day}");
    assert_eq!(run.stderr, clean.stderr, "on {day}");
    run
}

#[test]
fn a_link_to_a_page_that_expired_is_its_text() {
    let farm = linked("sale.md", "expire = 2026-06-16");
    let before = on(&farm, "2026-06-15", 0);
    assert!(before.text("blog/index.html").contains("See <a href=\"/sale/#top\">the <em>sale</em></a> now."));
    assert_eq!(before.stderr, "");
    let after = on(&farm, "2026-06-16", 0);
    assert!(after.text("blog/index.html").contains("See the <em>sale</em> now."), "{}", after.text("blog/index.html"));
    assert!(!after.dist.has("blog/sale/index.html"));
    let said = "warning[H0301]: `@/sale.md` expired on 2026-06-16, so its text stands here without a link";
    assert!(after.stderr.contains(said) && after.stderr.contains("content/blog/_index.md:1:"), "{}", after.stderr);
}

#[test]
fn a_link_to_a_page_that_is_published_later_appears_with_it() {
    let farm = linked("sale/index.md", "publish = 2026-06-16");
    let before = on(&farm, "2026-06-15", 0);
    assert!(before.text("blog/index.html").contains("See the <em>sale</em> now."));
    assert!(before.stderr.contains("`@/sale/index.md` is not published before 2026-06-16"), "{}", before.stderr);
    let after = on(&farm, "2026-06-16", 0);
    assert!(after.text("blog/index.html").contains("<a href=\"/sale/#top\">"));
    assert_eq!(after.stderr, "");
}

#[test]
fn a_section_that_expired_takes_along_what_leads_into_it() {
    let farm = linked("sales/winter.md", "title = \"Winter\"");
    let menu = "[site.menus]\nmain = [{ title = \"Sales\", url = \"@/sales/_index.md\" }, { title = \"Home\", url = \"/\" }]\n";
    let farm = farm.append("sites.toml", menu).page("blog/sales/_index.md", "+++\nexpire = 2026-06-16\n+++\n");
    let farm = farm.theme(
        "templates/home.html",
        "{{ page.content }}{% for entry in menu(name=\"main\") %}<{{ entry.title }}>{% endfor %}",
    );
    assert!(on(&farm, "2026-06-15", 0).text("blog/index.html").contains("<Sales><Home>"));
    let after = on(&farm, "2026-06-16", 0);
    let home = after.text("blog/index.html");
    assert!(
        home.contains("See the <em>sale</em> now.") && home.contains("<Home>") && !home.contains("<Sales>"),
        "{home}"
    );
    let said = "warning[H0210]: the entry `Sales` is left out of the menu `main`, because `@/sales/_index.md` expired on 2026-06-16";
    assert!(after.stderr.contains(said), "{}", after.stderr);
}

#[test]
fn a_link_to_a_draft_is_a_mistake_on_every_day() {
    let farm = linked("sale.md", "draft = true\nexpire = 2026-06-16");
    for day in ["2026-06-15", "2026-06-16"] {
        assert!(farm.run(&format!("build --now {day}")).ends(1).stderr.contains("there is no page `@/sale.md`"));
    }
}
