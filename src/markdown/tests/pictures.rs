//! Pictures with their size, figures, and pictures that are missing.

use super::desk::{Desk, told};

#[test]
fn a_picture_knows_its_size_and_only_the_first_is_loaded_at_once() {
    let html = Desk::new().html("![Ein \"Beet\"](photo.jpg) ![](shared.png \"T\")");
    let expected = "<p><img src=\"/_a/photo.0a1b.jpg\" alt=\"Ein „Beet“\" width=\"800\" height=\"600\" decoding=\"async\"> \
                    <img src=\"/_a/shared.0a1b.png\" alt=\"\" title=\"T\" width=\"16\" height=\"9\" loading=\"lazy\" decoding=\"async\"></p>\n";
    assert_eq!(html, expected);
}

#[test]
fn a_picture_alone_with_a_title_is_a_figure() {
    let html = Desk::new().plain().html("![A](photo.jpg \"Das <Beet>\")\n");
    let expected = "<figure><img src=\"/_a/photo.0a1b.jpg\" alt=\"A\" width=\"800\" height=\"600\" decoding=\"async\">\
                    <figcaption>Das &lt;Beet&gt;</figcaption></figure>\n";
    assert_eq!(html, expected);
    assert!(!Desk::new().html("![A](photo.jpg)").contains("figure"));
    assert!(!Desk::new().html("![A](photo.jpg \"T\") Text").contains("figure"));
}

#[test]
fn a_picture_of_another_site_is_kept() {
    let html = Desk::new().html("![A](https://b.example/x.png)");
    assert_eq!(html, "<p><img src=\"https://b.example/x.png\" alt=\"A\" decoding=\"async\"></p>\n");
}

#[test]
fn a_picture_that_does_not_exist_is_reported() {
    let written = Desk::new().write("Hier: ![A](foto.jpg)");
    assert_eq!(
        told(&written),
        ["H0303 5:12+8 there is no file `foto.jpg` beside this page (did you mean `photo.jpg`?)"]
    );
}

#[test]
fn a_picture_with_content_in_its_address_is_left_out() {
    let written = Desk::new().write("![A <b>](data:image/png;base64,x)");
    assert_eq!(written.text.html, "<p>A </p>\n");
    assert!(told(&written)[0].starts_with("H0303 5:10+"), "{:?}", told(&written));
}

#[test]
fn alternative_text_is_plain_and_escaped() {
    let html = Desk::new().html("![a *b* `c\"` ![d](x.png) &quot;>](photo.jpg)");
    assert!(html.contains(" alt=\"a b c&quot; d &quot;&gt;\""), "{html}");
}
