//! What the sheets of a site asked, and what came of each: enough to tell in another run which of them need not be printed again.

use super::ask::Question;
use crate::model::{Digest, OutPath};
use serde::{Deserialize, Serialize};

/// What was asked while a site was printed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transcript {
    /// Every question, each once.
    pub(super) questions: Vec<Question>,
    /// The sheets, by the files that hold them.
    accounts: Vec<Account>,
    #[serde(skip)]
    pub(super) overlooked: Option<&'static str>,
}

/// How one sheet came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The file that holds it.
    pub(super) out: String,
    /// The numbers of the questions that it asked.
    pub(super) asked: Vec<u32>,
    /// The digest of what it is made of: its own page, and all answers.
    pub(super) seen: Digest,
    /// The digest of the finished file.
    pub(super) digest: Digest,
    /// The size of the finished file.
    pub(super) len: u64,
}

impl Transcript {
    /// Of all `questions`, those that are asked in `accounts` are kept.
    pub(super) fn of(questions: Vec<Question>, mut accounts: Vec<Account>) -> Self {
        let mut numbers: Vec<Option<u32>> = vec![None; questions.len()];
        let asked = accounts.iter().flat_map(|account| &account.asked);
        asked.for_each(|number| numbers[*number as usize] = Some(0));
        (0..).zip(numbers.iter_mut().flatten()).for_each(|(next, number)| *number = next);
        for number in accounts.iter_mut().flat_map(|account| &mut account.asked) {
            *number = numbers[*number as usize].unwrap_or_default();
        }
        accounts.sort_unstable_by(|one, other| one.out.cmp(&other.out));
        let questions = questions.into_iter().zip(numbers).filter_map(|(question, number)| number.map(|_| question));
        Self { questions: questions.collect(), accounts, overlooked: None }
    }

    /// How many sheets it is about.
    pub fn sheets(&self) -> usize {
        self.accounts.len()
    }

    /// Overlooks all questions of one topic from now on. Only tests want that, to see whether it would be found.
    #[must_use]
    pub fn overlooking(self, topic: Option<&'static str>) -> Self {
        Self { overlooked: topic, ..self }
    }

    /// How the sheet in this file came about.
    pub(super) fn account(&self, out: &OutPath) -> Option<&Account> {
        let found = self.accounts.binary_search_by(|account| account.out.as_str().cmp(out.as_str()));
        found.ok().map(|at| &self.accounts[at])
    }
}

impl Account {
    /// The digest of the finished file.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The size of the finished file.
    pub fn bytes(&self) -> u64 {
        self.len
    }
}
