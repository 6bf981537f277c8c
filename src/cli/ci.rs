//! `hectare ci`: what jobs of a CI service do, and how they come to be.

use super::args::{CiVerb, Global};
use super::exit::Exit;
use super::refusal::Refusal;
use super::{compare, github, report};
use crate::ui::Face;

pub(super) fn run(global: &Global, verb: &CiVerb, face: &dyn Face) -> Result<Exit, Refusal> {
    match verb {
        CiVerb::Github(typed) => github::run(global, typed, face),
        CiVerb::Compare(typed) => compare::run(global, typed, face),
        CiVerb::Report(typed) => report::run(global, typed, face),
    }
}
