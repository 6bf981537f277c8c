//! Words of the command line that hectare does not know, and what was probably meant by them.

use super::exit::Exit;
use crate::diag::{Code, Diagnostic};
use crate::ui::{Face, Style, Terminal};
use crate::world::terminal_width;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Verbs of other programs, and how hectare does what they do.
const ELSEWHERE: [(&[&str], &str); 9] = [
    (&["explain", "why"], "write `hectare build --explain PATH`, with the path of an output"),
    (&["watch", "preview", "dev", "server", "start", "run"], "write `hectare serve`: it shows sites while you write"),
    (&["init", "create", "add"], "write `hectare new FOLDER`: it makes a small fleet to start from"),
    (
        &["check", "validate", "lint", "test", "doctor"],
        "`hectare build` names mistakes, `hectare plan` says what shipping would change, `hectare health` looks at live sites",
    ),
    (&["publish", "ship", "push", "upload", "release"], "write `hectare deploy`: it builds, and ships what changed"),
    (&["undo", "revert", "back"], "write `hectare rollback SITE`: the site shows again what it showed before"),
    (&["ls", "sites", "show"], "write `hectare list`"),
    (&["clean", "rebuild"], "write `hectare build --clean`: it makes everything anew"),
    (&["diff"], "write `hectare plan`: it says what shipping would change"),
];

/// Verbs that take `--site`.
const SELECTING: [&str; 8] = ["build", "serve", "list", "plan", "deploy", "status", "health", "shards"];

/// Help and version are answers, everything else is a mistake. `words` are what was typed.
pub(super) fn refused(refusal: &clap::Error, words: &[String]) -> Exit {
    match mistake(refusal, words) {
        Some(mistake) => {
            let style = Style { color: anstream::ColorChoice::Auto, quiet: false, width: terminal_width() };
            Terminal::new(style).complain(&[mistake]);
        }
        None => drop(refusal.print()),
    }
    if refusal.use_stderr() { Exit::Usage } else { Exit::Done }
}

/// What is wrong, where more can be said about it than what the grammar of the command line tells.
fn mistake(refusal: &clap::Error, words: &[String]) -> Option<Diagnostic> {
    let told = |kind: ContextKind| match refusal.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        Some(ContextValue::Strings(texts)) => texts.first().map(String::as_str),
        _ => None,
    };
    match refusal.kind() {
        ErrorKind::InvalidSubcommand => {
            let verb = told(ContextKind::InvalidSubcommand)?;
            let elsewhere = ELSEWHERE.iter().find(|(verbs, _)| verbs.contains(&verb)).map(|(_, hint)| *hint);
            let hint = match (elsewhere, told(ContextKind::SuggestedSubcommand)) {
                (Some(hint), _) => hint.to_owned(),
                (None, Some(meant)) => format!("did you mean `{meant}`?"),
                (None, None) => "`hectare --help` lists the verbs".to_owned(),
            };
            Some(Diagnostic::error(Code::UnknownWord, format!("there is no verb `{verb}`")).hint(hint))
        }
        ErrorKind::UnknownArgument => {
            let word = told(ContextKind::InvalidArg).filter(|word| !word.starts_with('-'))?;
            let verb = words.iter().find(|word| SELECTING.contains(&word.as_str()))?;
            let message = format!("`{verb}` does not know what to do with `{word}`");
            let hint = format!("for one site, write `hectare {verb} --site {word}`");
            Some(Diagnostic::error(Code::UnknownWord, message).hint(hint))
        }
        _ => None,
    }
}
