//! A plan as a file: for CI, for whoever approves it, and to be sure later that it is still the same plan.

use crate::diag::{Code, Diagnostic, Place};
use crate::model::{Ask, Change, Charge, Digest, Effort, Load, Need, Plan, Shipment, SiteId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The version of the format; it grows when a field changes its meaning.
const VERSION: u32 = 1;

/// What of a plan's file is needed again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The plan that was written.
    pub id: Digest,
    /// What the owner's rules said of it.
    pub asks: Vec<Asked>,
    shipments: Vec<Digest>,
    /// Every site that it ships, with its release.
    ships: BTreeSet<(String, String)>,
}

/// What a rule said of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The rule, as its key in `[policy]`.
    pub rule: String,
    /// What it said.
    pub says: String,
    /// Whether someone has to approve.
    pub needs_approval: bool,
}

impl Written {
    /// Whether all that `plan` ships is shipped by the written one, too: from the same to the same. Of one plan, many machines ship a
    /// part each.
    pub fn holds(&self, plan: &Plan) -> bool {
        plan.shipments.iter().all(|shipment| self.shipments.contains(&shipment.digest()))
    }

    /// Whether it ships this bundle of a site.
    pub fn ships(&self, site: &SiteId, bundle: Digest) -> bool {
        self.ships.contains(&(site.to_string(), bundle.to_string()))
    }
}

#[derive(Deserialize)]
struct File {
    v: u32,
    plan: String,
    seal: Option<String>,
    shipments: Vec<ShipmentRecord>,
    asks: Vec<AskRecord>,
}

#[derive(Deserialize)]
struct ShipmentRecord {
    digest: String,
    #[serde(default)]
    sites: Vec<ChangeRecord>,
}

#[derive(Deserialize)]
struct ChangeRecord {
    site: String,
    to: String,
}

#[derive(Serialize, Deserialize)]
struct AskRecord {
    rule: String,
    says: String,
    needs: String,
    #[serde(default)]
    opens: Option<String>,
}

/// The plan as JSON, described in `docs/json.md`.
pub fn print(plan: &Plan) -> Value {
    let asks: Vec<AskRecord> = plan.asks.iter().map(ask).collect();
    json!({
        "v": VERSION,
        "plan": plan.id.to_string(),
        "seal": seal(plan.id, &asks).to_string(),
        "made": plan.made.to_string(),
        "unchanged": plan.unchanged,
        "left": plan.left.iter().map(|(site, left)| json!({ "site": site, "why": left.says() })).collect::<Vec<_>>(),
        "departed": plan.departed,
        "shipments": plan.shipments.iter().map(shipment).collect::<Vec<_>>(),
        "targets": plan.loads.iter().map(load).collect::<Vec<_>>(),
        "effort": effort(plan.effort()),
        "seconds": plan.takes().as_secs(),
        "cost": {
            "currency": "USD", "month_now": dollars(plan.cost.now.micros), "month_then": dollars(plan.cost.then.micros),
            "run": dollars(plan.cost.run.micros), "spent": dollars(plan.spent.micros),
            "charges": plan.charges.iter().map(charge).collect::<Vec<_>>(),
        },
        "asks": asks,
    })
}

/// A digest of the plan and of what the rules say of it: many machines ship a part of it each, and go by what is said of the whole.
fn seal(plan: Digest, asks: &[AskRecord]) -> Digest {
    let said = asks.iter().flat_map(|ask| [&ask.rule, &ask.says, &ask.needs]);
    Digest::of_parts(std::iter::once(plan.as_bytes().as_slice()).chain(said.map(String::as_bytes)))
}

fn dollars(micros: u64) -> f64 {
    micros as f64 / 1_000_000.0
}

fn charge(charge: &Charge) -> Value {
    json!({ "place": charge.place, "writes": charge.writes, "million": dollars(charge.million.micros) })
}

fn shipment(shipment: &Shipment) -> Value {
    json!({
        "target": shipment.target, "kind": shipment.kind.name(), "parcel": shipment.parcel.as_str(),
        "before": shipment.before, "sites": shipment.changes.iter().map(change).collect::<Vec<_>>(),
        "staying": shipment.staying.len(), "hosts": shipment.hosts, "effort": effort(shipment.effort),
        "digest": shipment.digest().to_string(),
    })
}

fn change(change: &Change) -> Value {
    json!({
        "site": change.site, "from": change.from.map(|from| from.to_string()), "to": change.to.to_string(),
        "added": change.added, "changed": change.changed, "removed": change.removed,
    })
}

fn effort(effort: Effort) -> Value {
    let Effort { requests, writes, uploads, bytes, deployments } = effort;
    json!({ "requests": requests, "writes": writes, "uploads": uploads, "bytes": bytes, "deployments": deployments })
}

fn load(load: &Load) -> Value {
    let waits = load.waits.as_ref();
    json!({
        "target": load.target, "parcels": load.parcels, "effort": effort(load.effort), "seconds": load.takes.as_secs(),
        "waits_seconds": waits.map(|(time, _)| time.as_secs()), "waits_for": waits.map(|(_, wall)| wall),
        "warnings": load.warnings,
    })
}

fn ask(ask: &Ask) -> AskRecord {
    let (needs, opens) = match ask.needs {
        Need::Approval => ("approval", None),
        Need::Window(opens) => ("window", opens.map(|opens| opens.to_string())),
        Need::Allowance => ("allowance", None),
        Need::Repair => ("repair", None),
    };
    AskRecord { rule: ask.rule.to_owned(), says: ask.says.clone(), needs: needs.to_owned(), opens }
}

/// Reads which plan a file is about; `name` is the file.
pub fn read(name: &str, bytes: &[u8]) -> Result<Written, Diagnostic> {
    let refused = |message: String| {
        let hint = "write it with `hectare plan --out plan.json`";
        Diagnostic::error(Code::StalePlan, message).at(Place::file(name)).hint(hint)
    };
    let file: File = serde_json::from_slice(bytes).map_err(|_| refused("this is not the file of a plan".to_owned()))?;
    if file.v != VERSION {
        return Err(refused(format!("the plan is in version {} of its format, this hectare knows {VERSION}", file.v)));
    }
    let id = Digest::parse(&file.plan).ok_or_else(|| refused("the file does not name its plan".to_owned()))?;
    let shipments: Option<Vec<Digest>> = file.shipments.iter().map(|record| Digest::parse(&record.digest)).collect();
    let is_sealed = file.seal.as_deref().and_then(Digest::parse) == Some(seal(id, &file.asks));
    let shipments = shipments.filter(|shipments| is_sealed && Plan::id_of(shipments) == id);
    let shipments = shipments.ok_or_else(|| refused("the file was changed since it was written".to_owned()))?;
    let asked = |AskRecord { rule, says, needs, .. }| Asked { rule, says, needs_approval: needs == "approval" };
    let changes = file.shipments.into_iter().flat_map(|shipment| shipment.sites);
    let ships = changes.map(|change| (change.site, change.to)).collect();
    Ok(Written { id, asks: file.asks.into_iter().map(asked).collect(), shipments, ships })
}
