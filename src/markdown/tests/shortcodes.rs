//! Calls of shortcodes, with and without a text of their own.

use super::desk::{Desk, told};

#[test]
fn a_shortcode_alone_stands_without_a_paragraph() {
    assert_eq!(Desk::new().html("a\n\n{{ x(k=\"v\") }}\n\nb"), "<p>a</p>\n<x-x {\"k\":\"v\"}></x-x>\n<p>b</p>\n");
    assert_eq!(Desk::new().html("a {{ x() }} b"), "<p>a <x-x {}></x-x> b</p>\n");
}

#[test]
fn arguments_keep_their_types() {
    let html = Desk::new().html("{{ x(a='it\\'s', b=-3, c=1.5, d=true, e=[\"f\", [1, 2], ], g = \"}}\\n\",) }}");
    assert_eq!(
        html.trim_end(),
        "<x-x {\"a\":\"it's\",\"b\":-3,\"c\":1.5,\"d\":true,\"e\":[\"f\",[1,2]],\"g\":\"}}\\n\"}></x-x>"
    );
}

#[test]
fn the_body_is_markdown_and_stays_inline_on_one_line() {
    assert_eq!(Desk::new().html("a {% x() %}*b*{% end %} c"), "<p>a <x-x {}><em>b</em></x-x> c</p>\n");
    let html = Desk::new().html("{% x() %}\n## Wo\n\n- b [c](@/garden/soil.md)\n\n{{ y() }}\n{% end %}\n\n## Wo");
    let inner = "<h2 id=\"wo\">Wo</h2>\n<ul>\n<li>b <a href=\"/garden/soil/\">c</a></li>\n</ul>\n<x-y {}></x-y>\n";
    assert_eq!(html, format!("<x-x {{}}>{inner}</x-x>\n<h2 id=\"wo-2\">Wo</h2>\n"));
}

#[test]
fn shortcodes_nest() {
    let html = Desk::new().html("{% a() %}\n{% b() %}\nc {% d() %}e{% end %}\n{% end %}\n{% end %}");
    assert_eq!(html, "<x-a {}><x-b {}><p>c <x-d {}>e</x-d></p>\n</x-b>\n</x-a>\n");
}

#[test]
fn shortcodes_are_text_in_code_and_after_a_backslash() {
    assert_eq!(Desk::new().html("`{{ x() }}` \\{{ x() }}"), "<p><code>{{ x() }}</code> {{ x() }}</p>\n");
    assert_eq!(
        Desk::new().html("```\n{% x() %}\n```\n\n{{ y() }}"),
        "<pre><code>{% x() %}\n</code></pre>\n<x-y {}></x-y>\n"
    );
    assert_eq!(Desk::new().html("a\n\n    {{ x() }}\n"), "<p>a</p>\n<pre><code>{{ x() }}\n</code></pre>\n");
}

#[test]
fn shortcodes_stand_in_html_lists_tables_and_headings() {
    assert_eq!(Desk::new().html("<div>{{ x() }}</div>\n"), "<div><x-x {}></x-x></div>\n");
    assert_eq!(Desk::new().without_html().html("<i>{{ x() }}"), "<p>&lt;i&gt;<x-x {}></x-x></p>\n");
    assert_eq!(Desk::new().html("- {{ x() }}\n"), "<ul>\n<li><x-x {}></x-x></li>\n</ul>\n");
    assert!(Desk::new().html("| a |\n|---|\n| {{ x() }} |").contains("<td><x-x {}></x-x></td>"));
    let written = Desk::new().write("## Neu {{ x() }} hier\n");
    assert_eq!(written.text.headings[0].title, "Neu  hier");
    assert_eq!(Desk::new().html("<!-- {{ x() }} -->"), "<!-- <x-x {}></x-x> -->");
}

#[test]
fn faults_are_told_where_they_are() {
    let fault = |markdown: &str| {
        let told = told(&Desk::new().write(markdown));
        assert_eq!(told.len(), 1, "{told:?}");
        told[0].strip_prefix("H0305 5:").unwrap().to_owned()
    };
    assert!(fault("a {{ b }}").starts_with("8+1 `(` is missing after `b` (write `{{ b() }}`)"));
    assert!(fault("{{ 1 }}").starts_with("4+1 a shortcode begins with its name"));
    assert!(fault("{{ b(c) }}").starts_with("7+1 an argument is a name, `=` and a value"));
    assert!(fault("{{ b(c=d) }}").starts_with("8+1 `d` is not a value"));
    assert!(fault("{{ b(c=) }}").starts_with("8+1 a value is missing"));
    assert!(fault("{{ b(c=\"d) }}").starts_with("8+1 a text without an end"));
    assert!(fault("{{ b(c=1 d=2) }}").starts_with("10+1 `,` or `)` is missing"));
    assert!(fault("{{ b(c=1, c=2) }}").starts_with("11+1 `c` is given twice"));
    assert!(fault("{{ b() }").starts_with("8+1 `}}` is missing"));
    assert!(fault("{% b() %} x").starts_with("1+9 `b` is never ended"));
    assert!(fault("x {% end %}").starts_with("3+9 `{% end %}` ends nothing"));
    assert!(fault("x {{ missing() }}").starts_with("3+15 there is no shortcode `missing`"));
    assert!(fault("[x]({{ b() }})").starts_with("5+9 a shortcode cannot stand here (to make a link or a picture, "));
    assert!(fault("![{{ b() }}](photo.jpg)").starts_with("3+9 a shortcode cannot stand here"));
}

#[test]
fn a_box_in_the_middle_of_a_paragraph_is_told() {
    let told = |markdown: &str| told(&Desk::new().write(markdown));
    let message = "makes a `<aside>`, which cannot stand in a paragraph (put it on a line of its own, with blank lines around it)";
    assert_eq!(told("Text {{ box() }} more."), [format!("H0305 5:6+11 `box` {message}")]);
    assert_eq!(told("Text\n{% box() %}\na\n{% end %}"), [format!("H0305 6:1+11 `box` {message}")]);
    for sound in [
        "a\n\n{{ box() }}\n\nb",
        "{{ box() }} {{ box() }}",
        "- {{ box() }}",
        "a {{ x() }} b",
        "| a |\n|---|\n| x {{ box() }} |",
    ] {
        assert_eq!(told(sound), [] as [String; 0], "{sound}");
    }
}

#[test]
fn shortcodes_in_shortcodes_have_an_end() {
    let markdown = format!("{}x{}", "{% a() %}".repeat(30), "{% end %}".repeat(30));
    let written = Desk::new().write(&markdown);
    assert!(told(&written)[0].contains("shortcodes are nested too deeply"), "{:?}", told(&written));
}

#[test]
fn what_stands_for_a_shortcode_cannot_be_forged() {
    let html = Desk::new().html("\u{fdd0} &#xfdd0; `\u{fdd0}` [a](/\u{fdd0}) {{ x() }}");
    assert_eq!(html.matches("<x-x").count(), 1);
    assert_eq!(Desk::new().html("\u{fdd0}"), "<p>\u{fdd0}</p>\n");
}
