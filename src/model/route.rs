//! Where a page is reached: base URLs, routes and the two styles of clean URLs.

use super::path::{OutPath, PathFault};
use super::url::{UrlPart, encode_url};
use serde::Serialize;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// How the clean URLs of a site end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum UrlStyle {
    /// `/about/`, stored as `about/index.html`.
    #[default]
    Slash,
    /// `/about`, stored as `about.html`.
    Plain,
}

/// The path of a URL inside a site, decoded: starts with `/`, knows nothing of the domain.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Route(Arc<str>);

impl Route {
    /// The home page.
    pub fn home() -> Self {
        Self("/".into())
    }

    /// The route made of path segments, ended as `style` asks: `blog/first` becomes `/blog/first/` or `/blog/first`.
    pub fn of_segments(segments: &str, style: UrlStyle) -> Self {
        let inner = segments.trim_matches('/');
        match (inner.is_empty(), style) {
            (true, _) => Self::home(),
            (false, UrlStyle::Slash) => Self(["/", inner, "/"].concat().into()),
            (false, UrlStyle::Plain) => Self(["/", inner].concat().into()),
        }
    }

    /// The route of something below this one: `page/2` below `/garden/` and below `/garden.html` is `/garden/page/2/`.
    pub fn below(&self, segments: &str, style: UrlStyle) -> Self {
        Self::of_segments(&[self.folder(), "/", segments].concat(), style)
    }

    /// Where things that belong to this route lie, without a slash at its end: `/garden` for `/garden/` and `/garden.html`.
    pub fn folder(&self) -> &str {
        let path = &*self.0;
        if let Some(folder) = path.strip_suffix('/') {
            return folder.trim_end_matches('/');
        }
        let folder =
            ["/index.html", ".html", ".htm"].into_iter().find_map(|end| path.strip_suffix(end)).unwrap_or(path);
        folder.trim_end_matches('/')
    }

    /// A route taken exactly as written, with a leading slash added if it lacks one.
    pub fn verbatim(path: &str) -> Self {
        if path.starts_with('/') { Self(path.into()) } else { Self(format!("/{path}").into()) }
    }

    /// The route of a file in the site's folder.
    pub fn of_file(path: &OutPath) -> Self {
        Self(format!("/{path}").into())
    }

    /// The decoded path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The file that a host serves for this route.
    pub fn out_path(&self) -> Result<OutPath, PathFault> {
        let path = &*self.0;
        if path.ends_with('/') {
            return OutPath::parse(&[path, "index.html"].concat());
        }
        if path.ends_with(".html") || path.ends_with(".htm") {
            OutPath::parse(path)
        } else {
            OutPath::parse(&format!("{path}.html"))
        }
    }

    /// The route as it stands in a link: everything but unreserved characters percent-encoded.
    pub fn href(&self) -> Cow<'_, str> {
        encode_url(&self.0, UrlPart::Path)
    }
}

impl fmt::Display for Route {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// The address that all URLs of a site begin with, such as `https://qmoney.de`, perhaps with a folder: `https://x.de/blog`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BaseUrl {
    origin: String,
    folder: String,
}

/// Why a text is not the address of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BaseUrlFault {
    /// It starts with neither `https://` nor `http://`.
    Scheme,
    /// The host is missing or holds a character that no host name has.
    Host,
    /// It has a query or a fragment.
    Tail,
}

impl BaseUrl {
    /// Takes `https://host[:port][/folder]`; a slash at the end is dropped.
    pub fn parse(text: &str) -> Result<Self, BaseUrlFault> {
        let rest =
            text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).ok_or(BaseUrlFault::Scheme)?;
        if rest.contains(['?', '#']) {
            return Err(BaseUrlFault::Tail);
        }
        let (host, folder) = rest.split_once('/').unwrap_or((rest, ""));
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.:".contains(&byte);
        if host.is_empty() || host.starts_with(['.', '-', ':']) || !host.bytes().all(fits) || host.contains("..") {
            return Err(BaseUrlFault::Host);
        }
        let folder = folder.trim_matches('/');
        Ok(Self {
            origin: text[..text.len() - rest.len() + host.len()].to_owned(),
            folder: if folder.is_empty() { String::new() } else { format!("/{folder}") },
        })
    }

    /// Scheme and host, without a slash at the end.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The host name, with its port if it has one.
    pub fn host(&self) -> &str {
        self.origin.split_once("://").map_or("", |(_, host)| host)
    }

    /// The folder below the host that the site lives in: empty, or `/blog`.
    pub fn folder(&self) -> &str {
        &self.folder
    }

    /// The link to `route` from any page of the site.
    pub fn link(&self, route: &Route) -> String {
        [&*self.folder, &*route.href()].concat()
    }

    /// The full address of `route`.
    pub fn absolute(&self, route: &Route) -> String {
        [&*self.origin, &*self.folder, &*route.href()].concat()
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}{}", self.origin, self.folder)
    }
}

impl fmt::Display for BaseUrlFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Scheme => "it does not start with https:// or http://",
            Self::Host => "its host name is missing, not in lower case, or holds a character that no host name has",
            Self::Tail => "it has a query (?) or a fragment (#)",
        })
    }
}
