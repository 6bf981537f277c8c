//! `hectare shards`: what changed, shared out among machines.

use super::actions;
use super::args::{Format, Global, Shards};
use super::exit::Exit;
use super::gate::{self, Gate};
use super::known::Known;
use super::quay::Quay;
use super::refusal::Refusal;
use super::repository::Repository;
use crate::cache::Cache;
use crate::content::{Library, Moment};
use crate::deploy::{self, Candidate, Foresight, Outlook};
use crate::diag::{Code, Diagnostic};
use crate::manifest::{Broken, Picked};
use crate::model::{MOST_SHARDS, Need, ShardName, SiteSpec};
use crate::shard::{Bale, Count, Share, forecast, share_out};
use crate::ui::{Face, Table, count, counted, duration, needs};
use crate::world::{Clock, Stop, spread};
use serde_json::{Value, json};
use std::sync::Arc;

/// GitHub Actions takes 1 MB of outputs from a job, and counts two bytes a character.
const LONGEST_MATRIX: usize = 500_000;

/// Linux takes no longer text in one variable or argument.
const LONGEST_LIST: usize = 128 * 1024 - 64;

/// This many sites of a shard are named to people.
const NAMED: usize = 4;

pub(super) fn run(global: &Global, typed: &Shards, face: &dyn Face) -> Result<Exit, Refusal> {
    let (most, now) = (parse(&typed.count)?, typed.ship.moment()?);
    let repository = Repository::open(global, face)?;
    let Picked { sites, broken, .. } = repository.choose(&typed.selection, face)?;
    let (fleet, moment) = (&repository.fleet, Moment { now, drafts: false });
    let known = Known::read(&repository.files, &typed.ship.build(&typed.selection));
    face.complain(&known.remark.iter().cloned().collect::<Vec<_>>());
    let gate = Gate::new(&Stop::new());
    let quay = Quay::new(&gate, typed.ship.to());
    let elsewhere = known.is_empty().then(|| quay.known_elsewhere(&repository, face)).flatten();
    let past = elsewhere.as_ref().unwrap_or(&known.past);
    let sources = known.sources_after(past, &fleet.folders);
    let cache = Cache::new(past, &sources, moment, fleet, repository.manifest.clone());
    let ledger = quay.ledger(&repository)?;
    let candidates = spread(&sites, |spec| candidate(&cache, spec));
    let (to, prices) = (typed.ship.to(), &gate::prices());
    let outlook = Outlook { fleet, candidates: &candidates, to, ledger, prices, now: gate.clock.now() };
    let foresight = deploy::foresee(&outlook)?;
    let library = Library::new(&sources, fleet);
    let takes =
        |spec: &Arc<SiteSpec>| forecast(cache.took(&spec.id), library.weight(spec), outlook.to.of(spec).is_some());
    let bale = |tied: &Vec<Arc<SiteSpec>>| Bale {
        sites: tied.iter().map(|spec| spec.id.to_string()).collect(),
        takes: tied.iter().map(takes).sum(),
    };
    // Someone has to tell what is wrong with a broken site, and that is whoever would build it.
    let mistaken = |broken: &&Broken| Bale { sites: vec![broken.label.clone()], takes: forecast(None, 0, false) };
    let bales: Vec<Bale> = foresight.touched.iter().map(bale).chain(broken.iter().map(mistaken)).collect();
    let shares = share_out(&bales, most);
    match global.format {
        Format::Text => show(&shares, sites.len() + broken.len(), &foresight, face),
        Format::Json => face.print(&record(&shares, &foresight).to_string()),
        Format::Github => actions::give(&outputs(&shares, &foresight)?, face)?,
    }
    Ok(Exit::Done)
}

fn parse(typed: &str) -> Result<Count, Diagnostic> {
    match typed.parse() {
        _ if typed == "auto" => Ok(Count::Auto),
        Ok(number @ 1..=MOST_SHARDS) => Ok(Count::Upto(number)),
        _ => Err(Diagnostic::error(Code::BadFlag, format!("`--count {typed}` is no number of machines"))
            .hint(format!("write a number from 1 to {MOST_SHARDS}, or `auto`"))),
    }
}

/// A site with the bundle that is made of it as it is now, if that is known.
fn candidate(cache: &Cache<'_>, spec: &Arc<SiteSpec>) -> Candidate {
    let built = cache.known(spec).and_then(|outcome| outcome.built);
    let (bundle, files) = built.map(|built| (built.bundle, built.files)).unzip();
    Candidate { spec: Arc::clone(spec), bundle, files: files.unwrap_or_default() }
}

/// The shares with the names of the jobs that take them.
fn named(shares: &[Share]) -> impl Iterator<Item = (String, &Share)> {
    ShardName::all(shares.len()).map(|name| name.to_string()).zip(shares)
}

/// The matrix of a workflow.
fn matrix(shares: &[Share]) -> Value {
    let entry = |(name, share): (String, &Share)| {
        let seconds = share.takes.as_millis() as f64 / 1_000.0;
        json!({ "shard": name, "sites": share.sites.join(","), "count": share.sites.len(), "seconds": seconds })
    };
    json!({ "include": named(shares).map(entry).collect::<Vec<_>>() })
}

fn asks_for_approval(foresight: &Foresight) -> bool {
    foresight.asks.iter().any(|ask| ask.needs == Need::Approval)
}

fn sites(shares: &[Share]) -> usize {
    shares.iter().map(|share| share.sites.len()).sum()
}

fn record(shares: &[Share], foresight: &Foresight) -> Value {
    let asks = foresight.asks.iter().map(|ask| json!({ "rule": ask.rule, "says": ask.says }));
    json!({
        "v": 1, "any": !shares.is_empty(), "sites": sites(shares), "approval": asks_for_approval(foresight),
        "asks": asks.collect::<Vec<_>>(), "matrix": matrix(shares),
    })
}

/// What a workflow gets, refused if it is more than can be handed over.
fn outputs(shares: &[Share], foresight: &Foresight) -> Result<[(&'static str, String); 5], Diagnostic> {
    let matrix = matrix(shares).to_string();
    let longest = shares.iter().map(|share| share.sites.iter().map(|site| site.len() + 1).sum()).max().unwrap_or(0);
    let too_long = match (matrix.encode_utf16().count(), longest) {
        (all, _) if all > LONGEST_MATRIX => Some(format!("{all} characters, and a matrix may have {LONGEST_MATRIX}")),
        (_, list) if list > LONGEST_LIST => Some(format!("{list} characters for one shard, of {LONGEST_LIST}")),
        _ => None,
    };
    if let Some(says) = too_long {
        let refusal = Diagnostic::error(Code::BadFlag, format!("the lists of sites are too long: {says}"));
        return Err(
            refusal.hint("raise `--count`, or select fewer sites, such as those of one `--group` after another")
        );
    }
    Ok([
        ("matrix", matrix),
        ("any", (!shares.is_empty()).to_string()),
        ("shards", shares.len().to_string()),
        ("sites", sites(shares).to_string()),
        ("approval", asks_for_approval(foresight).to_string()),
    ])
}

fn show(shares: &[Share], selected: usize, foresight: &Foresight, face: &dyn Face) {
    if shares.is_empty() {
        return face.print(&format!("nothing to do: all of {} are live as built", counted(selected, "site", "sites")));
    }
    let (touched, shards) = (count(sites(shares)), counted(shares.len(), "shard", "shards"));
    face.print(&format!("{touched} of {} in {shards}\n", counted(selected, "site", "sites")));
    let row = |(name, share): (String, &Share)| {
        let sites = share.sites.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
        let dots = if share.sites.len() > NAMED { ", …" } else { "" };
        vec![name, count(share.sites.len()), duration(share.takes), format!("{sites}{dots}")]
    };
    let columns = [("SHARD", "shard"), ("SITES", "sites"), ("EXPECTED", "expected"), ("NAMES", "names")];
    face.table(&Table::new(&columns, named(shares).map(row).collect()));
    for ask in &foresight.asks {
        face.print(&format!("\n{}: {} ({})", needs(ask), ask.says, ask.rule));
    }
}
