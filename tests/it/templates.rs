//! What templates may ask for: whatever it is, it ends in an answer or in a message.

use crate::farm::{Farm, Run};
use std::time::{Duration, Instant};

fn printed(template: &str) -> Run {
    let tagged = "+++\ntags = [\"wood\"]\n+++\n";
    Farm::new()
        .site("blog")
        .page("blog/a.md", tagged)
        .page("blog/b.md", tagged)
        .theme("templates/page.html", template)
        .run("build")
}

#[track_caller]
fn shown(template: &str) -> String {
    printed(template).ends(0).text("blog/a/index.html").trim().to_owned()
}

#[test]
fn more_related_pages_than_there_are_can_be_asked_for() {
    assert_eq!(shown("{{ related(limit=1000000000000) | length }}"), "1");
    assert_eq!(shown("{{ related(limit=9223372036854775807) | length }}"), "1");
    let run = printed("{{ related(limit=-1) | length }}").ends(1);
    let said = "`limit` of `related` has to be a whole number from 0, not `-1`";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[test]
fn a_long_list_without_its_doubles_takes_no_time() {
    let watch = Instant::now();
    let all = "{{ range(end=100000) | unique | length }}";
    assert_eq!(shown(all), "100000");
    let half_tags =
        "{% set text = \"<a\" %}{% for n in range(end=18) %}{% set_global text = text ~ text %}{% endfor %}";
    assert_eq!(shown(&format!("{half_tags}{{{{ text | strip_tags | length }}}}")), (2 << 18).to_string());
    assert!(watch.elapsed() < Duration::from_secs(20), "took {:?}", watch.elapsed());
}

#[test]
fn what_is_equal_is_the_same_whatever_it_is_written_as() {
    let list = "[1, 1.0, \"1\", true, none, 1.5, -0.0, 0, [1, \"a\"], [1.0, \"a\"], {\"a\": 1, \"b\": 2}, {\"b\": 2, \"a\": 1.0}]";
    assert_eq!(shown(&format!("{{{{ {list} | unique | length }}}}")), "8");
    assert_eq!(shown("{{ [\"b\", \"a\", \"b\"] | unique | join(sep=\" \") }}"), "b a");
}

#[test]
fn a_taxonomy_whose_last_term_is_gone_is_empty() {
    let template = "{{ terms(taxonomy=\"tags\") | length }} {{ terms(taxonomy=\"tags\", page=page.key) | length }} \
                    {{ pages(taxonomy=\"tags\") | length }}";
    let farm = Farm::new().site("blog").page("blog/a.md", "+++\ntags = [\"wood\"]\n+++\n");
    let farm = farm.theme("templates/page.html", template);
    assert_eq!(farm.run("build").ends(0).text("blog/a/index.html").trim(), "1 1 1");
    let farm = farm.page("blog/a.md", "No tags.");
    assert_eq!(farm.run("build").ends(0).text("blog/a/index.html").trim(), "0 0 0");
    let run = farm.theme("templates/page.html", "{{ terms(taxonomy=\"tag\") }}").run("build").ends(1);
    assert!(run.stderr.contains("there is no taxonomy `tag`") && run.stderr.contains("did you mean `tags`?"));
}
