//! What later steps and people at a CI service are handed.

use crate::diag::{Code, Diagnostic};
use crate::ui::{Face, step_output};
use crate::world::{Dice, hand_on};

/// Gives named values to later steps of a job; where there are none, prints them as they would get them.
pub(super) fn give(values: &[(&str, String)], face: &dyn Face) -> Result<(), Diagnostic> {
    if !hand_values(values)? {
        face.print(written(values).trim_end());
    }
    Ok(())
}

/// Gives named values to later steps of a job; whether there are any.
pub(super) fn hand_values(values: &[(&str, String)]) -> Result<bool, Diagnostic> {
    hand("GITHUB_OUTPUT", &written(values))
}

fn written(values: &[(&str, String)]) -> String {
    let dice = Dice::fair();
    let fence = || format!("end-{:x}{:x}", dice.roll().to_bits(), dice.roll().to_bits());
    values.iter().map(|(name, value)| step_output(name, value, &fence())).collect()
}

/// Adds a text to the file that a variable names; whether there is one.
pub(super) fn hand(variable: &str, text: &str) -> Result<bool, Diagnostic> {
    hand_on(variable, text).map_err(|said| {
        let message = format!("the file that `{variable}` names cannot be written: {said}");
        Diagnostic::error(Code::CannotWrite, message).hint("unset the variable, or name a file that can be written")
    })
}
