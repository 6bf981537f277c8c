//! For people: progress while it runs, each mistake once, one line at the end.

use super::number::{count, counted, duration};
use super::progress::Progress;
use super::{Face, Style, Table, message, previews};
use crate::diag::{Diagnostic, Group, Severity, group};
use crate::event::{
    Arrival, Event, Explanation, Fate, Listener, Previewed, Report, Shipped, Sight, Summary, Transfer, Voyage,
};
use anstream::AutoStream;
use std::borrow::Cow;
use std::io::Write;

/// Text on a terminal or in a log.
#[derive(Debug)]
pub struct Terminal {
    style: Style,
    progress: Progress,
}

impl Terminal {
    /// A terminal that shows things in this style.
    pub fn new(style: Style) -> Self {
        Self { style, progress: Progress::default() }
    }

    /// A row of a table, cut where the terminal would break it.
    fn fitted<'r>(&self, row: &'r str) -> Cow<'r, str> {
        match self.style.width {
            Some(most) if row.chars().count() > most => {
                let kept: String = row.chars().take(most - 1).collect();
                format!("{}…", kept.trim_end()).into()
            }
            _ => row.into(),
        }
    }

    fn show(&self, groups: &[Group]) {
        let mut out = AutoStream::new(std::io::stderr(), self.style.color).lock();
        let colored = out.current_choice() != anstream::ColorChoice::Never;
        let shown = groups.iter().filter(|group| !self.style.quiet || group.diagnostic.severity == Severity::Error);
        // Nobody is left to tell if standard error is closed.
        let _ = write!(out, "{}", message::written(shown, colored, self.style.width));
    }
}

impl Listener for Terminal {
    fn tell(&self, event: &Event) {
        match event {
            Event::RunStarted { sites } if !self.style.quiet => self.progress.start("Building", *sites, "sites"),
            Event::ShippingStarted { parcels } if !self.style.quiet => {
                self.progress.start("Shipping", *parcels, "parcels");
            }
            Event::PreviewsStarted { sites } if !self.style.quiet => self.progress.start("Showing", *sites, "sites"),
            Event::TransferStarted { what, files, bytes } if !self.style.quiet => {
                self.progress.start(doing(*what), *files, "files");
                self.progress.weigh(*bytes);
            }
            Event::RunStarted { .. }
            | Event::ShippingStarted { .. }
            | Event::PreviewsStarted { .. }
            | Event::TransferStarted { .. } => {}
            Event::FileSent { bytes } => self.progress.sent(*bytes),
            Event::Transferred { bytes } => self.progress.carried(*bytes),
            Event::TransferEnded => self.progress.end(),
            Event::SiteFinished { outcome, .. } => self.progress.step(outcome.built.is_some()),
            Event::ParcelShipped(shipped) => self.progress.step(shipped.arrival == Arrival::Live),
            Event::SitePreviewed(previewed) => self.progress.step(matches!(previewed.sight, Sight::At(_))),
        }
    }
}

impl Face for Terminal {
    fn complain(&self, diagnostics: &[Diagnostic]) {
        self.show(&group(diagnostics.iter().map(|diagnostic| (None, diagnostic.clone()))));
    }

    fn conclude(&self, report: &Report) {
        self.progress.end();
        self.show(&found(report));
        if !self.style.quiet {
            self.print(&summary(&report.summary));
        }
    }

    fn serving(&self, sites: usize, own: &str, network: Option<&str>) {
        let network = network.map(|address| format!(" and {address}")).unwrap_or_default();
        self.print(&format!("{} at {own}{network}", counted(sites, "site", "sites")));
    }

    fn renewed(&self, changed: &[String], report: &Report) {
        self.show(&found(report));
        if !self.style.quiet {
            self.print(&renewal(changed, &report.summary));
        }
    }

    fn explain(&self, Explanation { output, fate, because, files }: &Explanation) {
        let fate = match fate {
            Fate::Kept => "was left as it was",
            Fate::Left => "was left where it lies: nothing that it shows changed",
            Fate::Made => "was made again and came out the same",
            Fate::Changed => "was made again and holds something else now",
            Fate::Added => "is new",
            Fate::Removed => "is gone, nothing makes it any more",
            Fate::Absent => "is not there, nothing makes it",
        };
        let files = files.iter().map(|change| format!("\n    {:<8}{}", change.kind.name(), change.file));
        let files = files.collect::<String>();
        self.print(&format!("{output} {fate}\n  because {because}{files}"));
    }

    fn verified(&self, sites: usize) {
        if !self.style.quiet {
            self.print(&format!("{} verified: they are what a clean build makes", counted(sites, "site", "sites")));
        }
    }

    fn landed(&self, voyage: &Voyage) {
        self.progress.end();
        let told = |shipped: &Shipped| {
            // What goes wrong with a pack of sites names the pack by itself.
            let site = if let [site] = shipped.sites.as_slice() { Some(site.to_string()) } else { None };
            shipped.diagnostics.iter().map(|found| (site.clone(), found.clone())).collect::<Vec<_>>()
        };
        let of_all = voyage.stopped.iter().chain(&voyage.unkept).map(|why| (None, why.clone()));
        self.show(&group(voyage.shipped.iter().flat_map(told).chain(of_all)));
        if !self.style.quiet {
            self.print(&landing(voyage));
        }
    }

    fn previewed(&self, sites: &[Previewed]) {
        self.progress.end();
        self.show(&group(sites.iter().filter_map(|previewed| match &previewed.sight {
            Sight::Failed(fault) => Some((Some(previewed.site.to_string()), fault.clone())),
            Sight::At(_) | Sight::Never(_) => None,
        })));
        // An address is of no use unless it is whole.
        previews::table(sites).lines().iter().for_each(|line| self.print(line));
    }

    fn table(&self, table: &Table) {
        table.lines().iter().for_each(|line| self.print(&self.fitted(line)));
    }

    fn print(&self, text: &str) {
        let mut out = AutoStream::new(std::io::stdout(), self.style.color).lock();
        let _ = writeln!(out, "{text}");
    }
}

/// `40 of 40 parcels live · 12 files sent · run 20261126-233012-3f9a · 1.2 s`.
fn landing(voyage: &Voyage) -> String {
    let (all, files) = (voyage.shipped.len(), voyage.shipped.iter().map(|shipped| shipped.files).sum::<usize>());
    let some = |arrival: Arrival, what: &str| {
        let number = voyage.count(arrival);
        (number > 0).then(|| format!("{} {what}", count(number)))
    };
    let parts = [
        Some(format!("{} of {} live", count(voyage.count(Arrival::Live)), counted(all, "parcel", "parcels"))),
        some(Arrival::WentBack, "went back"),
        some(Arrival::Failed, "failed"),
        some(Arrival::Unknown, "unknown"),
        some(Arrival::Stopped, "not begun"),
        Some(format!("{} sent", counted(files, "file", "files"))),
        Some(format!("run {}", voyage.run)),
        Some(duration(voyage.took)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn doing(what: Transfer) -> &'static str {
    match what {
        Transfer::Keeping => "Keeping",
        Transfer::Checking => "Checking",
        Transfer::Learning => "Asking the store",
    }
}

/// What was found in all sites, each mistake once.
fn found(report: &Report) -> Vec<Group> {
    group(report.sites.iter().flat_map(|(site, outcome)| {
        outcome.diagnostics.iter().map(move |diagnostic| (Some(site.clone()), diagnostic.clone()))
    }))
}

/// `content/garden/beds.md · 3 sites · 60 pages · 12 ms`.
fn renewal(changed: &[String], run: &Summary) -> String {
    let what = match changed {
        [] => "everything".to_owned(),
        [one] => one.clone(),
        [first, more @ ..] => format!("{first} and {} more", count(more.len())),
    };
    let failed = (run.failed > 0).then(|| format!("{} failed", count(run.failed)));
    let parts =
        [Some(what), Some(counted(run.sites, "site", "sites")), Some(counted(run.pages, "page", "pages")), failed];
    let parts: Vec<String> = parts.into_iter().flatten().chain([duration(run.took)]).collect();
    parts.join(" · ")
}

/// `1 498 of 1 500 sites built · 29 960 pages · 41 210 files written · 2 failed · 1.9 s`, and where something was left as it was,
/// `1 500 sites · 3 built, 1 497 unchanged · 60 pages · 7 files written · 60 ms`.
fn summary(run: &Summary) -> String {
    let sites = if run.built == run.sites {
        counted(run.sites, "site", "sites")
    } else {
        format!("{} of {}", count(run.built), counted(run.sites, "site", "sites"))
    };
    let (made, pages) = match run.kept {
        0 if run.sites == 0 => ("no site changed".to_owned(), None),
        0 => (format!("{sites} built"), Some(counted(run.pages, "page", "pages"))),
        all if all == run.built => (format!("{sites} unchanged"), None),
        some => (
            format!("{sites} · {} built, {} unchanged", count(run.built - some), count(some)),
            Some(counted(run.rendered, "page", "pages")),
        ),
    };
    let written = match run.written {
        0 => "nothing to write".to_owned(),
        some => format!("{} written", counted(some, "file", "files")),
    };
    let removed = (run.removed > 0).then(|| format!("{} removed", count(run.removed)));
    let failed = (run.failed > 0).then(|| format!("{} failed", count(run.failed)));
    let skipped = (run.skipped > 0).then(|| format!("stopped before {}", counted(run.skipped, "site", "sites")));
    let parts = [Some(made), pages, Some(written), removed, failed, skipped];
    let parts: Vec<String> = parts.into_iter().flatten().chain([duration(run.took)]).collect();
    parts.join(" · ")
}
