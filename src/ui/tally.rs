//! What all jobs of a run came to, as the summary of a CI service: what an operator reads in ten seconds, the rest below it.

use super::number::{count, counted, duration};
use super::plan::cost_line;
use crate::diag::{Group, Severity, size};
use crate::tally::{End, Job, Lost, Tally};
use std::time::Duration;

/// The service takes 1 MiB for all that the steps of a job write; anything longer is lost as a whole.
const LONGEST: usize = 900_000;

/// More kinds of mistakes than this are looked for in the logs.
const MOST_FOUND: usize = 50;

/// More links than this nobody follows.
const MOST_LINKS: usize = 500;

/// This many links are seen without opening a list.
const FEW_LINKS: usize = 10;

/// This many sites are named where several have the same in common.
const NAMED: usize = 3;

/// Longer messages are cut.
const LONGEST_TEXT: usize = 300;

/// The report as Markdown.
pub fn tally_markdown(tally: &Tally) -> String {
    let mut parts = vec![format!("## {}", headline(tally)), figures(tally)];
    parts.extend(lost(&tally.lost));
    parts.extend(found(tally, Severity::Error, "What failed"));
    parts.extend(found(tally, Severity::Warning, "What was noticed"));
    parts.extend(jobs(&tally.jobs));
    parts.extend(links(tally));
    let mut text = String::new();
    for part in parts {
        if text.len() + part.len() > LONGEST {
            text.push_str("The rest is left out: it is longer than the service takes. The logs have all of it.\n");
            break;
        }
        text.push_str(&part);
        text.push_str("\n\n");
    }
    text
}

/// `36 of 38 sites live · 2 failed`, or what else there is to say first.
fn headline(tally: &Tally) -> String {
    let (sites, unchanged) = (tally.sites().count(), tally.count(End::Unchanged));
    let (live, built) = (tally.count(End::Live), tally.count(End::Built));
    let touched = sites - unchanged;
    let of = |number: usize, what: &str| {
        if number == touched {
            format!("{} {what}", counted(number, "site", "sites"))
        } else {
            format!("{} of {} {what}", count(number), counted(touched, "site", "sites"))
        }
    };
    let goal = if tally.jobs.is_empty() {
        None
    } else if touched == 0 {
        Some(format!("nothing changed: {}", counted(sites, "site", "sites")))
    } else if live > 0 || built == 0 {
        Some(of(live, "live"))
    } else {
        Some(of(built, "built"))
    };
    let some = |number: usize, what: &str| (number > 0).then(|| format!("{} {what}", count(number)));
    let died = (!tally.lost.is_empty()).then(|| format!("{} died", counted(tally.lost.len(), "shard", "shards")));
    let parts = [
        goal,
        some(tally.count(End::Failed), "failed"),
        some(tally.count(End::WentBack), "went back"),
        some(tally.count(End::Unknown), "unknown"),
        some(tally.count(End::NotBegun) + tally.work().skipped, "not begun"),
        died,
    ];
    let line = parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let stopped = tally.jobs.iter().find(|job| job.exit != 0 && job.sites.values().all(|site| site.end.is_well()));
    match stopped {
        Some(job) => format!("{line} · {} ended with code {}", job.name, job.exit),
        None => line,
    }
}

fn figures(tally: &Tally) -> String {
    let work = tally.work();
    let mut rows = vec![
        ("sites", sites_row(tally)),
        ("pages", format!("{}, {} made", count(work.pages), count(work.rendered))),
        ("files", format!("{} written, {} removed", count(work.written), count(work.removed))),
        ("uploads", format!("{}, {}", counted(work.uploads, "file", "files"), size(work.bytes))),
    ];
    rows.extend(tally.cost().map(|cost| ("cost", cost_line(&cost))));
    rows.extend(tally.slowest().map(|slowest| ("time", time_row(tally, slowest))));
    let rows = rows.iter().map(|(name, value)| format!("| {name} | {value} |")).collect::<Vec<_>>();
    format!("| | |\n| --- | --- |\n{}", rows.join("\n"))
}

fn sites_row(tally: &Tally) -> String {
    let ends = [
        (End::Live, "live"),
        (End::Built, "built"),
        (End::Unchanged, "unchanged"),
        (End::WentBack, "went back"),
        (End::Unknown, "unknown"),
        (End::NotBegun, "not begun"),
        (End::Failed, "failed"),
    ];
    let counts = ends.iter().map(|(end, what)| (tally.count(*end), what)).filter(|(number, _)| *number > 0);
    let counts: Vec<String> = counts.map(|(number, what)| format!("{} {what}", count(number))).collect();
    if counts.is_empty() { "none".to_owned() } else { counts.join(", ") }
}

fn time_row(tally: &Tally, slowest: &Job) -> String {
    match tally.jobs.len() {
        1 => duration(slowest.took),
        jobs => {
            let all: Duration = tally.jobs.iter().map(|job| job.took).sum();
            let (all, longest) = (duration(all), duration(slowest.took));
            format!("{longest} for the slowest of {}, {all} for all", counted(jobs, "shard", "shards"))
        }
    }
}

/// Jobs that died.
fn lost(lost: &[Lost]) -> Option<String> {
    let row = |lost: &Lost| {
        let sites = if lost.sites.is_empty() { "unknown".to_owned() } else { named(&lost.sites) };
        format!("| {} | {} | {sites} |", cell(&lost.name), cell(&lost.why))
    };
    let rows = lost.iter().map(row).collect::<Vec<_>>().join("\n");
    let says = "Nobody knows what they did. What they shipped is in the ledger; run the workflow again, it goes on from there.";
    let table = format!("### Shards that died\n\n| shard | why | its sites |\n| --- | --- | --- |\n{rows}\n\n{says}");
    (!lost.is_empty()).then_some(table)
}

fn found(tally: &Tally, severity: Severity, title: &str) -> Option<String> {
    let all: Vec<&Group> = tally.found.iter().filter(|group| group.diagnostic.severity == severity).collect();
    let rows = all.iter().take(MOST_FOUND).map(|group| {
        let diagnostic = &group.diagnostic;
        let place = diagnostic.place.as_ref().map(|place| match place.line {
            0 => place.file.to_string(),
            line => format!("{}:{line}", place.file),
        });
        let place = place.map(|place| format!("`{}`", cell(&place).replace('`', "'"))).unwrap_or_default();
        let notes = diagnostic.notes.iter().take(NAMED).map(|note| cell(&note.message));
        let says =
            [cell(&diagnostic.message)].into_iter().chain(notes).chain(diagnostic.hint.iter().map(|hint| cell(hint)));
        let says = says.collect::<Vec<_>>().join("<br>");
        format!("| {} | {says} | {place} | {} |", diagnostic.code.id(), named(&group.sites))
    });
    let rows = rows.collect::<Vec<_>>().join("\n");
    let more = all.len().saturating_sub(MOST_FOUND);
    let more = if more > 0 { format!("\n\n… and {} more kinds", count(more)) } else { String::new() };
    let table = format!("### {title}\n\n| code | what | where | sites |\n| --- | --- | --- | --- |\n{rows}{more}");
    (!all.is_empty()).then_some(table)
}

/// Each job, if there are several.
fn jobs(jobs: &[Job]) -> Option<String> {
    let row = |job: &Job| {
        let ended = |is: &dyn Fn(End) -> bool| job.sites.values().filter(|site| is(site.end)).count();
        let cells = [
            cell(&job.name),
            count(job.sites.len()),
            count(ended(&|end| end == End::Live)),
            count(ended(&|end| !end.is_well())),
            count(job.work.uploads),
            duration(job.took),
            job.exit.to_string(),
            job.run.as_deref().map(|run| format!("`{}`", cell(run))).unwrap_or_default(),
        ];
        format!("| {} |", cells.join(" | "))
    };
    let rows = jobs.iter().map(row).collect::<Vec<_>>().join("\n");
    let head = "| shard | sites | live | failed | uploads | time | code | run |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |";
    let list = format!("<details><summary>Shards</summary>\n\n{head}\n{rows}\n\n</details>");
    (jobs.len() > 1).then_some(list)
}

/// Where the sites are that went live.
fn links(tally: &Tally) -> Option<String> {
    let live = tally.sites().filter(|(_, site)| site.end == End::Live);
    let link =
        |(id, address): (&str, &str)| format!("[{}]({})", cell(id), address.replace([' ', '(', ')', '<', '>'], ""));
    let live: Vec<String> = live.filter_map(|(id, site)| Some(link((id, site.address.as_deref()?)))).collect();
    let shown = live.iter().take(MOST_LINKS).cloned().collect::<Vec<_>>().join(" · ");
    let more = live.len().saturating_sub(MOST_LINKS);
    let more = if more > 0 { format!(" … and {} more", count(more)) } else { String::new() };
    match live.len() {
        0 => None,
        1..=FEW_LINKS => Some(format!("Live: {shown}")),
        many => Some(format!(
            "<details><summary>{} live</summary>\n\n{shown}{more}\n\n</details>",
            counted(many, "site", "sites")
        )),
    }
}

/// `a, b, c and 9 more`.
fn named(sites: &[String]) -> String {
    let names = sites.iter().take(NAMED).map(|site| cell(site)).collect::<Vec<_>>().join(", ");
    match sites.len().saturating_sub(NAMED) {
        0 => names,
        more => format!("{names} and {} more", count(more)),
    }
}

/// A text that stays in its cell, and is no markup but for names between backticks.
fn cell(text: &str) -> String {
    let mut cell = String::with_capacity(text.len());
    for (at, c) in text.chars().enumerate() {
        match c {
            _ if at == LONGEST_TEXT => {
                cell.push('…');
                break;
            }
            '<' => cell.push_str("&lt;"),
            '>' => cell.push_str("&gt;"),
            '&' => cell.push_str("&amp;"),
            '|' | '[' | ']' | '*' | '_' | '\\' | '!' => cell.extend(['\\', c]),
            c if c.is_control() => cell.push(' '),
            c => cell.push(c),
        }
    }
    // A quotation that was cut open would swallow the cells after it.
    if cell.matches('`').count() % 2 == 1 {
        cell.push('`');
    }
    cell
}
