//! One hostile site among many: it is reported, all others are built, in little time and memory.

use crate::farm::Farm;
use std::fmt::Write;
use std::time::{Duration, Instant};

const SITES: usize = 1500;

/// What makes the first site hostile.
type Attack = Box<dyn FnOnce(Farm) -> Farm>;

/// A fleet of 1500 small sites; the first one is what each test makes of it.
fn fleet() -> Farm {
    let mut manifest = String::from("edition = \"2026\"\n[defaults]\ntheme = \"plain\"\nlanguage = \"en\"\n");
    let farm = (0..SITES).fold(Farm::in_memory(), |farm, n| {
        writeln!(manifest, "[[site]]\nid = \"site-{n:04}\"\ntheme = \"{}\"", if n == 0 { "odd" } else { "plain" })
            .unwrap();
        farm.page(&format!("site-{n:04}/_index.md"), "Hello.").page(&format!("site-{n:04}/page.md"), "> A text.\n")
    });
    farm.file("sites.toml", manifest).file("themes/odd/theme.toml", "name = \"Odd\"\nextends = \"plain\"\n")
}

fn page(text: impl Into<String>) -> Attack {
    let text = text.into();
    Box::new(move |farm| farm.page("site-0000/page.md", &text))
}

fn template(text: &'static str) -> Attack {
    Box::new(move |farm| farm.file("themes/odd/templates/page.html", text))
}

/// A shortcode, and a page that calls it a thousand times.
fn shortcode(text: impl Into<String>) -> Attack {
    let text = text.into();
    let calls = "{{ odd() }}\n\n".repeat(1_000);
    Box::new(move |farm| farm.file("themes/odd/templates/shortcodes/odd.html", text).page("site-0000/page.md", &calls))
}

fn file(path: &'static str, text: String) -> Attack {
    Box::new(move |farm| farm.file(path, text))
}

/// `times` openings, and as many ends.
fn nested(open: &str, close: &str, times: usize) -> String {
    format!("{}{}", open.repeat(times), close.repeat(times))
}

fn hostile_texts() -> Vec<(&'static str, Attack)> {
    vec![
        ("deep quotes", page(">".repeat(2_300))),
        ("100 000 quotes", page(">".repeat(100_000))),
        ("deep elements", page("<div>".repeat(100_000))),
        ("50 000 bold words in each other", page(format!("{}x", "<b>".repeat(50_000)))),
        ("deep lists", page(format!("{}x", "- ".repeat(50_000)))),
        ("100 000 shortcodes", page("{{ no() }}\n\n".repeat(100_000))),
    ]
}

fn hostile_templates() -> Vec<(&'static str, Attack)> {
    let rounds = "{% for a in range(end=100000) %}{% for b in range(end=100000) %}{% endfor %}{% endfor %}";
    let doubling =
        "{% set_global s = \"xxxxxxxx\" %}{% for i in range(end=60) %}{% set_global s = s ~ s %}{% endfor %}{{ s }}";
    let capture = "{% set_global s = \"xxxxxxxx\" %}{% for i in range(end=60) %}\
                   {% set_global s %}{{ s }}{{ s }}{% endset %}{% endfor %}{{ s }}";
    let output = "{% for a in range(end=100000) %}{% for b in range(end=10000) %}0123456789{% endfor %}{% endfor %}";
    let slow =
        "{% for a in range(end=1000) %}{% for b in range(end=1000) %}{% set c = a ~ b %}{% endfor %}{% endfor %}";
    vec![
        ("a loop in a loop", template(rounds)),
        ("doubling", template(doubling)),
        ("a capture that grows", template(capture)),
        ("a component that calls itself", template("{% component x() %}{{ <x/> }}{% endcomponent %}{{ <x/> }}")),
        ("endless output", template(output)),
        ("slow shortcodes", shortcode(slow)),
        ("long shortcodes", shortcode("0123456789".repeat(1_000_000))),
    ]
}

fn hostile_files() -> Vec<(&'static str, Attack)> {
    let picture: Attack = Box::new(|farm| {
        farm.file("content/site-0000/bomb/photo.png", crate::mistakes::png_header(60_000, 60_000))
            .page("site-0000/bomb/index.md", "![x](photo.png)")
    });
    let drawing = format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{}</svg>", nested("<g>", "</g>", 100_000));
    vec![
        ("a picture of 3 600 000 000 pixels", picture),
        ("a drawing of 100 000 groups in each other", file("content/site-0000/deep.svg", drawing)),
        ("styles in each other", file("themes/odd/assets/deep.css", nested("a {", "}", 10_000))),
        ("a YAML bomb", file("content/site-0000/_data/bomb.yaml", crate::mistakes::yaml_bomb())),
        ("lists in lists in JSON", file("content/site-0000/_data/deep.json", nested("[", "]", 100_000))),
        (
            "lists in lists in TOML",
            file("content/site-0000/_data/deep.toml", format!("a = {}", nested("[", "]", 100_000))),
        ),
    ]
}

#[test]
fn one_hostile_site_of_each_kind_harms_no_other() {
    let farm = fleet();
    let calm = peak(&farm);
    let mut farm = farm;
    let mut faults = Vec::new();
    let attacks = hostile_texts().into_iter().chain(hostile_templates()).chain(hostile_files());
    for (what, attack) in attacks {
        farm = attack(clean(farm));
        let start = Instant::now();
        let (code, said, memory) = peak(&farm);
        let took = start.elapsed();
        let summary = said.lines().last().unwrap_or_default();
        if code != 1 || !summary.contains("1 499 of 1 500 sites built") {
            faults.push(format!("{what}: exit code {code}, {summary}"));
        }
        if took > Duration::from_secs(10) || memory > calm.2 + 300.0 {
            faults.push(format!("{what}: {took:?}, {memory} MiB against {} MiB", calm.2));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_film_of_600_megabytes_costs_little_memory() {
    let farm = Farm::new().site("cinema").page("cinema/film/index.md", "[The film](film.mp4)");
    let farm = farm.file("content/cinema/film/film.mp4", "short");
    let calm = peak(&farm);
    let farm = farm.with(|root| {
        let film = std::fs::File::create(root.join("content/cinema/film/film.mp4")).unwrap();
        film.set_len(600 << 20).unwrap();
    });
    let long = peak(&farm);
    assert_eq!((calm.0, long.0), (0, 0), "{}", long.1);
    assert!(long.2 < calm.2 + 60.0, "{} MiB against {} MiB", long.2, calm.2);
}

/// The fleet without the attack before.
fn clean(farm: Farm) -> Farm {
    let gone = ["themes/odd/templates", "themes/odd/assets", "content/site-0000", ".hectare", "dist"];
    farm.with(|root| gone.iter().for_each(|path| drop(std::fs::remove_dir_all(root.join(path)))))
        .page("site-0000/_index.md", "Hello.")
        .page("site-0000/page.md", "> A text.\n")
}

/// Exit code, what was said, and the most memory that the program held, in MiB.
fn peak(farm: &Farm) -> (i32, String, f64) {
    let output = farm.place("output.txt");
    let mut command = farm.command("build");
    let file = std::fs::File::create(&output).unwrap();
    let mut child = command.stdout(file.try_clone().unwrap()).stderr(file).spawn().unwrap();
    let mut most = 0.0;
    let status = loop {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        most =
            line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok()).map_or(most, |kib| kib / 1024.0);
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    (status.code().unwrap_or(-1), std::fs::read_to_string(output).unwrap(), most)
}
