//! Sheets, contexts and the order of templates.

use super::garden::{ABOUT, BEDS, GARDEN, HOME, TAGS, WOOD, compile, html, print, print_with, sheet, site, site_with};
use crate::diag::Code;
use crate::markdown::fragment;
use crate::model::{Digest, Minify, Route, Site, UrlStyle};
use crate::render::{Engine, Press, SheetKind};
use crate::theme;
use crate::world::Memory;
use std::sync::Arc;

const NOT_FOUND: &str = "{{ head() }}{% for t in terms(taxonomy=\"tags\", page=page.key) %}x{% endfor %}{{ breadcrumbs() | length }}\
                         {{ related() | length }}{{ menu(name=\"main\") | length }}{{ feeds() | length }}\
                         {{ paginator()[\"pages\"] | length }}{{ page.kind }}";
const ALL: [(&str, &str); 4] = [("home.html", "h"), ("section.html", "s"), ("page.html", "p"), ("404.html", NOT_FOUND)];

fn press(site: Site, templates: &[(&str, &str)]) -> Press {
    Press::new(Arc::new(site), compile(templates).unwrap())
}

fn body(press: &Press, at: usize) -> String {
    html(press.print(&press.sheets()[at]).unwrap())
}

#[test]
fn every_page_is_a_sheet_and_404_is_the_last() {
    let press = press(site(), &ALL);
    let outs: Vec<_> = press.sheets().iter().map(|sheet| sheet.out.to_string()).collect();
    assert_eq!(
        outs,
        [
            "index.html",
            "about/index.html",
            "garden/index.html",
            "garden/beds/index.html",
            "garden/soil/index.html",
            "topics/index.html",
            "topics/wood/index.html",
            "garden/tools/index.html",
            "garden/tools/spade/index.html",
            "404.html",
        ]
    );
}

#[test]
fn a_list_is_cut_if_its_template_asks_for_the_parts() {
    let paged = |style| {
        let mut site = site_with(|spec| spec.settings.url_style = style);
        site.pages[GARDEN.index()].paginate = 1;
        site.pages[WOOD.index()].paginate = 1;
        site
    };
    let list = "{% set p = paginator() %}{{ p.number }}/{{ p.total }} {% for x in p.pages %}{{ x.title }}{% endfor %} {{ p.previous }} {{ p.next }} \
                {{ p.first }} {{ p.last }}{% for n in p.numbers %} {{ n.number }}{{ n.current }}{% endfor %}";
    let templates = [
        ("home.html", ""),
        ("section.html", "{% include \"list.html\" %}"),
        ("list.html", list),
        ("page.html", ""),
        ("term.html", ""),
    ];
    let press = press(paged(UrlStyle::Slash), &templates);
    let outs: Vec<_> =
        press.sheets().iter().map(|sheet| sheet.route.to_string()).filter(|route| route.contains("/page/")).collect();
    assert_eq!(outs, ["/garden/page/2/"], "the template of terms does not ask for parts");
    assert_eq!(body(&press, 2), "1/2 Ächte Soil  /garden/page/2/ /garden/ /garden/page/2/ 1true 2false");
    assert_eq!(body(&press, 3), "2/2 Beds /garden/  /garden/ /garden/page/2/ 1false 2true");
    let plain = self::press(paged(UrlStyle::Plain), &templates);
    assert!(plain.sheets().iter().any(|sheet| sheet.out.as_str() == "garden/page/2.html"));
    let mut file = paged(UrlStyle::Slash);
    file.pages[GARDEN.index()].route = Route::verbatim("/garden.html");
    let file = Press::new(Arc::new(file), compile(&templates).unwrap());
    assert!(file.sheets().iter().any(|sheet| sheet.out.as_str() == "garden/page/2/index.html"));
}

#[test]
fn the_template_follows_the_kind_and_falls_back_to_the_section() {
    let templates =
        [("section.html", "s"), ("page.html", "p"), ("term.html", "t"), ("landing.html", "l {{ page.template }}")];
    let print = |site, page| print_with(site, &templates, page).unwrap();
    assert_eq!([HOME, GARDEN, BEDS, TAGS, WOOD].map(|page| print(site(), page)), ["s", "s", "p", "s", "t"]);
    let mut site = site();
    site.pages[BEDS.index()].template = Some("landing.html".into());
    assert_eq!(print(site, BEDS), "l landing.html");
}

#[test]
fn a_page_sees_itself_the_site_and_the_tokens() {
    let template = "{{ page.kind }} {{ page.key }} {{ page.title }} {{ page.description }} {{ page.url }} {{ page.permalink }} {{ page.date }} \
        {{ page.author }} {{ page.image.url }} {{ page.summary }} {{ page.plain_summary }} {{ page.content }} {{ page.toc[0].id }} {{ page.words }} \
        {{ page.reading_minutes }} {{ page.weight }} {{ page.template }} {{ site.id }} {{ site.title }} {{ site.language }} {{ site.base_url }} \
        {{ site.url }} {{ site.author }} {{ tokens.accent }} {{ tokens.font }}";
    assert_eq!(
        print(template, BEDS),
        "page garden/beds.md Beds How to build &lt;raised&gt; beds /garden/beds/ https://garden.example/garden/beds/ \
        2026-03-01T00:00:00+00:00 Flora /garden/beds/bed.jpg <p>Beds</p> A text about Beds <p>All about Beds.</p> why 250 2 2 page.html garden The Garden en \
        https://garden.example / Flora #0a7d55 Inter"
    );
}

#[test]
fn tokens_that_no_theme_declares_are_told_with_a_suggestion() {
    let engine = compile(&ALL).unwrap();
    let check = |name: &str| {
        let site = site_with(|spec| drop(spec.tokens.insert(name.to_owned(), "x".to_owned())));
        theme::check_tokens(&site.spec, engine.theme())
    };
    assert!(check("font").is_empty());
    assert_eq!(
        (check("acent")[0].code, check("acent")[0].hint.as_deref()),
        (Code::UnknownToken, Some("did you mean `accent`?"))
    );
    assert_eq!(check("margin")[0].hint.as_deref(), Some("its tokens are `accent` and `font`"));
}

#[test]
fn the_page_that_is_not_there_is_hidden_from_search_engines() {
    let press = press(site(), &ALL);
    let last = press.sheets().len() - 1;
    assert_eq!(press.sheets()[last].kind, SheetKind::NotFound);
    let text = body(&press, last);
    assert!(
        text.contains("<meta name=\"robots\" content=\"noindex\">")
            && text.ends_with("10310404")
            && !text.contains("canonical"),
        "{text}"
    );
    let without = self::press(site(), &ALL[..3]);
    let found = without.print(&without.sheets()[last]).unwrap_err();
    assert_eq!(found[0].code, Code::TemplateMissing);
}

#[test]
fn two_runs_and_two_threads_print_the_same_bytes() {
    let template = "{{ head() }}{% for k, g in pages(kind=\"any\") | group_by(attribute=\"kind\") %}{{ k }}{{ g | length }}{% endfor %}\
                    {% for k, v in page %}{{ k }}{% endfor %}{{ {\"z\": 1, \"a\": 2} }}{{ data(name=\"prices\") }}";
    let templates = [("section.html", template), ("page.html", template), ("404.html", template)];
    let digests = || -> Vec<Digest> {
        let press = press(site(), &templates);
        press.sheets().iter().map(|sheet| press.print(sheet).unwrap().artifact.digest).collect()
    };
    let first = digests();
    assert!((0..10).all(|_| digests() == first));
    let press = press(site(), &templates);
    std::thread::scope(|scope| {
        let all = || press.sheets().iter().map(|sheet| press.print(sheet).unwrap().artifact.digest).collect::<Vec<_>>();
        let (one, two) = (scope.spawn(all), scope.spawn(all));
        assert_eq!((one.join().unwrap(), two.join().unwrap()), (first.clone(), first.clone()));
    });
}

#[test]
fn templates_are_found_in_overrides_then_the_theme_then_its_parents() {
    let files = Memory::new();
    files.put(
        "themes/base/templates/page.html",
        "base[{% block main %}{{ page.title }}{% endblock %}{% include \"foot.html\" %}]",
    );
    files.put("themes/base/templates/foot.html", "base foot");
    files.put("themes/journal/theme.toml", "extends = \"base\"");
    files.put(
        "themes/journal/templates/page.html",
        "{% extends \"base/page.html\" %}{% block main %}journal {{ super() }}{% endblock %}",
    );
    files.put("themes/journal/templates/foot.html", " journal foot");
    files.put(
        "content/garden/_theme/templates/page.html",
        "{% extends \"journal/page.html\" %}{% block main %}layer {{ super() }}{% endblock %}",
    );
    let print = |layers: &[&str]| {
        let layers: Vec<String> = layers.iter().map(ToString::to_string).collect();
        let theme = theme::load(&files, "themes", "content", "journal", &layers).value.unwrap();
        let engine = Arc::new(Engine::compile(theme, true, fragment).value.unwrap());
        let site = site();
        let sheet = sheet(&site, ABOUT);
        html(Press::new(Arc::new(site), engine).print(&sheet).unwrap())
    };
    assert_eq!(print(&[]), "base[journal About journal foot]");
    assert_eq!(print(&["garden"]), "base[layer journal About journal foot]");
}

#[test]
fn a_full_name_finds_what_the_theme_inherits_and_never_what_overrides_it() {
    let files = Memory::new();
    files.put(
        "themes/base/templates/page.html",
        "base[{% block main %}{% endblock %}{% include \"journal/foot.html\" %}]",
    );
    files.put("themes/base/templates/foot.html", "base foot");
    files.put("themes/journal/theme.toml", "extends = \"base\"");
    files.put("themes/leaf/theme.toml", "extends = \"journal\"");
    files.put("themes/leaf/templates/foot.html", "leaf foot");
    files.put("content/garden/_theme/templates/foot.html", "layer foot");
    let layer = "{% extends \"leaf/page.html\" -%}{% block main %}layer {% endblock %}";
    files.put("content/garden/_theme/templates/page.html", layer);
    let compile = || {
        let theme = theme::load(&files, "themes", "content", "leaf", &["garden".to_owned()]).value.unwrap();
        Engine::compile(theme, true, fragment)
    };
    let engine = Arc::new(compile().value.unwrap());
    let mut site = site();
    site.pages[BEDS.index()].template = Some("leaf/page.html".into());
    let (about, beds) = (sheet(&site, ABOUT), sheet(&site, BEDS));
    let press = Press::new(Arc::new(site), engine);
    assert_eq!(html(press.print(&about).unwrap()), "base[layer base foot]");
    assert_eq!(html(press.print(&beds).unwrap()), "base[base foot]", "front matter finds it, too");
    files.put("content/garden/_theme/templates/page.html", "x\n{% extends \"base/foto.html\" %}");
    let found = compile().diagnostics;
    assert_eq!(found[0].message, "there is no template `base/foto.html`", "a parent has nothing of its children");
    files.put(
        "content/garden/_theme/templates/page.html",
        "{% extends \"leaf/page.html\" %}\n{% block main %}{{ page.x | uper }}{% endblock %}",
    );
    let place = compile().diagnostics[0].place.clone().unwrap();
    assert_eq!(place.to_string(), "content/garden/_theme/templates/page.html:2:29");
}

#[test]
fn a_finished_page_is_minified_where_the_site_asks_for_it() {
    let full = |text: &str, nesting| {
        let site = site_with(|spec| {
            spec.settings.minify = Minify::Full;
            spec.settings.limits.nesting = nesting;
        });
        let sheet = sheet(&site, BEDS);
        let press = press(site, &[("page.html", text)]);
        (html(press.print(&sheet).unwrap()), press.remarks())
    };
    let (made, remarks) =
        full("<!doctype html><html><head><title>x</title></head><body><p>  a  b </p></body></html>", 100);
    assert_eq!(
        made,
        "<!doctypehtml><html><head><title>x</title></head><body><p>a b</p></body></html>"
            .replace("doctypehtml", "doctype html")
    );
    assert!(remarks.is_empty());
    let (made, remarks) = full(&"<div>  x".repeat(5), 4);
    assert_eq!((made, remarks[0].code), ("<div>  x".repeat(5), Code::TemplateLimit));
    let (made, remarks) = full("<table><tr><td>a<td>b</table>  <p>c</p>", 100);
    assert!(made.contains("</table>  <p>") && remarks[0].message.contains("end tags"));
}
