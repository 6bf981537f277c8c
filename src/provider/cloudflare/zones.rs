//! Zones: whose names the account looks after.

use super::answer::Said;
use super::api::Api;
use crate::model::unpoisoned;
use crate::provider::HostFault;
use crate::provider::line::{Class, Errand};
use crate::world::Method;
use serde_json::{Value, json};

/// A zone of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Zone {
    pub(super) id: String,
}

/// A name in a zone.
pub(super) struct Record {
    id: String,
    kind: String,
    content: String,
    pub(super) is_proxied: bool,
}

/// By this, people and programs see whose records these are.
const COMMENT: &str = "made by hectare";

/// An address that leads nowhere: requests never get that far.
const NOWHERE: &str = "100::";

/// The zone that a host name belongs to: the longest part of it that is one.
pub(super) fn zone(api: &Api, host: &str) -> Result<Option<Zone>, HostFault> {
    let mut part = host;
    while part.contains('.') {
        let known = unpoisoned(api.zones.lock()).get(part).cloned();
        if known.is_some() {
            return Ok(known);
        }
        let path = format!("zones?name={part}&account.id={}", api.account());
        let found =
            api.ask(&Errand::new(format!("look for the zone of `{host}`"), Method::Get, &path), Class::Repeatable)?;
        if let Some(id) = found[0]["id"].as_str() {
            let zone = Zone { id: id.to_owned() };
            unpoisoned(api.zones.lock()).insert(part.to_owned(), zone.clone());
            return Ok(Some(zone));
        }
        part = part.split_once('.').map_or("", |(_, rest)| rest);
    }
    Ok(None)
}

impl Zone {
    /// An errand to something of the zone.
    pub(super) fn errand(&self, doing: &str, method: Method, rest: &str) -> Errand {
        Errand::new(doing, method, &format!("zones/{}/{rest}", self.id))
    }

    /// The record of a host name that decides where visitors go.
    pub(super) fn record(&self, api: &Api, host: &str) -> Result<Option<Record>, HostFault> {
        let errand =
            self.errand(&format!("look where `{host}` leads"), Method::Get, &format!("dns_records?name={host}"));
        let found = api.ask(&errand, Class::Repeatable)?;
        let text = |record: &Value, key: &str| record[key].as_str().unwrap_or_default().to_owned();
        let leads = |record: &&Value| ["A", "AAAA", "CNAME"].contains(&record["type"].as_str().unwrap_or_default());
        let record = found.as_array().and_then(|all| all.iter().find(leads));
        Ok(record.map(|record| Record {
            id: text(record, "id"),
            kind: text(record, "type"),
            content: text(record, "content"),
            is_proxied: record["proxied"] == true,
        }))
    }

    /// Lets a host name lead to another one, by way of Cloudflare.
    pub(super) fn lead(&self, api: &Api, host: &str, to: &str) -> Result<(), HostFault> {
        self.enter(api, host, "CNAME", to)
    }

    /// Lets requests for a host name arrive at Cloudflare, and nowhere else.
    pub(super) fn lead_here(&self, api: &Api, host: &str) -> Result<(), HostFault> {
        self.enter(api, host, "AAAA", NOWHERE)
    }

    /// A record that exists already is looked up, not entered again: the call may be repeated after a lost answer.
    fn enter(&self, api: &Api, host: &str, kind: &str, content: &str) -> Result<(), HostFault> {
        let record =
            json!({ "type": kind, "name": host, "content": content, "ttl": 1, "proxied": true, "comment": COMMENT });
        let errand = self.errand(&format!("lead `{host}` to its site"), Method::Post, "dns_records").json(&record);
        match api.exchange(&errand, Class::Repeatable)? {
            Said::Done(_) => Ok(()),
            Said::Refused(refusal) => match self.record(api, host)? {
                Some(known) if known.leads(kind, content) => Ok(()),
                _ => Err(refusal.fault),
            },
        }
    }

    /// Takes away the record of a host name if it is the one that leads there.
    pub(super) fn forget(&self, api: &Api, host: &str, to: Option<&str>) -> Result<(), HostFault> {
        let ours = |record: &Record| match to {
            Some(to) => record.leads("CNAME", to),
            None => record.leads("AAAA", NOWHERE),
        };
        if let Some(record) = self.record(api, host)?.filter(ours) {
            let path = format!("dns_records/{}", record.id);
            api.find(&self.errand(&format!("take away where `{host}` leads"), Method::Delete, &path))?;
        }
        Ok(())
    }
}

impl Record {
    pub(super) fn leads(&self, kind: &str, content: &str) -> bool {
        self.kind == kind && self.content == content && self.is_proxied
    }

    /// How people read it.
    pub(super) fn shown(&self) -> String {
        format!("{} {}{}", self.kind, self.content, if self.is_proxied { ", proxied" } else { ", not proxied" })
    }
}
