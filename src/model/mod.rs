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
mod hex;
mod id;
mod keys;
mod language;
mod money;
mod page;
mod parcel;
mod path;
mod place;
mod plan;
mod policy;
mod receipt;
mod receiver;
mod release;
mod route;
#[cfg(test)]
pub(crate) mod sample;
mod settings;
mod shared;
mod site;
mod slug;
mod stamp;
mod standing;
mod text;
mod url;

pub use asset::{Asset, Dimensions, Media};
pub use bundle::{Artifact, Body, Bundle, Manifest, ManifestEntry};
pub use data::{Data, Table};
pub use declared::Declared;
pub use digest::{Digest, Digester};
pub use escape::{push_quoted, push_text};
pub use fleet::{Edition, Fleet, Folders, HostPlan, Layer, SiteSpec, Target, TargetKind};
pub use hex::Hex;
pub use id::{IdFault, SiteId};
pub use keys::Keys;
pub use language::Language;
pub use money::Money;
pub use page::{Page, PageId, PageKind, Resource, Robots, Source};
pub use parcel::{Label, Parcel, ParcelName, Stall};
pub use path::{OutPath, PathFault};
pub use place::Place;
pub use plan::{Approval, Ask, Change, Cost, Effort, Load, Need, Plan, Shipment};
pub use policy::{DeployWindow, Policy, WindowFault};
pub use receipt::{Receipt, Sighting};
pub use receiver::{Occasion, Receiver, Style};
pub use release::{Good, HostKeys, MARKER, Release};
pub use route::{BaseUrl, BaseUrlFault, Route, UrlStyle};
pub use settings::{FeedFormat, Feeds, Limits, MenuItem, Minify, RedirectRule, RobotsRules, Settings, TaxonomySpec};
pub use shared::Shared;
pub use site::{Conditions, Publish, Site, SiteFile, Taxonomy, Term};
pub use slug::slug;
pub use stamp::{Stamp, StampFault};
pub use standing::{Berth, Intent, Live, Standing, Step, Vitals};
pub use text::{Anchors, Heading, Text};
pub use url::{UrlPart, decode_url, encode_url};
