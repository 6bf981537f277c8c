//! Exactly what was typed.

use crate::deploy::To;
use crate::diag::Diagnostic;
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// One repository, a whole field of static sites.
#[derive(Debug, Parser)]
#[command(name = "hectare", version, about, max_term_width = 100, disable_help_subcommand = true)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) verb: Verb,
}

/// Options that every verb understands.
#[derive(Debug, ClapArgs)]
pub(super) struct Global {
    /// The folder that holds sites.toml
    #[arg(long, global = true, value_name = "DIR", default_value = ".")]
    pub(super) root: PathBuf,
    /// How results and messages are printed
    #[arg(long, global = true, value_enum, default_value = "text")]
    pub(super) format: Format,
    /// Print errors only
    #[arg(long, short, global = true)]
    pub(super) quiet: bool,
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value = "auto", value_name = "WHEN")]
    pub(super) color: Color,
    /// How many sites are worked on at once [default: one per processor]
    #[arg(long, short, global = true, value_name = "N")]
    pub(super) jobs: Option<NonZeroUsize>,
}

impl Global {
    /// How many sites are worked on at once; 0 for as many as there are processors.
    pub(super) fn jobs(&self) -> usize {
        self.jobs.map_or(0, NonZeroUsize::get)
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Build sites into dist/
    Build(Build),
    /// Show sites in the browser, renewed at every save
    Serve(Serve),
    /// List the sites of the fleet
    List(List),
    /// Make a small fleet to start from
    New(New),
    /// Build, and say what shipping would change, take and cost
    Plan(Plan),
    /// Approve a plan
    Approve(Approve),
    /// Build, and ship what changed
    Deploy(Deploy),
    /// Show again what was shown before
    Rollback(Rollback),
    /// Say what is live where, and since when
    Status(Status),
    /// Look at live sites: whether they show what they should
    Health(Health),
    /// Share out what changed among machines that build and ship
    Shards(Shards),
    /// For jobs of a CI service
    Ci {
        #[command(subcommand)]
        verb: CiVerb,
    },
    /// Say what hosting costs, and how near the hosts' limits are
    Cost(Cost),
    /// Look at what is remembered of builds, or get rid of it
    Cache {
        #[command(subcommand)]
        verb: CacheVerb,
    },
    /// Print what lets a shell complete words of hectare
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page of hectare, or of a verb
    Man {
        /// The verb, such as deploy, or cache gc
        verb: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum CiVerb {
    /// Write the workflows of GitHub Actions into the repository, or bring them up to date
    Github(CiGithub),
    /// Compare two folders of finished sites, as Markdown
    Compare(CiCompare),
    /// Make one report of the results of all shards
    Report(CiReport),
}

#[derive(Debug, ClapArgs)]
pub(super) struct CiGithub {
    /// Only say whether they are up to date
    #[arg(long)]
    pub(super) check: bool,
    /// Write those anew that somebody edited, too
    #[arg(long, conflicts_with = "check")]
    pub(super) force: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct CiCompare {
    /// The folder of the sites as they were
    pub(super) before: PathBuf,
    /// The folder of the sites as they are now
    pub(super) after: PathBuf,
    /// Write the ids of the sites that change into a file, one a line
    #[arg(long, value_name = "FILE")]
    pub(super) touched: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Cost {
    /// End with exit code 6 if it is more than `approve_monthly` of `[policy]`, or a host has no room left but its reserve
    #[arg(long)]
    pub(super) check: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum CacheVerb {
    /// Show what is remembered, and how much room it takes
    Stat,
    /// Remove what the next build cannot make use of
    Gc,
    /// Remove everything; the next build makes all sites anew
    Clear,
    /// Read every kept release and compare it with its digests
    Verify,
    /// Write a kept release into a folder
    Export(Export),
}

#[derive(Debug, ClapArgs)]
pub(super) struct CiReport {
    /// Files that `--result` wrote, or folders of them
    #[arg(required = true, value_name = "RESULT")]
    pub(super) results: Vec<PathBuf>,
    /// What `hectare shards` printed, to know of shards without a result; - is standard input
    #[arg(long, value_name = "FILE")]
    pub(super) matrix: Option<PathBuf>,
    /// Write it as JUnit XML, too
    #[arg(long, value_name = "FILE")]
    pub(super) junit: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Shards {
    #[command(flatten)]
    pub(super) selection: Selection,
    #[command(flatten)]
    pub(super) ship: Ship,
    /// How many machines may work, at most 256; auto takes as many as are worth it, at most 40
    #[arg(long, value_name = "N", default_value = "auto")]
    pub(super) count: String,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Export {
    /// The site
    pub(super) site: String,
    /// The release, or how its id begins [default: the live one]
    #[arg(long, value_name = "ID")]
    pub(super) release: Option<String>,
    /// The folder to make
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Plan {
    #[command(flatten)]
    pub(super) selection: Selection,
    #[command(flatten)]
    pub(super) ship: Ship,
    /// Print it as Markdown, for the summary of a CI job
    #[arg(long)]
    pub(super) markdown: bool,
    /// Write it into a file, too, to be approved and applied
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Deploy {
    #[command(flatten)]
    pub(super) selection: Selection,
    #[command(flatten)]
    pub(super) ship: Ship,
    /// Ship only what stands in this plan
    #[arg(long, value_name = "FILE")]
    pub(super) plan: Option<PathBuf>,
    /// Plan only; the same as `hectare plan`
    #[arg(long)]
    pub(super) dry_run: bool,
    /// How urgent it is: urgent ignores deploy windows, batch goes in waves [default: batch for several sites]
    #[arg(long, value_enum, value_name = "HOW")]
    pub(super) priority: Option<Priority>,
    /// Ship side by side with other jobs that name the same run; each ships other sites
    #[arg(long, value_name = "NAME")]
    pub(super) run: Option<String>,
    /// Use no more than one part in N of what hosts allow, as N jobs ship at the same time
    #[arg(long, value_name = "N", requires = "run", default_value_t = 1, hide_default_value = true)]
    pub(super) share: u64,
    /// Write what came of it into a file, for `hectare ci report`
    #[arg(long, value_name = "FILE")]
    pub(super) result: Option<PathBuf>,
    /// Show the sites under this name beside what is live, such as pr-12
    #[arg(long, value_name = "NAME", conflicts_with_all = ["plan", "dry_run", "priority", "run", "result"])]
    pub(super) preview: Option<String>,
    /// Take away what is shown under the name of a preview
    #[arg(long, requires = "preview")]
    pub(super) end: bool,
    /// Write where the sites of a preview are seen into a file, as Markdown
    #[arg(long, value_name = "FILE", requires = "preview", conflicts_with = "end")]
    pub(super) links: Option<PathBuf>,
    /// Let time pass faster than it does; for tests
    #[arg(long, value_name = "N", default_value_t = 1, hide = true)]
    pub(super) clock_speed: u32,
}

/// What is shipped, and where.
#[derive(Debug, Clone, ClapArgs)]
pub(super) struct Ship {
    /// The target, instead of the first one of each site
    #[arg(long, value_name = "TARGET")]
    pub(super) to: Option<String>,
    /// Build as if it were this date or moment, such as 2026-03-01; rules and receipts go by the clock
    #[arg(long, value_name = "WHEN")]
    pub(super) now: Option<String>,
}

impl Ship {
    /// Which targets are meant.
    pub(super) fn to(&self) -> To<'_> {
        self.to.as_deref().map_or(To::Primary, To::Named)
    }

    /// The present moment, or the one that is pretended.
    pub(super) fn moment(&self) -> Result<Timestamp, Diagnostic> {
        self.now.as_deref().map_or_else(|| Ok(crate::world::now()), super::build::moment)
    }

    /// The build that goes before.
    pub(super) fn build(&self, selection: &Selection) -> Build {
        Build {
            selection: selection.clone(),
            drafts: false,
            now: self.now.clone(),
            clean: false,
            verify: false,
            explain: None,
            out: None,
            result: None,
            pages_above: None,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Priority {
    Urgent,
    Single,
    Batch,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Approve {
    /// The file that `hectare plan --out` wrote
    pub(super) plan: PathBuf,
    /// Who approves
    #[arg(long, value_name = "NAME")]
    pub(super) by: String,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(super) note: String,
}

#[derive(Debug, ClapArgs)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["site", "run"]))]
pub(super) struct Rollback {
    /// The site that goes back
    pub(super) site: Option<String>,
    /// The release, or how its id begins [default: the one before]
    #[arg(long, value_name = "RELEASE", requires = "site")]
    pub(super) to: Option<String>,
    /// Everything that a run changed
    #[arg(long, value_name = "RUN")]
    pub(super) run: Option<String>,
    /// Where the site goes back, instead of its first target
    #[arg(long, value_name = "TARGET", requires = "site")]
    pub(super) target: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Status {
    #[command(flatten)]
    pub(super) selection: Selection,
    /// Ask the hosts, and repair the ledger where it is wrong
    #[arg(long)]
    pub(super) refresh: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Health {
    #[command(flatten)]
    pub(super) selection: Selection,
    /// Look at this target only, instead of wherever sites are live
    #[arg(long, value_name = "TARGET")]
    pub(super) to: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Build {
    #[command(flatten)]
    pub(super) selection: Selection,
    /// Show drafts and pages whose time has not come
    #[arg(long)]
    pub(super) drafts: bool,
    /// Pretend that it is this date or moment, such as 2026-03-01
    #[arg(long, value_name = "WHEN")]
    pub(super) now: Option<String>,
    /// Make everything anew, whatever is known from the build before
    #[arg(long)]
    pub(super) clean: bool,
    /// Afterwards, build everything anew without writing it, and compare
    #[arg(long)]
    pub(super) verify: bool,
    /// Say why an output was made again, or why not, such as dist/site/about/index.html
    #[arg(long, value_name = "PATH")]
    pub(super) explain: Option<String>,
    /// Where the sites go, instead of dist/
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Write what came of it into a file, for `hectare ci report`
    #[arg(long, value_name = "FILE")]
    pub(super) result: Option<PathBuf>,
    /// Sites of more pages than this are made again page by page; for tests
    #[arg(long, value_name = "N", hide = true)]
    pub(super) pages_above: Option<usize>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Serve {
    #[command(flatten)]
    pub(super) selection: Selection,
    /// Show drafts and pages whose time has not come
    #[arg(long)]
    pub(super) drafts: bool,
    /// Pretend that it is this date or moment, such as 2026-03-01
    #[arg(long, value_name = "WHEN")]
    pub(super) now: Option<String>,
    /// The port to listen at [default: 4000, or the next free one]
    #[arg(long, value_name = "PORT")]
    pub(super) port: Option<u16>,
    /// Let other machines of the network see the sites, too
    #[arg(long)]
    pub(super) lan: bool,
    /// Let browsers go to the page that was edited
    #[arg(long)]
    pub(super) follow: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct List {
    #[command(flatten)]
    pub(super) selection: Selection,
    /// Print the JSON Schema of sites.toml, for editors
    #[arg(long)]
    pub(super) schema: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct New {
    /// The folder to make; it must not hold a fleet yet
    pub(super) dir: PathBuf,
}

/// Which sites are meant; kinds of flags narrow the choice, several of one kind widen it.
#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "Which sites")]
pub(super) struct Selection {
    /// Sites by id; * and ? stand for any characters
    #[arg(long = "site", value_name = "GLOB")]
    pub(super) sites: Vec<String>,
    /// Sites that a file lists by id, separated by commas or lines; - is standard input
    #[arg(long, value_name = "FILE")]
    pub(super) sites_from: Option<PathBuf>,
    /// Sites that use a content layer
    #[arg(long = "niche", value_name = "LAYER")]
    pub(super) niches: Vec<String>,
    /// Sites of a group
    #[arg(long = "group", value_name = "GROUP")]
    pub(super) groups: Vec<String>,
    /// Sites with a tag
    #[arg(long = "tag", value_name = "TAG")]
    pub(super) tags: Vec<String>,
    /// One of N equal parts of the fleet by name, such as 2/8, whatever changed
    #[arg(long, value_name = "I/N")]
    pub(super) shard: Option<String>,
    /// Sites of which something changed since they were built
    #[arg(long)]
    pub(super) changed: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// For programs: one JSON object a line
    Json,
    /// For people, and what later steps of GitHub Actions need goes to them
    Github,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

impl From<Color> for anstream::ColorChoice {
    fn from(color: Color) -> Self {
        match color {
            Color::Auto => Self::Auto,
            Color::Always => Self::Always,
            Color::Never => Self::Never,
        }
    }
}

impl Selection {
    /// Whether nothing narrows it.
    pub(super) fn is_everything(&self) -> bool {
        let Self { sites, sites_from, niches, groups, tags, shard, changed } = self;
        let lists = [sites, niches, groups, tags];
        lists.iter().all(|words| words.is_empty()) && sites_from.is_none() && shard.is_none() && !changed
    }
}

impl Build {
    /// Whether everything is built, and nothing else was asked for.
    pub(super) fn is_plain(&self) -> bool {
        self.selection.is_everything() && !self.verify && self.explain.is_none()
    }
}
