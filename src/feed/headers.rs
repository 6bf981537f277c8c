//! `_headers`: what hosts send along with files.

use super::Output;
use crate::diag::{Code, Diagnostic};
use crate::model::{Route, Site};

/// The most path patterns that hosts take.
const MOST_BLOCKS: usize = 100;
/// The longest line that hosts take.
const LONGEST_LINE: usize = 2_000;
/// The folder of files that are named after their content.
const HASHED: &str = "_a/";

/// The headers of all paths that a pattern fits.
struct Block {
    pattern: String,
    lines: Vec<Line>,
}

/// A header that is set, or one that is taken away if there is no value.
struct Line {
    name: String,
    value: Option<String>,
}

/// Writes `_headers`.
pub(super) fn write(site: &Site, output: &mut Output) {
    let mut blocks = defaults(site);
    let place = |key: &str| site.spec.declared.setting(&format!("headers{key}"));
    for (written, wanted) in &site.spec.settings.headers {
        let mut lines = Vec::with_capacity(wanted.len());
        for (name, value) in wanted {
            match line(name, value) {
                Ok(line) => lines.push(line),
                Err(fault) => output.found.push(fault.at_setting(place(&format!(".{written}.{name}")))),
            }
        }
        output.found.extend(pattern_faults(written).map(|fault| fault.at_setting(place(&format!(".{written}")))));
        merge(&mut blocks, complete(site, written), lines);
    }
    blocks.retain(|block| !block.lines.is_empty());
    if blocks.len() > MOST_BLOCKS {
        let message = format!("there are headers for {} paths, hosts take {MOST_BLOCKS}", blocks.len());
        output.found.push(fault(message).at_setting(place("")).hint("join paths with a `*` at the end of a folder"));
    }
    if !blocks.is_empty() {
        output.add("_headers", written(&blocks).into_bytes(), "the list of headers");
    }
}

/// What every site sends unless it says otherwise.
fn defaults(site: &Site) -> Vec<Block> {
    let set = |name: &str, value: &str| Line { name: name.to_owned(), value: Some(value.to_owned()) };
    let mut lines = vec![
        set("X-Content-Type-Options", "nosniff"),
        set("Referrer-Policy", "strict-origin-when-cross-origin"),
        set("X-Frame-Options", "SAMEORIGIN"),
        set("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
    ];
    let policy = in_one_line(&site.spec.settings.content_security_policy);
    if !policy.is_empty() {
        lines.push(set("Content-Security-Policy", &policy));
    }
    if site.spec.base_url.origin().starts_with("https://") {
        lines.push(set("Strict-Transport-Security", "max-age=31536000"));
    }
    let mut blocks = vec![Block { pattern: complete(site, "/*"), lines }];
    if site.assets.values().any(|asset| asset.out.as_str().starts_with(HASHED)) {
        let lines = vec![set("Cache-Control", "public, max-age=31536000, immutable")];
        blocks.push(Block { pattern: complete(site, &format!("/{HASHED}*")), lines });
    }
    blocks
}

/// The pattern as hosts compare it: below the folder of the site, percent-encoded.
fn complete(site: &Site, pattern: &str) -> String {
    if pattern.starts_with('/') { site.spec.base_url.link(&Route::verbatim(pattern)) } else { pattern.to_owned() }
}

/// Replaces headers of the same name, adds the others; a pattern of its own comes last.
fn merge(blocks: &mut Vec<Block>, pattern: String, lines: Vec<Line>) {
    let Some(block) = blocks.iter_mut().find(|block| block.pattern == pattern) else {
        blocks.push(Block { pattern, lines });
        return;
    };
    for line in lines {
        match block.lines.iter_mut().find(|known| known.name.eq_ignore_ascii_case(&line.name)) {
            Some(known) => *known = line,
            None => block.lines.push(line),
        }
    }
}

fn written(blocks: &[Block]) -> String {
    let mut text = String::with_capacity(512);
    for (at, block) in blocks.iter().enumerate() {
        text.push_str(&block.pattern);
        text.push('\n');
        for line in &block.lines {
            // Hosts join the values of all blocks that fit, so a later one has to take the earlier one away first.
            if line.value.is_none() || blocks[..at].iter().any(|earlier| earlier.sets(&line.name, &block.pattern)) {
                text.push_str(&format!("  ! {}\n", line.name));
            }
            if let Some(value) = &line.value {
                text.push_str(&format!("  {}: {value}\n", line.name));
            }
        }
    }
    text
}

impl Block {
    /// Whether it sets the header `name` on the paths of `pattern`, too.
    fn sets(&self, name: &str, pattern: &str) -> bool {
        let covers = match self.pattern.split_once('*') {
            Some((start, _)) => pattern.starts_with(start),
            None => pattern == self.pattern,
        };
        covers && self.lines.iter().any(|line| line.value.is_some() && line.name.eq_ignore_ascii_case(name))
    }
}

fn line(name: &str, value: &str) -> Result<Line, Diagnostic> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.!#$%&'*+^`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(fits) {
        return Err(fault(format!("`{name}` is not the name of a header"))
            .hint("names are made of letters, digits and hyphens, such as `X-Frame-Options`"));
    }
    let value = in_one_line(value);
    if value.chars().any(char::is_control) {
        return Err(fault(format!("the value of the header `{name}` holds a control character"))
            .hint("write it anew by hand; such characters come along when text is copied"));
    }
    let length = name.len() + ": ".len() + value.len();
    if length > LONGEST_LINE {
        return Err(fault(format!("the header `{name}` takes {length} characters, hosts take {LONGEST_LINE}"))
            .hint("make its value shorter"));
    }
    Ok(Line { name: name.to_owned(), value: Some(value).filter(|value| !value.is_empty()) })
}

fn pattern_faults(pattern: &str) -> impl Iterator<Item = Diagnostic> {
    let mut faults = Vec::new();
    if !pattern.starts_with('/') && !pattern.starts_with("https://") {
        faults.push(fault(format!("headers cannot be set for `{pattern}`")).hint("begin the path with `/`"));
    }
    if pattern.chars().any(|c| c.is_whitespace() || c.is_control()) {
        faults.push(fault(format!("the path `{pattern}` holds white space")).hint("write a space as `%20`"));
    }
    if pattern.matches('*').count() > 1 {
        faults.push(fault(format!("the path `{pattern}` has more than one `*`")).hint("keep the last one"));
    }
    faults.into_iter()
}

fn in_one_line(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn fault(message: String) -> Diagnostic {
    Diagnostic::error(Code::BadHeader, message)
}
