//! Front matter as text: keys set, changed and removed where they stand.

/// The text with `key` set to `value`, or without the key. Values are written so that TOML and YAML read them alike.
pub(crate) fn with_key(text: &str, key: &str, value: Option<&str>) -> String {
    let (fence, between) = if text.starts_with("---") { ("---", ": ") } else { ("+++", " = ") };
    let Some((front, body)) = parts(text, fence) else {
        return with_key(&format!("{fence}\n{fence}\n{text}"), key, value);
    };
    let is_key = |line: &&str| line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(['=', ':']));
    let kept = front.lines().filter(|line| !is_key(line)).map(|line| format!("{line}\n"));
    let line = value.map(|value| format!("{key}{between}{value}\n"));
    let front: String = line.into_iter().chain(kept).collect();
    format!("{fence}\n{front}{fence}\n{body}")
}

/// What stands behind `key`, if it is there.
pub(crate) fn key<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let fence = if text.starts_with("---") { "---" } else { "+++" };
    let (front, _) = parts(text, fence)?;
    front.lines().find_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix(['=', ':']).map(str::trim))
}

/// The text with another body.
pub(crate) fn with_body(text: &str, body: &str) -> String {
    let fence = if text.starts_with("---") { "---" } else { "+++" };
    match parts(text, fence) {
        Some((front, _)) => format!("{fence}\n{front}{fence}\n{body}"),
        None => body.to_owned(),
    }
}

fn parts<'a>(text: &'a str, fence: &str) -> Option<(&'a str, &'a str)> {
    let rest = text.strip_prefix(fence)?.strip_prefix('\n')?;
    let end = if rest.starts_with(fence) { 0 } else { rest.find(&format!("\n{fence}"))? + 1 };
    Some((&rest[..end], rest[end + fence.len()..].trim_start_matches('\n')))
}
