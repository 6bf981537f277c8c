//! Secrets: where they are kept, and that nobody sees them.

use super::disk::plain;
use crate::model::unpoisoned;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

/// No token is longer.
const LONGEST: u64 = 64 << 10;

/// A program that hands out a secret may ask someone, but not for ever.
const PATIENCE: Duration = Duration::from_secs(30);

/// What it printed is there soon after it ended.
const AFTERWARDS: Duration = Duration::from_secs(2);

/// A token or key. It can be used, but neither printed nor written down by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<str>);

/// Where a secret is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keeper {
    /// In a variable of the environment.
    Variable(String),
    /// In a file, which others may renew at any time.
    File(PathBuf),
    /// With a program, named with its arguments, that prints it.
    Program(Vec<String>),
    /// Nowhere: it is known to everyone who reads the settings.
    Settings(String),
}

/// A secret with the place it is kept in. What a program said is remembered until someone finds that it is no longer valid.
#[derive(Debug)]
pub struct Token {
    keeper: Keeper,
    said: Mutex<Option<Secret>>,
}

/// Why a secret cannot be had; never a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretFault {
    /// The variable is not set, or empty.
    NoVariable(String),
    /// The file cannot be read.
    Unreadable(PathBuf, String),
    /// The program failed.
    Failed(String, String),
    /// What was found is no secret that could be sent.
    Unfit(&'static str),
}

/// The value of a variable of the environment; none if it is not set or empty.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

impl Secret {
    /// Takes what was found, without the white space around it.
    pub fn new(text: &str) -> Result<Self, SecretFault> {
        let text = text.trim();
        match text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
            _ if text.is_empty() => Err(SecretFault::Unfit("it is empty")),
            _ if text.len() as u64 > LONGEST => Err(SecretFault::Unfit("it is longer than any token")),
            false => Err(SecretFault::Unfit("it has several lines, or characters that no token has")),
            true => Ok(Self(text.into())),
        }
    }

    /// The secret itself, for the one line that sends or signs with it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl Token {
    /// The secret that `keeper` keeps; it is not fetched yet.
    pub fn kept_by(keeper: Keeper) -> Self {
        Self { keeper, said: Mutex::new(None) }
    }

    /// Where it is kept.
    pub fn keeper(&self) -> &Keeper {
        &self.keeper
    }

    /// The secret as it is now.
    pub fn secret(&self) -> Result<Secret, SecretFault> {
        match &self.keeper {
            Keeper::Variable(name) => {
                Secret::new(&variable(name).ok_or_else(|| SecretFault::NoVariable(name.clone()))?)
            }
            Keeper::File(path) => {
                let text = File::open(path).and_then(text_of);
                Secret::new(&text.map_err(|error| SecretFault::Unreadable(path.clone(), plain(&error)))?)
            }
            Keeper::Program(words) => {
                let mut said = unpoisoned(self.said.lock());
                if let Some(secret) = said.as_ref() {
                    return Ok(secret.clone());
                }
                Ok(said.insert(ask(words)?).clone())
            }
            Keeper::Settings(text) => Secret::new(text),
        }
    }

    /// Whether the secret is where it should be; no program is asked.
    pub fn secret_at_hand(&self) -> Result<(), SecretFault> {
        match self.keeper {
            Keeper::Program(_) => Ok(()),
            _ => self.secret().map(drop),
        }
    }

    /// Fetches the secret anew because `refused` was not accepted; none if it is still the same one.
    pub fn renewed(&self, refused: &Secret) -> Option<Secret> {
        let mut said = unpoisoned(self.said.lock());
        said.take_if(|known| known == refused);
        drop(said);
        self.secret().ok().filter(|secret| secret != refused)
    }
}

/// What a program prints.
fn ask(words: &[String]) -> Result<Secret, SecretFault> {
    let Some((program, arguments)) = words.split_first() else {
        return Err(SecretFault::Unfit("no program is named"));
    };
    let failed = |why: String| SecretFault::Failed(program.clone(), why);
    let (input, output) = (Stdio::null(), Stdio::piped());
    let started = Command::new(program).args(arguments).stdin(input).stdout(output).spawn();
    let mut child = started.map_err(|error| failed(plain(&error)))?;
    let pipe = child.stdout.take();
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || tell.send(pipe.map_or_else(|| Ok(String::new()), text_of)));
    if !ended(&mut child).map_err(|error| failed(plain(&error)))? {
        return Err(failed("it ended with an error".into()));
    }
    // What the program started itself may still hold its output open.
    let text = told.recv_timeout(AFTERWARDS).map_err(|_| failed("its output does not end".into()))?;
    Secret::new(&text.map_err(|error| failed(plain(&error)))?)
}

/// Waits for a program, but not for ever; whether it went well.
fn ended(child: &mut Child) -> io::Result<bool> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.success());
        }
        if start.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            return Err(io::Error::other(format!("it did not end within {} s", PATIENCE.as_secs())));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn text_of(source: impl Read) -> io::Result<String> {
    let mut text = String::new();
    source.take(LONGEST + 1).read_to_string(&mut text)?;
    Ok(text)
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("(secret)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("(secret)")
    }
}

impl fmt::Display for Keeper {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(out, "the variable `{name}`"),
            Self::File(path) => write!(out, "the file `{}`", path.display()),
            Self::Program(words) => write!(out, "the program `{}`", words.first().map_or("", String::as_str)),
            Self::Settings(_) => out.write_str("`sites.toml`"),
        }
    }
}

impl fmt::Display for SecretFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoVariable(name) => write!(out, "the variable `{name}` is not set"),
            Self::Unreadable(path, why) => write!(out, "`{}` cannot be read: {why}", path.display()),
            Self::Failed(program, why) => write!(out, "`{program}` failed: {why}"),
            Self::Unfit(why) => write!(out, "what was found is no token: {why}"),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::{Keeper, Secret, SecretFault, Token};

    fn program(script: &str) -> Token {
        Token::kept_by(Keeper::Program(["sh", "-c", script].map(str::to_owned).to_vec()))
    }

    #[test]
    fn a_secret_is_shown_to_nobody() {
        let secret = Secret::new(" s3cr3t\n").unwrap();
        assert_eq!(secret.reveal(), "s3cr3t");
        assert_eq!(format!("{secret} {secret:?} {:?}", Some(&secret)), "(secret) (secret) Some((secret))");
    }

    #[test]
    fn what_cannot_be_a_token_is_refused_without_being_shown() {
        for text in ["", " \n", "two\nlines", "umläut", "\u{7f}"] {
            let fault = Secret::new(text).unwrap_err();
            assert!(matches!(fault, SecretFault::Unfit(_)), "{text:?}: {fault}");
        }
    }

    #[test]
    fn a_file_that_others_renew_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        let token = Token::kept_by(Keeper::File(path.clone()));
        assert!(matches!(token.secret(), Err(SecretFault::Unreadable(..))));
        std::fs::write(&path, "first\n").unwrap();
        let first = token.secret().unwrap();
        assert_eq!(token.renewed(&first), None);
        std::fs::write(&path, "second\n").unwrap();
        assert_eq!(token.secret().unwrap().reveal(), "second");
        assert_eq!(token.renewed(&first).unwrap().reveal(), "second");
    }

    #[test]
    fn a_program_is_asked_once_and_again_when_its_secret_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let count = folder.path().join("count").display().to_string();
        let token = program(&format!("echo x >> {count}; wc -l < {count}"));
        let first = token.secret().unwrap();
        assert_eq!((first.reveal(), token.secret().unwrap().reveal()), ("1", "1"));
        assert_eq!(token.renewed(&first).unwrap().reveal(), "2");
        assert_eq!(token.secret().unwrap().reveal(), "2");
    }

    #[test]
    fn a_program_that_fails_is_named() {
        let fault = program("echo s3cr3t; exit 1").secret().unwrap_err();
        assert_eq!(fault.to_string(), "`sh` failed: it ended with an error");
        let absent = Token::kept_by(Keeper::Program(vec!["no-such-program".into()]));
        assert_eq!(absent.secret().unwrap_err().to_string(), "`no-such-program` failed: no such file or directory");
    }
}
