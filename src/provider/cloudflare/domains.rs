//! Host names: how visitors of a domain get to a project or a Worker. What others entered is never changed, only told.

use super::answer::Said;
use super::api::Api;
use super::zones::{Zone, zone};
use crate::model::ParcelName;
use crate::provider::line::Class;
use crate::provider::{Attachment, HostFault};
use crate::world::Method;
use serde_json::{Value, json};

/// The project has the domain already.
const ADDED: u64 = 8_000_018;

/// Adds a domain to a project, and lets its name lead there.
pub(super) fn attach_to_project(api: &Api, parcel: &ParcelName, host: &str) -> Result<Attachment, HostFault> {
    let Some(zone) = zone(api, host)? else { return Ok(Attachment::NoZone(host.to_owned())) };
    let doing = format!("attach `{host}`");
    let path = format!("pages/projects/{parcel}/domains");
    let add = api.errand(&doing, Method::Post, &path).json(&json!({ "name": host }));
    match api.exchange(&add, Class::Repeatable)? {
        Said::Refused(refusal) if refusal.code != ADDED => return Err(refusal.fault),
        _ => {}
    }
    let target = format!("{parcel}.pages.dev");
    match zone.record(api, host)? {
        None => zone.lead(api, host, &target)?,
        Some(record) if record.leads("CNAME", &target) => {}
        Some(record) => return Ok(elsewhere(host, &record.shown(), &format!("CNAME {target}, proxied"))),
    }
    let check = api.errand(&doing, Method::Patch, &format!("{path}/{host}")).json(&json!({}));
    let domain = api.ask(&check, Class::Repeatable)?;
    Ok(match domain["status"].as_str() {
        Some("active") => Attachment::Active,
        status => Attachment::Pending(format!("the host says `{}`", status.unwrap_or("nothing"))),
    })
}

/// Undoes it.
pub(super) fn detach_from_project(api: &Api, parcel: &ParcelName, host: &str) -> Result<(), HostFault> {
    let path = format!("pages/projects/{parcel}/domains/{host}");
    api.find(&api.errand(&format!("detach `{host}`"), Method::Delete, &path))?;
    match zone(api, host)? {
        Some(zone) => zone.forget(api, host, Some(&format!("{parcel}.pages.dev"))),
        None => Ok(()),
    }
}

/// Makes a Worker the origin of a host; the host enters the name and gets a certificate by itself.
pub(super) fn attach_to_worker(api: &Api, parcel: &ParcelName, host: &str) -> Result<Attachment, HostFault> {
    let Some(zone) = zone(api, host)? else { return Ok(Attachment::NoZone(host.to_owned())) };
    let wish = json!({ "hostname": host, "service": parcel.as_str(), "zone_id": zone.id });
    let errand = api.errand(&format!("attach `{host}`"), Method::Put, "workers/domains").json(&wish);
    api.ask(&errand, Class::Repeatable)?;
    Ok(Attachment::Active)
}

/// Undoes it.
pub(super) fn detach_from_worker(api: &Api, parcel: &ParcelName, host: &str) -> Result<(), HostFault> {
    let doing = format!("detach `{host}`");
    let path = format!("workers/domains?hostname={host}&service={parcel}");
    let found = api.ask(&api.errand(&doing, Method::Get, &path), Class::Repeatable)?;
    for id in ids(&found, |domain| domain["hostname"] == host && domain["service"] == parcel.as_str()) {
        api.find(&api.errand(&doing, Method::Delete, &format!("workers/domains/{id}")))?;
    }
    Ok(())
}

/// Sends all requests for a host to the Worker of a pack. A site that moves to another pack moves by one call.
pub(super) fn route_to_worker(api: &Api, parcel: &ParcelName, host: &str) -> Result<Attachment, HostFault> {
    let Some(zone) = zone(api, host)? else { return Ok(Attachment::NoZone(host.to_owned())) };
    let doing = format!("attach `{host}`");
    let wish = json!({ "pattern": pattern(host), "script": parcel.as_str() });
    match route(api, &zone, &doing, host)? {
        Some(route) if route["script"] == parcel.as_str() => {}
        Some(route) => {
            let path = format!("workers/routes/{}", route["id"].as_str().unwrap_or_default());
            api.ask(&zone.errand(&doing, Method::Put, &path).json(&wish), Class::Repeatable)?;
        }
        None => {
            let add = zone.errand(&doing, Method::Post, "workers/routes").json(&wish);
            // A route that is there after all was entered by this very call, whose first answer was lost.
            if let Said::Refused(refusal) = api.exchange(&add, Class::Repeatable)? {
                let known = route(api, &zone, &doing, host)?;
                known.filter(|route| route["script"] == parcel.as_str()).ok_or(refusal.fault)?;
            }
        }
    }
    match zone.record(api, host)? {
        None => zone.lead_here(api, host)?,
        Some(record) if record.is_proxied => {}
        Some(record) => return Ok(elsewhere(host, &record.shown(), "proxied")),
    }
    Ok(Attachment::Active)
}

/// Undoes it.
pub(super) fn unroute(api: &Api, parcel: &ParcelName, host: &str) -> Result<(), HostFault> {
    let Some(zone) = zone(api, host)? else { return Ok(()) };
    let doing = format!("detach `{host}`");
    let Some(route) = route(api, &zone, &doing, host)?.filter(|route| route["script"] == parcel.as_str()) else {
        return Ok(());
    };
    let path = format!("workers/routes/{}", route["id"].as_str().unwrap_or_default());
    api.find(&zone.errand(&doing, Method::Delete, &path))?;
    zone.forget(api, host, None)
}

fn route(api: &Api, zone: &Zone, doing: &str, host: &str) -> Result<Option<Value>, HostFault> {
    let found = api.ask(&zone.errand(doing, Method::Get, "workers/routes"), Class::Repeatable)?;
    let found = found.as_array().map(Vec::as_slice).unwrap_or_default();
    Ok(found.iter().find(|route| route["pattern"] == pattern(host)).cloned())
}

/// All addresses of a host.
fn pattern(host: &str) -> String {
    format!("{host}/*")
}

fn ids(found: &Value, is_meant: impl Fn(&Value) -> bool) -> Vec<String> {
    let found = found.as_array().map(Vec::as_slice).unwrap_or_default().iter().filter(|entry| is_meant(entry));
    found.filter_map(|entry| entry["id"].as_str()).map(str::to_owned).collect()
}

fn elsewhere(host: &str, leads: &str, should: &str) -> Attachment {
    Attachment::Pending(format!("`{host}` leads to {leads}; change its record to {should}"))
}
