//! Saving a file renews what it is a part of, and nothing else.

use super::preview::{PATIENCE, Preview};
use crate::farm::{Farm, Run};
use crate::mistakes;
use std::fs;
use std::time::Duration;

#[test]
fn a_save_renews_the_sites_that_show_the_file() {
    let farm = Farm::new().site("one").site("two");
    let preview = Preview::start(&farm, "");
    let farm = farm.page("one/_index.md", "+++\ntitle = \"Home\"\n+++\nGood morning.\n");
    preview.until("one", "/", |reply| reply.body.contains("Good morning."));
    let line = preview.line(|line| line.starts_with("content/one/_index.md"));
    assert!(line.contains(" · 1 site · 2 pages · "), "{line}");
    drop(farm);
    assert_eq!(preview.end(), Some(0));
}

#[test]
fn a_mistake_keeps_the_last_good_page_and_is_shown_as_in_the_terminal() {
    let farm = Farm::new().site("one");
    let preview = Preview::start(&farm, "");
    let events = preview.events("one", "path=/");
    let farm = farm.theme("templates/page.html", "{% extends \"layout.html\" %}{{ nonsense(");
    let wrong = loop {
        let line = events.recv_timeout(PATIENCE).unwrap();
        if let Some(text) = line.strip_prefix("data: ").filter(|data| data.contains("error[")) {
            break serde_json::from_str::<serde_json::Value>(text).unwrap()["text"].as_str().unwrap().to_owned();
        }
    };
    let line = preview.line(|line| line.contains("error["));
    assert!(wrong.starts_with(&line), "{wrong}\n{line}");
    let page = preview.get("one", "/");
    assert!(page.status == 200 && page.body.contains("Hello."), "{page:?}");
    let farm = farm.theme("templates/page.html", "{% extends \"layout.html\" %}");
    while events.recv_timeout(PATIENCE).unwrap() != "event: right" {}
    preview.line(|line| line.starts_with("themes/plain/templates/page.html · 1 site"));
    drop(farm);
}

#[test]
fn a_site_that_never_was_good_shows_why_and_appears_when_it_is() {
    let farm = Farm::new().site("one").page("one/_index.md", "+++\ntitle = \n+++\n");
    let preview = Preview::start(&farm, "");
    let page = preview.get("one", "/");
    assert!(page.status == 500 && page.body.contains("error[H0201]"), "{page:?}");
    let list = preview.list();
    assert!(list.body.contains("data-state=\"failed\"") && list.body.contains("error[H0201]"), "{list:?}");
    let farm = farm.page("one/_index.md", "+++\ntitle = \"Home\"\n+++\nAt last.\n");
    preview.until("one", "/", |reply| reply.status == 200 && reply.body.contains("At last."));
    drop(farm);
}

#[test]
fn a_page_whose_time_comes_appears_by_itself() {
    let soon = jiff::Timestamp::now() + Duration::from_secs(4);
    let page = format!("+++\ntitle = \"News\"\npublish = {soon:.0}\n+++\nAt last.\n");
    let farm = Farm::new().site("one").page("one/news.md", &page);
    let preview = Preview::start(&farm, "");
    assert_eq!(preview.get("one", "/news/").status, 404);
    preview.until("one", "/news/", |reply| reply.status == 200 && reply.body.contains("At last."));
    assert!(jiff::Timestamp::now() >= soon - Duration::from_secs(1));
}

#[test]
fn sites_come_and_go_with_the_manifest() {
    let farm = Farm::new().site("one");
    let preview = Preview::start(&farm, "");
    assert_eq!(preview.get("two", "/").status, 404);
    let manifest = fs::read_to_string(farm.place("sites.toml")).unwrap();
    let farm = farm.site("two");
    preview.until("two", "/", |reply| reply.status == 200);
    let farm = farm.append("sites.toml", "\n[[site]]\nid = \"three\"\n");
    preview.line(|line| line.contains("error["));
    assert_eq!(preview.get("two", "/").status, 200, "a site that is declared wrongly harms no other");
    let farm = farm.file("sites.toml", "edition = 1");
    preview.line(|line| line.contains("error["));
    assert_eq!(preview.get("one", "/").status, 200, "the last good fleet stays");
    let farm = farm.file("sites.toml", manifest);
    preview.until("two", "/", |reply| reply.status == 404);
    drop(farm);
}

#[test]
fn what_editors_do_when_they_save_is_one_change() {
    let farm = Farm::new().site("one");
    let preview = Preview::start(&farm, "");
    let page = farm.place("content/one/_index.md");
    // A backup, a swap file, a new file renamed over the old one, and a change of times.
    fs::write(page.with_file_name("._index.md.swp"), "swap").unwrap();
    fs::write(page.with_file_name("4913"), "").unwrap();
    fs::remove_file(page.with_file_name("4913")).unwrap();
    fs::copy(&page, page.with_file_name("_index.md~")).unwrap();
    fs::write(page.with_file_name("new"), "+++\ntitle = \"Home\"\n+++\nRenamed.\n").unwrap();
    fs::rename(page.with_file_name("new"), &page).unwrap();
    preview.until("one", "/", |reply| reply.body.contains("Renamed."));
    std::thread::sleep(Duration::from_millis(600));
    let said = preview.said();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("content/one/_index.md · 1 site"), "{said:?}");
}

#[test]
fn a_checkout_of_a_thousand_files_and_a_vanished_folder_end_well() {
    let farm = Farm::new().site("one");
    let preview = Preview::start(&farm, "");
    let folder = farm.place("content/one/deep/er");
    fs::create_dir_all(&folder).unwrap();
    for number in 0..1_000 {
        fs::write(folder.join(format!("page-{number}.md")), format!("+++\ntitle = \"{number}\"\n+++\n")).unwrap();
    }
    preview.until("one", "/deep/er/page-999/", |reply| reply.status == 200);
    preview.until("one", "/deep/er/page-0/", |reply| reply.status == 200);
    let (content, away) = (farm.place("content"), farm.place("away"));
    fs::rename(&content, &away).unwrap();
    preview.line(|line| line.contains("error[H0209]"));
    assert_eq!(preview.get("one", "/deep/er/page-7/").status, 200, "the last good site stays");
    fs::rename(&away, &content).unwrap();
    preview.line(|line| line.contains("1 site") && !line.contains("failed"));
    let farm = farm.page("one/deep/er/page-7.md", "+++\ntitle = \"Back\"\n+++\n");
    preview.until("one", "/deep/er/page-7/", |reply| reply.body.contains("Back"));
    drop(farm);
}

#[test]
fn a_folder_that_was_away_for_a_moment_is_watched_as_before() {
    let farm = Farm::new().site("one").append("sites.toml", "\n[layers.one]\nraw_html = false\n");
    let preview = Preview::start(&farm, "");
    let is_wrong = || preview.list().body.contains("there is no content layer");
    for (round, (folder, moment)) in
        [("content", 0), ("content/one", 0), ("themes", 0), ("content/one", 500)].into_iter().enumerate()
    {
        let (there, away) = (farm.place(folder), farm.place(".away"));
        fs::rename(&there, &away).unwrap();
        std::thread::sleep(Duration::from_millis(moment));
        assert!(moment == 0 || is_wrong(), "it is told that a layer is missing");
        fs::rename(away, there).unwrap();
        std::thread::sleep(Duration::from_millis(400));
        let page = format!("+++\ntitle = \"Home\"\n+++\nRound {round}.\n");
        fs::write(farm.place("content/one/_index.md"), page).unwrap();
        preview.until("one", "/", |reply| reply.body.contains(&format!("Round {round}.")));
    }
    assert!(!is_wrong(), "it is there again");
}

#[test]
fn nothing_is_written_and_nothing_locked() {
    let farm = Farm::new().site("one");
    let preview = Preview::start(&farm, "");
    assert_eq!(preview.get("one", "/").status, 200);
    assert!(!farm.place("dist").exists() && !farm.place(".hectare").exists());
    farm.run("build").ends(0);
}

#[test]
fn a_port_that_is_taken_is_told() {
    let farm = Farm::new().site("one");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let run = farm.run(&format!("serve --port {port}")).ends(2);
    mistakes::kept("a_port_is_taken", &Run { stderr: run.stderr.replace(&port, "PORT"), ..run });
}

#[test]
fn drafts_and_other_days_are_shown_when_asked_for() {
    let farm = Farm::new()
        .site("one")
        .page("one/draft.md", "+++\ntitle = \"Draft\"\ndraft = true\n+++\n")
        .page("one/later.md", "+++\ntitle = \"Later\"\npublish = 2031-01-01\n+++\n");
    let status = |flags: &str, path: &str| Preview::start(&farm, flags).get("one", path).status;
    assert_eq!(status("", "/draft/"), 404);
    assert_eq!(status("--drafts", "/draft/"), 200);
    assert_eq!(status("--now 2030-12-31", "/later/"), 404);
    assert_eq!(status("--now 2031-01-02", "/later/"), 200);
}

#[test]
fn a_number_shows_the_site_that_was_chosen() {
    let farm = Farm::new().site("one").site("two");
    let preview = Preview::start(&farm, "");
    let ask = |path: &str, cookie: &str| {
        let host = format!("127.0.0.1:{}", preview.port);
        preview.ask(&format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{cookie}\r\n")).unwrap()
    };
    let list = ask("/", "");
    assert!(list.body.contains("href=\"/_hectare/open/two\""), "{list:?}");
    let chosen = ask("/_hectare/open/two", "");
    assert!(chosen.status == 303 && chosen.head.contains("set-cookie: hectare-site=two;"), "{chosen:?}");
    assert!(ask("/", "Cookie: hectare-site=two\r\n").body.contains("https://two.example/"));
    assert!(ask("/_hectare/", "Cookie: hectare-site=two\r\n").body.contains("data-state"));
    assert_eq!(ask("/_hectare/open/three", "").status, 404);
}

#[test]
fn a_page_that_a_browser_keeps_is_not_taken_for_that_of_the_site_as_it_is_now() {
    let farm = Farm::new().site("one").page("one/x.md", "Kept.").page("one/y.md", "Before.");
    let preview = Preview::start(&farm, "");
    let etag = |head: &str| head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap().to_owned();
    let old = preview.get("one", "/x/");
    let ask = |etag: &str| {
        let host = preview.host("one");
        let wish = format!("GET /x/ HTTP/1.1\r\nHost: {host}\r\nIf-None-Match: {etag}\r\nConnection: close\r\n\r\n");
        preview.ask(&wish).unwrap()
    };
    assert_eq!(ask(&etag(&old.head)).status, 304, "nothing changed");
    let farm = farm.page("one/y.md", "After.");
    preview.until("one", "/y/", |reply| reply.body.contains("After."));
    let new = ask(&etag(&old.head));
    assert_eq!(new.status, 200, "the page carries the version of its site, which is another one by now");
    assert_ne!(new.body, old.body);
    assert_eq!(ask(&etag(&new.head)).status, 304);
    drop(farm);
}

#[test]
fn a_site_that_failed_is_tried_again_when_a_page_comes() {
    let soon = jiff::Timestamp::now() + Duration::from_secs(6);
    let news = format!("+++\ntitle = \"News\"\npublish = {soon:.0}\n+++\nAt last.\n");
    let farm = Farm::new().site("one").page("one/news.md", &news);
    let farm = farm.theme("templates/home.html", "<a href=\"{{ url(path=\"@/news.md\") }}\">News</a>");
    let preview = Preview::start(&farm, "");
    assert_eq!(preview.get("one", "/").status, 500, "the page is not there yet");
    preview.until("one", "/", |reply| reply.status == 200 && reply.body.contains("/news/"));
    drop(farm);
}

#[test]
fn a_save_renews_what_links_lead_to_it_from() {
    let link = |root: &std::path::Path, path: &str, to: &str| {
        fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(to, root.join(path)).unwrap();
    };
    let farm = Farm::new().site("a").page("a/x.md", "First.").site("b").site("c").with(|root| {
        fs::remove_dir_all(root.join("content/b")).unwrap();
        link(root, "content/b", "a");
        link(root, "content/c/x.md", "../a/x.md");
    });
    let preview = Preview::start(&farm, "");
    let farm = farm.page("a/x.md", "Second.");
    for site in ["a", "b", "c"] {
        preview.until(site, "/x/", |reply| reply.body.contains("Second."));
    }
    let farm = farm.with(|root| link(root, "content/c/y.md", "../a/x.md"));
    preview.until("c", "/y/", |reply| reply.body.contains("Second."));
    let farm = farm.page("a/x.md", "Third.");
    preview.until("c", "/y/", |reply| reply.body.contains("Third."));
    drop(farm);
}
