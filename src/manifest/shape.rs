//! The words in which the key table says what a file may hold.

use super::word::Word;

/// What a value has to be.
pub(super) enum Kind {
    /// Any text.
    Text,
    /// A text that has to mean something: a time zone, the name of a theme.
    Word(Word),
    /// One of these texts.
    Choice(&'static [&'static str]),
    /// One of these numbers.
    Number(&'static [u64]),
    /// A whole number within bounds.
    Count { least: u64, most: u64 },
    /// `true` or `false`.
    Flag,
    /// A list of such values.
    List(&'static Kind),
    /// A table whose keys are free and whose values are such values.
    Map(&'static Kind),
    /// A table whose keys are fixed.
    Table(&'static Shape),
    /// The first of these that fits.
    Either(&'static [Kind]),
    /// Anything at all.
    Free,
}

/// A table whose keys are fixed.
pub(super) struct Shape {
    /// What it is called in the schema.
    pub name: &'static str,
    /// What it is for.
    pub meaning: &'static str,
    /// The keys it may have, in groups that other tables may share.
    pub keys: &'static [&'static [Key]],
}

/// A key of a table.
pub(super) struct Key {
    /// How it is written.
    pub name: &'static str,
    /// What its value has to be.
    pub kind: Kind,
    /// What it means, in one sentence.
    pub meaning: &'static str,
    /// Whether the table is useless without it.
    pub needed: bool,
}

impl Key {
    /// A key that may be left out.
    pub(super) const fn new(name: &'static str, kind: Kind, meaning: &'static str) -> Self {
        Self { name, kind, meaning, needed: false }
    }

    /// A key that has to be there.
    pub(super) const fn needed(name: &'static str, kind: Kind, meaning: &'static str) -> Self {
        Self { name, kind, meaning, needed: true }
    }

    /// What it means, as a part of a sentence.
    pub(super) fn meaning_as_fragment(&self) -> String {
        let mut letters = self.meaning.trim_end_matches('.').chars();
        letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect()
    }
}

impl Shape {
    /// All keys.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'static Key> {
        self.keys.iter().flat_map(|group| group.iter())
    }

    /// The key called `name`.
    pub(super) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys().find(|key| key.name == name)
    }
}

impl Kind {
    /// What a message says is needed: `a whole number from 0 to 100`.
    pub(super) fn wanted(&self) -> String {
        match self {
            Self::Text | Self::Word(_) => "a text".to_owned(),
            Self::Choice(choices) => Self::one_of(choices),
            Self::Number(numbers) => either(numbers.iter().map(u64::to_string).collect()),
            Self::Count { least, most } => format!("a whole number from {least} to {most}"),
            Self::Flag => "`true` or `false`".to_owned(),
            Self::List(Self::Text | Self::Word(_)) => "a list of texts".to_owned(),
            Self::List(Self::Table(_)) => "a list of tables".to_owned(),
            Self::List(_) => "a list".to_owned(),
            Self::Map(_) | Self::Table(_) => "a table".to_owned(),
            Self::Either(kinds) => either(kinds.iter().map(Self::wanted).collect()),
            Self::Free => "any value".to_owned(),
        }
    }

    /// How the key `name` is written with a value of this kind.
    pub(super) fn example(&self, name: &str) -> String {
        let written = |value: &str| format!("`{name} = {value}`");
        match self {
            Self::Text | Self::Word(_) | Self::Free => written("\"…\""),
            Self::Choice(choices) => Self::one_of(choices),
            Self::Number(numbers) => written(&numbers.first().map_or_else(String::new, u64::to_string)),
            Self::Count { least, most } => written(&10.clamp(*least, *most).to_string()),
            Self::Flag => written("true"),
            Self::List(Self::Table(_)) => format!("`[[{name}]]`, and its keys below"),
            Self::List(_) => written("[\"…\"]"),
            Self::Map(_) | Self::Table(_) => format!("`[{name}]`, and its keys below"),
            Self::Either(kinds) => kinds.first().map_or_else(String::new, |kind| kind.example(name)),
        }
    }

    /// Whether a cell of a table may hold several values of this kind.
    pub(super) fn holds_several(&self) -> bool {
        matches!(self, Self::List(_) | Self::Either([Self::List(_), ..]))
    }

    /// The choices as a person lists them.
    pub(super) fn one_of(choices: &[&str]) -> String {
        either(choices.iter().map(|choice| format!("`{choice}`")).collect())
    }
}

fn either(mut wanted: Vec<String>) -> String {
    match wanted.pop() {
        Some(last) if !wanted.is_empty() => format!("{} or {last}", wanted.join(", ")),
        last => last.unwrap_or_default(),
    }
}
