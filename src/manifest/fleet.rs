//! What the file says about the fleet as a whole.

use super::check::Check;
use super::merged::Merged;
use super::source::Source;
use crate::diag::{Code, Diagnostic};
use crate::model::{Edition, Fleet, Folders, HostPlan, Layer, SiteSpec, Target, TargetKind};
use std::sync::Arc;
use toml::de::DeTable;

/// The fleet of a file that was checked.
pub(super) fn fleet(file: Merged<'_>, folders: Folders, sites: Vec<Arc<SiteSpec>>) -> Fleet {
    let (layers, targets) = (file.table("layers"), file.table("targets"));
    Fleet {
        name: file.table("fleet").string("name").unwrap_or_else(|| "fleet".to_owned()),
        edition: Edition::E2026,
        folders,
        sites,
        layers: layers.keys().into_iter().map(|name| (name.to_owned(), layer(layers.table(name)))).collect(),
        targets: targets.keys().into_iter().map(|name| (name.to_owned(), target(targets.table(name)))).collect(),
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
        place: own.string("place"),
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

fn overlap(one: &str, other: &str) -> bool {
    let inside = |inner: &str, outer: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    inside(one, other) || inside(other, one)
}
