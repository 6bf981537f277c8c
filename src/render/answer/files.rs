//! Files that a site publishes, data files, and links.

use crate::diag::{list, nearest};
use crate::model::{Asset, Data, PageId, Route, Site};
use crate::render::ask::{Answer, Fault};
use crate::render::summary::picture;
use crate::render::values::{map, text};
use tera::Value;

/// The key of the file that `path` means: beside the page, of the theme, or published under its own name.
pub(in crate::render) fn find_file<'a>(site: &'a Site, page: Option<PageId>, path: &str) -> Result<&'a str, Fault> {
    let beside = page.and_then(|id| site.page(id).resources.iter().find(|resource| *resource.name == *path));
    if let Some(resource) = beside {
        return Ok(&resource.asset);
    }
    let known = |prefix: &str| site.assets.get_key_value(format!("{prefix}{path}").as_str()).map(|(key, _)| &**key);
    known("theme:").or_else(|| known("static:")).ok_or_else(|| {
        let fault = Fault::new(format!("there is no file `{path}`"));
        let names = site.assets.keys().filter_map(|key| key.strip_prefix("theme:"));
        match nearest(path, names) {
            Some(meant) => fault.hint(format!("did you mean `{meant}`?")),
            None => fault.hint("put it beside the page or into the theme's `assets` folder"),
        }
    })
}

/// The file with this key.
pub(super) fn find_asset<'a>(site: &'a Site, key: &str) -> Result<&'a Asset, Fault> {
    let asset = site.assets.get(key).map(AsRef::as_ref);
    asset.ok_or_else(|| Fault::new(format!("the file `{key}` could not be published")).hint("mend the file first"))
}

/// All that templates can learn about a file.
pub(super) fn file(site: &Site, key: &str) -> Answer {
    let asset = find_asset(site, key)?;
    let picture = if asset.media.is_image() { picture(site, asset) } else { Value::none() };
    Ok(map([
        ("integrity", text(asset.integrity.as_deref())),
        ("picture", picture),
        ("url", Value::from(site.spec.base_url.link(&Route::of_file(&asset.out)))),
    ]))
}

/// A data file.
pub(super) fn data<'a>(site: &'a Site, name: &str) -> Result<&'a Data, Fault> {
    site.data.get(name).ok_or_else(|| {
        let known = || site.data.keys().map(String::as_str);
        let hint = match nearest(name, known()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None if site.data.is_empty() => format!("put it into `_data/{name}.toml`"),
            None => format!("there are {}", list(known())),
        };
        Fault::new(format!("there is no data file `{name}`")).hint(hint)
    })
}

/// The link to `@/garden/beds.md#soil`, to a path of the site, or to an address elsewhere.
pub(super) fn link(site: &Site, path: &str) -> Result<String, Fault> {
    let base = &site.spec.base_url;
    if let Some(address) = path.strip_prefix("@/") {
        let end = address.find(['#', '?']).unwrap_or(address.len());
        let id = super::lists::find_page(site, &address[..end])?;
        return Ok(format!("{}{}", base.link(&site.page(id).route), &address[end..]));
    }
    match path.strip_prefix('/') {
        Some(rest) if !rest.starts_with('/') => Ok(format!("{}{path}", base.folder())),
        None if !path.starts_with(['#', '?']) && !path.contains(':') => {
            let hint = "write `@/…` before the path of a page, or `/` before a path of the site";
            Err(Fault::new(format!("`{path}` would lead somewhere else from every page")).hint(hint))
        }
        _ => Ok(path.to_owned()),
    }
}
