//! The command line: one short file per verb.
//!
//! Purpose: turns what was typed into a call of the pipeline and the answer into an exit code. Decides nothing about sites.

mod actions;
mod approve;
mod args;
mod build;
mod cache;
mod ci;
mod compare;
mod cost;
mod deploy;
mod dock;
mod exit;
mod explain;
mod github;
mod health;
mod known;
mod list;
mod lock;
mod manual;
mod new;
mod output;
mod plan;
mod preview;
mod quay;
mod recorder;
mod refusal;
mod releases;
mod report;
mod repository;
mod resumption;
mod rollback;
mod serve;
mod shards;
mod status;
mod telling;
mod verify;
mod yard;

pub use exit::Exit;

use crate::ui::{Face, Json, Style, Terminal};
use args::{Args, Format, Verb};
use clap::Parser;
use recorder::recorded;
use refusal::Refusal;
use std::ffi::OsString;
use std::path::PathBuf;

/// Runs hectare with the words of a command line, the program's name first.
pub fn run(words: impl IntoIterator<Item = OsString>) -> Exit {
    let args = match Args::try_parse_from(words) {
        Ok(args) => args,
        Err(refusal) => return refused(&refusal),
    };
    let style = Style { color: args.global.color.into(), quiet: args.global.quiet };
    let face: Box<dyn Face> = match args.global.format {
        Format::Text | Format::Github => Box::new(Terminal::new(style)),
        Format::Json => Box::new(Json),
    };
    let face = face.as_ref();
    let record = |file: &Option<PathBuf>, verb: &str| {
        recorded(file.as_deref(), verb, face, |face| settled(attempt(&args, face), face))
    };
    match &args.verb {
        Verb::Build(typed) => record(&typed.result, "build"),
        Verb::Deploy(typed) => record(&typed.result, "deploy"),
        _ => settled(attempt(&args, face), face),
    }
}

fn attempt(args: &Args, face: &dyn Face) -> Result<Exit, Refusal> {
    let global = &args.global;
    match &args.verb {
        Verb::Build(typed) => build::run(global, typed, face),
        Verb::List(typed) => list::run(global, typed, face),
        Verb::Serve(typed) => serve::run(global, typed, face),
        Verb::New(typed) => new::run(typed, face),
        Verb::Plan(typed) => plan::run(global, typed, face),
        Verb::Approve(typed) => approve::run(global, typed, face),
        Verb::Deploy(typed) => match &typed.preview {
            Some(name) => preview::run(global, typed, name, face),
            None => deploy::run(global, typed, face),
        },
        Verb::Rollback(typed) => rollback::run(global, typed, face),
        Verb::Status(typed) => status::run(global, typed, face),
        Verb::Health(typed) => health::run(global, typed, face),
        Verb::Shards(typed) => shards::run(global, typed, face),
        Verb::Ci { verb } => ci::run(global, verb, face),
        Verb::Cost(typed) => cost::run(global, typed, face),
        Verb::Cache { verb } => cache::run(global, verb, face),
        Verb::Completions { shell } => Ok(manual::completions(*shell, face)),
        Verb::Man { verb } => manual::page(verb, face),
    }
}

/// How a verb ended; what kept it from its work is told.
fn settled(attempt: Result<Exit, Refusal>, face: &dyn Face) -> Exit {
    attempt.unwrap_or_else(|refusal| refusal.settle(face))
}

/// Help and version are answers, everything else is a mistake.
fn refused(refusal: &clap::Error) -> Exit {
    let _ = refusal.print();
    if refusal.use_stderr() { Exit::Usage } else { Exit::Done }
}
