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
mod quay;
mod recorder;
mod releases;
mod report;
mod repository;
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
use std::ffi::OsString;

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
    match &args.verb {
        Verb::Build(typed) => {
            recorded(typed.result.as_deref(), "build", face.as_ref(), |face| build::run(&args.global, typed, face))
        }
        Verb::List(list) => list::run(&args.global, list, face.as_ref()),
        Verb::Serve(typed) => serve::run(&args.global, typed, face.as_ref()),
        Verb::New(new) => new::run(new, face.as_ref()),
        Verb::Plan(typed) => plan::run(&args.global, typed, face.as_ref()),
        Verb::Approve(typed) => approve::run(&args.global, typed, face.as_ref()),
        Verb::Deploy(typed) => {
            recorded(typed.result.as_deref(), "deploy", face.as_ref(), |face| deploy::run(&args.global, typed, face))
        }
        Verb::Rollback(typed) => rollback::run(&args.global, typed, face.as_ref()),
        Verb::Status(typed) => status::run(&args.global, typed, face.as_ref()),
        Verb::Health(typed) => health::run(&args.global, typed, face.as_ref()),
        Verb::Shards(typed) => shards::run(&args.global, typed, face.as_ref()),
        Verb::Ci { verb } => ci::run(&args.global, verb, face.as_ref()),
        Verb::Cost(typed) => cost::run(&args.global, typed, face.as_ref()),
        Verb::Cache { verb } => cache::run(&args.global, verb, face.as_ref()),
        Verb::Completions { shell } => manual::completions(*shell, face.as_ref()),
        Verb::Man { verb } => manual::page(verb, face.as_ref()),
    }
}

/// Help and version are answers, everything else is a mistake.
fn refused(refusal: &clap::Error) -> Exit {
    let _ = refusal.print();
    if refusal.use_stderr() { Exit::Usage } else { Exit::Done }
}
