//! What only happens on a disk: times, modes, links, accidents, other processes.

use super::{file, pages};
use crate::chance::Dice;
use crate::edits::edit::{Run, Step};
use crate::edits::sources::{Bytes, Change, Damage, Loss, Sources, Stamp};

fn anything(seed: u64, sources: &Sources) -> Option<String> {
    file(seed, sources, |_| true).map(str::to_owned)
}

/// Another text of the same length under the same time of modification.
pub(crate) fn same_size_and_time(seed: u64, sources: &Sources) -> Vec<Change> {
    let path = file(seed, sources, |path| path.ends_with(".md") || path.ends_with(".html"));
    let Some(path) = path else { return Vec::new() };
    let text = sources.text(path);
    let letters = text.char_indices().rev().filter(|(_, letter)| letter.is_ascii_lowercase());
    // A letter of the last line of prose: changing it breaks neither front matter nor tags.
    let is_prose = |at: usize| {
        let line = text[..at].rfind('\n').map_or(0, |at| at + 1);
        let line = text[line..].lines().next().unwrap_or_default();
        !line.contains(['{', '}', '<', '>', '(', '=', '+', ':'])
    };
    let Some((at, letter)) = letters.into_iter().find(|(at, _)| is_prose(*at)) else { return Vec::new() };
    let other = if letter == 'z' { 'a' } else { char::from(letter as u8 + 1) };
    let text = [&text[..at], &other.to_string(), &text[at + 1..]].concat();
    vec![Change::WriteUnseen(path.to_owned(), Bytes(text.into_bytes()))]
}

/// A file looks old, new, or a trifle older than it was; every other time it also changed.
pub(crate) fn stamp(seed: u64, sources: &Sources) -> Vec<Change> {
    let mut changes = if seed.is_multiple_of(2) { pages::body(seed, sources) } else { Vec::new() };
    let path = match changes.first() {
        Some(Change::Write(path, _)) => Some(path.clone()),
        _ => anything(seed, sources),
    };
    let stamp = [Stamp::In1970, Stamp::In2099, Stamp::Earlier][(seed / 2 % 3) as usize];
    changes.extend(path.map(|path| Change::Stamp(path, stamp)));
    changes
}

pub(crate) fn touch(seed: u64, sources: &Sources) -> Vec<Change> {
    anything(seed, sources).map(|path| Change::Stamp(path, Stamp::Now)).into_iter().collect()
}

/// A link to a neighbour, out of the repository, or to nothing takes a file's place.
pub(crate) fn link(seed: u64, sources: &Sources) -> Vec<Change> {
    let path = file(seed, sources, |path| path.starts_with("content/") || path.starts_with("themes/"));
    let Some(path) = path else { return Vec::new() };
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let neighbour = file(seed / 3, sources, |other| {
        other != path && other.rsplit_once('/').is_some_and(|(other, _)| other == folder)
    });
    let to = match (seed % 3, neighbour) {
        (0, _) => "nowhere.md",
        (1, _) => "/etc/hostname",
        (_, Some(neighbour)) => &neighbour[folder.len() + 1..],
        (_, None) => "nowhere.md",
    };
    vec![Change::Link(path.to_owned(), to.to_owned())]
}

pub(crate) fn folder(seed: u64, sources: &Sources) -> Vec<Change> {
    let path = file(seed, sources, |path| path.contains('/'));
    path.map(|path| Change::Folder(path.to_owned())).into_iter().collect()
}

/// A file may not be read; if one was locked before, it may be again.
pub(crate) fn lock(seed: u64, sources: &Sources) -> Vec<Change> {
    match sources.locked.first() {
        Some(path) => vec![Change::Unlock(path.clone())],
        None => anything(seed, sources).map(Change::Lock).into_iter().collect(),
    }
}

pub(crate) fn lost_output(seed: u64, _: &Sources) -> Vec<Change> {
    let loss = [Loss::File, Loss::File, Loss::Site, Loss::Everything][(seed % 4) as usize];
    vec![Change::Output(loss, seed / 4)]
}

pub(crate) fn damage(seed: u64, sources: &Sources) -> Vec<Change> {
    let kinds = [Damage::Deleted, Damage::AllDeleted, Damage::BitFlipped, Damage::Truncated, Damage::OtherVersion];
    let mut changes = if seed.is_multiple_of(2) { pages::delete(seed, sources) } else { Vec::new() };
    changes.push(Change::State(*Dice::new(seed).one(&kinds), seed / 2));
    changes
}

pub(crate) fn restore_state(seed: u64, _: &Sources) -> Vec<Change> {
    vec![Change::State(Damage::Restored, seed)]
}

pub(crate) fn moved(_: u64, _: &Sources) -> Vec<Change> {
    vec![Change::Move]
}

pub(crate) fn subset(seed: u64, sources: &Sources) -> Step {
    Step { changes: something(seed, sources), run: Run::Subset(seed) }
}

pub(crate) fn kill(seed: u64, sources: &Sources) -> Step {
    let run = if seed.is_multiple_of(3) { Run::Abandoned(seed) } else { Run::Killed(seed) };
    Step { changes: something(seed, sources), run }
}

pub(crate) fn during(seed: u64, sources: &Sources) -> Step {
    let changes = something(seed, sources);
    let mut later = sources.clone();
    changes.iter().for_each(|change| later.apply(change));
    let then = something(seed.rotate_left(17), &later);
    Step { changes, run: Run::During(then, seed) }
}

pub(crate) fn twice(seed: u64, sources: &Sources) -> Step {
    Step { changes: something(seed, sources), run: Run::Twice }
}

/// A change that gives a build something to do.
fn something(seed: u64, sources: &Sources) -> Vec<Change> {
    match seed % 4 {
        0 => pages::delete(seed, sources),
        1 => super::theme::base_template(seed, sources),
        2 => pages::add(seed, sources),
        _ => pages::body(seed, sources),
    }
}
