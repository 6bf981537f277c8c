//! Files beside pages: whose they are and where they go.

use super::repository::{Repository, page};
use crate::diag::Code;
use crate::model::{Page, Publish, Site};

fn names(page: &Page) -> Vec<&str> {
    page.resources.iter().map(|resource| &*resource.name).collect()
}

fn published(site: &Site) -> Vec<(String, String)> {
    let place = |publish: &Publish| match publish {
        Publish::Hashed => "hashed".to_owned(),
        Publish::As(out) => out.to_string(),
    };
    site.files.iter().map(|file| (file.key.to_string(), place(&file.publish))).collect()
}

#[test]
fn files_belong_to_the_page_whose_folder_they_lie_in() {
    let site = Repository::of(&[
        ("content/garden/logo.png", ""),
        ("content/garden/beds/_index.md", ""),
        ("content/garden/beds/shared.jpg", ""),
        ("content/garden/beds/plain.md", ""),
        ("content/garden/beds/raised/index.md", ""),
        ("content/garden/beds/raised/photo.jpg", ""),
        ("content/garden/beds/raised/img/detail.jpg", ""),
        ("content/garden/beds/raised/Plan.pdf", ""),
    ])
    .site();
    assert_eq!(names(page(&site, "")), ["logo.png"]);
    assert_eq!(names(page(&site, "beds")), ["shared.jpg"]);
    assert_eq!(names(page(&site, "beds/plain.md")), ["shared.jpg"]);
    let raised = page(&site, "beds/raised.md");
    assert_eq!(names(raised), ["Plan.pdf", "img/detail.jpg", "photo.jpg", "shared.jpg"]);
    assert_eq!(&*raised.resources[1].asset, "content/garden/beds/raised/img/detail.jpg");
    assert!(published(&site).contains(&("content/garden/beds/raised/Plan.pdf".into(), "beds/raised/Plan.pdf".into())));
    assert!(published(&site).contains(&("content/garden/logo.png".into(), "hashed".into())));
}

#[test]
fn downloads_lie_beside_their_page_whatever_its_address() {
    let site = Repository::of(&[
        ("content/garden/terms.pdf", ""),
        ("content/garden/a/index.md", "+++\npath = \"/alt/a.html\"\n+++"),
        ("content/garden/a/a.pdf", ""),
        ("content/garden/_static/robots.txt", ""),
        ("content/garden/_static/pictures/x.png", ""),
    ])
    .site();
    let expected = [
        ("content/garden/a/a.pdf", "alt/a/a.pdf"),
        ("content/garden/terms.pdf", "terms.pdf"),
        ("static:pictures/x.png", "pictures/x.png"),
        ("static:robots.txt", "robots.txt"),
    ];
    assert_eq!(published(&site), expected.map(|(key, place)| (key.into(), place.into())));
}

#[test]
fn files_of_pages_that_are_not_shown_stay_at_home() {
    let site = Repository::of(&[
        ("content/garden/a.md", ""),
        ("content/garden/b/index.md", "+++\ndraft = true\n+++"),
        ("content/garden/b/secret.jpg", ""),
        ("content/garden/c/draft.md", "+++\ndraft = true\n+++"),
        ("content/garden/c/secret.jpg", ""),
        ("content/garden/d/_index.md", "+++\ndraft = true\n+++"),
        ("content/garden/d/img/secret.jpg", ""),
        ("content/garden/open/photo.jpg", ""),
    ])
    .site();
    assert_eq!(published(&site), [("content/garden/open/photo.jpg".into(), "hashed".into())]);
}

#[test]
fn the_picture_of_a_page_is_looked_up_beside_it() {
    let image = |written: &str| {
        let text = format!("+++\nimage = \"{written}\"\n+++");
        let files = [
            ("content/garden/a/index.md", text.as_str()),
            ("content/garden/a/photo.jpg", ""),
            ("content/garden/logo.png", ""),
        ];
        page(&Repository::of(&files).site(), "a.md").image.as_deref().unwrap().to_owned()
    };
    assert_eq!(image("photo.jpg"), "content/garden/a/photo.jpg");
    assert_eq!(image("logo.png"), "content/garden/logo.png");
    assert_eq!(image("img/hero.jpg"), "theme:img/hero.jpg");
    assert_eq!(image("theme:img/hero.jpg"), "theme:img/hero.jpg");
    assert_eq!(image("https://x.de/a.jpg"), "https://x.de/a.jpg");
    assert_eq!(image("/a.jpg"), "/a.jpg");
}

#[test]
fn names_that_no_host_can_store_are_mistakes() {
    let repository = Repository::of(&[
        ("content/garden/a.md", ""),
        ("content/garden/what?.pdf", ""),
        ("content/garden/_static/aux", ""),
    ]);
    assert_eq!(repository.codes(), [Code::BadPath; 2]);
}
