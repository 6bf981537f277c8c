//! What is said of things that a page loads from elsewhere.

use super::{Code, Diagnostic};
use crate::model::{Guest, GuestKind, Settings};

/// What is to be said of a guest, unless the policy of the site welcomes it: the same for all pages of the fleet.
pub fn uninvited(guest: &Guest, settings: &Settings) -> Option<Diagnostic> {
    if settings.welcomes(guest) {
        return None;
    }
    let Guest { kind, host, .. } = guest;
    let message =
        format!("browsers will not load {} from `{host}`: `content_security_policy` does not allow it", kind.name());
    let known = settings.welcomed(*kind).unwrap_or_default();
    let known: String = known.iter().filter(|source| **source != "'none'").map(|source| format!(" {source}")).collect();
    let allow = format!(
        "let the policy say `{}{known} https://{host}`, and `{host}` learns of every visitor",
        kind.directive()
    );
    let hint = match kind {
        GuestKind::Picture | GuestKind::Media => format!("put the file beside the page; or {allow}"),
        GuestKind::Script | GuestKind::Style => format!("put the file into the theme; or {allow}"),
        GuestKind::Frame => format!("link to the page instead; or {allow}"),
    };
    Some(Diagnostic { in_settings: true, ..Diagnostic::warning(Code::Guest, message) }.hint(hint))
}
