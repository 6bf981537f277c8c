//! What the file says about the fleet as a whole.

use super::check::Check;
use super::merged::Merged;
use super::source::Source;
use crate::diag::{Code, Diagnostic};
use crate::model::{
    Ci, DeployWindow, Edition, Fleet, Folders, HostPlan, Layer, Occasion, Policy, Program, Receiver, SiteSpec, Style,
    Target, TargetKind,
};
use std::sync::Arc;
use toml::de::DeTable;

/// The fleet of a file that was checked.
pub(super) fn fleet(file: Merged<'_>, folders: Folders, sites: Vec<Arc<SiteSpec>>) -> Fleet {
    let (layers, targets, receivers) = (file.table("layers"), file.table("targets"), file.table("notify"));
    Fleet {
        name: file.table("fleet").string("name").unwrap_or_else(|| "fleet".to_owned()),
        edition: Edition::E2026,
        folders,
        sites,
        layers: layers.keys().into_iter().map(|name| (name.to_owned(), layer(layers.table(name)))).collect(),
        targets: targets.keys().into_iter().map(|name| (name.to_owned(), target(targets.table(name)))).collect(),
        policy: policy(file.table("policy")),
        receivers: receivers
            .keys()
            .into_iter()
            .map(|name| (name.to_owned(), receiver(receivers.table(name))))
            .collect(),
        state: file.string("state"),
        ci: ci(file.table("ci")),
        store: file.string("store"),
    }
}

/// The folders of the fleet.
pub(super) fn folders(fleet: Merged<'_>) -> Folders {
    let folder = |key: &str| fleet.string(key).unwrap_or_else(|| key.to_owned());
    Folders { content: folder("content"), themes: folder("themes"), dist: folder("dist") }
}

fn layer(own: Merged<'_>) -> Layer {
    Layer { raw_html: own.flag("raw_html").unwrap_or(Layer::default().raw_html) }
}

fn target(own: Merged<'_>) -> Target {
    Target {
        kind: TargetKind::ALL
            .into_iter()
            .find(|kind| own.text("kind") == Some(kind.name()))
            .unwrap_or(TargetKind::Folder),
        account: own.string("account"),
        token_env: own.string("token_env"),
        token_file: own.string("token_file"),
        token_command: own.strings("token_command"),
        plan: HostPlan::ALL.into_iter().find(|plan| own.text("plan") == Some(plan.name())),
        region: own.string("region"),
        api: own.string("api"),
        health_via: own.string("health_via"),
        previews: own.string("previews"),
        place: own.string("place"),
        production: own.flag("production"),
        gradual: own.counts("gradual").unwrap_or_default().into_iter().filter_map(part).collect(),
    }
}

/// A share of visitors that is not all of them.
fn part(percent: u64) -> Option<u8> {
    u8::try_from(percent).ok().filter(|percent| *percent < 100)
}

fn ci(own: Merged<'_>) -> Ci {
    let usual = Ci::default();
    Ci {
        program: own.text("hectare").and_then(Program::parse),
        role: own.string("role"),
        region: own.string("region"),
        endpoint: own.string("endpoint"),
        environment: own.string("environment").unwrap_or(usual.environment),
        branch: own.string("branch").unwrap_or(usual.branch),
        runner: own.string("runner").unwrap_or(usual.runner),
        parallel: own.count("parallel").unwrap_or(usual.parallel),
        previews: own.count("previews").and_then(|most| usize::try_from(most).ok()).unwrap_or(usual.previews),
    }
}

fn receiver(own: Merged<'_>) -> Receiver {
    let wanted = own.strings("events");
    let is_wanted =
        |event: &Occasion| wanted.as_ref().is_none_or(|wanted| wanted.iter().any(|name| name == event.name()));
    Receiver {
        style: Style::ALL.into_iter().find(|style| own.text("kind") == Some(style.name())).unwrap_or(Style::Json),
        url: own.string("url"),
        url_env: own.string("url_env"),
        url_file: own.string("url_file"),
        url_command: own.strings("url_command"),
        secret_env: own.string("secret_env"),
        secret_file: own.string("secret_file"),
        secret_command: own.strings("secret_command"),
        events: Occasion::ALL.into_iter().filter(is_wanted).collect(),
        nearby: own.flag("nearby").unwrap_or(false),
    }
}

/// Takes note of receivers that nobody could write to.
pub(super) fn check_receivers(check: &mut Check<'_>, source: &Source, root: &DeTable<'_>) {
    let receivers = root.get("notify").and_then(|receivers| receivers.get_ref().as_table());
    for (name, receiver) in receivers.into_iter().flatten() {
        let Some(table) = receiver.get_ref().as_table() else { continue };
        if ["url", "url_env", "url_file", "url_command"].iter().all(|key| !table.contains_key(*key)) {
            let message = format!("`{}` does not say where messages go", name.get_ref());
            let hint = "name the environment variable that holds the address: `url_env = \"…\"`; an address that is no \
                        secret may stand here as `url`";
            check.report(Diagnostic::error(Code::MissingKey, message).at(source.place(receiver.span())).hint(hint));
        }
    }
}

fn policy(own: Merged<'_>) -> Policy {
    let usual = Policy::default();
    let number = |key: &str, usual: u64| own.count(key).unwrap_or(usual);
    let many = |key: &str, usual: usize| own.count(key).and_then(|count| usize::try_from(count).ok()).unwrap_or(usual);
    let flag = |key: &str, usual: bool| own.flag(key).unwrap_or(usual);
    let windows = own.strings("windows").unwrap_or_default();
    let waves =
        own.counts("waves").map(|waves| waves.into_iter().filter_map(|size| usize::try_from(size).ok()).collect());
    Policy {
        approve_first: many("approve_first", usual.approve_first),
        approve_above: many("approve_above", usual.approve_above),
        approve_hosts: flag("approve_hosts", usual.approve_hosts),
        approve_monthly: number("approve_monthly", usual.approve_monthly),
        approvers: own.strings("approvers").unwrap_or_default(),
        stop_failed: number("stop_failed", usual.stop_failed),
        stop_removed: many("stop_removed", usual.stop_removed),
        stop_secrets: flag("stop_secrets", usual.stop_secrets),
        stop_daily: number("stop_daily", usual.stop_daily),
        stop_slower: number("stop_slower", usual.stop_slower),
        stop_heavier: number("stop_heavier", usual.stop_heavier),
        windows: windows.iter().filter_map(|window| DeployWindow::parse(window).ok()).collect(),
        waves: waves.unwrap_or(usual.waves),
        in_flight: many("in_flight", usual.in_flight),
        reserve: number("reserve", usual.reserve),
        page_views: number("page_views", usual.page_views),
        dollar: number("dollar", usual.dollar),
        keep: many("keep", usual.keep),
    }
}

/// Folders that lie in each other would make the output a source, or a source the output.
pub(super) fn check_folders(check: &mut Check<'_>, source: &Source, root: &DeTable<'_>) {
    let Some(written) = root.get("fleet").and_then(|fleet| fleet.get_ref().as_table()) else { return };
    let folders = folders(Merged::of(Some(written)));
    let all = [("content", &folders.content), ("themes", &folders.themes), ("dist", &folders.dist)];
    for (at, (key, folder)) in all.iter().enumerate() {
        let Some((other_key, other)) = all[at + 1..].iter().find(|(_, other)| overlap(folder, other)) else { continue };
        let Some(node) = written.get(*other_key).or_else(|| written.get(*key)) else { continue };
        let message = format!("`{key}` (`{folder}`) and `{other_key}` (`{other}`) lie in each other");
        let mistake = Diagnostic::error(Code::WrongType, message).at(source.place(node.span()));
        check.report(mistake.hint("name folders that lie beside each other"));
    }
}

/// Whether two folders are the same, or one lies in the other.
pub(super) fn overlap(one: &str, other: &str) -> bool {
    let inside = |inner: &str, outer: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    inside(one, other) || inside(other, one)
}
