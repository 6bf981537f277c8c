//! Expected output, kept in files. `GOLDEN=accept tests/run` takes what came out as what is expected.

use std::fs;
use std::path::Path;

/// Compares `found` with the golden file `name`.
#[track_caller]
pub(crate) fn check(name: &str, found: &str) {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden").join(name);
    if std::env::var_os("GOLDEN").is_some_and(|wish| wish == "accept") {
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(&place, found).unwrap();
        return;
    }
    let expected = fs::read_to_string(&place).unwrap_or_default();
    assert!(
        expected == found,
        "`tests/it/golden/{name}` expects something else; GOLDEN=accept takes what came out.\n\n--- expected\n{expected}\n--- found\n{found}"
    );
}
