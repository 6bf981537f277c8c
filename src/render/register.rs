//! All questions that were asked about a site, each with a number, and the answers that are the same for everyone.

use super::answer::Fingerprint;
use super::ask::{Answer, Question};
use super::question::Topic;
use super::transcript::Asked;
use crate::model::{Digest, PageId, unpoisoned};
use std::collections::HashMap;
use std::sync::{OnceLock, RwLock, RwLockReadGuard};

/// The questions about one site.
#[derive(Debug, Default)]
pub(super) struct Register {
    /// Whether it is told who asked what. Otherwise only questions whose answers are kept are in it.
    is_told: bool,
    /// A topic of which it is not told all the same.
    overlooked: Option<Topic>,
    kept: RwLock<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    numbers: HashMap<Question, u32>,
    entries: Vec<Entry>,
}

/// What is known about a question.
#[derive(Debug)]
struct Entry {
    question: Question,
    answer: OnceLock<Answer>,
    print: OnceLock<Fingerprint>,
    /// Of which pages its answer told when it was asked in an earlier run.
    told: Vec<PageId>,
}

impl Register {
    /// A register that tells who asked what, and begins with these questions; it overlooks one topic if it is to be wrong.
    pub(super) fn telling(questions: &[Asked], overlooked: Option<Topic>) -> Self {
        let mut kept = Kept::default();
        for Asked { question, told } in questions {
            let number = kept.number(question);
            kept.entries[number as usize].told.clone_from(told);
        }
        Self { is_told: true, overlooked, kept: RwLock::new(kept) }
    }

    /// The answer to a question, made by `answer` if it has to be made, and the number of the question.
    pub(super) fn answer(&self, question: &Question, answer: impl FnOnce() -> Answer) -> (Option<u32>, Answer) {
        if !question.is_shared() {
            return (self.number(question), answer());
        }
        if let Some((number, Some(answer))) = self.kept().find(question) {
            return (self.told(question, number), answer);
        }
        let answer = answer();
        let number = self.enter(question);
        let _ = self.kept().entries[number as usize].answer.set(answer.clone());
        (self.told(question, number), answer)
    }

    /// The number of a question; none if nobody wants to know it.
    pub(super) fn number(&self, question: &Question) -> Option<u32> {
        if !self.is_told {
            return None;
        }
        let known = self.kept().numbers.get(question).copied();
        self.told(question, known.unwrap_or_else(|| self.enter(question)))
    }

    /// The prints of the answers to these questions, made by `print` where they have to be made. Returns the pages that those told of
    /// which are not the same for everyone.
    pub(super) fn prints(
        &self,
        numbers: &[u32],
        print: impl Fn(&Question) -> Fingerprint,
        mut take: impl FnMut(&Digest),
    ) -> Vec<PageId> {
        let (kept, mut told) = (self.kept(), Vec::new());
        for entry in numbers.iter().filter_map(|number| kept.entries.get(*number as usize)) {
            if entry.question.is_shared() {
                take(&entry.print.get_or_init(|| print(&entry.question)).digest);
            } else {
                let print = print(&entry.question);
                take(&print.digest);
                told.extend(print.told);
            }
        }
        told
    }

    /// All questions, by number, with the pages that their answers tell everyone of.
    pub(super) fn questions(&self) -> Vec<Asked> {
        let asked = |entry: &Entry| {
            let told = entry.print.get().map_or(&entry.told, |print| &print.told);
            Asked { question: entry.question.clone(), told: told.clone() }
        };
        self.kept().entries.iter().map(asked).collect()
    }

    fn told(&self, question: &Question, number: u32) -> Option<u32> {
        (self.is_told && self.overlooked != Some(question.topic())).then_some(number)
    }

    fn enter(&self, question: &Question) -> u32 {
        unpoisoned(self.kept.write()).number(question)
    }

    fn kept(&self) -> RwLockReadGuard<'_, Kept> {
        unpoisoned(self.kept.read())
    }
}

impl Kept {
    fn find(&self, question: &Question) -> Option<(u32, Option<Answer>)> {
        let number = *self.numbers.get(question)?;
        Some((number, self.entries[number as usize].answer.get().cloned()))
    }

    fn number(&mut self, question: &Question) -> u32 {
        let next = self.entries.len() as u32;
        let number = *self.numbers.entry(question.clone()).or_insert(next);
        if number == next {
            let (question, answer, print) = (question.clone(), OnceLock::new(), OnceLock::new());
            self.entries.push(Entry { question, answer, print, told: Vec::new() });
        }
        number
    }
}
