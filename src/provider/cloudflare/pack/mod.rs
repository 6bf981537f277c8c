//! Many sites in one Worker.
//!
//! Purpose: a parcel of sites goes in; out come one list of files, the rules by which they are served, and a script that tells the
//! sites apart by the host that is asked. Each site keeps its own redirects, headers and pages for what is not found. Files whose names
//! are made of their content are the same for all sites: they lie in one place, and are served without the script. Decides nothing
//! about which sites share a Worker.

mod table;

use super::worker::Outfit;
use super::{HEADERS, REDIRECTS, rules, shown};
use crate::model::{Good, Parcel, SiteId, Stall};
use crate::provider::{FaultKind, HostFault, Wares};
use crate::rules::{Headers, Redirects};
use serde_json::json;
use std::collections::BTreeMap;

/// By what name the script reaches the files.
pub(super) const ASSETS: &str = "ASSETS";

/// The folder of files whose names are made of their content.
const SHARED: &str = "_a/";

/// The script, and the module that tells it of the sites.
const ROUTER: &str = include_str!("router.mjs");
const ROUTER_NAME: &str = "router.mjs";
const SITES_NAME: &str = "sites.mjs";

/// One site as the script knows it.
struct Tenant<'a> {
    site: &'a SiteId,
    stall: &'a Stall,
    redirects: Redirects,
    headers: Headers,
}

/// What the Worker of a pack is made of.
pub(super) fn outfit(parcel: &Parcel, wares: &dyn Wares) -> Result<Outfit, HostFault> {
    let tenant = |(site, stall): (_, _)| Tenant::read(site, stall, wares);
    let tenants: Vec<Tenant> = parcel.stalls.iter().map(tenant).collect::<Result<_, _>>()?;
    let modules = vec![
        (ROUTER_NAME.to_owned(), ROUTER.to_owned()),
        (SITES_NAME.to_owned(), table::module(&hosts(parcel)?, &tenants)),
    ];
    let mut config = json!({
        "html_handling": "auto-trailing-slash",
        "not_found_handling": "404-page",
        "run_worker_first": ["/*", format!("!/{SHARED}*")],
    });
    let common = common_headers(&tenants);
    if !common.is_empty() {
        config[HEADERS] = json!(common);
    }
    Ok(Outfit { files: files(parcel)?, config, modules })
}

impl<'a> Tenant<'a> {
    fn read(site: &'a SiteId, stall: &'a Stall, wares: &dyn Wares) -> Result<Self, HostFault> {
        let redirects = Redirects::parse(&rules(&stall.release, REDIRECTS, wares)?);
        let headers = Headers::parse(&rules(&stall.release, HEADERS, wares)?);
        Ok(Self { site, stall, redirects, headers })
    }
}

/// Where each file lies.
fn files(parcel: &Parcel) -> Result<BTreeMap<String, Good>, HostFault> {
    let mut files = BTreeMap::new();
    for (site, stall) in &parcel.stalls {
        for (path, good) in shown(&stall.release) {
            let place = match path.as_str().starts_with(SHARED) {
                true => format!("/{path}"),
                false => format!("/{site}/{path}"),
            };
            let other = files.insert(place, *good).filter(|other| other.keys != good.keys);
            if other.is_some() {
                let said = format!("`{path}` of `{site}` is another file than that of another site");
                return Err(HostFault::new(FaultKind::Rejected, format!("pack `{}`", parcel.name), said));
            }
        }
    }
    Ok(files)
}

/// Which site answers for each host.
fn hosts(parcel: &Parcel) -> Result<BTreeMap<&str, &SiteId>, HostFault> {
    let mut hosts = BTreeMap::new();
    for (site, stall) in &parcel.stalls {
        for host in &stall.hosts {
            if let Some(other) = hosts.insert(host.as_str(), site).filter(|other| *other != site) {
                let said = format!("`{host}` is the host of `{other}` and of `{site}`");
                return Err(HostFault::new(FaultKind::Rejected, format!("pack `{}`", parcel.name), said));
            }
        }
    }
    Ok(hosts)
}

/// What all sites say about the files that they share, as one rule; the script is not asked about those.
fn common_headers(tenants: &[Tenant]) -> String {
    let of = |tenant: &Tenant| {
        let mut set = Vec::new();
        let host = tenant.stall.hosts.first().map_or("", String::as_str);
        tenant.headers.apply(host, &format!("/{SHARED}file"), &mut set);
        set
    };
    let common = tenants.iter().map(of).reduce(|mut common, other| {
        common.retain(|header| other.contains(header));
        common
    });
    let lines: String = common.unwrap_or_default().iter().map(|(name, value)| format!("  {name}: {value}\n")).collect();
    if lines.is_empty() { lines } else { format!("/{SHARED}*\n{lines}") }
}
