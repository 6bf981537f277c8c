//! What the program is handed, and hands on, beside files that it is told the names of.

use super::disk::plain;
use super::secret::variable;
use std::fs::OpenOptions;
use std::io::{self, Read, Write};

/// Everything on standard input, if it is a text of at most `most` bytes.
pub fn standard_input(most: u64) -> Result<String, String> {
    let mut text = String::new();
    let read = io::stdin().lock().take(most + 1).read_to_string(&mut text).map_err(|error| plain(&error))?;
    if read as u64 > most { Err(format!("it is longer than {most} bytes")) } else { Ok(text) }
}

/// Adds to the end of the file that a variable names, as services that run jobs step by step ask for; whether there is one.
pub fn hand_on(name: &str, text: &str) -> Result<bool, String> {
    let Some(path) = variable(name) else { return Ok(false) };
    let file = OpenOptions::new().create(true).append(true).open(&path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map(|()| true).map_err(|error| format!("`{path}`: {}", plain(&error)))
}
