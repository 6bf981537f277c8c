//! Where a redirect leads.

use crate::diag::{Code, Diagnostic, nearest};
use crate::model::{Route, Site, UrlPart, decode_url, encode_url};

/// The new address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Goal {
    /// A path of this site.
    Inside {
        /// The path, decoded; may hold `:splat`.
        route: Route,
        /// `?…` and `#…`, as written.
        tail: String,
    },
    /// Another site.
    Outside(String),
}

/// What stands for the part of the old path that `*` stood for.
pub(super) const SPLAT: &str = ":splat";

impl Goal {
    /// Reads `@/garden/beds.md#anchor`, `/path` or `https://…`.
    pub(super) fn parse(site: &Site, text: &str) -> Result<Self, Diagnostic> {
        let text = text.trim();
        if let Some(key) = text.strip_prefix("@/") {
            return Self::page(site, key);
        }
        let base = site.spec.base_url.to_string();
        let inside = text.strip_prefix(&base).filter(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']));
        if let Some(path) = inside {
            return Ok(Self::inside(path));
        }
        if text.starts_with('/') && !text.starts_with("//") {
            return Ok(Self::inside(text));
        }
        if text.starts_with("https://") || text.starts_with("http://") {
            Ok(Self::Outside(encode_url(text, UrlPart::Address).into_owned()))
        } else {
            Err(Diagnostic::error(Code::BadRedirect, format!("`{text}` is neither a path nor an address"))
                .hint("begin the new address with `/`, `@/` or `https://`"))
        }
    }

    fn page(site: &Site, address: &str) -> Result<Self, Diagnostic> {
        let (key, tail) = address.split_at(address.find(['?', '#']).unwrap_or(address.len()));
        match site.find(key) {
            Some(page) => Ok(Self::Inside {
                route: site.page(page).route.clone(),
                tail: encode_url(tail, UrlPart::Address).into_owned(),
            }),
            None => {
                let fault = Diagnostic::error(Code::BadRedirect, format!("there is no page `@/{key}` to redirect to"));
                Err(match nearest(key, site.by_key.in_order()) {
                    Some(near) => fault.hint(format!("did you mean `@/{near}`?")),
                    None => fault.hint(
                        "write `@/` and the path of a Markdown file below the site's folder, such as `@/about.md`",
                    ),
                })
            }
        }
    }

    fn inside(path: &str) -> Self {
        let (path, tail) = path.split_at(path.find(['?', '#']).unwrap_or(path.len()));
        Self::Inside {
            route: Route::verbatim(&decode_url(path)),
            tail: encode_url(tail, UrlPart::Address).into_owned(),
        }
    }

    /// Whether it says where the rest of the old path goes.
    pub(super) fn has_splat(&self) -> bool {
        match self {
            Self::Inside { route, tail } => route.as_str().contains(SPLAT) || tail.contains(SPLAT),
            Self::Outside(address) => address.contains(SPLAT),
        }
    }

    /// The same with the rest of the old path put in.
    pub(super) fn with_splat(&self, rest: &str) -> Self {
        match self {
            Self::Inside { route, tail } => Self::Inside {
                route: Route::verbatim(&route.as_str().replace(SPLAT, rest)),
                tail: tail.replace(SPLAT, rest),
            },
            Self::Outside(address) => Self::Outside(address.replace(SPLAT, rest)),
        }
    }

    /// The same with the query and fragment of the address that led here, if it has none of its own.
    pub(super) fn with_tail(self, before: &str) -> Self {
        match self {
            Self::Inside { route, tail } if tail.is_empty() => Self::Inside { route, tail: before.to_owned() },
            Self::Outside(address) if !address.contains(['?', '#']) => Self::Outside(address + before),
            other => other,
        }
    }

    /// The link to it.
    pub(super) fn link(&self, site: &Site) -> String {
        match self {
            Self::Inside { route, tail } => site.spec.base_url.link(route) + tail,
            Self::Outside(address) => address.clone(),
        }
    }

    /// The full address.
    pub(super) fn absolute(&self, site: &Site) -> String {
        match self {
            Self::Inside { route, tail } => site.spec.base_url.absolute(route) + tail,
            Self::Outside(address) => address.clone(),
        }
    }
}
