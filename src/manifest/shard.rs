//! Equal parts of a fleet, for several machines.

use crate::diag::{Code, Diagnostic};
use crate::model::Digest;
use std::fmt;

/// One of several parts of a fleet: a site belongs to the same part on every machine, whatever other sites there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which part, from 1.
    pub index: usize,
    /// How many parts there are.
    pub count: usize,
}

impl Shard {
    /// Takes `I/N`, such as `1/8`.
    pub fn parse(text: &str) -> Result<Self, Diagnostic> {
        let fault = |why: String| {
            let mistake = Diagnostic::error(Code::BadFlag, format!("`{text}` is not a shard: {why}"));
            mistake.hint("write `I/N`: `1/8` to `8/8` are the eight parts of a fleet")
        };
        let (index, count) = text.split_once('/').ok_or_else(|| fault("there is no slash".to_owned()))?;
        let number = |part: &str| part.trim().parse::<usize>().map_err(|_| fault(format!("`{part}` is not a number")));
        match (number(index)?, number(count)?) {
            (index, count) if (1..=count).contains(&index) => Ok(Self { index, count }),
            (_, 0) => Err(fault("there are no parts".to_owned())),
            (0, _) => Err(fault("parts are counted from 1".to_owned())),
            (index, count) => Err(fault(format!("there is no part {index} of {count}"))),
        }
    }

    /// Whether the site of this name belongs to this part.
    pub fn holds(self, site: &str) -> bool {
        let digest = Digest::of(site.as_bytes());
        let number = digest.as_bytes()[..8].iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        self.count > 0 && number % self.count as u64 + 1 == self.index as u64
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.index, self.count)
    }
}
