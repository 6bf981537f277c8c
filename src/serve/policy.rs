//! Headers that mean something else on a preview than on the web.

/// A script of the preview stands in every page that is served, and listens to the server: a site whose policy allows neither
/// would not reload. Both are let in where they come from the page's own origin; nothing else is.
const NEEDED: [&str; 2] = ["script-src", "connect-src"];

const POLICY: &str = "content-security-policy";

/// Takes away what a preview without TLS cannot keep, and lets the script of the preview in.
pub(super) fn adjust(headers: &mut Vec<(String, String)>) {
    headers.retain(|(name, _)| name != "strict-transport-security");
    for (_, value) in headers.iter_mut().filter(|(name, _)| name == POLICY) {
        *value = value.split(',').map(admit).collect::<Vec<_>>().join(", ");
    }
}

/// One policy that admits the script of the preview.
fn admit(policy: &str) -> String {
    let directives = policy.split(';').map(|directive| directive.split_whitespace().collect::<Vec<_>>());
    let mut directives: Vec<Vec<&str>> =
        directives.filter(|words| words.first().is_some_and(|name| *name != "upgrade-insecure-requests")).collect();
    let default = directives.iter().find(|words| words[0] == "default-src").cloned();
    for needed in NEEDED {
        let known = directives.iter_mut().filter(|words| words[0] == needed || words[0] == format!("{needed}-elem"));
        let mut is_known = false;
        for words in known {
            is_known = true;
            allow_own(words);
        }
        if let (false, Some(default)) = (is_known, &default) {
            let mut words = [&[needed], &default[1..]].concat();
            allow_own(&mut words);
            directives.push(words);
        }
    }
    directives.iter().map(|words| words.join(" ")).collect::<Vec<_>>().join("; ")
}

fn allow_own(words: &mut Vec<&str>) {
    words.retain(|word| !matches!(*word, "'none'" | "'strict-dynamic'"));
    if !words.iter().any(|word| matches!(*word, "'self'" | "*")) {
        words.push("'self'");
    }
}
