//! Who knows a secret: one of several keys says so.

use super::check::Check;
use super::merged::Merged;
use super::source::Source;
use crate::diag::{Code, Diagnostic};
use crate::model::SecretSource;
use toml::de::DeTable;

/// For each secret, the section that it is in and the keys that say where it is found.
const KEYS: [(&str, &[&str]); 3] = [
    ("targets", &["token_env", "token_file", "token_command"]),
    ("notify", &["url", "url_env", "url_file", "url_command"]),
    ("notify", &["secret_env", "secret_file", "secret_command"]),
];

/// Where the secret `name` is found, by the keys that begin with it; none if no key says so.
pub(super) fn secret(own: Merged<'_>, name: &str) -> Option<SecretSource> {
    let key = |end: &str| format!("{name}{end}");
    let variable = || own.string(&key("_env")).map(SecretSource::Variable);
    let file = || own.string(&key("_file")).map(SecretSource::File);
    let program = || own.strings(&key("_command")).map(SecretSource::Program);
    let written = || own.string(name).map(SecretSource::Written);
    variable().or_else(file).or_else(program).or_else(written)
}

/// Takes note of secrets that are to be found in two places.
pub(super) fn check_secrets(check: &mut Check<'_>, source: &Source, root: &DeTable<'_>) {
    for (section, keys) in KEYS {
        let tables = root.get(section).and_then(|tables| tables.get_ref().as_table());
        for (name, table) in tables.into_iter().flatten() {
            let Some(table) = table.get_ref().as_table() else { continue };
            let mut given = table.iter().filter(|(key, _)| keys.contains(&key.get_ref().as_ref()));
            let (Some((first, _)), Some((second, _))) = (given.next(), given.next()) else { continue };
            let message = format!("`{}` has both `{}` and `{}`", name.get_ref(), first.get_ref(), second.get_ref());
            let mistake = Diagnostic::error(Code::WrongType, message).at(source.place(second.span()));
            let mistake = mistake.note("the other one is here", Some(source.place(first.span())));
            check.report(mistake.hint("keep the one that is meant, and take the other out"));
        }
    }
}
