//! The fleet: what `sites.toml` says, fully resolved.

use super::ci::Ci;
use super::declared::Declared;
use super::digest::Digest;
use super::id::SiteId;
use super::language::Language;
use super::named::named;
use super::policy::Policy;
use super::receiver::Receiver;
use super::route::BaseUrl;
use super::secret_source::SecretSource;
use super::settings::Settings;
use super::shared::Shared;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// All sites of one repository.
#[derive(Debug, Clone)]
pub struct Fleet {
    /// What the owner calls it.
    pub name: String,
    /// The set of behaviours that the repository was written for.
    pub edition: Edition,
    /// Where content, themes and output lie, relative to `sites.toml`.
    pub folders: Folders,
    /// The sites, in the order of their ids.
    pub sites: Vec<Arc<SiteSpec>>,
    /// Content layers that have rules of their own, by name.
    pub layers: BTreeMap<String, Layer>,
    /// Where sites can be shipped to, by name.
    pub targets: BTreeMap<String, Target>,
    /// What the owner wants to be asked about.
    pub policy: Policy,
    /// Who is told of runs, by name.
    pub receivers: BTreeMap<String, Receiver>,
    /// Where the ledger is kept; beside `sites.toml` unless said otherwise.
    pub state: Option<String>,
    /// How jobs of GitHub Actions work on it.
    pub ci: Ci,
    /// Where machines that build the fleet tell each other what they know; nowhere unless said.
    pub store: Option<String>,
}

/// Behaviour that stays the same until the repository names a newer edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Edition {
    /// The first.
    E2026,
}

/// Folders of the repository, relative to `sites.toml`, `/`-separated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folders {
    /// Content layers.
    pub content: String,
    /// Themes.
    pub themes: String,
    /// Finished sites.
    pub dist: String,
}

/// Rules for one content layer, wherever it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Layer {
    /// Whether HTML in Markdown reaches the page; without it, tags are shown as text.
    pub raw_html: bool,
}

impl Default for Layer {
    fn default() -> Self {
        Self { raw_html: true }
    }
}

/// One site, fully resolved.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SiteSpec {
    /// Its name, and that of its folder in `dist/`.
    pub id: SiteId,
    /// The address of its home page.
    pub base_url: BaseUrl,
    /// What visitors read as its name.
    pub title: String,
    /// One sentence about it; may be empty.
    pub description: String,
    /// Its language.
    pub language: Language,
    /// The theme that makes its pages.
    pub theme: String,
    /// Content layers, later ones win by path.
    pub layers: Vec<String>,
    /// The group it takes settings from.
    pub group: Option<String>,
    /// Words to select sites by.
    pub tags: Vec<String>,
    /// Who is named as the author of pages that name none.
    pub author: Option<String>,
    /// Colours, fonts and the like, for the theme.
    pub tokens: BTreeMap<String, String>,
    /// Names of the targets it is shipped to, the first is the primary one.
    pub targets: Vec<String>,
    /// Everything else; sites that choose the same share it.
    pub settings: Shared<Settings>,
    /// Where all of this was written; says nothing about what is made of it.
    #[serde(skip)]
    pub declared: Declared,
}

/// A place that sites are shipped to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// What kind of host it is.
    pub kind: TargetKind,
    /// The account at the host.
    pub account: Option<String>,
    /// Who knows its token; where hosts usually have it unless it is said.
    pub token: Option<SecretSource>,
    /// What was agreed with the host; it decides what the host allows.
    pub plan: Option<HostPlan>,
    /// The region of a bucket.
    pub region: Option<String>,
    /// Another address of the host's API.
    pub api: Option<String>,
    /// Where its sites are looked at.
    pub health_via: HealthVia,
    /// At which addresses previews are seen, for hosts that have none of their own: with `{site}` and `{preview}` in the host name.
    pub previews: Option<String>,
    /// The bucket, folder or project that the host keeps sites in.
    pub place: Option<String>,
    /// Whether visitors see what lies there; it depends on the kind unless said otherwise.
    pub production: Option<bool>,
    /// How many percent of visitors see a new release, one after the other, before all do.
    pub gradual: Vec<u8>,
}

impl Target {
    /// Whether visitors see what lies there. A folder is a trial unless it is said to be more.
    pub fn is_production(&self) -> bool {
        self.production.unwrap_or(self.kind != TargetKind::Folder)
    }

    /// A digest of where it leads to, as far as `sites.toml` says so: what is live at one place says nothing about another.
    pub fn location(&self) -> Digest {
        let text = |text: &Option<String>| text.as_deref().unwrap_or_default().trim_end_matches('/').to_owned();
        let parts = [self.kind.name().to_owned(), text(&self.account), text(&self.place), text(&self.api)];
        Digest::of_parts(parts.iter().map(String::as_bytes))
    }
}

/// Where a site is looked at, to see whether it shows what it should.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum HealthVia {
    /// At its own address.
    #[default]
    OwnAddress,
    /// At this address, which is asked for the site's name.
    Address(String),
    /// Nowhere.
    Off,
}

/// The kinds of host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetKind {
    /// A Cloudflare Pages project per site.
    CloudflarePages,
    /// A Cloudflare Worker with static assets per site.
    CloudflareWorker,
    /// Many sites packed into one Cloudflare Worker.
    CloudflarePack,
    /// A Vercel project per site.
    Vercel,
    /// A bucket that speaks the S3 protocol.
    S3,
    /// A folder of this machine.
    Folder,
}

/// What people agree on with a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostPlan {
    /// Nothing is paid.
    Free,
    /// The plan that is paid for.
    Paid,
    /// Vercel's plan for what earns no money.
    Hobby,
    /// Vercel's plan for teams.
    Pro,
    /// Vercel's plan for large companies.
    Enterprise,
}

named!(TargetKind);
named!(HostPlan);

impl TargetKind {
    /// All kinds, in the order in which they are documented.
    pub const ALL: [Self; 6] =
        [Self::CloudflarePages, Self::CloudflareWorker, Self::CloudflarePack, Self::Vercel, Self::S3, Self::Folder];

    /// How it is written in `sites.toml`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CloudflarePages => "cloudflare-pages",
            Self::CloudflareWorker => "cloudflare-worker",
            Self::CloudflarePack => "cloudflare-pack",
            Self::Vercel => "vercel",
            Self::S3 => "s3",
            Self::Folder => "folder",
        }
    }

    /// Whether it is told which site answers to which host name, as many sites share one parcel.
    pub fn tells_hosts_apart(self) -> bool {
        self == Self::CloudflarePack
    }

    /// Whether its hosts answer by `_redirects` and `_headers`; to others they are files like any others.
    pub fn reads_rules(self) -> bool {
        !matches!(self, Self::S3 | Self::Folder)
    }

    /// The plan that holds unless said otherwise.
    pub fn usual_plan(self) -> HostPlan {
        match self {
            Self::CloudflarePages | Self::CloudflareWorker | Self::CloudflarePack | Self::S3 => HostPlan::Paid,
            Self::Vercel => HostPlan::Pro,
            Self::Folder => HostPlan::Free,
        }
    }
}

impl HostPlan {
    /// All plans.
    pub const ALL: [Self; 5] = [Self::Free, Self::Paid, Self::Hobby, Self::Pro, Self::Enterprise];

    /// How it is written in `sites.toml`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Paid => "paid",
            Self::Hobby => "hobby",
            Self::Pro => "pro",
            Self::Enterprise => "enterprise",
        }
    }
}
