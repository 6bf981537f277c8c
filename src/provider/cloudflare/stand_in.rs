//! Previews as Workers: a Worker of its own for each site and preview, at the account's subdomain of `workers.dev`.
//!
//! Versions of the live Worker would have addresses, too, but they cannot be deleted, and push those out to which one may go back.

use super::HEADERS;
use super::api::Api;
use super::worker::{MESSAGE, Outfit, Worker, told};
use crate::model::{Digest, Label, Parcel, ParcelName, PreviewName};
use crate::provider::line::Class;
use crate::provider::{Doubt, FaultKind, HostFault, Previews, Provider, Showing, Wares};
use crate::world::Method;
use serde_json::{Value, json};

/// The longest name of a Worker, which is a part of its host name.
const LONGEST: usize = 63;

/// Between the name of a site and that of a preview, which has no such thing in it.
const SEAM: &str = "--";

/// How many digits tell long names of sites apart, of which only the beginning is kept.
const DIGITS: usize = 8;

impl Previews for Worker {
    fn show(&self, parcel: &Parcel, preview: &PreviewName, wares: &dyn Wares) -> Result<Showing, HostFault> {
        let name = name(&parcel.name, preview)?;
        let doing = format!("show the preview `{name}`");
        let Some(subdomain) = subdomain(&self.api, &doing)? else {
            let says = "the account has no subdomain at `workers.dev` yet, which is chosen once at Cloudflare";
            return Ok(Showing::Never(says.to_owned()));
        };
        let there = self.version(&name)?.map(|(version, _)| version);
        if there.as_ref().is_some_and(|there| !is_preview(there, &name)) {
            return Ok(Showing::Never(format!("there is a Worker `{name}` that is no preview")));
        }
        if there.and_then(|there| told(&there).and_then(Label::parse)) != Some(parcel.label) {
            let stand_in = Parcel { name: name.clone(), ..parcel.clone() };
            let upload = self.upload(&stand_in, wares, None)?;
            self.activate(&stand_in, &upload, Doubt::None)?;
        }
        let open = self.script(&doing, Method::Post, &name, "/subdomain");
        let open = open.json(&json!({ "enabled": true, "previews_enabled": false }));
        self.api.ask(&open, Class::Repeatable)?;
        Ok(Showing::At(format!("https://{name}.{subdomain}.workers.dev")))
    }

    fn end(&self, preview: &PreviewName, _sites: &[ParcelName]) -> Result<usize, HostFault> {
        let doing = format!("take the preview `{preview}` away");
        let all = self.api.ask(&self.api.errand(&doing, Method::Get, "workers/scripts"), Class::Repeatable)?;
        let ids =
            all.as_array().map(Vec::as_slice).unwrap_or_default().iter().filter_map(|script| script["id"].as_str());
        let ending = format!("{SEAM}{preview}");
        let mut gone = 0;
        for name in ids.filter(|id| id.ends_with(&ending)).filter_map(|id| ParcelName::parse(id).ok()) {
            if self.version(&name)?.is_some_and(|(version, _)| is_preview(&version, &name)) {
                gone += usize::from(self.api.find(&self.script(&doing, Method::Delete, &name, ""))?.is_some());
            }
        }
        Ok(gone)
    }
}

/// What the Worker is called that shows a site under the name of a preview.
fn name(site: &ParcelName, preview: &PreviewName) -> Result<ParcelName, HostFault> {
    let (site, rest) = (site.as_str(), SEAM.len() + preview.as_str().len());
    let name = match site.len() + rest <= LONGEST {
        true => format!("{site}{SEAM}{preview}"),
        false => {
            let beginning = &site[..LONGEST - rest - DIGITS - 1];
            format!("{beginning}-{}{SEAM}{preview}", &Digest::of(site.as_bytes()).short()[..DIGITS])
        }
    };
    ParcelName::parse(&name)
        .map_err(|fault| HostFault::new(FaultKind::Rejected, format!("name `{name}`"), fault.to_string()))
}

/// Below which name at `workers.dev` the account's Workers are seen; none if nobody chose one.
fn subdomain(api: &Api, doing: &str) -> Result<Option<String>, HostFault> {
    let found = api.find(&api.errand(doing, Method::Get, "workers/subdomain"))?;
    Ok(found.and_then(|found| found["subdomain"].as_str().map(str::to_owned)))
}

/// What the host is told about a preview.
pub(super) fn message(name: &ParcelName) -> String {
    format!("hectare: preview {name}")
}

fn is_preview(version: &Value, name: &ParcelName) -> bool {
    version["annotations"][MESSAGE] == message(name).as_str()
}

/// The same for nobody but those who know where: search engines pass it by.
pub(super) fn unlisted(mut outfit: Outfit) -> Outfit {
    let rules = outfit.config[HEADERS].as_str().unwrap_or_default();
    outfit.config[HEADERS] = json!(format!("/*\n  X-Robots-Tag: noindex\n{rules}"));
    outfit
}
