//! The words of a theme in the language of the site.

use crate::diag::nearest;
use crate::model::Data;
use crate::render::ask::{Desk, Fault};

/// The text or the plural forms for `key`: in the site's language, in that language without its region, in English.
pub(super) fn words<'a>(desk: &'a Desk, key: &str) -> Result<&'a Data, Fault> {
    let language = &desk.site.spec.language;
    let primary = language.primary();
    let tables = [language.tag(), primary, "en"].map(|language| desk.theme.words.get(language));
    let tables = || tables.iter().copied().flatten();
    tables().find_map(|table| table.get(key)).ok_or_else(|| {
        let fault = Fault::new(format!("theme `{}` has no words for `{key}`", desk.theme.name));
        match nearest(key, tables().flat_map(|table| table.keys().map(String::as_str))) {
            Some(meant) => fault.hint(format!("did you mean `{meant}`?")),
            None => fault.hint(format!("add `{key} = \"…\"` to `words/{primary}.toml`")),
        }
    })
}
