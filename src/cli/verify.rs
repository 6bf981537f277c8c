//! `hectare build --verify`: is what lies there what a clean build makes?

use super::exit::Exit;
use super::known::Known;
use super::output::Output;
use super::repository::Repository;
use crate::cache::{Cache, Past};
use crate::content::Moment;
use crate::diag::{Code, Diagnostic};
use crate::event::Silence;
use crate::farm;
use crate::model::SiteSpec;
use crate::pipeline;
use crate::sink::Comparison;
use crate::ui::Face;
use std::sync::Arc;

/// Makes the sites anew, without writing anything, and compares. An exit code if something differs.
pub(super) fn run(
    known: &Known,
    repository: &Repository,
    sites: &[Arc<SiteSpec>],
    output: &Output,
    moment: Moment,
    jobs: usize,
    face: &dyn Face,
) -> Option<Exit> {
    let (past, fleet) = (Past::default(), &repository.fleet);
    let sources = known.sources_after(&past, &fleet.folders);
    let cache = Cache::new(&past, &sources, moment, fleet, repository.manifest.clone());
    let sink = Comparison { dist: &output.out, shown: output.shown.clone() };
    let crew = farm::Crew { jobs, listener: &Silence, stopped: &|| false };
    let report = pipeline::build(&pipeline::Build { fleet, sites, moment, cache: &cache, sink: &sink, crew });
    let all = report.sites.iter().flat_map(|(_, outcome)| &outcome.diagnostics);
    let differing: Vec<Diagnostic> = all.filter(|told| told.code == Code::Differs).cloned().collect();
    face.complain(&differing);
    if !differing.is_empty() {
        return Some(Exit::Wrong);
    }
    face.verified(report.summary.built);
    None
}
