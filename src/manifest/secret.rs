//! Who knows a secret: one of several keys says so.

use super::check::Check;
use super::merged::Merged;
use super::source::Source;
use crate::diag::{Code, Diagnostic};
use crate::model::SecretSource;
use toml::de::DeTable;

/// What the keys about a secret end with.
const ENDS: [&str; 4] = ["", "_env", "_file", "_command"];

/// Where the secret `name` is found, by the keys that begin with it; none if no key says so.
pub(super) fn secret(own: Merged<'_>, name: &str) -> Option<SecretSource> {
    let [written, variable, file, program] = ENDS.map(|end| format!("{name}{end}"));
    let named = own.string(&variable).map(SecretSource::Variable).or_else(|| own.string(&file).map(SecretSource::File));
    let named = named.or_else(|| own.strings(&program).map(SecretSource::Program));
    named.or_else(|| own.string(&written).map(SecretSource::Written))
}

/// Takes note of secrets that are to be found in two places.
pub(super) fn check_secrets(check: &mut Check<'_>, source: &Source, root: &DeTable<'_>) {
    for (section, secrets) in [("targets", ["token"].as_slice()), ("notify", &["url", "secret"])] {
        let tables = root.get(section).and_then(|tables| tables.get_ref().as_table());
        for (name, table) in tables.into_iter().flatten() {
            let Some(table) = table.get_ref().as_table() else { continue };
            for secret in secrets {
                let keys: Vec<String> = ENDS.iter().map(|end| format!("{secret}{end}")).collect();
                let mut given = table.iter().filter(|(key, _)| keys.iter().any(|known| known == key.get_ref()));
                let (Some((first, _)), Some((second, _))) = (given.next(), given.next()) else { continue };
                let message = format!("`{}` has both `{}` and `{}`", name.get_ref(), first.get_ref(), second.get_ref());
                let mistake = Diagnostic::error(Code::WrongType, message).at(source.place(second.span()));
                let mistake = mistake.note("the other one is here", Some(source.place(first.span())));
                check.report(mistake.hint("keep the one that is meant, and take the other out"));
            }
        }
    }
}
