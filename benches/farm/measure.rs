//! Running hectare as its users do, with a watch and a look at its memory.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// One run.
pub(crate) struct Measured {
    pub(crate) seconds: f64,
    pub(crate) peak_mib: f64,
}

/// Builds the fleet in `root` into the empty folder `out`.
pub(crate) fn hectare(root: &Path, out: &Path) -> Measured {
    let _ = std::fs::remove_dir_all(root.join(".hectare"));
    let mut build = Command::new(env!("CARGO_BIN_EXE_hectare"));
    build.arg("build").arg("--root").arg(root).arg("--out").arg(out).stdout(Stdio::null());
    let start = Instant::now();
    let mut child = build.spawn().expect("the program starts");
    let mut peak = 0.0;
    let status = loop {
        peak = resident_peak(child.id()).unwrap_or(peak);
        if let Some(status) = child.try_wait().expect("the program can be waited for") {
            break status;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let seconds = start.elapsed().as_secs_f64();
    assert!(status.success(), "the fleet builds without a mistake");
    Measured { seconds, peak_mib: peak }
}

/// The most memory the process ever held, as the kernel counts it.
fn resident_peak(process: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024.0)
}

/// The middle of some figures.
pub(crate) fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
