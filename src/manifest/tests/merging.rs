//! What a site is, once defaults, group and site are laid over each other.

use super::{fleet, site};
use crate::model::{FeedFormat, HealthVia, Minify, Occasion, SecretSource, Style, UrlStyle};

#[test]
fn a_site_needs_no_more_than_an_id() {
    let site = site("[[site]]\nid = \"home-office-tips\"\n");
    assert_eq!(site.title, "Home Office Tips");
    assert_eq!(site.base_url.to_string(), "http://home-office-tips.localhost");
    assert_eq!(site.layers, ["home-office-tips"]);
    assert_eq!(site.language.tag(), "en");
    assert_eq!(site.settings.timezone, "Europe/Berlin");
    assert_eq!(site.settings.paginate, 10);
    assert_eq!(site.settings.related, 5);
    assert_eq!(site.settings.minify, Minify::Theme);
    assert_eq!(site.settings.feeds.formats, [FeedFormat::Atom]);
    assert_eq!(site.settings.limits.render_ms, 2000);
    assert!(site.settings.robots.index);
    assert!(site.settings.content_security_policy.starts_with("default-src 'self'; img-src 'self' data: https:; "));
}

#[test]
fn the_site_wins_over_its_group_and_the_group_over_the_defaults() {
    let site = site(
        r##"
        language = "en"
        author = "All"
        paginate = 1
        [groups.money]
        author = "Money"
        theme = "ledger"
        paginate = 2
        [[site]]
        id = "a"
        group = "money"
        paginate = 3
        "##,
    );
    assert_eq!((site.language.tag(), site.author.as_deref(), site.settings.paginate), ("en", Some("Money"), 3));
    assert_eq!((site.theme.as_str(), site.group.as_deref()), ("ledger", Some("money")));
}

#[test]
fn tables_merge_to_any_depth_and_lists_replace_each_other() {
    let site = site(
        r##"
        tags = ["all"]
        tokens = { accent = "red", font = "serif" }
        menus = { main = [{ title = "Home", url = "/" }], footer = [{ title = "Imprint", url = "@/imprint.md" }] }
        robots = { index = false, block = ["One"] }
        limits = { render_ms = 50, source_mb = 1 }
        extra = { contact = { mail = "a@example.org", phone = "1" }, list = [1, 2] }
        headers = { "/*" = { X-One = "1" } }
        [groups.g]
        tokens.accent = "green"
        robots.block = ["Two"]
        extra.contact.phone = "2"
        [[site]]
        id = "a"
        group = "g"
        tags = ["own"]
        tokens.radius = "4px"
        menus.main = [{ title = "Start", url = "/", items = [{ title = "Deep", url = "/deep/" }] }]
        limits.render_ms = 70
        extra = { list = [3], rating = 4.5, fine = true }
        headers = { "/*" = { X-Two = "2" } }
        "##,
    );
    let settings = &site.settings;
    let tokens: Vec<_> = site.tokens.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(tokens, [("accent", "green"), ("font", "serif"), ("radius", "4px")]);
    assert_eq!(site.tags, ["own"]);
    assert_eq!(settings.menus["main"][0].items[0].title, "Deep");
    assert_eq!(settings.menus["footer"][0].url, "@/imprint.md");
    assert!(!settings.robots.index);
    assert_eq!(settings.robots.block, ["Two"]);
    assert_eq!((settings.limits.render_ms, settings.limits.source_bytes), (70, 1 << 20));
    assert_eq!(settings.headers["/*"].len(), 2);
    assert_eq!(
        serde_json::to_string(&settings.extra).unwrap(),
        r#"{"contact":{"mail":"a@example.org","phone":"2"},"list":[3],"rating":4.5,"fine":true}"#
    );
}

#[test]
fn every_choice_is_read() {
    let site = site(
        r##"
        [[site]]
        id = "a"
        description = "One sentence."
        content = ["finance", "legal"]
        url_style = "/about"
        minify = "full"
        typography = false
        timezone = "UTC"
        permalinks = { blog = "/{year}/{slug}/" }
        feeds = { formats = ["json", "rss"], limit = 5, full_text = true }
        redirects = [{ from = "/old/*", to = "/new/" }, { from = "/gone", to = "https://x.example/", status = 302 }]
        content_security_policy = """
            default-src 'none';
            img-src 'self'
        """
        limits = { page_mb = 2, nesting = 9, image_megapixels = 3 }
        robots.disallow = ["/private/"]
        "##,
    );
    let settings = &site.settings;
    assert_eq!(
        (site.description.as_str(), site.layers.as_slice()),
        ("One sentence.", ["finance", "legal"].map(String::from).as_slice())
    );
    assert_eq!((settings.url_style, settings.minify, settings.typography), (UrlStyle::Plain, Minify::Full, false));
    assert_eq!((settings.timezone.as_str(), settings.permalinks["blog"].as_str()), ("UTC", "/{year}/{slug}/"));
    assert_eq!(settings.feeds.formats, [FeedFormat::Json, FeedFormat::Rss]);
    assert_eq!((settings.feeds.limit, settings.feeds.full_text), (5, true));
    assert_eq!(settings.redirects.iter().map(|rule| rule.status).collect::<Vec<_>>(), [301, 302]);
    assert_eq!(settings.content_security_policy, "default-src 'none'; img-src 'self'");
    assert_eq!((settings.limits.page_bytes, settings.limits.nesting), (2 << 20, 9));
    assert_eq!((settings.limits.image_pixels, settings.robots.disallow.len()), (3_000_000, 1));
}

#[test]
fn true_and_false_are_short_for_a_choice() {
    let minify = |value: &str| site(&format!("[[site]]\nid = \"a\"\nminify = {value}\n")).settings.minify;
    assert_eq!([minify("true"), minify("false"), minify("\"off\"")], [Minify::Theme, Minify::Off, Minify::Off]);
    let policy = |value: &str| {
        site(&format!("[[site]]\nid = \"a\"\ncontent_security_policy = {value}\n"))
            .settings
            .content_security_policy
            .clone()
    };
    assert_eq!(policy("false"), "");
    assert!(policy("true").contains("object-src 'none'"));
}

#[test]
fn tags_are_called_themen_in_german_and_taxonomies_can_be_described() {
    let taxonomies = |rest: &str| {
        let site = site(&format!("[[site]]\nid = \"a\"\n{rest}"));
        let all = site.settings.taxonomies.iter();
        all.map(|it| format!("{} {} {} {}", it.name, it.title, it.slug, it.feed)).collect::<Vec<_>>()
    };
    assert_eq!(taxonomies(""), ["tags Tags tags false"]);
    assert_eq!(taxonomies("language = \"de-AT\""), ["tags Themen tags false"]);
    assert_eq!(taxonomies("taxonomies = []"), Vec::<String>::new());
    assert_eq!(
        taxonomies("taxonomies = [\"tags\", { name = \"brand_names\", title = \"Marken\", feed = true }]"),
        ["tags Tags tags false", "brand_names Marken brand-names true"]
    );
    assert_eq!(
        taxonomies("[site.taxonomies.tags]\nslug = \"topics\"\n[site.taxonomies.brands]\n"),
        ["tags Tags topics false", "brands Brands brands false"]
    );
}

#[test]
fn the_fleet_has_a_name_folders_layers_and_targets() {
    let fleet = fleet(
        r##"
        [fleet]
        name = "demo"
        dist = "out/sites"
        [layers.finance]
        raw_html = false
        [layers.garden]
        [targets.cf]
        kind = "cloudflare-pack"
        account = "0123"
        token_env = "CF_TOKEN"
        api = "http://127.0.0.1:8787"
        health_via = "off"
        [targets.disk]
        kind = "folder"
        place = "/srv/www"
        [notify.team]
        kind = "slack"
        url_env = "SLACK_URL"
        events = ["failed", "rolled-back"]
        [notify.n8n]
        kind = "json"
        url = "http://127.0.0.1:5678/webhook"
        secret_file = "/run/secret"
        nearby = true
        [[site]]
        id = "a"
        targets = ["cf", "disk"]
        "##,
    );
    assert_eq!((fleet.name.as_str(), fleet.folders.dist.as_str()), ("demo", "out/sites"));
    assert_eq!((fleet.folders.content.as_str(), fleet.folders.themes.as_str()), ("content", "themes"));
    assert!(!fleet.layers["finance"].raw_html && fleet.layers["garden"].raw_html);
    assert_eq!(fleet.targets["cf"].token, Some(SecretSource::Variable("CF_TOKEN".into())));
    assert_eq!(fleet.targets["cf"].health_via, HealthVia::Off);
    assert_eq!(fleet.targets["disk"].place.as_deref(), Some("/srv/www"));
    assert_eq!(fleet.sites[0].targets, ["cf", "disk"]);
    let (team, own) = (&fleet.receivers["team"], &fleet.receivers["n8n"]);
    assert_eq!((team.style, team.address.variable(), team.nearby), (Style::Slack, Some("SLACK_URL"), false));
    assert_eq!(team.events.iter().copied().collect::<Vec<_>>(), [Occasion::Failed, Occasion::RolledBack]);
    assert_eq!(own.address, SecretSource::Written("http://127.0.0.1:5678/webhook".into()));
    assert_eq!((own.style, own.nearby), (Style::Json, true));
    assert_eq!((&own.secret, own.events.len()), (&Some(SecretSource::File("/run/secret".into())), Occasion::ALL.len()));
}

#[test]
fn sites_are_in_the_order_of_their_ids() {
    let fleet = fleet("[[site]]\nid = \"b\"\n[[site]]\nid = \"c\"\n[[site]]\nid = \"a\"\n");
    assert_eq!(fleet.sites.iter().map(|site| site.id.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
}

#[test]
fn folders_can_have_other_names() {
    let files = super::Memory::new();
    files.put("sites.toml", "edition = \"2026\"\nfleet = { content = \"texts\", themes = \"looks\" }\n[[site]]\nid = \"a\"\ntheme = \"x\"\ncontent = [\"b\"]\n");
    files.put("looks/x/theme.toml", "");
    files.put("texts/b/_index.md", "");
    let loaded = super::load(&files);
    assert_eq!(super::ids(&loaded), ["a"]);
}
