//! Where a secret is found. Secrets are named, not held.

/// Who knows a token, a key or an address that not everyone may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// This variable of the environment.
    Variable(String),
    /// This file.
    File(String),
    /// This program, with its arguments, which prints it.
    Program(Vec<String>),
    /// Everyone who reads `sites.toml`: this is it.
    Written(String),
}

impl SecretSource {
    /// The variable that holds it; none if something else does.
    pub fn variable(&self) -> Option<&str> {
        match self {
            Self::Variable(name) => Some(name),
            _ => None,
        }
    }

    /// Whether only the owner's machine can tell it.
    pub fn is_local(&self) -> bool {
        matches!(self, Self::File(_) | Self::Program(_))
    }
}
