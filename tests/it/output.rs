//! What is built: paths, lists, feeds, redirects, headers, assets.

use crate::farm::Farm;

fn blog() -> Farm {
    let farm = Farm::new().site("blog").page("blog/posts/_index.md", "+++\ntitle = \"Posts\"\npaginate = 2\n+++\n");
    (1..=5).fold(farm, |farm, n| {
        let text = format!(
            "+++\ntitle = \"Post {n}\"\ndate = 2026-01-0{n}\ntags = [\"Garten\", \"Nr {n}\"]\n+++\nText number {n}.\n"
        );
        farm.page(&format!("blog/posts/post-{n}.md"), &text)
    })
}

#[test]
fn pages_sections_terms_and_lists_have_clean_paths() {
    let run = blog().run("build").ends(0);
    for path in [
        "index.html",
        "404.html",
        "posts/index.html",
        "posts/page/2/index.html",
        "posts/page/3/index.html",
        "posts/post-1/index.html",
        "tags/index.html",
        "tags/garten/index.html",
        "tags/nr-5/index.html",
        "atom.xml",
        "posts/atom.xml",
        "sitemap.xml",
        "robots.txt",
        "_headers",
    ] {
        assert!(run.dist.has(&format!("blog/{path}")), "{path} is missing: {:#?}", run.dist.paths());
    }
    let first = run.text("blog/posts/index.html");
    assert!(
        first.contains("Post 5") && first.contains("Post 4") && !first.contains("Post 3"),
        "newest first, two a page"
    );
    assert!(first.contains("href=\"/posts/post-5/\""));
}

#[test]
fn urls_can_do_without_the_slash() {
    let run = Farm::new()
        .site_with("blog", "url_style = \"/about\"")
        .page("blog/about.md", "See [home](@/_index.md).")
        .run("build")
        .ends(0);
    assert!(run.dist.has("blog/about.html") && !run.dist.has("blog/about/index.html"));
    assert!(
        run.text("blog/about.html").contains("href=\"https://blog.example/about\""),
        "the canonical address has none either"
    );
}

#[test]
fn a_site_that_is_broken_in_the_manifest_hides_no_other() {
    let farm = Farm::new().site_with("blog", "tags = [\"x\"]").site_with("broken", "paginate = \"ten\"");
    for words in ["build", "build --site b*", "build --site blog --site broken", "build --tag x", "build --shard 1/1"] {
        let run = farm.run(words).ends(1);
        assert!(run.dist.has("blog/index.html") && run.stderr.contains("H0103"), "{words}: {}", run.stderr);
        assert!(run.stdout.contains("1 of 2 sites "), "{words}: {}", run.stdout);
    }
    assert!(farm.run("build --site blog").ends(0).stderr.is_empty());
    let codes = [1, 2, 3].map(|shard| farm.run(&format!("build --shard {shard}/3")).code);
    assert_eq!(codes.iter().sum::<i32>(), 1, "one shard reports it: {codes:?}");
    let run = farm.run("build --group gone").ends(1);
    assert!(run.stderr.contains("no site is in the group `gone`"), "{}", run.stderr);
}

#[test]
fn later_layers_win_by_path() {
    let run = Farm::new()
        .site_with("blog", "content = [\"shared\", \"blog\"]")
        .page("shared/about.md", "From the niche.")
        .page("shared/imprint.md", "From the niche.")
        .page("blog/about.md", "From the site.")
        .run("build")
        .ends(0);
    assert!(run.text("blog/about/index.html").contains("From the site."));
    assert!(run.text("blog/imprint/index.html").contains("From the niche."));
}

#[test]
fn a_layer_can_override_one_block_of_a_template() {
    let run = Farm::new()
        .site("plain")
        .site("odd")
        .file(
            "content/odd/_theme/templates/page.html",
            "{% extends \"plain/layout.html\" %}{% block list %}<p>Our own words</p>{% endblock list %}",
        )
        .page("odd/about.md", "x")
        .page("plain/about.md", "x")
        .run("build")
        .ends(0);
    assert!(run.text("odd/about/index.html").contains("Our own words"));
    assert!(!run.text("plain/about/index.html").contains("Our own words"));
}

#[test]
fn drafts_and_dates_decide_what_is_published() {
    let farm = Farm::new()
        .site("blog")
        .page("blog/draft.md", "+++\ntitle = \"Draft\"\ndraft = true\n+++\n")
        .page("blog/later.md", "+++\ntitle = \"Later\"\npublish = 2026-06-01\n+++\n")
        .page("blog/over.md", "+++\ntitle = \"Over\"\nexpire = 2026-03-01\n+++\n");
    let has = |words: &str| {
        let dist = farm.run(words).ends(0).dist;
        ["draft", "later", "over"].map(|page| dist.has(&format!("blog/{page}/index.html")))
    };
    assert_eq!(has("build --now 2026-02-01"), [false, false, true]);
    assert_eq!(has("build --now 2026-07-01"), [false, true, false]);
    assert_eq!(has("build --now 2026-02-01 --drafts"), [true, true, true]);
}

#[test]
fn old_addresses_keep_working() {
    let run = Farm::new()
        .site("shop")
        .page("shop/ueber.md", "+++\ntitle = \"Über uns\"\naliases = [\"/2019/05/über-uns/\", \"/about.php\"]\n+++\n")
        .run("build")
        .ends(0);
    let rules = run.text("shop/_redirects");
    assert!(
        rules.contains("/2019/05/%C3%BCber-uns/ /ueber/ 301") && rules.contains("/about.php /ueber/ 301"),
        "{rules}"
    );
    assert!(
        run.text("shop/2019/05/über-uns/index.html").contains("url=/ueber/"),
        "hosts without rules get a page that forwards"
    );
}

#[test]
fn every_feed_is_announced_and_every_announced_feed_exists() {
    let run = blog()
        .append("sites.toml", "taxonomies = [{ name = \"tags\", feed = true }]\n")
        .page("blog/notes/_index.md", "Nothing here has a date.\n")
        .page("blog/notes/one.md", "A note.\n")
        .page("blog/news/2026/_index.md", "Only this folder has a dated page.\n")
        .page("blog/news/2026/may.md", "+++\ndate = 2026-05-01\n+++\nNews.\n")
        .page("blog/flat/_index.md", "+++\npath = \"/flat.html\"\n+++\n")
        .page("blog/flat/one.md", "+++\ndate = 2026-05-02\n+++\nText.\n")
        .site("quiet")
        .run("build")
        .ends(0);
    let paths = run.dist.paths();
    let pages = paths.iter().filter(|path| path.ends_with(".html")).map(|path| (path, run.text(path)));
    let mut announced: Vec<String> = pages
        .flat_map(|(path, text)| {
            let site = path.split('/').next().unwrap().to_owned();
            let links = text.split("<link rel=\"alternate\"").skip(1).map(|link| link.split("href=\"").nth(1).unwrap());
            links.map(|link| format!("{site}{}", link.split('"').next().unwrap())).collect::<Vec<_>>()
        })
        .collect();
    announced.sort_unstable();
    announced.dedup();
    let made: Vec<_> = paths.iter().filter(|path| path.ends_with("atom.xml")).map(|path| (*path).to_owned()).collect();
    assert_eq!(announced, made);
    assert!(made.contains(&"blog/news/atom.xml".to_owned()), "the section above a folder with news: {made:#?}");
    assert!(made.contains(&"blog/flat/atom.xml".to_owned()) && made.contains(&"blog/tags/garten/atom.xml".to_owned()));
    assert!(!made.iter().any(|feed| feed.starts_with("quiet/") || feed.contains("notes")), "{made:#?}");
}

#[test]
fn umlauts_become_the_addresses_that_wordpress_made() {
    let run = Farm::new()
        .site("blog")
        .page("blog/Größe & Maß.md", "## Übersicht der Maße\n")
        .page("blog/old.md", "+++\npath = \"/alte-seite.html\"\n+++\n[x](<@/Größe & Maß.md#uebersicht-der-masse>)\n")
        .run("build")
        .ends(0);
    assert!(run.dist.has("blog/groesse-mass/index.html"), "{:#?}", run.dist.paths());
    assert!(run.text("blog/groesse-mass/index.html").contains("id=\"uebersicht-der-masse\""));
    assert!(run.text("blog/alte-seite.html").contains("/groesse-mass/#uebersicht-der-masse"));
}

#[test]
fn assets_are_named_by_their_content_and_cached_for_ever() {
    let farm = Farm::new().site("blog").theme("assets/css/main.css", "body {\n  color: black;\n}\n").theme(
        "templates/layout.html",
        "<link rel=\"stylesheet\" href=\"{{ asset(path=\"css/main.css\") }}\" integrity=\"{{ integrity(path=\"css/main.css\") }}\">{% block list %}{% endblock list %}",
    );
    let run = farm.run("build").ends(0);
    let style = run.dist.paths().into_iter().find(|path| path.ends_with(".css")).unwrap().to_owned();
    let name = style.strip_prefix("blog").unwrap();
    assert!(name.starts_with("/_a/main."), "{name}");
    assert_eq!(run.text(&style).trim(), "body{color:#000}");
    let home = run.text("blog/index.html");
    assert!(home.contains(&format!("href=\"{name}\"")) && home.contains("integrity=\"sha384-"), "{home}");
    assert!(run.text("blog/_headers").contains("/_a/*\n  Cache-Control: public, max-age=31536000, immutable"));
    let run = farm.theme("assets/css/main.css", "body { color: white }").run("build").ends(0);
    assert!(!run.dist.has(&style), "another content has another name");
}

#[test]
fn rows_of_a_table_become_pages() {
    let run = Farm::new()
        .site("garden")
        .file("content/garden/_data/plants.csv", "name,sow\nLauch,März\nMöhre,April\n")
        .page("garden/plants/_index.md", "+++\ntitle = \"Plants\"\n[pages_from]\ndata = \"plants\"\nslug = \"{name}\"\ntitle = \"{name} säen\"\nbody = \"Gesät wird **{name}** im {sow}.\"\n+++\n")
        .run("build")
        .ends(0);
    assert!(run.text("garden/plants/moehre/index.html").contains("<strong>Möhre</strong> im April"));
    assert!(run.text("garden/plants/index.html").contains("Lauch säen"), "rows are pages of the section");
}

#[test]
fn a_page_can_belong_to_some_sites_only() {
    let run = Farm::new()
        .site_with("one", "content = [\"one\", \"shared\"]\ntags = [\"premium\"]")
        .site_with("two", "content = [\"two\", \"shared\"]")
        .page("shared/offer.md", "+++\ntitle = \"Offer\"\nonly_on = [\"premium\"]\n+++\n")
        .page("shared/basic.md", "+++\ntitle = \"Basic\"\nnot_on = [\"one\"]\n+++\n")
        .run("build")
        .ends(0);
    let has = |path: &str| run.dist.has(path);
    assert_eq!([has("one/offer/index.html"), has("two/offer/index.html")], [true, false]);
    assert_eq!([has("one/basic/index.html"), has("two/basic/index.html")], [false, true]);
}

#[test]
fn html_of_a_layer_can_be_switched_off() {
    let farm =
        Farm::new().site("blog").page("blog/guest.md", "<script>alert(1)</script>\n\nText <b onclick=x>bold</b>.\n");
    assert!(farm.run("build").ends(0).text("blog/guest/index.html").contains("<script>alert(1)</script>"));
    let run = farm.append("sites.toml", "\n[layers.blog]\nraw_html = false\n").run("build").ends(0);
    let page = run.text("blog/guest/index.html");
    assert!(
        !page.contains("<script>alert") && page.contains("&lt;script&gt;alert(1)") && !page.contains("<b onclick"),
        "{page}"
    );
}

#[test]
fn german_texts_get_german_quotes() {
    let run = Farm::new()
        .site_with("blog", "language = \"de\"")
        .page("blog/x.md", "Sie sagte: \"Das geht.\" -- 'so' ... fertig\n")
        .run("build")
        .ends(0);
    let page = run.text("blog/x/index.html");
    assert!(page.contains("„Das geht.“ – ‚so‘ … fertig"), "{page}");
}

#[test]
fn a_site_can_live_in_a_folder_of_its_host() {
    let run = Farm::new()
        .site("blog")
        .with(|root| {
            let manifest = std::fs::read_to_string(root.join("sites.toml")).unwrap();
            std::fs::write(
                root.join("sites.toml"),
                manifest.replace("domain = \"blog.example\"", "base_url = \"https://x.example/blog\""),
            )
            .unwrap();
        })
        .page("blog/about.md", "[home](@/_index.md)")
        .run("build")
        .ends(0);
    let page = run.text("blog/about/index.html");
    assert!(page.contains("href=\"/blog/\"") && page.contains("https://x.example/blog/about/"), "{page}");
}

#[test]
fn full_minification_is_an_option() {
    let farm = |minify: &str| {
        Farm::new()
            .site_with("blog", &format!("minify = \"{minify}\""))
            .page("blog/x.md", "A   text\nwith **bold**   words.\n\n<!-- note -->\n")
    };
    let lengths =
        ["off", "theme", "full"].map(|minify| farm(minify).run("build").ends(0).text("blog/x/index.html").len());
    assert!(lengths[0] > lengths[1] && lengths[1] > lengths[2], "{lengths:?}");
}

#[test]
fn the_manifest_of_a_bundle_names_every_file_by_digest() {
    let farm = blog();
    let run = farm.run("build --format json").ends(0);
    let record = std::fs::read_to_string(farm.place(".hectare/sites/blog.json")).unwrap();
    let record: serde_json::Value = serde_json::from_str(&record).unwrap();
    let files = record["files"].as_array().unwrap();
    assert_eq!(files.len(), run.dist.paths().len());
    for file in files {
        let bytes = run.dist.bytes(&format!("blog/{}", file["path"].as_str().unwrap()));
        assert_eq!(file["digest"], blake3::hash(bytes).to_hex().to_string());
        assert_eq!(file["bytes"], bytes.len());
    }
    assert!(run.stdout.contains(record["bundle"].as_str().unwrap()), "the run names the bundle by the same id");
}

#[test]
fn programs_hear_of_the_same_mistake_on_many_pages_once() {
    let farm = (0..30).fold(Farm::new().site("blog").theme("templates/page.html", "{{ page.titel }}"), |farm, n| {
        farm.page(&format!("blog/page-{n:02}.md"), "Text.")
    });
    let run = farm.run("build --format json").ends(1);
    let lines = run.stdout.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let blog = lines.into_iter().find(|line| line["event"] == "site_finished").unwrap();
    let told = blog["diagnostics"].as_array().unwrap();
    assert_eq!((told.len(), &told[0]["times"]), (1, &30.into()), "{told:#?}");
    let examples =
        told[0]["examples"].as_array().unwrap().iter().map(|example| example["place"]["file"].as_str().unwrap());
    let first = ["content/blog/page-00.md", "content/blog/page-01.md", "content/blog/page-02.md"];
    assert_eq!(examples.collect::<Vec<_>>(), first);
}

#[test]
fn one_picture_beside_two_pages_is_published_once() {
    let picture = crate::mistakes::png_header(4, 4);
    let farm = ["p1", "p2"].iter().fold(Farm::new().site("blog"), |farm, page| {
        farm.page(&format!("blog/{page}/index.md"), "![Cover](cover.png)\n")
            .file(&format!("content/blog/{page}/cover.png"), &picture)
    });
    let run = farm.run("build").ends(0);
    let covers: Vec<_> = run.dist.paths().into_iter().filter(|path| path.ends_with(".png")).collect();
    let [cover] = covers[..] else { panic!("{covers:?}") };
    let link = cover.strip_prefix("blog").unwrap();
    assert!(["p1", "p2"].iter().all(|page| run.text(&format!("blog/{page}/index.html")).contains(link)));
}

#[test]
fn two_files_for_one_path_are_told_as_files() {
    let farm = Farm::new().site("blog").page("blog/_static/logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    let run = farm.page("blog/_static/Logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>").run("build").ends(1);
    assert!(run.stderr.contains("H0601") && run.stderr.contains("= help: rename the file"), "{}", run.stderr);
}

#[test]
fn what_editors_leave_behind_is_no_part_of_a_theme() {
    let farm = Farm::new().site("blog").theme("static/.well-known/security.txt", "Contact: mailto:a@b.example\n");
    let clean = farm.run("build").ends(0).dist;
    let broken = "{% broken";
    let left = ["static/.DS_Store", "static/.well-known/.DS_Store", "static/img/Thumbs.db", "assets/css/.base.css.swp"];
    let farm = left.iter().fold(farm, |farm, path| farm.theme(path, broken));
    let copies = ["templates/page.html~", "templates/.page.html.swp", "templates/page.html.swo", "words/en.toml~"];
    let farm = copies.iter().fold(farm, |farm, path| farm.theme(path, broken));
    let run = farm.run("build").ends(0);
    assert_eq!(clean.difference(&run.dist), None);
    assert!(run.dist.has("blog/.well-known/security.txt"));
}

#[test]
fn a_mark_at_the_beginning_of_a_template_is_no_part_of_it() {
    let farm = Farm::new().site("blog").page("blog/a.md", "Text.");
    let clean = farm.run("build").ends(0).dist;
    let farm = farm.theme("templates/page.html", "\u{feff}{% extends \"layout.html\" %}");
    assert_eq!(clean.difference(&farm.run("build").ends(0).dist), None);
}

#[test]
fn an_old_address_may_be_written_as_browsers_show_it_or_as_they_send_it() {
    let built = |matter: &str| {
        let farm = Farm::new().site("blog").page("blog/a.md", &format!("+++\n{matter}\n+++\nText."));
        farm.run("build").ends(0).dist
    };
    let sent = built("aliases = [\"/k%C3%BCche/\"]\npath = \"/b%C3%A4der/\"");
    assert_eq!(sent.difference(&built("aliases = [\"/küche/\"]\npath = \"/bäder/\"")), None);
    assert!(sent.has("blog/bäder/index.html"), "{:?}", sent.paths());
}

#[test]
fn a_name_whose_letters_and_marks_are_apart_is_the_same_name() {
    let picture = crate::mistakes::png_header(4, 4);
    let farm = Farm::new()
        .site("blog")
        .page(
            "blog/a/index.md",
            "![A](fu\u{308}r.png) ![B](für.png) [C](mu\u{308}hle.pdf) [D](@/fu\u{308}r.md) [E](@/für.md)",
        )
        .page("blog/fu\u{308}r.md", "Text.")
        .file("content/blog/a/fu\u{308}r.png", picture)
        .file("content/blog/a/mu\u{308}hle.pdf", "PDF");
    let page = farm.run("build").ends(0).text("blog/a/index.html");
    assert!(page.contains("href=\"/a/m%C3%BChle.pdf\"") && page.matches("href=\"/fuer/\"").count() == 2, "{page}");
}

#[test]
fn terms_that_an_address_cannot_tell_apart_are_told() {
    let farm = Farm::new().site("blog").page("blog/a.md", "+++\ntags = [\"C\", \"C++\"]\n+++\n");
    let run = farm.page("blog/b.md", "+++\ntags = [\"c\", \"C#\", \"C++\"]\n+++\n").run("build").ends(0);
    for term in ["C++", "C#"] {
        let said = format!("warning[H0601]: `{term}` and `C` are one term of `tags`: both have the address `c`");
        assert_eq!(run.stderr.matches(&said).count(), 1, "{}", run.stderr);
    }
    assert_eq!(run.stderr.matches("warning[").count(), 2, "{}", run.stderr);
}
