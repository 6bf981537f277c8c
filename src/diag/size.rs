//! Sizes as people read them.

const STEPS: [(u64, &str); 3] = [(1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB")];

/// `20 MB`, `1.5 kB`, `300 bytes`; rounded up, so that what is above a limit also looks like it.
pub fn size(bytes: u64) -> String {
    let Some((step, unit)) = STEPS.into_iter().find(|(step, _)| bytes >= *step) else {
        return format!("{bytes} bytes");
    };
    let tenths = (u128::from(bytes) * 10).div_ceil(u128::from(step));
    match tenths % 10 {
        0 => format!("{} {unit}", tenths / 10),
        tenth => format!("{}.{tenth} {unit}", tenths / 10),
    }
}
