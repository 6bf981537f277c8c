//! The nouns of hectare, one file each, in the order in which data flows through them.
//!
//! Purpose: vocabulary that every room shares. Values only: nothing here reads, writes, prints or asks for the time.

mod asset;
mod bundle;
mod data;
mod declared;
mod digest;
mod escape;
mod feed;
mod fleet;
mod id;
mod language;
mod page;
mod path;
mod place;
mod route;
#[cfg(test)]
pub(crate) mod sample;
mod settings;
mod shared;
mod site;
mod slug;
mod stamp;
mod text;
mod url;

pub use asset::{Asset, Dimensions, Media};
pub use bundle::{Artifact, Body, Bundle, Manifest, ManifestEntry};
pub use data::{Data, Table};
pub use declared::Declared;
pub use digest::{Digest, Digester};
pub use escape::{push_quoted, push_text};
pub use fleet::{Edition, Fleet, Folders, Layer, SiteSpec, Target, TargetKind};
pub use id::{IdFault, SiteId};
pub use language::Language;
pub use page::{Page, PageId, PageKind, Resource, Robots, Source};
pub use path::{OutPath, PathFault};
pub use place::Place;
pub use route::{BaseUrl, BaseUrlFault, Route, UrlStyle};
pub use settings::{FeedFormat, Feeds, Limits, MenuItem, Minify, RedirectRule, RobotsRules, Settings, TaxonomySpec};
pub use shared::Shared;
pub use site::{Conditions, Publish, Site, SiteFile, Taxonomy, Term};
pub use slug::slug;
pub use stamp::{Stamp, StampFault};
pub use text::{Anchors, Heading, Text};
pub use url::{UrlPart, decode_url, encode_url};
