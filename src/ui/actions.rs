//! What GitHub Actions reads: values for later steps, and notes at lines of files.

use crate::diag::Group;

/// The service shows this many notes of a step and hides the rest.
const MOST_NOTES: usize = 10;

/// A named value as a line of the file that `GITHUB_OUTPUT` names. A text of several lines is put between two `fences`, which nothing in
/// it may foresee.
pub fn step_output(name: &str, value: &str, fence: &str) -> String {
    if value.contains(['\n', '\r']) {
        format!("{name}<<{fence}\n{value}\n{fence}\n")
    } else {
        format!("{name}={value}\n")
    }
}

/// The worst of what was found, each as a note at its line.
pub fn annotations(found: &[Group]) -> Vec<String> {
    found.iter().take(MOST_NOTES).map(annotation).collect()
}

fn annotation(found: &Group) -> String {
    let diagnostic = &found.diagnostic;
    let level = diagnostic.severity.name();
    let place = diagnostic.place.iter().flat_map(|place| {
        let number = |name, number: u32| (number > 0).then(|| format!("{name}={number}"));
        [Some(format!("file={}", property(&place.file))), number("line", place.line), number("col", place.column)]
    });
    let title = format!("title={}", property(diagnostic.code.id()));
    let properties = place.flatten().chain([title]).collect::<Vec<_>>().join(",");
    let sites = match found.sites.as_slice() {
        [] => String::new(),
        [site] => format!(" ({site})"),
        [first, more @ ..] => format!(" ({first} and {} more sites)", more.len()),
    };
    let hint = diagnostic.hint.iter().map(|hint| format!("\n{hint}")).collect::<String>();
    format!("::{level} {properties}::{}", data(&format!("{}{sites}{hint}", diagnostic.message)))
}

/// Nothing that a site's author wrote may end the line and begin another command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
