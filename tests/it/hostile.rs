//! One hostile site among many: it is reported, all others are built, in little time and memory.

use crate::farm::Farm;
use std::fmt::Write;
use std::time::{Duration, Instant};

const SITES: usize = 1500;

/// Attacks on other programs that are only text to this one.
const HARMLESS: [&str; 1] = ["deep brackets"];

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

#[test]
fn one_hostile_site_of_each_kind_harms_no_other() {
    let farm = fleet();
    let template = |text: &str| {
        let text = text.to_owned();
        move |farm: Farm| farm.file("themes/odd/templates/page.html", &text)
    };
    let page = |text: String| move |farm: Farm| farm.page("site-0000/page.md", &text);
    let attacks: Vec<(&str, Attack)> = vec![
        ("deep quotes", Box::new(page(">".repeat(2_300)))),
        ("100 000 quotes", Box::new(page(">".repeat(100_000)))),
        ("deep elements", Box::new(page("<div>".repeat(100_000)))),
        ("deep lists", Box::new(page("- ".repeat(50_000) + "x"))),
        ("deep brackets", Box::new(page("[".repeat(50_000)))),
        (
            "a loop in a loop",
            Box::new(template(
                "{% for a in range(end=100000) %}{% for b in range(end=100000) %}{% endfor %}{% endfor %}",
            )),
        ),
        (
            "doubling",
            Box::new(template(
                "{% set_global s = \"xxxxxxxx\" %}{% for i in range(end=60) %}{% set_global s = s ~ s %}{% endfor %}{{ s }}",
            )),
        ),
        (
            "endless output",
            Box::new(template(
                "{% for a in range(end=100000) %}{% for b in range(end=10000) %}0123456789{% endfor %}{% endfor %}",
            )),
        ),
        (
            "a picture of 3 600 000 000 pixels",
            Box::new(|farm| {
                farm.file("content/site-0000/bomb/photo.png", crate::mistakes::png_header(60_000, 60_000))
                    .page("site-0000/bomb/index.md", "![x](photo.png)")
            }),
        ),
        ("a YAML bomb", Box::new(|farm| farm.file("content/site-0000/_data/bomb.yaml", crate::mistakes::yaml_bomb()))),
    ];
    let calm = peak(&farm);
    let mut farm = farm;
    for (what, attack) in attacks {
        farm = attack(clean(farm));
        let start = Instant::now();
        let (code, summary, memory) = peak(&farm);
        let (ends, built) = match HARMLESS.contains(&what) {
            true => (0, "1 500 sites built"),
            false => (1, "1 499 of 1 500 sites built"),
        };
        assert_eq!(code, ends, "{what}: the site is reported\n{summary}");
        assert!(summary.contains(built), "{what}: the others are built\n{summary}");
        assert!(start.elapsed() < Duration::from_secs(10), "{what}: took {:?}", start.elapsed());
        assert!(memory <= calm.2 + 300.0, "{what}: {memory} MiB against {} MiB", calm.2);
    }
}

/// The fleet without the attack before.
fn clean(farm: Farm) -> Farm {
    let gone = ["themes/odd/templates", "content/site-0000/_data", "content/site-0000/bomb", ".hectare", "dist"];
    farm.with(|root| gone.iter().for_each(|path| drop(std::fs::remove_dir_all(root.join(path)))))
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
