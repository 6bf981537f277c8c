//! Which files travel together.

use crate::model::Good;
use std::cmp::Reverse;

/// Cloudflare's own client sends up to 40 MiB at once. A hundred sites are on their way at the same time, each with a batch in memory.
const MOST_BYTES: u64 = 8 << 20;
const MOST_FILES: usize = 2000;

/// Cuts files, named by their keys, into batches.
pub(super) fn batches(mut goods: Vec<(String, &Good)>) -> Vec<Vec<(String, &Good)>> {
    goods.sort_by(|(key, _), (other, _)| key.cmp(other));
    cut(goods, |(_, good)| good.len)
}

/// How many batches files of these sizes are cut into.
pub fn batches_of(sizes: &[u64]) -> u64 {
    cut(sizes.to_vec(), |size| *size).len() as u64
}

/// Each goes into the first batch with room for it, the largest first.
fn cut<File>(mut files: Vec<File>, size: impl Fn(&File) -> u64) -> Vec<Vec<File>> {
    files.sort_by_key(|file| Reverse(size(file)));
    let mut batches: Vec<(u64, Vec<File>)> = Vec::new();
    for file in files {
        let more = size(&file);
        let fits = |(bytes, files): &(u64, Vec<File>)| bytes + more <= MOST_BYTES && files.len() < MOST_FILES;
        match batches.iter_mut().find(|batch| fits(batch)) {
            Some((bytes, files)) => {
                *bytes += more;
                files.push(file);
            }
            None => batches.push((more, vec![file])),
        }
    }
    batches.into_iter().map(|(_, files)| files).collect()
}
