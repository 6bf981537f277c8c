//! A plan as people read it: on a terminal, and in the summary of a CI job.

use super::Table;
use super::number::{count, counted, duration};
use crate::diag::size;
use crate::model::{Ask, Change, Cost, Difference, Differences, Left, Load, Need, Plan, Shipment};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

/// More kinds of change than this are a wall that nobody reads.
const MOST_GROUPS: usize = 12;

/// So many sites of a group are named.
const NAMED: usize = 3;

/// So many files are listed one by one.
const LISTED: usize = 40;

/// The plan as a text.
pub fn plan_text(plan: &Plan) -> String {
    let mut lines = vec![headline(plan)];
    if !plan.is_empty() {
        lines.push(String::new());
        lines.extend(table(plan).lines().into_iter().map(|line| format!("  {line}")));
        lines.push(String::new());
        lines.extend(groups(plan.changes()).lines().into_iter().map(|line| format!("  {line}")));
        lines.push(String::new());
        lines.push(money(plan));
        lines.extend(plan.loads.iter().filter_map(waiting));
        lines.extend(warnings(plan));
    }
    lines.extend(rest(plan));
    lines.extend(plan.asks.iter().map(|ask| format!("{}: {}", needs(ask), ask.says)));
    if !plan.is_empty() {
        lines.push(format!("plan {}", plan.id));
    }
    lines.join("\n")
}

/// The plan as Markdown.
pub fn plan_markdown(plan: &Plan) -> String {
    let mut parts = vec![format!("## {}", headline(plan))];
    if !plan.is_empty() {
        parts.push(table(plan).markdown());
        parts.push(groups(plan.changes()).markdown());
        parts.push(money(plan));
        parts.extend(plan.loads.iter().filter_map(waiting));
        parts.extend(warnings(plan));
    }
    parts.extend(rest(plan));
    parts.extend(plan.asks.iter().map(|ask| format!("**{}**: {}", needs(ask), ask.says)));
    if !plan.is_empty() {
        parts.push(format!("Plan `{}`", plan.id));
    }
    parts.join("\n\n")
}

/// What differs between two folders of finished sites, as Markdown.
pub fn differences_markdown(found: &Differences) -> String {
    let Differences { changes, unchanged, gone, files } = found;
    let all = counted(changes.len() + unchanged, "site", "sites");
    let mut parts = vec![match changes.len() {
        0 => format!("## nothing changes in {all}"),
        1 => format!("## 1 of {all} changes"),
        many => format!("## {} of {all} change", count(many)),
    }];
    if !changes.is_empty() {
        parts.push(groups(changes.iter()).markdown());
    }
    if let Some(first) = gone.first() {
        parts.push(match gone.len() {
            1 => format!("no longer there: {first}"),
            many => format!("no longer there: {} sites, such as {first}", count(many)),
        });
    }
    if (1..=LISTED).contains(&files.len()) {
        parts.push(files.iter().map(listed).collect::<Vec<_>>().join("\n"));
    }
    parts.join("\n\n")
}

/// A file in a list. Its name was chosen by whoever wrote the page, and must not be taken for Markdown.
fn listed((path, difference): &(String, Difference)) -> String {
    let what = match difference {
        Difference::Added => "new",
        Difference::Changed => "changed",
        Difference::Removed => "gone",
    };
    format!("- {what}: `{}`", path.replace('`', "'"))
}

/// `12 of 1 500 sites change`.
fn headline(plan: &Plan) -> String {
    let changes = plan.changes().count();
    let all = counted(changes + plan.unchanged + plan.left.len(), "site", "sites");
    match changes {
        0 if plan.is_empty() && plan.unchanged == 1 => "nothing changes: 1 site is live as built".to_owned(),
        0 if plan.is_empty() => {
            format!("nothing changes: {} are live as built", counted(plan.unchanged, "site", "sites"))
        }
        0 => format!("no site changes, {} led to them", counted(hosts(plan), "host name is", "host names are")),
        _ => format!("{} of {all} {}", count(changes), if changes == 1 { "changes" } else { "change" }),
    }
}

fn hosts(plan: &Plan) -> usize {
    plan.shipments.iter().map(|shipment| shipment.hosts.len()).sum()
}

const LOADS: &[(&str, &str)] = &[
    ("TARGET", "target"),
    ("KIND", "kind"),
    ("PARCELS", "parcels"),
    ("SITES", "sites"),
    ("NEW", "new"),
    ("FILES SENT", "files_sent"),
    ("BYTES", "bytes"),
    ("REQUESTS", "requests"),
    ("AT LEAST", "at_least"),
];

/// One row for each target.
fn table(plan: &Plan) -> Table {
    let row = |load: &Load| {
        let shipments: Vec<&Shipment> = plan.shipments.iter().filter(|ship| ship.target == load.target).collect();
        let changes = || shipments.iter().flat_map(|ship| &ship.changes);
        let kind = shipments.first().map_or("", |ship| ship.kind.name());
        vec![
            load.target.clone(),
            kind.to_owned(),
            count(load.parcels),
            count(changes().count()),
            count(changes().filter(|change| change.from.is_none()).count()),
            large(load.effort.uploads),
            size(load.effort.bytes),
            large(load.effort.requests),
            if load.takes.is_zero() { "no wait".to_owned() } else { long(load.takes) },
        ]
    };
    Table::new(LOADS, plan.loads.iter().map(row).collect())
}

const GROUPS: &[(&str, &str)] =
    &[("SITES", "sites"), ("", "state"), ("FILES ADDED", "added"), ("CHANGED", "changed"), ("REMOVED", "removed")];

/// Sites that change alike, together: a new theme changes a thousand sites in the same way.
fn groups<'a>(changes: impl Iterator<Item = &'a Change>) -> Table {
    let mut alike: BTreeMap<(bool, usize, usize, usize), Vec<&Change>> = BTreeMap::new();
    for change in changes {
        let kind = (change.from.is_some(), change.added, change.changed, change.removed);
        alike.entry(kind).or_default().push(change);
    }
    let mut alike: Vec<_> = alike.into_iter().collect();
    alike.sort_by_key(|(kind, changes)| (std::cmp::Reverse(changes.len()), *kind));
    let row = |((was, added, changed, removed), changes): &((bool, usize, usize, usize), Vec<&Change>)| {
        let named: Vec<&str> = changes.iter().take(NAMED).map(|change| change.site.as_str()).collect();
        let more = changes.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {} more", count(more)) } else { String::new() };
        let state = if *was { "" } else { "new" };
        vec![format!("{}{more}", named.join(", ")), state.to_owned(), count(*added), count(*changed), count(*removed)]
    };
    let mut rows: Vec<Vec<String>> = alike.iter().take(MOST_GROUPS).map(row).collect();
    if let Some(more) = alike.len().checked_sub(MOST_GROUPS).filter(|more| *more > 0) {
        let sites: usize = alike[MOST_GROUPS..].iter().map(|(_, changes)| changes.len()).sum();
        let rest = format!("… and {} in {} other ways", counted(sites, "site", "sites"), count(more));
        rows.push(vec![rest, String::new(), String::new(), String::new(), String::new()]);
    }
    Table::new(GROUPS, rows)
}

fn money(plan: &Plan) -> String {
    format!("cost: {}", cost_line(&plan.cost))
}

/// `USD 5.00 a month instead of USD 0.00`.
pub(super) fn cost_line(cost: &Cost) -> String {
    let Cost { now, then, run } = *cost;
    let run = if run.micros > 0 { format!(", this run {run}") } else { String::new() };
    if now == then { format!("{then} a month, as now{run}") } else { format!("{then} a month instead of {now}{run}") }
}

fn waiting(load: &Load) -> Option<String> {
    let (time, wall) = load.waits.as_ref()?;
    Some(format!("{}: waits {} of it, because the host allows {wall}", load.target, long(*time)))
}

fn warnings(plan: &Plan) -> impl Iterator<Item = String> + '_ {
    plan.loads.iter().flat_map(|load| load.warnings.iter().map(move |says| format!("{}: {says}", load.target)))
}

/// What is not shipped.
fn rest(plan: &Plan) -> Vec<String> {
    let mut lines = Vec::new();
    let mut reasons: BTreeMap<Cow<'_, str>, Vec<(&str, &Left)>> = BTreeMap::new();
    for (site, left) in &plan.left {
        reasons.entry(left.says_of_many()).or_default().push((site.as_str(), left));
    }
    for (of_many, sites) in reasons {
        let named = sites.iter().take(NAMED).map(|(site, _)| *site).collect::<Vec<_>>().join(", ");
        let dots = if sites.len() > NAMED { ", …" } else { "" };
        let why = match sites.as_slice() {
            [(_, left)] => left.says(),
            _ => of_many,
        };
        let all_the_same = match sites.as_slice() {
            [(site, Left::TakenBack(..))] => format!("; `--site {site}` ships it all the same"),
            [(_, Left::TakenBack(..)), ..] => "; `--site` ships one all the same".to_owned(),
            _ => String::new(),
        };
        let many = counted(sites.len(), "site", "sites");
        lines.push(format!("not shipped: {many} ({named}{dots}): {why}{all_the_same}"));
    }
    if let Some(first) = plan.departed.first() {
        lines.push(match plan.departed.len() {
            1 => format!("still live but no longer in `sites.toml`: {first}"),
            many => format!("still live but no longer in `sites.toml`: {} sites, such as {first}", count(many)),
        });
    }
    lines
}

/// What has to happen before the plan may be applied.
pub fn needs(ask: &Ask) -> &'static str {
    match ask.needs {
        Need::Approval => "approval needed",
        Need::Window(_) => "not now",
        Need::Allowance | Need::Repair => "stopped",
    }
}

fn large(number: u64) -> String {
    count(usize::try_from(number).unwrap_or(usize::MAX))
}

/// `3 h 5 min`, and shorter times as usual.
fn long(time: Duration) -> String {
    match time.as_secs() {
        seconds if seconds < 3_600 => duration(time),
        seconds => format!("{} h {} min", seconds / 3_600, seconds / 60 % 60),
    }
}
