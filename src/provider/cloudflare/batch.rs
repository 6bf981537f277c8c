//! Which files travel together.

use crate::model::Good;

/// Cloudflare's own client sends up to 40 MiB at once. A hundred sites are on their way at the same time, each with a batch in memory.
const MOST_BYTES: u64 = 8 << 20;
const MOST_FILES: usize = 2000;

/// Cuts files, named by their keys, into batches: each goes into the first with room for it, the largest first.
pub(super) fn batches(mut goods: Vec<(String, &Good)>) -> Vec<Vec<(String, &Good)>> {
    goods.sort_by(|(key, good), (other, than)| than.len.cmp(&good.len).then_with(|| key.cmp(other)));
    let mut batches: Vec<(u64, Vec<_>)> = Vec::new();
    for (key, good) in goods {
        let fits = |(bytes, files): &(u64, Vec<_>)| bytes + good.len <= MOST_BYTES && files.len() < MOST_FILES;
        match batches.iter_mut().find(|batch| fits(batch)) {
            Some((bytes, files)) => {
                *bytes += good.len;
                files.push((key, good));
            }
            None => batches.push((good.len, vec![(key, good)])),
        }
    }
    batches.into_iter().map(|(_, files)| files).collect()
}
