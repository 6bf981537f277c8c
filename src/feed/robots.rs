//! `robots.txt`: who may visit what.

use super::Output;
use crate::model::Site;

/// Writes `robots.txt`.
pub(super) fn write(site: &Site, has_sitemap: bool, output: &mut Output) {
    let rules = &site.spec.settings.robots;
    let base = &site.spec.base_url;
    let mut text = String::with_capacity(256);
    for robot in &rules.block {
        push_line(&mut text, "User-agent", robot);
    }
    if !rules.block.is_empty() {
        text.push_str("Disallow: /\n\n");
    }
    text.push_str("User-agent: *\n");
    match (rules.index, rules.disallow.as_slice()) {
        (false, _) => text.push_str("Disallow: /\n"),
        (true, []) => text.push_str("Allow: /\n"),
        (true, paths) => paths.iter().for_each(|path| {
            let slash = if path.starts_with(['/', '*']) { "" } else { "/" };
            push_line(&mut text, "Disallow", &format!("{}{slash}{path}", base.folder()));
        }),
    }
    if has_sitemap {
        text.push('\n');
        push_line(&mut text, "Sitemap", &format!("{base}/sitemap.xml"));
    }
    output.add("robots.txt", text.into_bytes(), "robots.txt");
}

/// A line break in a value would begin a rule that nobody wrote.
fn push_line(text: &mut String, name: &str, value: &str) {
    text.push_str(name);
    text.push_str(": ");
    text.extend(value.chars().filter(|c| !c.is_control()));
    text.push('\n');
}
