//! What templates may ask for: whatever it is, it ends in an answer or in a message.

use crate::farm::{Farm, Run};
use std::time::{Duration, Instant};

fn printed(template: &str) -> Run {
    let tagged = "+++\ntags = [\"wood\"]\n+++\n";
    Farm::new().site("blog").page("blog/a.md", tagged).page("blog/b.md", tagged).theme("templates/page.html", template).run("build")
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
