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
    assert_eq!(image("./photo.jpg"), "content/garden/a/photo.jpg");
    assert_eq!(image("/img/a.jpg"), "static:img/a.jpg");
}

#[test]
fn a_picture_that_is_not_there_is_told_where_it_is_named() {
    let told = |written: &str| {
        let text = format!("+++\ntitle = \"A\"\nimage = \"{written}\"\n+++");
        let repository = Repository::of(&[
            ("content/garden/a/index.md", &text),
            ("content/garden/a/photo.jpg", ""),
            ("content/garden/a/plan.pdf", ""),
            ("content/garden/_static/img/logo.png", ""),
        ]);
        let [fault] = repository.dead_pictures().try_into().unwrap();
        assert_eq!(fault.code, Code::DeadFile);
        assert_eq!(fault.place.unwrap().to_string(), "content/garden/a/index.md:3:1");
        format!("{} ({})", fault.message, fault.hint.unwrap_or_default())
    };
    assert_eq!(told("foto.jpg"), "there is no picture `foto.jpg` (did you mean `photo.jpg`?)");
    assert_eq!(told("img/logo.png"), "there is no picture `img/logo.png` (did you mean `/img/logo.png`?)");
    assert_eq!(told("/hero.png"), "there is no picture `/hero.png` (put it into a layer's folder `_static/hero.png`)");
    assert_eq!(told("plan.pdf"), "`plan.pdf` is not a picture (name a picture, such as a JPEG or PNG file)");
    assert_eq!(
        told("https://x.de/a.jpg"),
        "the picture `https://x.de/a.jpg` lies on another server (put the file beside the page and write its name, so \
         that visitors ask no other server)"
    );
}

#[test]
fn a_picture_that_a_section_hands_down_is_told_in_the_section() {
    let section = "+++\n[cascade]\nimage = \"gone.jpg\"\n+++";
    let faults =
        Repository::of(&[("content/garden/b/_index.md", section), ("content/garden/b/c.md", "")]).dead_pictures();
    let places: Vec<_> = faults.into_iter().map(|fault| fault.place.unwrap().to_string()).collect();
    assert_eq!(places, ["content/garden/b/_index.md:3:1"]);
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
