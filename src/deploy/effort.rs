//! What a shipment takes at each kind of host, by the hosts' own protocols.

use crate::model::{Effort, TargetKind};

/// What is known of a shipment before it is made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cargo {
    /// Nothing of it is live yet.
    pub(super) is_first: bool,
    /// Whether any of its sites changes; otherwise only host names are led to it.
    pub(super) changes: bool,
    /// Files that the host lacks.
    pub(super) files: u64,
    /// Their bytes.
    pub(super) bytes: u64,
    /// Files that it consists of.
    pub(super) all: u64,
    /// Host names that are led to it.
    pub(super) hosts: u64,
    /// How many shares of visitors see it, one after the other, before all do.
    pub(super) shares: u64,
}

/// Cloudflare takes files in batches of this many …
const BATCH_FILES: u64 = 2_000;

/// … and of this many bytes.
const BATCH_BYTES: u64 = 40 << 20;

/// Where sending files one by one would use up a day's uploads, Vercel takes all of them as one archive.
const ARCHIVE_ABOVE: u64 = 500;

pub(super) fn effort(kind: TargetKind, cargo: Cargo) -> Effort {
    let Cargo { is_first, changes, files, bytes, all, hosts, shares } = cargo;
    let first = u64::from(is_first);
    let batches = files.div_ceil(BATCH_FILES).max(bytes.div_ceil(BATCH_BYTES));
    let deployments = u64::from(changes);
    let writes = match kind {
        // Every file is sent or copied into the folder of its release; what lies in it is looked up; listing, pointer.
        TargetKind::S3 if changes => all + 3,
        _ => 0,
    };
    let (requests, uploads) = match kind {
        _ if !changes => (hosts, 0),
        // Token, what is missing, batches, keys, deployment, status; the project is made first.
        TargetKind::CloudflarePages => (first + 5 + batches + hosts, files),
        // Session, batches, version; if some visitors see it first, a deployment for each share of them and one for all.
        TargetKind::CloudflareWorker if shares > 0 && !is_first => (3 + batches + shares + hosts, files),
        TargetKind::CloudflareWorker | TargetKind::CloudflarePack => (2 + batches + hosts, files),
        // Project, list of files, files, list again, status, switch.
        TargetKind::Vercel => {
            let sent = if files > ARCHIVE_ABOVE { 1 } else { files };
            (first + 3 + sent + u64::from(sent > 0) + hosts, sent)
        }
        // What lies there, what lay there before, and the pointer are read.
        TargetKind::S3 => (writes + 3 - first, files),
        TargetKind::Folder => (0, files),
    };
    Effort { requests, writes, uploads, bytes: if changes { bytes } else { 0 }, deployments }
}
