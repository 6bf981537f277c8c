//! What all jobs of a run came to, as JUnit XML: a suite for each job, a case for each site.

use crate::diag::{Group, Severity};
use crate::model::push_quoted;
use crate::tally::{End, Job, Lost, Tally};
use std::fmt::Write;

/// The report as XML, for services that show test results.
pub fn junit(tally: &Tally) -> String {
    let mut xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"hectare\">\n".to_owned();
    tally.jobs.iter().for_each(|job| suite(&mut xml, job));
    tally.lost.iter().for_each(|lost| died(&mut xml, lost));
    xml.push_str("</testsuites>\n");
    xml
}

fn suite(xml: &mut String, job: &Job) {
    let general: Vec<&Group> = job.found.iter().filter(|group| group.sites.is_empty() && is_error(group)).collect();
    let failing = job.sites.values().filter(|site| is_failure(site.end)).count() + usize::from(!general.is_empty());
    let skipped = job.sites.values().filter(|site| site.end == End::NotBegun).count();
    let cases = job.sites.len() + usize::from(!general.is_empty());
    let (name, seconds) = (quoted(&job.name), job.took.as_secs_f64());
    let _ = writeln!(
        xml,
        "  <testsuite name=\"{name}\" tests=\"{cases}\" failures=\"{failing}\" skipped=\"{skipped}\" time=\"{seconds:.3}\">"
    );
    for (id, site) in &job.sites {
        let about = |group: &&Group| group.sites.contains(id) && is_error(group);
        let told: Vec<&Group> = job.found.iter().filter(about).collect();
        let _ = write!(xml, "    <testcase classname=\"{name}\" name=\"{}\"", quoted(id));
        match site.end {
            End::NotBegun => xml.push_str("><skipped message=\"not begun\"/></testcase>\n"),
            end if is_failure(end) => failure(xml, &end.name().replace('_', " "), &told),
            _ => xml.push_str("/>\n"),
        }
    }
    if !general.is_empty() {
        let _ = write!(xml, "    <testcase classname=\"{name}\" name=\"the whole shard\"");
        failure(xml, "stopped", &general);
    }
    xml.push_str("  </testsuite>\n");
}

fn failure(xml: &mut String, what: &str, told: &[&Group]) {
    let lines = told.iter().map(|group| {
        let (diagnostic, code) = (&group.diagnostic, group.diagnostic.code.id());
        let place = diagnostic.place.as_ref().map(|place| format!("{place}: ")).unwrap_or_default();
        let hint = diagnostic.hint.as_ref().map(|hint| format!("\n  {hint}")).unwrap_or_default();
        format!("{place}{code} {}{hint}", diagnostic.message)
    });
    let lines = lines.collect::<Vec<_>>().join("\n");
    let _ = writeln!(xml, "><failure message=\"{}\">{}</failure></testcase>", quoted(what), quoted(&lines));
}

fn died(xml: &mut String, lost: &Lost) {
    let (name, why) = (quoted(&lost.name), quoted(&lost.why));
    let _ = writeln!(
        xml,
        "  <testsuite name=\"{name}\" tests=\"1\" failures=\"0\" errors=\"1\">\n    \
         <testcase classname=\"{name}\" name=\"the whole shard\"><error message=\"{why}\"/></testcase>\n  </testsuite>"
    );
}

fn is_failure(end: End) -> bool {
    !end.is_well() && end != End::NotBegun
}

fn is_error(group: &Group) -> bool {
    group.diagnostic.severity == Severity::Error
}

/// Characters that no XML may hold are left out.
fn quoted(text: &str) -> String {
    let is_allowed =
        |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    let mut out = String::with_capacity(text.len());
    push_quoted(&mut out, &text.chars().filter(is_allowed).collect::<String>());
    out
}
