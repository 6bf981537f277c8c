//! What a shipment takes at each kind of host, by the hosts' own protocols.

use crate::model::{Effort, TargetKind};
use crate::provider::{cloudflare::batches_of, vercel::is_archived};

/// What is known of a shipment before it is made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cargo<'a> {
    /// Nothing of it is live yet.
    pub(super) is_first: bool,
    /// Whether any of its sites changes; otherwise only host names are led to it.
    pub(super) changes: bool,
    /// The sizes of the files that the host lacks.
    pub(super) sent: &'a [u64],
    /// Files that it consists of.
    pub(super) all: usize,
    /// Host names that are led to it.
    pub(super) hosts: u64,
    /// How many shares of visitors see it, one after the other, before all do.
    pub(super) shares: u64,
}

/// A Worker says by itself which files it wants together. Nothing is promised; Cloudflare's own client sends Pages this many at once …
const GROUP_FILES: u64 = 2_000;

/// … and this many bytes.
const GROUP_BYTES: u64 = 40 << 20;

pub(super) fn effort(kind: TargetKind, cargo: &Cargo<'_>) -> Effort {
    let Cargo { is_first, changes, sent, all, hosts, shares } = *cargo;
    let (files, bytes) = (sent.len() as u64, sent.iter().sum::<u64>());
    let first = u64::from(is_first);
    let groups = files.div_ceil(GROUP_FILES).max(bytes.div_ceil(GROUP_BYTES));
    let deployments = u64::from(changes);
    let writes = match kind {
        // Every file is sent or copied into the folder of its release; what lies in it is looked up; listing, pointer.
        TargetKind::S3 if changes => all as u64 + 3,
        _ => 0,
    };
    let (requests, uploads) = match kind {
        _ if !changes => (hosts, 0),
        // Token, what is missing, batches, keys, deployment, status; the project is made first.
        TargetKind::CloudflarePages => (first + 5 + batches_of(sent) + hosts, files),
        // Session, groups, version; if some visitors see it first, a deployment for each share of them and one for all.
        TargetKind::CloudflareWorker if shares > 0 && !is_first => (3 + groups + shares + hosts, files),
        TargetKind::CloudflareWorker | TargetKind::CloudflarePack => (2 + groups + hosts, files),
        // Whether it is there, files, deployment, a look, switch, a look; the project is made first. Many share their looks.
        TargetKind::Vercel => {
            let sent = if is_archived(all, sent.len()) { 1 } else { files };
            (first + 5 + sent + hosts, sent)
        }
        // What lies there, what lay there before, and the pointer are read.
        TargetKind::S3 => (writes + 3 - first, files),
        TargetKind::Folder => (0, files),
    };
    Effort { requests, writes, uploads, bytes: if changes { bytes } else { 0 }, deployments }
}
