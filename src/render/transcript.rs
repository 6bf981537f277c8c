//! What the sheets of a site asked, and what came of each: enough to tell in another run which of them need not be printed again.

use super::ask::Question;
use super::question::Topic;
use crate::model::{Digest, OutPath, PageId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What was asked while a site was printed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transcript {
    /// Every question, each once.
    pub(super) questions: Vec<Asked>,
    /// The sheets, by the files that hold them.
    accounts: Vec<Account>,
    /// A topic of which it is not noted who asks.
    #[serde(skip)]
    pub(super) overlooked: Option<Topic>,
}

/// A question that was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Asked {
    pub(super) question: Question,
    /// The pages that its answer tells everyone of who asks.
    pub(super) told: Vec<PageId>,
}

/// How one sheet came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The file that holds it.
    pub(super) out: String,
    /// The numbers of the questions that it asked.
    pub(super) asked: Vec<u32>,
    /// The pages that it was told of by answers that nobody else gets.
    pub(super) told: Vec<PageId>,
    /// The digest of what it is made of: its own page, and all answers.
    pub(super) seen: Digest,
    /// The digest of the finished file.
    pub(super) digest: Digest,
    /// The size of the finished file.
    pub(super) len: u64,
}

/// What became of a transcript since, while the tree of the site stayed as it was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addendum {
    /// Questions that were asked for the first time.
    questions: Vec<Asked>,
    /// Sheets that were printed again, by the files that hold them.
    accounts: BTreeMap<String, Account>,
}

impl Transcript {
    /// Of all `questions`, those that are asked in `accounts` are kept.
    pub(super) fn of(questions: Vec<Asked>, mut accounts: Vec<Account>) -> Self {
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
    pub fn overlooking(self, topic: Option<Topic>) -> Self {
        Self { overlooked: topic, ..self }
    }

    /// How the sheet in this file came about.
    pub(super) fn account(&self, out: &OutPath) -> Option<&Account> {
        self.place(out.as_str()).map(|at| &self.accounts[at])
    }

    fn place(&self, out: &str) -> Option<usize> {
        self.accounts.binary_search_by(|account| account.out.as_str().cmp(out)).ok()
    }

    /// The files of all sheets that were told of one of these pages.
    pub fn told_of(&self, pages: &BTreeSet<PageId>) -> BTreeSet<&str> {
        let tells = |told: &[PageId]| told.iter().any(|page| pages.contains(page));
        let telling: Vec<bool> = self.questions.iter().map(|asked| tells(&asked.told)).collect();
        let is_told = |account: &&Account| {
            tells(&account.told) || account.asked.iter().any(|number| telling.get(*number as usize) == Some(&true))
        };
        self.accounts.iter().filter(is_told).map(|account| account.out.as_str()).collect()
    }

    /// The pages that the sheet in this file was told of; none if nothing is known of it.
    pub fn told(&self, out: &OutPath) -> Option<impl Iterator<Item = PageId>> {
        self.account(out).map(|account| told(account, &self.questions))
    }

    /// Whether the sheet in this file asked who links to its page.
    pub fn asks_for_backlinks(&self, out: &OutPath) -> bool {
        let asked = self.account(out).into_iter().flat_map(|account| &account.asked);
        let mut questions = asked.filter_map(|number| self.questions.get(*number as usize));
        questions.any(|asked| asked.question == Question::Backlinks)
    }

    /// The same transcript after what is in `addendum`.
    #[must_use]
    pub fn after(mut self, addendum: &Addendum) -> Self {
        self.questions.extend(addendum.questions.iter().cloned());
        for account in addendum.accounts.values() {
            match self.place(&account.out) {
                Some(at) => self.accounts[at] = account.clone(),
                None => self.accounts.push(account.clone()),
            }
        }
        self.accounts.sort_unstable_by(|one, other| one.out.cmp(&other.out));
        self
    }
}

/// The pages that a sheet was told of that came about like this.
fn told<'a>(account: &'a Account, questions: &'a [Asked]) -> impl Iterator<Item = PageId> {
    let shared = account.asked.iter().filter_map(|number| questions.get(*number as usize));
    shared.flat_map(|asked| &asked.told).chain(&account.told).copied()
}

impl Addendum {
    /// What there is besides the first questions, whose number is `known`, and the accounts before.
    pub(super) fn of(questions: &[Asked], known: usize, accounts: Vec<Account>) -> Self {
        let accounts = accounts.into_iter().map(|account| (account.out.clone(), account)).collect();
        Self { questions: questions.get(known..).unwrap_or_default().to_vec(), accounts }
    }

    /// This after what came before it.
    #[must_use]
    pub fn following(self, before: Self) -> Self {
        let questions = before.questions.into_iter().chain(self.questions).collect();
        let accounts = before.accounts.into_iter().chain(self.accounts).collect();
        Self { questions, accounts }
    }

    /// How many sheets it is about.
    pub fn sheets(&self) -> usize {
        self.accounts.len()
    }

    /// The pages that these sheets were told of.
    pub(super) fn told<'a>(&'a self, questions: &'a [Asked]) -> impl Iterator<Item = PageId> + 'a {
        self.accounts.values().flat_map(|account| told(account, questions))
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
