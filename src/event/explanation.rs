//! Why an output is as it is.

/// Why an output is as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The output: `dist/site/about/index.html`.
    pub output: String,
    /// What became of it.
    pub fate: Fate,
    /// Why.
    pub because: String,
    /// What happened to which files of the repository.
    pub files: Vec<FileChange>,
}

/// What a build did with an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It was not looked at.
    Kept,
    /// Its site was looked at, and nothing that it shows had changed.
    Left,
    /// It was made again and came out the same.
    Made,
    /// It was made again and holds something else now.
    Changed,
    /// It is new.
    Added,
    /// Nothing makes it any more.
    Removed,
    /// Nothing makes it, and nothing did.
    Absent,
}

impl Fate {
    /// Its name in the output for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Left => "left",
            Self::Made => "made",
            Self::Changed => "changed",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Absent => "absent",
        }
    }
}

/// What happened to a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileChange {
    /// Its path from the root of the repository.
    pub file: String,
    /// What happened.
    pub kind: ChangeKind,
}

/// The ways in which a file changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It holds something else.
    Edited,
    /// It is gone.
    Removed,
}

impl ChangeKind {
    /// Its name in the output for programs and people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Edited => "edited",
            Self::Removed => "removed",
        }
    }
}
