//! The key table: every key of `sites.toml`, once. Checking, reading columns of a table and the schema all follow it.

use super::shape::{Key, Kind, Shape};
use super::word::Word;
use crate::model::{HostPlan, MOST_SHARDS, Occasion, Style, TargetKind};

const TEXTS: Kind = Kind::List(&Kind::Text);

/// The file as a whole.
pub(super) static FILE: Shape =
    Shape { name: "file", meaning: "A fleet of sites: one repository, many static sites.", keys: &[&FILE_KEYS] };

static FILE_KEYS: [Key; 13] = [
    Key::needed("edition", Kind::Word(Word::Edition), "The set of behaviours that the repository was written for."),
    Key::new("fleet", Kind::Table(&FLEET), "The fleet itself."),
    Key::new("defaults", Kind::Table(&DEFAULTS), "What holds for every site that says nothing else."),
    Key::new("groups", Kind::Map(&Kind::Table(&GROUP)), "What holds for the sites of a group, by the group's name."),
    Key::new("site", Kind::List(&Kind::Table(&SITE)), "The sites, each with what only it has."),
    Key::new("sites", Kind::List(&Kind::Table(&SHEET)), "Tables that hold a site in each row."),
    Key::new("layers", Kind::Map(&Kind::Table(&LAYER)), "Rules for content layers, by their names."),
    Key::new("targets", Kind::Map(&Kind::Table(&TARGET)), "Where sites are shipped to, by names of your choice."),
    Key::new(
        "policy",
        Kind::Table(&POLICY),
        "What you want to be asked about before sites are shipped, and what stops a run.",
    ),
    Key::new("notify", Kind::Map(&Kind::Table(&RECEIVER)), "Who is told of runs, by names of your choice."),
    Key::new(
        "state",
        Kind::Text,
        "Where it is kept what was shipped, such as `s3://bucket/folder`; in the store if there is one, or else beside this file.",
    ),
    Key::new(
        "store",
        Kind::Text,
        "What machines that build and ship this fleet have in common, such as `s3://bucket/folder`; nothing unless said.",
    ),
    Key::new("ci", Kind::Table(&CI), "How jobs of GitHub Actions work on the fleet; `hectare ci github` writes them."),
];

static FLEET: Shape = Shape { name: "fleet", meaning: "The fleet itself.", keys: &[&FLEET_KEYS] };

static FLEET_KEYS: [Key; 4] = [
    Key::new("name", Kind::Text, "What you call the fleet."),
    Key::new("content", Kind::Word(Word::Folder), "The folder of the content layers, `content` unless said otherwise."),
    Key::new("themes", Kind::Word(Word::Folder), "The folder of the themes, `themes` unless said otherwise."),
    Key::new("dist", Kind::Word(Word::Folder), "The folder of the finished sites, `dist` unless said otherwise."),
];

static DEFAULTS: Shape =
    Shape { name: "defaults", meaning: "What holds for every site that says nothing else.", keys: &[&SHARED] };

pub(super) static GROUP: Shape =
    Shape { name: "group", meaning: "What holds for the sites of a group.", keys: &[&SHARED] };

/// One site.
pub(super) static SITE: Shape = Shape { name: "site", meaning: "One site.", keys: &[&OWN, &SHARED] };

/// What only a site can say of itself.
pub(super) static OWN: [Key; 4] = [
    Key::needed("id", Kind::Word(Word::SiteId), "The site's name, and that of its folder in `dist/`."),
    Key::new("domain", Kind::Word(Word::Domain), "Where visitors find it: `qmoney.de` is `https://qmoney.de`."),
    Key::new("base_url", Kind::Word(Word::Address), "The whole address of the home page, instead of `domain`."),
    Key::new("group", Kind::Word(Word::Group), "The group it takes settings from."),
];

/// What a site takes from its group and from the defaults.
static SHARED: [Key; 25] = [
    Key::new("theme", Kind::Word(Word::Theme), "The theme that makes its pages."),
    Key::new(
        "language",
        Kind::Word(Word::Language),
        "The language, such as `de` or `en-GB`; `en` unless said otherwise.",
    ),
    Key::new("title", Kind::Text, "What visitors read as its name; made of the id unless said otherwise."),
    Key::new("description", Kind::Text, "One sentence about it."),
    Key::new("author", Kind::Text, "Who is named as the author of pages that name none."),
    Key::new(
        "content",
        Kind::List(&Kind::Word(Word::Layer)),
        "Content layers, later ones win by path; the layer named like the site unless said otherwise.",
    ),
    Key::new("tags", TEXTS, "Words to select sites by."),
    Key::new("tokens", Kind::Map(&Kind::Text), "Colours, fonts and the like, for the theme."),
    Key::new("targets", Kind::List(&Kind::Word(Word::Target)), "Where it is shipped to; the first is the primary one."),
    Key::new("url_style", Kind::Choice(&["/about/", "/about"]), "How clean URLs end, shown by an example."),
    Key::new(
        "minify",
        Kind::Either(&[Kind::Choice(&["off", "theme", "full"]), Kind::Flag]),
        "How far HTML is made smaller: not at all, in the theme's text, or page by page; `true` is `theme`.",
    ),
    Key::new("typography", Kind::Flag, "Whether quotes, dashes and ellipses are set as the language wants them."),
    Key::new(
        "timezone",
        Kind::Word(Word::Zone),
        "Time zone of dates without one; `Europe/Berlin` unless said otherwise.",
    ),
    Key::new(
        "paginate",
        Kind::Count { least: 0, most: 10_000 },
        "Entries on one page of a list; 0 puts all on one page.",
    ),
    Key::new("related", Kind::Count { least: 0, most: 100 }, "How many related pages a page is given."),
    Key::new(
        "taxonomies",
        Kind::Either(&[
            Kind::List(&Kind::Either(&[Kind::Text, Kind::Table(&LISTED_TAXONOMY)])),
            Kind::Map(&Kind::Table(&TAXONOMY)),
        ]),
        "Ways to group pages by terms: a list of names or tables, or a table by name; `tags` unless said otherwise.",
    ),
    Key::new(
        "permalinks",
        Kind::Map(&Kind::Text),
        "Section to pattern of URLs, such as `/{year}/{slug}/`; `*` is for all others.",
    ),
    Key::new("menus", Kind::Map(&Kind::List(&Kind::Table(&MENU_ENTRY))), "Menus by name, each a list of entries."),
    Key::new("feeds", Kind::Table(&FEEDS), "Feeds of the site and of its sections."),
    Key::new("robots", Kind::Table(&ROBOTS), "What `robots.txt` says."),
    Key::new("redirects", Kind::List(&Kind::Table(&REDIRECT)), "Redirects beyond the aliases of pages."),
    Key::new(
        "headers",
        Kind::Map(&Kind::Map(&Kind::Text)),
        "Path pattern to headers; an empty value removes a header.",
    ),
    Key::new(
        "content_security_policy",
        Kind::Either(&[Kind::Text, Kind::Flag]),
        "What pages may load and run; `false` sends no policy, `true` the strict one that holds unless said otherwise.",
    ),
    Key::new("limits", Kind::Table(&LIMITS), "Bounds that keep one page from stopping the farm."),
    Key::new("extra", Kind::Map(&Kind::Free), "Free values for the theme, `site.extra` in templates."),
];

static TAXONOMY: Shape = Shape { name: "taxonomy", meaning: "A way to group pages by terms.", keys: &[&TAXONOMY_KEYS] };

static LISTED_TAXONOMY: Shape = Shape {
    name: "listed-taxonomy",
    meaning: "A way to group pages by terms, with its name.",
    keys: &[&TAXONOMY_NAME, &TAXONOMY_KEYS],
};

static TAXONOMY_NAME: [Key; 1] = [Key::needed("name", Kind::Text, "The key in front matter.")];

static TAXONOMY_KEYS: [Key; 3] = [
    Key::new("title", Kind::Text, "What visitors read."),
    Key::new("slug", Kind::Text, "The first part of its URLs."),
    Key::new("feed", Kind::Flag, "Whether each term has a feed of its own."),
];

static MENU_ENTRY: Shape = Shape { name: "menu-entry", meaning: "One entry of a menu.", keys: &[&MENU_ENTRY_KEYS] };

static MENU_ENTRY_KEYS: [Key; 3] = [
    Key::needed("title", Kind::Text, "What visitors read."),
    Key::needed("url", Kind::Text, "`@/about.md`, a path of the site, or an address elsewhere."),
    Key::new("items", Kind::List(&Kind::Table(&MENU_ENTRY)), "Entries below this one."),
];

static FEEDS: Shape = Shape { name: "feeds", meaning: "Feeds of the site and of its sections.", keys: &[&FEEDS_KEYS] };

static FEEDS_KEYS: [Key; 3] = [
    Key::new(
        "formats",
        Kind::List(&Kind::Choice(&["atom", "rss", "json"])),
        "The formats; an empty list offers no feed.",
    ),
    Key::new("limit", Kind::Count { least: 1, most: 1000 }, "How many of the newest pages a feed holds."),
    Key::new("full_text", Kind::Flag, "Whole texts instead of summaries."),
];

static ROBOTS: Shape = Shape { name: "robots", meaning: "What `robots.txt` says.", keys: &[&ROBOTS_KEYS] };

static ROBOTS_KEYS: [Key; 3] = [
    Key::new("index", Kind::Flag, "Whether search engines may index the site at all."),
    Key::new("disallow", TEXTS, "Path prefixes that no robot should visit."),
    Key::new("block", TEXTS, "Names of robots that should stay away altogether."),
];

static REDIRECT: Shape = Shape { name: "redirect", meaning: "One redirect.", keys: &[&REDIRECT_KEYS] };

static REDIRECT_KEYS: [Key; 3] = [
    Key::needed("from", Kind::Text, "The old path; may end in `*`."),
    Key::needed("to", Kind::Text, "The new path or address."),
    Key::new("status", Kind::Number(&[301, 302, 307, 308]), "The HTTP status, 301 unless said otherwise."),
];

static LIMITS: Shape =
    Shape { name: "limits", meaning: "Bounds that keep one page from stopping the farm.", keys: &[&LIMITS_KEYS] };

static LIMITS_KEYS: [Key; 5] = [
    Key::new("source_mb", Kind::Count { least: 1, most: 1024 }, "The largest Markdown or data file, in MiB."),
    Key::new("page_mb", Kind::Count { least: 1, most: 1024 }, "The largest page a template may make, in MiB."),
    Key::new(
        "render_ms",
        Kind::Count { least: 1, most: 600_000 },
        "The longest a template may work on one page, in milliseconds of a processor's time.",
    ),
    Key::new("nesting", Kind::Count { least: 1, most: 1000 }, "The deepest nesting of elements in a page."),
    Key::new("image_megapixels", Kind::Count { least: 1, most: 1000 }, "The largest image, in millions of pixels."),
];

static SHEET: Shape = Shape { name: "table", meaning: "A table that holds a site in each row.", keys: &[&SHEET_KEYS] };

static SHEET_KEYS: [Key; 1] = [Key::needed(
    "from",
    Kind::Word(Word::File),
    "A CSV file beside `sites.toml`; its header names keys of `[[site]]`.",
)];

static LAYER: Shape = Shape { name: "layer", meaning: "Rules for one content layer.", keys: &[&LAYER_KEYS] };

static LAYER_KEYS: [Key; 1] = [Key::new(
    "raw_html",
    Kind::Flag,
    "Whether HTML in Markdown reaches the page; with `false`, tags are shown as text.",
)];

/// A place that sites are shipped to.
pub(super) static TARGET: Shape =
    Shape { name: "target", meaning: "A place that sites are shipped to.", keys: &[&TARGET_KEYS] };

static TARGET_KEYS: [Key; 13] = [
    Key::needed("kind", Kind::Choice(&TargetKind::NAMES), "What kind of host it is."),
    Key::new("account", Kind::Text, "The account at the host."),
    Key::new("token_env", Kind::Word(Word::Variable), "The environment variable that holds the token."),
    Key::new("token_file", Kind::Text, "The file that holds the token."),
    Key::new("token_command", TEXTS, "The program that prints the token, and its arguments."),
    Key::new(
        "plan",
        Kind::Choice(&HostPlan::NAMES),
        "What was agreed with the host, which decides what it allows; `paid` or, at Vercel, `pro` unless said otherwise.",
    ),
    Key::new("region", Kind::Text, "The region of a bucket."),
    Key::new("api", Kind::Word(Word::Address), "Another address of the host's API."),
    Key::new("health_via", Kind::Word(Word::AddressOrOff), "Where health checks go instead; `off` for none."),
    Key::new(
        "previews",
        Kind::Word(Word::Previews),
        "Where previews in a folder or bucket are seen: an address with `{site}` and `{preview}` in its host name.",
    ),
    Key::new("place", Kind::Text, "The bucket, folder or project that the host keeps sites in."),
    Key::new(
        "production",
        Kind::Flag,
        "Whether visitors see what lies there, so that the rules of `[policy]` hold; `false` for folders unless said otherwise.",
    ),
    Key::new(
        "gradual",
        Kind::List(&Kind::Count { least: 0, most: 100 }),
        "How many percent of visitors see a new release first, then how many, before all do; for `cloudflare-worker`.",
    ),
];

/// Someone who is told of runs.
pub(super) static RECEIVER: Shape =
    Shape { name: "receiver", meaning: "Someone who is told of runs.", keys: &[&RECEIVER_KEYS] };

static RECEIVER_KEYS: [Key; 10] = [
    Key::needed("kind", Kind::Choice(&Style::NAMES), "What messages look like."),
    Key::new("url", Kind::Word(Word::OpenAddress), "Where messages go, if whoever reads this file may know it."),
    Key::new("url_env", Kind::Word(Word::Variable), "The environment variable that holds the address."),
    Key::new("url_file", Kind::Text, "The file that holds the address."),
    Key::new("url_command", TEXTS, "The program that prints the address, and its arguments."),
    Key::new(
        "secret_env",
        Kind::Word(Word::Variable),
        "The environment variable that holds the secret which messages are signed with.",
    ),
    Key::new("secret_file", Kind::Text, "The file that holds this secret."),
    Key::new("secret_command", TEXTS, "The program that prints this secret, and its arguments."),
    Key::new(
        "events",
        Kind::List(&Kind::Choice(&Occasion::NAMES)),
        "What it is told of; everything unless said otherwise.",
    ),
    Key::new(
        "nearby",
        Kind::Flag,
        "Whether the address may lead into your own network; `false` unless said otherwise.",
    ),
];

/// What the owner wants to be asked about.
static POLICY: Shape = Shape {
    name: "policy",
    meaning: "What you want to be asked about before sites are shipped, and what stops a run.",
    keys: &[&POLICY_KEYS],
};

const PERCENT: Kind = Kind::Count { least: 0, most: 1_000 };
const MANY: Kind = Kind::Count { least: 0, most: 1_000_000 };

static POLICY_KEYS: [Key; 18] = [
    Key::new(
        "approve_first",
        MANY,
        "So many sites of a fleet go live with an approval each; 10 unless said otherwise.",
    ),
    Key::new("approve_above", MANY, "More sites at once need an approval; 50 unless said otherwise."),
    Key::new(
        "approve_hosts",
        Kind::Flag,
        "Whether host names are led to a target only with an approval; `true` unless said otherwise.",
    ),
    Key::new("approve_monthly", MANY, "Hosting for more euros a month needs an approval; 20 unless said otherwise."),
    Key::new("approvers", TEXTS, "Who may approve; anyone unless said otherwise."),
    Key::new(
        "stop_failed",
        PERCENT,
        "A run stops when more of its parcels failed, in percent; 5 unless said otherwise.",
    ),
    Key::new("stop_removed", MANY, "A run that takes more pages away needs an approval; 100 unless said otherwise."),
    Key::new("stop_secrets", Kind::Flag, "Whether a secret in an output stops a run; `true` unless said otherwise."),
    Key::new(
        "stop_daily",
        MANY,
        "A run that costs more euros, together with those of the last 24 hours, is stopped; 10 unless said otherwise.",
    ),
    Key::new(
        "stop_slower",
        PERCENT,
        "A site goes back if its pages become slower, in percent; 30 unless said otherwise.",
    ),
    Key::new(
        "stop_heavier",
        PERCENT,
        "A site goes back if its pages become heavier, in percent; 30 unless said otherwise.",
    ),
    Key::new(
        "windows",
        Kind::List(&Kind::Word(Word::Window)),
        "When sites may be shipped, such as `02:00-04:00 Europe/Berlin`; at any time unless said otherwise.",
    ),
    Key::new(
        "waves",
        Kind::List(&MANY),
        "How many parcels go first, then how many more; the rest goes last; `[1]` unless said otherwise.",
    ),
    Key::new(
        "in_flight",
        Kind::Count { least: 1, most: 1_000 },
        "How many parcels are on their way at once; 100 unless said otherwise.",
    ),
    Key::new(
        "reserve",
        Kind::Count { least: 0, most: 90 },
        "The part of a host's limits that is kept for going back, in percent; 10 unless said otherwise.",
    ),
    Key::new(
        "page_views",
        MANY,
        "Page views of a site in a month, for forecasts of what hosting costs; 3000 unless said otherwise.",
    ),
    Key::new(
        "dollar",
        Kind::Count { least: 1, most: 1_000 },
        "What a dollar costs, in euro cents; 100 unless said otherwise.",
    ),
    Key::new(
        "keep",
        Kind::Count { least: 1, most: 1_000 },
        "How many deployments of a parcel stay at its host; 5 unless said otherwise.",
    ),
];

/// How jobs of GitHub Actions work on the fleet.
static CI: Shape = Shape { name: "ci", meaning: "How jobs of GitHub Actions work on the fleet.", keys: &[&CI_KEYS] };

static CI_KEYS: [Key; 9] = [
    Key::new(
        "hectare",
        Kind::Word(Word::Program),
        "Where jobs get hectare from: `owner/name@tag` for a release at GitHub, `.` for the source in this repository.",
    ),
    Key::new("role", Kind::Text, "The role at Amazon that jobs take, instead of keys that are kept as secrets."),
    Key::new(
        "region",
        Kind::Text,
        "The region of the bucket that the ledger lies in; `us-east-1` at Amazon unless said otherwise.",
    ),
    Key::new("endpoint", Kind::Word(Word::Address), "The address of that bucket's service, if it is not Amazon's own."),
    Key::new(
        "environment",
        Kind::Text,
        "The environment at GitHub whose reviewers approve plans; `production` unless said otherwise.",
    ),
    Key::new("branch", Kind::Text, "The branch that is shipped; `main` unless said otherwise."),
    Key::new("runner", Kind::Text, "The machines that jobs run on; `ubuntu-latest` unless said otherwise."),
    Key::new(
        "parallel",
        Kind::Count { least: 1, most: MOST_SHARDS as u64 },
        "How many jobs of a matrix run at once; 10 unless said otherwise.",
    ),
    Key::new(
        "previews",
        Kind::Count { least: 0, most: 1_000 },
        "How many sites of a pull request are shown as previews at most; 20 unless said otherwise, 0 for none.",
    ),
];
