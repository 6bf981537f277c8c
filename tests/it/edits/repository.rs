//! A small repository that has a bit of everything: layers, two themes, data on three levels, bundles, rows, dates.

use super::page::with_key;
use crate::chance::Dice;
use std::collections::BTreeMap;

/// Files by path.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// The moment at which everything begins; some pages are due a day before or after it.
pub(crate) const START: &str = "2026-06-15T12:00:00Z";

/// Tags that pages carry.
pub(crate) const TAGS: [&str; 5] = ["soil", "wood", "Öl", "rain", "tools"];

/// Everything there is.
pub(crate) fn full() -> Files {
    let texts = [MANIFEST, THEMES, SHARED, GARDEN, MONEY, OWN].into_iter().flatten();
    let mut files: Files = texts.map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    files.insert("content/garden/beds/raised/photo.png".into(), picture(3));
    files.insert("themes/plain/static/touch.png".into(), picture(4));
    files
}

/// A repository that differs from seed to seed, and in which nothing is wrong.
pub(crate) fn any(seed: u64) -> Files {
    let mut dice = Dice::new(seed);
    let mut files = full();
    for path in OPTIONAL {
        if dice.once_in(3) {
            files.remove(path);
        }
    }
    if dice.once_in(2) {
        let rows = String::from_utf8(files["fleet.csv"].clone()).unwrap();
        let rows = rows.lines().filter(|row| !row.starts_with("pension"));
        let rows: String = rows.map(|row| format!("{row}\n")).collect();
        files.insert("fleet.csv".into(), rows.into_bytes());
    }
    for path in DATED {
        let text = String::from_utf8(files[path].clone()).unwrap();
        let date = format!("2026-0{}-1{}", 1 + dice.below(6), dice.below(10));
        let tags = format!("[\"{}\", \"{}\"]", dice.one(&TAGS), dice.one(&TAGS));
        let text = with_key(&with_key(&text, "date", Some(&date)), "tags", Some(&tags));
        files.insert(path.into(), text.into_bytes());
    }
    for number in 0..dice.below(4) {
        let layer = dice.one(&["garden", "money", "balcony", "budget"]);
        let text = format!("+++\ntitle = \"Extra {number}\"\nweight = {}\n+++\nMore.\n", dice.below(9));
        files.insert(format!("content/{layer}/extra-{number}.md"), text.into_bytes());
    }
    files
}

/// A small picture of one colour.
pub(crate) fn picture(colour: u8) -> Vec<u8> {
    let pixels = image::RgbImage::from_pixel(4, 4, image::Rgb([colour, colour.wrapping_mul(7), 90]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    pixels.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// Files that nothing else needs.
const OPTIONAL: [&str; 10] = [
    "content/garden/_theme/templates/partials/footer.html",
    "content/balcony/_data/prices.toml",
    "content/garden/_data/prices.toml",
    "content/garden/tags/wood/_index.md",
    "content/shared/_static/.well-known/security.txt",
    "content/balcony/beds/soil.md",
    "content/money/loans/soon.md",
    "content/money/loans/offer.md",
    "themes/fancy/templates/partials/card.html",
    "themes/fancy/assets/css/site.css",
];

const DATED: [&str; 4] = [
    "content/garden/beds/soil.md",
    "content/garden/beds/water.md",
    "content/money/loans/rates.md",
    "content/balcony/news/2026-03-01-frost.md",
];

type Texts = &'static [(&'static str, &'static str)];

const MANIFEST: Texts = &[
    (
        "sites.toml",
        r##"edition = "2026"

[defaults]
theme = "plain"
language = "en"
paginate = 2
timezone = "UTC"
limits = { render_ms = 600000 }
feeds = { formats = ["atom", "rss"] }
taxonomies = ["tags"]

[defaults.menus]
main = [{ title = "Imprint", url = "@/imprint.md" }]

[groups.garden]
theme = "fancy"
tags = ["green"]

[groups.money]
language = "de"

[layers.guests]
raw_html = false

[[site]]
id = "balcony"
domain = "balcony.example"
group = "garden"
title = "Balcony"
content = ["shared", "garden", "guests", "balcony"]
tokens = { accent = "#112233" }

[[site]]
id = "budget"
domain = "budget.example"
group = "money"
title = "Budget"
content = ["shared", "money", "budget"]

[[sites]]
from = "fleet.csv"
"##,
    ),
    (
        "fleet.csv",
        "id,domain,title,group,content,tokens.accent,feeds.formats\n\
         orchard,orchard.example,Orchard,garden,shared;garden;orchard,#8a4b2f,atom;json\n\
         pension,pension.example,Pension,money,shared;money;pension,,atom\n",
    ),
];

const THEMES: Texts = &[
    ("themes/plain/theme.toml", "name = \"Plain\"\n\n[tokens]\naccent = \"#445566\"\nribbon = \"none\"\n"),
    (
        "themes/plain/templates/base.html",
        r#"<!doctype html>
<html lang="{{ site.language }}">
<head>{{ head() }}<link rel="stylesheet" href="{{ asset(path="css/site.css") }}"></head>
<body class="{{ tokens.ribbon }}">
<nav>{% for item in menu(name="main") %}<a href="{{ item.url }}">{{ item.title }}</a>{% endfor %}</nav>
<h1>{{ page.title }}</h1>
{% block main %}{{ page.content }}{% endblock main %}
{% include "partials/footer.html" %}
<small>{{ t(key="made") }}</small>
</body>
</html>
"#,
    ),
    (
        "themes/plain/templates/page.html",
        r#"{% extends "base.html" %}
{% block main %}
{% for item in breadcrumbs() %}<a href="{{ item.url }}">{{ item.title }}</a>{% endfor %}
{% if page.date %}<time>{{ page.date | date }}</time>{% endif %}
{{ page.content }}
{% for taxonomy in taxonomies() %}{% for term in terms(taxonomy=taxonomy.name, page=page.key) %}<a href="{{ term.url }}">{{ term.title }} {{ term.count }}</a>{% endfor %}{% endfor %}
{% set before = previous() %}{% if before %}<a rel="prev" href="{{ before.url }}">{{ before.title }}</a>{% endif %}
{% set after = next() %}{% if after %}<a rel="next" href="{{ after.url }}">{{ after.title }}</a>{% endif %}
{% for item in related(limit=2) %}{% include "partials/card.html" %}{% endfor %}
{% for item in backlinks() %}<cite>{{ item.title }}</cite>{% endfor %}
{% endblock main %}
"#,
    ),
    (
        "themes/plain/templates/wide.html",
        "{% extends \"base.html\" %}\n{% block main %}<main class=\"wide\">{{ page.content }}</main>{% endblock main %}\n",
    ),
    (
        "themes/plain/templates/section.html",
        r#"{% extends "base.html" %}
{% block main %}{{ page.content }}
{% set list = paginator() %}{% for item in list.pages %}{% include "partials/card.html" %}{% endfor %}
{% if list.next %}<a href="{{ list.next }}">{{ t(key="more", count=list.total) }}</a>{% endif %}
{% endblock main %}
"#,
    ),
    (
        "themes/plain/templates/home.html",
        r#"{% extends "base.html" %}
{% block main %}{{ page.content }}
{% for item in pages(limit=3) %}{% include "partials/card.html" %}{% endfor %}
{% set prices = data(name="prices") %}<ul>{% for name, price in prices %}<li>{{ name }} {{ price | number(decimals=2) }}</li>{% endfor %}</ul>
<img src="{% set touch = image(path="touch.png") %}{{ touch.url }}" width="{{ touch.width }}">
{% endblock main %}
"#,
    ),
    ("themes/plain/templates/404.html", "{% extends \"base.html\" %}\n"),
    (
        "themes/plain/templates/partials/card.html",
        "<p><a href=\"{{ item.url }}\">{{ item.title }}</a> {{ item.plain_summary }}</p>\n",
    ),
    ("themes/plain/templates/partials/footer.html", "<footer>{{ site.title }}</footer>\n"),
    (
        "themes/plain/templates/partials/address.html",
        "{% set who = data(name=\"operator\") %}<address>{{ who.name }}</address>\n",
    ),
    ("themes/plain/templates/shortcodes/operator.html", "<div>{% include \"partials/address.html\" %}</div>\n"),
    (
        "themes/plain/templates/shortcodes/note.html",
        "<aside class=\"{{ args.kind | default(value=\"note\") }}\">{{ body }}</aside>\n",
    ),
    ("themes/plain/assets/css/site.css", "body { color: var(--accent); background: url(\"../img/dots.svg\") }\n"),
    (
        "themes/plain/assets/img/dots.svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"4\" height=\"4\"><rect width=\"2\" height=\"2\" fill=\"#aabbcc\"/></svg>\n",
    ),
    (
        "themes/plain/static/favicon.svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"8\" height=\"8\"><rect width=\"8\" height=\"8\" fill=\"#123456\"/></svg>\n",
    ),
    (
        "themes/plain/words/en.toml",
        "made = \"Made by hand\"\nmore = { one = \"{count} page\", other = \"{count} pages\" }\n",
    ),
    (
        "themes/plain/words/de.toml",
        "made = \"Von Hand gemacht\"\nmore = { one = \"{count} Seite\", other = \"{count} Seiten\" }\n",
    ),
    ("themes/fancy/theme.toml", "name = \"Fancy\"\nextends = \"plain\"\n\n[tokens]\nribbon = \"wide\"\n"),
    (
        "themes/fancy/templates/page.html",
        "{% extends \"plain/page.html\" %}\n{% block main %}<article>{{ super() }}</article>{% endblock main %}\n",
    ),
    (
        "themes/fancy/templates/partials/card.html",
        "<p class=\"card\"><a href=\"{{ item.url }}\">{{ item.title }}</a></p>\n",
    ),
    ("themes/fancy/assets/css/site.css", "body { color: var(--accent); margin: 1rem }\n"),
];

const SHARED: Texts = &[
    ("content/_data/operator.toml", "name = \"Ada Example\"\n"),
    ("content/_data/prices.toml", "spade = 12.5\nfork = 9\n"),
    ("content/shared/imprint.md", "+++\ntitle = \"Imprint\"\nrobots = \"noindex\"\n+++\n\n{{ operator() }}\n"),
    ("content/shared/_static/.well-known/security.txt", "Contact: mailto:ada@example.org\n"),
    ("content/shared/_static/terms.txt", "Take it as it is.\n"),
    ("content/guests/guest.md", "+++\ntitle = \"A guest\"\n+++\nWith <b>bold</b> words.\n"),
];

const GARDEN: Texts = &[
    ("content/garden/_data/prices.toml", "spade = 13.5\nseeds = 2.25\n"),
    (
        "content/garden/_data/plants.csv",
        "slug,name,light,published\nbasil,Basil,sun,yes\nmint,Mint,shade,yes\nthyme,Thyme,sun,no\n",
    ),
    ("content/garden/_theme/templates/partials/footer.html", "<footer>{{ site.title }} grows</footer>\n"),
    (
        "content/garden/beds/_index.md",
        "+++\ntitle = \"Beds\"\npaginate = 2\n\n[cascade]\nauthor = \"The gardeners\"\n+++\nAll beds.\n",
    ),
    (
        "content/garden/beds/soil.md",
        "+++\ntitle = \"Soil\"\ndate = 2026-03-01\ntags = [\"soil\", \"rain\"]\naliases = [\"/old/soil/\"]\n+++\nSoil is alive. See [water](@/beds/water.md).\n\n{% note(kind=\"tip\") %}\nDig *gently*.\n{% end %}\n",
    ),
    (
        "content/garden/beds/water.md",
        "+++\ntitle = \"Water\"\ndate = 2026-04-01\ntags = [\"rain\"]\nweight = 2\n+++\nWater in the morning.\n",
    ),
    (
        "content/garden/beds/wood.md",
        "---\ntitle: Wood\ndate: 2026-05-01\ntags: [\"wood\"]\nslug: timber\n---\nLarch lasts.\n",
    ),
    (
        "content/garden/beds/raised/index.md",
        "+++\ntitle = \"Raised\"\ntags = [\"wood\"]\nimage = \"plan.svg\"\n+++\n![The plan](plan.svg)\n\n[The list](list.txt)\n",
    ),
    (
        "content/garden/beds/raised/plan.svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"40\" height=\"20\"><rect width=\"40\" height=\"20\" fill=\"#00aa00\"/></svg>\n",
    ),
    ("content/garden/beds/raised/list.txt", "Larch, screws.\n"),
    (
        "content/garden/plants/_index.md",
        "+++\ntitle = \"Plants\"\n\n[pages_from]\ndata = \"plants\"\nwhere = { published = \"yes\" }\ntitle = \"{name}\"\nslug = \"{slug}\"\ntags = [\"{light}\"]\nbody = \"{name} wants {light}.\"\n+++\nHerbs.\n",
    ),
    ("content/garden/tags/wood/_index.md", "+++\ntitle = \"All of wood\"\n+++\nWhat grows slowly.\n"),
];

const MONEY: Texts = &[
    ("content/money/loans/_index.md", "+++\ntitle = \"Loans\"\n+++\nWhat they cost.\n"),
    (
        "content/money/loans/rates.md",
        "+++\ntitle = \"Rates\"\ndate = 2026-02-01\ntags = [\"tools\"]\n+++\nUp and down.\n\n<!-- more -->\n\nMostly up.\n",
    ),
    (
        "content/money/loans/soon.md",
        "+++\ntitle = \"Soon\"\npublish = 2026-06-16\ntags = [\"Öl\"]\n+++\nFrom tomorrow.\n",
    ),
    (
        "content/money/loans/offer.md",
        "+++\ntitle = \"Offer\"\nexpire = 2026-06-16\ntags = [\"rain\"]\n+++\nUntil tomorrow.\n",
    ),
    (
        "content/money/only.md",
        "+++\ntitle = \"Only for the budget\"\nonly_on = [\"budget\"]\n+++\nNobody else sees it.\n",
    ),
    ("content/money/draft.md", "+++\ntitle = \"Unfinished\"\ndraft = true\n+++\nNot yet.\n"),
];

const OWN: Texts = &[
    ("content/balcony/_index.md", "+++\ntitle = \"Balcony\"\n+++\nPots and [soil](@/beds/soil.md).\n"),
    ("content/balcony/about.md", "+++\ntitle = \"About\"\n+++\nWe like pots.\n"),
    (
        "content/balcony/beds/soil.md",
        "+++\ntitle = \"Soil in pots\"\ndate = 2026-05-05\ntags = [\"soil\"]\naliases = [\"/pots/\"]\n+++\nIt dries out.\n",
    ),
    ("content/balcony/news/2026-03-01-frost.md", "+++\ntitle = \"Frost\"\n+++\nCover them.\n"),
    ("content/balcony/_data/prices.toml", "pot = 4\n"),
    ("content/balcony/_static/pots.txt", "three\n"),
    ("content/budget/_index.md", "+++\ntitle = \"Budget\"\n+++\nCount [everything](@/loans/rates.md).\n"),
    ("content/orchard/_index.md", "+++\ntitle = \"Orchard\"\n+++\nApples.\n"),
    ("content/orchard/apples.md", "+++\ntitle = \"Apples\"\ndate = 2026-01-10\ntags = [\"wood\"]\n+++\nRed ones.\n"),
    ("content/pension/_index.md", "+++\ntitle = \"Pension\"\n+++\nLater.\n"),
];
