//! `hectare completions` and `hectare man`: what is installed beside the program.

use super::args::Args;
use super::exit::Exit;
use super::refusal::Refusal;
use crate::diag::{Code, Diagnostic};
use crate::ui::Face;
use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

/// Prints the completions of a shell.
pub(super) fn completions(shell: Shell, face: &dyn Face) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "hectare", &mut script);
    print(&script, face)
}

/// Prints the manual page of a verb, or of the program.
pub(super) fn page(verb: &[String], face: &dyn Face) -> Result<Exit, Refusal> {
    let mut command = Args::command();
    command.build();
    let Some(named) = verb.iter().try_fold(&command, |command, word| command.find_subcommand(word)) else {
        let message = format!("there is no verb `{}`", verb.join(" "));
        return Err(Diagnostic::error(Code::BadFlag, message).hint("`hectare --help` lists them").into());
    };
    let failed = |error| Diagnostic::error(Code::Bug, format!("the manual page cannot be made: {error}"));
    Ok(print(&rendered(named).map_err(failed)?, face))
}

fn rendered(command: &Command) -> std::io::Result<Vec<u8>> {
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page)?;
    Ok(page)
}

fn print(text: &[u8], face: &dyn Face) -> Exit {
    face.print(String::from_utf8_lossy(text).trim_end());
    Exit::Done
}
