//! Checking the places that sites are shipped to.

use super::check::{Check, whole};
use super::fleet::overlap;
use super::source::Source;
use crate::diag::{Code, Diagnostic};
use crate::model::{Folders, TargetKind};
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::{DeString, DeTable};

/// Where hectare keeps what it remembers.
const OWN: &str = ".hectare";

/// Takes note of targets that cannot do what they are asked for, whatever sites go there.
pub(super) fn check_targets(check: &mut Check<'_>, source: &Source, root: &DeTable<'_>, folders: &Folders) {
    let mut taken = BTreeMap::new();
    let targets = root.get("targets").and_then(|targets| targets.get_ref().as_table());
    for (name, target) in targets.into_iter().flatten() {
        let Some(table) = target.get_ref().as_table() else { continue };
        let kind = table.get("kind").and_then(|kind| kind.get_ref().as_str()).unwrap_or_default();
        if kind == TargetKind::Folder.name() {
            check_place(check, source, name, table, folders);
        }
        check_gradual(check, source, name, table, kind);
        let text = |key: &str| table.get(key).and_then(|value| value.get_ref().as_str());
        // Each of two targets at one place would replace what the other ships.
        if let Some(other) = taken.insert(["kind", "account", "place", "api"].map(text), name.get_ref()) {
            let message = format!("`{}` and `{other}` lead to the same place", name.get_ref());
            let hint = "each would replace what the other ships; give one of them another `account` or `place`";
            check.report(Diagnostic::error(Code::WrongType, message).at(source.place(name.span())).hint(hint));
        }
    }
}

/// A folder takes whole sites, so that nothing else may lie there.
fn check_place(
    check: &mut Check<'_>,
    source: &Source,
    name: &Spanned<DeString<'_>>,
    table: &DeTable<'_>,
    folders: &Folders,
) {
    let hint = "write a folder that nothing else uses, such as `place = \"/srv/www\"`";
    let Some(place) = table.get("place") else {
        let message = format!("`{}` does not say which folder the sites go to", name.get_ref());
        return check.report(Diagnostic::error(Code::MissingKey, message).at(source.place(name.span())).hint(hint));
    };
    let Some(written) = place.get_ref().as_str() else { return };
    let taken = match plain(written).as_str() {
        "" => Some("the folder of `sites.toml`".to_owned()),
        folder => {
            let own = [folders.content.as_str(), &folders.themes, &folders.dist, OWN];
            own.into_iter().find(|own| overlap(folder, own)).map(|own| format!("the folder `{own}`"))
        }
    };
    if let Some(taken) = taken {
        let message = format!("`place = \"{written}\"` would mix the sites that are shipped with {taken}");
        check.report(Diagnostic::error(Code::WrongType, message).at(source.place(place.span())).hint(hint));
    }
}

/// A folder as the others are written: without steps that lead nowhere.
fn plain(folder: &str) -> String {
    if folder.starts_with('/') {
        return folder.to_owned();
    }
    let steps: Vec<&str> = folder.split('/').filter(|step| !matches!(*step, "" | ".")).collect();
    steps.join("/")
}

/// Takes note of shares of visitors that do not grow, and of a target that cannot show anything to some visitors only.
fn check_gradual(
    check: &mut Check<'_>,
    source: &Source,
    name: &Spanned<DeString<'_>>,
    table: &DeTable<'_>,
    kind: &str,
) {
    let Some(gradual) = table.get("gradual") else { return };
    let place = || source.place(gradual.span());
    if kind != TargetKind::CloudflareWorker.name() {
        let message = format!("`{}` is a `{kind}`, which shows a release to all visitors at once", name.get_ref());
        let hint = "only `cloudflare-worker` can be `gradual`; take the line out, or name that kind";
        check.report(Diagnostic::error(Code::WrongType, message).at(place()).hint(hint));
    }
    let shares = gradual.get_ref().as_array().into_iter().flatten();
    let shares: Vec<Option<u64>> = shares.map(|share| share.get_ref().as_integer().and_then(whole)).collect();
    if shares.windows(2).any(|pair| pair[0] >= pair[1]) {
        let message = "the shares of visitors do not grow";
        let hint = "write how many percent see a new release first, then more and more: `gradual = [10, 50]`";
        check.report(Diagnostic::error(Code::WrongType, message).at(place()).hint(hint));
    }
}
