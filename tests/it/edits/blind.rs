//! The harness bites: builders that overlook one thing each are caught, and one that overlooks nothing is not.

use super::edit::Edit;
use super::memory::{Bench, Builder, first_mismatch, first_mismatch_among};
use super::outcome::{Outcome, Remark, build_only, build_overlooking};
use hectare::cache::{BlindSpot, Edge};
use hectare::manifest;
use hectare::model::{Digest, SiteSpec};
use hectare::render::Topic;
use std::collections::BTreeMap;

/// Steps within which every blind spot has to be found.
const MOST_STEPS: usize = 500;

/// What a builder overlooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Blind {
    /// Nothing.
    To(Nothing),
    /// Files whose path has this in it.
    Files(&'static str),
    /// Files whose name ends like this.
    Ending(&'static str),
    /// What files hold, as long as they keep their size.
    Bytes,
    /// What files are called.
    Names,
    /// The time.
    Clock,
    /// Layers but the last one of each site.
    SharedLayers,
    /// Themes that a theme extends.
    ParentTheme,
    /// What was said about a site that is not built again.
    Remarks,
    /// That a site failed.
    Failures,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Nothing;

const BLIND_SPOTS: [Blind; 20] = [
    Blind::Files("/templates/"),
    Blind::Files("/partials/"),
    Blind::Files("/shortcodes/"),
    Blind::Files("content/_data/"),
    Blind::Files("/_data/"),
    Blind::Files("/_static/"),
    Blind::Files("/_theme/"),
    Blind::Files("/words/"),
    Blind::Files("/assets/"),
    Blind::Files("sites.toml"),
    Blind::Files("fleet.csv"),
    Blind::Files("_index.md"),
    Blind::Ending(".svg"),
    Blind::Bytes,
    Blind::Names,
    Blind::Clock,
    Blind::SharedLayers,
    Blind::ParentTheme,
    Blind::Remarks,
    Blind::Failures,
];

/// Topics of questions, each of which some page asks about in a way that nothing else gives away.
const TOPICS: [Topic; 10] = [
    Topic::Data,
    Topic::Menu,
    Topic::Related,
    Topic::Neighbours,
    Topic::Terms,
    Topic::Words,
    Topic::Files,
    Topic::Pages,
    Topic::Backlinks,
    Topic::Trail,
];

/// What a builder remembers of a site: the digest of all that it saw, and what came of it.
struct Known {
    key: Digest,
    bundle: Option<String>,
    remarks: Vec<Remark>,
}

/// A builder that opens only sites of which it saw a change, and does not see everything.
fn builder(blind: Blind) -> Box<Builder<'static>> {
    let mut known: BTreeMap<String, Known> = BTreeMap::new();
    Box::new(move |bench| {
        let fleet = manifest::load(&bench.files).fleet;
        let sites = fleet.iter().flat_map(|fleet| &fleet.sites);
        let keys: BTreeMap<_, _> = sites.map(|site| (site.id.to_string(), blind.key(bench, site))).collect();
        let is_new = |site: &str| known.get(site).is_none_or(|known| known.key != keys[site]);
        let mut outcome = build_only(&bench.files, &bench.shelf, &bench.now, &is_new);
        for (site, key) in keys {
            match outcome.sites.get(&site).cloned() {
                Some(bundle) => drop(known.insert(site.clone(), blind.learned(key, bundle, &site, &outcome))),
                None => known[&site].replay(&site, &mut outcome),
            }
        }
        if outcome.code != 2 {
            outcome.code = i32::from(outcome.sites.values().any(Option::is_none));
        }
        outcome.remarks.sort();
        outcome
    })
}

impl Known {
    fn replay(&self, site: &str, outcome: &mut Outcome) {
        outcome.sites.insert(site.to_owned(), self.bundle.clone());
        outcome.remarks.extend(self.remarks.iter().cloned());
    }
}

impl Blind {
    fn key(self, bench: &Bench, site: &SiteSpec) -> Digest {
        let now = if self == Self::Clock { "" } else { bench.now.as_str() };
        let files = bench.files.snapshot();
        let seen = files.iter().filter(|(path, _)| self.sees(path, site));
        let parts = seen.flat_map(|(path, bytes)| match self {
            Self::Names => [Vec::new(), bytes.clone()],
            Self::Bytes => [path.clone().into_bytes(), bytes.len().to_string().into_bytes()],
            _ => [path.clone().into_bytes(), bytes.clone()],
        });
        let parts: Vec<_> = parts.chain([now.as_bytes().to_vec()]).collect();
        Digest::of_parts(parts.iter().map(Vec::as_slice))
    }

    fn sees(self, path: &str, site: &SiteSpec) -> bool {
        let layer = path.strip_prefix("content/").and_then(|below| below.split('/').next());
        let is_used = layer.is_none_or(|layer| layer == "_data" || site.layers.iter().any(|used| used == layer));
        is_used
            && match self {
                Self::Files(part) => !path.contains(part),
                Self::Ending(ending) => !path.ends_with(ending),
                Self::SharedLayers => layer.is_none_or(|layer| Some(layer) == site.layers.last().map(String::as_str)),
                Self::ParentTheme => {
                    !path.starts_with("themes/") || path.starts_with(&format!("themes/{}/", site.theme))
                }
                _ => true,
            }
    }

    fn learned(self, key: Digest, bundle: Option<String>, site: &str, outcome: &Outcome) -> Known {
        let bundle = if self == Self::Failures { bundle.or(Some(String::new())) } else { bundle };
        let remarks = outcome.remarks.iter().filter(|remark| remark.site == site).cloned();
        Known { key, bundle, remarks: remarks.filter(|_| self != Self::Remarks).collect() }
    }
}

#[test]
fn a_builder_that_sees_everything_is_never_wrong() {
    let found =
        first_mismatch(&|| builder(Blind::To(Nothing)), 1, crate::chance::wish("EDITS_STEPS", 1_000) as usize / 4);
    assert!(found.is_none(), "{found:#?}");
}

#[test]
fn every_blind_spot_is_found() {
    let find = |blind: &Blind| (*blind, first_mismatch(&|| builder(*blind), 7, MOST_STEPS).map(|found| found.steps));
    let halves = BLIND_SPOTS.split_at(BLIND_SPOTS.len() / 2);
    let found = std::thread::scope(|scope| {
        [halves.0, halves.1]
            .map(|half| scope.spawn(move || half.iter().map(find).collect::<Vec<_>>()))
            .map(|half| half.join().unwrap())
    });
    let found: Vec<_> = found.into_iter().flatten().collect();
    found.iter().for_each(|(blind, steps)| eprintln!("{blind:?}: {steps:?}"));
    let missed: Vec<_> = found.iter().filter(|(_, steps)| steps.is_none()).collect();
    assert!(missed.is_empty(), "not found within {MOST_STEPS} steps: {missed:?}");
}

/// A builder that makes single pages again, and overlooks one thing.
fn overlooking(spot: BlindSpot) -> Box<Builder<'static>> {
    Box::new(move |bench| build_overlooking(spot, &bench.files, &bench.shelf, &bench.now))
}

#[test]
fn every_question_that_is_not_noted_is_found() {
    let find = |topic: &Topic| {
        let begin = || overlooking(BlindSpot::Questions(*topic));
        (*topic, first_mismatch(&begin, 7, MOST_STEPS).map(|found| found.steps))
    };
    let halves = TOPICS.split_at(TOPICS.len() / 2);
    let found = std::thread::scope(|scope| {
        [halves.0, halves.1]
            .map(|half| scope.spawn(move || half.iter().map(find).collect::<Vec<_>>()))
            .map(|half| half.join().unwrap())
    });
    let found: Vec<_> = found.into_iter().flatten().collect();
    found.iter().for_each(|(topic, steps)| eprintln!("{topic:?}: {steps:?}"));
    let missed: Vec<_> = found.iter().filter(|(_, steps)| steps.is_none()).collect();
    assert!(missed.is_empty(), "not found within {MOST_STEPS} steps: {missed:?}");
}

/// All that an edited text changes elsewhere.
const EDGES: [Edge; 4] = [Edge::Summaries, Edge::Links, Edge::Feeds, Edge::Anchors];

#[test]
fn every_edge_that_an_edited_text_has_is_found() {
    let find = |edge: &Edge| {
        let begin = || overlooking(BlindSpot::Edits(*edge));
        (*edge, first_mismatch_among(Edit::of_a_text, &begin, 7, MOST_STEPS).map(|found| found.steps))
    };
    let found: Vec<_> = EDGES.iter().map(find).collect();
    found.iter().for_each(|(edge, steps)| eprintln!("{edge:?}: {steps:?}"));
    let missed: Vec<_> = found.iter().filter(|(_, steps)| steps.is_none()).collect();
    assert!(missed.is_empty(), "not found within {MOST_STEPS} steps: {missed:?}");
}
