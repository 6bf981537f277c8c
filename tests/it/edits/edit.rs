//! The alphabet: every kind of thing that people, machines and accidents do to a repository between two builds.

use super::plan;
use super::sources::{Change, Sources};
use crate::chance::Dice;
use serde::{Deserialize, Serialize};

/// One edit: a kind, and a number that decides all the rest. What it does to a repository follows from these two and the
/// repository, so that an edit can be printed, stored, repeated and left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Edit {
    pub(crate) kind: Kind,
    pub(crate) seed: u64,
}

/// What an edit comes to in one repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) changes: Vec<Change>,
    pub(crate) run: Run,
}

/// How the program is run after the changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Run {
    /// Once.
    Plain,
    /// Some sites first, then all.
    Subset(u64),
    /// Killed at some point, then again.
    Killed(u64),
    /// Killed at some point, and only the next edit is followed by another build.
    Abandoned(u64),
    /// While these changes are made, then again.
    During(Vec<Change>, u64),
    /// Two builds at once.
    Twice,
}

macro_rules! kinds {
    ($($kind:ident $weight:literal $reach:ident $plan:path;)*) => {
        /// The kinds of edits.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub(crate) enum Kind { $($kind,)* }

        /// Every kind, with how often it comes and where it makes sense.
        const KINDS: &[(Kind, usize, Reach)] = &[$((Kind::$kind, $weight, Reach::$reach),)*];

        impl Edit {
            /// What this edit does to the repository; it may find nothing to do.
            pub(crate) fn plan(self, sources: &Sources) -> Step {
                match self.kind { $(Kind::$kind => Step::from($plan(self.seed, sources)),)* }
            }
        }
    };
}

/// Where a kind of edit makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Wherever there are files.
    Anywhere,
    /// Where files have times and neighbours.
    Disk,
    /// Where builds are begun one by one, each at a time of its own.
    Builds,
    /// Where the program is started for each build, and what it made lies on a disk.
    Program,
}

kinds! {
    Body 10 Anywhere plan::pages::body;
    Title 2 Anywhere plan::pages::title;
    Date 1 Anywhere plan::pages::date;
    Weight 1 Anywhere plan::pages::weight;
    Tags 2 Anywhere plan::pages::tags;
    Slug 1 Anywhere plan::pages::slug;
    Alias 1 Anywhere plan::pages::alias;
    Draft 1 Anywhere plan::pages::draft;
    Due 1 Anywhere plan::pages::due;
    TemplateKey 1 Anywhere plan::pages::template;
    Audience 1 Anywhere plan::pages::audience;
    Add 4 Anywhere plan::pages::add;
    Delete 4 Anywhere plan::pages::delete;
    Rename 3 Anywhere plan::pages::rename;
    CaseRename 1 Anywhere plan::pages::case_rename;
    RenameSection 1 Anywhere plan::pages::rename_section;
    DeleteSection 1 Anywhere plan::pages::delete_section;
    Bundle 2 Anywhere plan::pages::bundle;
    Restore 3 Anywhere plan::files::restore;
    BackToGood 9 Anywhere plan::files::back_to_good;
    BesidePage 3 Anywhere plan::files::beside_page;
    Static 2 Anywhere plan::files::static_file;
    SameSizeImage 2 Anywhere plan::files::same_size_image;
    Data 3 Anywhere plan::files::data;
    Rows 1 Anywhere plan::files::rows;
    IncludeInShortcode 3 Anywhere plan::theme::include_in_shortcode;
    Shortcode 2 Anywhere plan::theme::shortcode;
    BaseTemplate 2 Anywhere plan::theme::base_template;
    Template 1 Anywhere plan::theme::template;
    Style 1 Anywhere plan::theme::style;
    Words 2 Anywhere plan::theme::words;
    ThemeTokens 1 Anywhere plan::theme::tokens;
    Shadow 2 Anywhere plan::theme::shadow;
    Override 1 Anywhere plan::theme::layer_override;
    ThemeSwitch 1 Anywhere plan::sites::theme;
    AddSite 1 Anywhere plan::sites::add;
    RemoveSite 1 Anywhere plan::sites::remove;
    ReorderSites 1 Anywhere plan::sites::reorder;
    Setting 3 Anywhere plan::sites::setting;
    Table 1 Anywhere plan::sites::table;
    Break 3 Anywhere plan::files::break_syntax;
    Checkout 1 Anywhere plan::files::checkout;
    Clock 2 Builds plan::files::clock;
    SameSizeAndTime 3 Disk plan::disk::same_size_and_time;
    Stamp 2 Disk plan::disk::stamp;
    Touch 2 Disk plan::disk::touch;
    Link 1 Disk plan::disk::link;
    Folder 1 Disk plan::disk::folder;
    Lock 1 Program plan::disk::lock;
    LostOutput 2 Program plan::disk::lost_output;
    Damage 3 Program plan::disk::damage;
    RestoreState 1 Program plan::disk::restore_state;
    Moved 1 Program plan::disk::moved;
    Subset 2 Program plan::disk::subset;
    Kill 2 Program plan::disk::kill;
    During 2 Disk plan::disk::during;
    Twice 1 Program plan::disk::twice;
}

impl Edit {
    /// Any edit of the alphabet.
    pub(crate) fn any(dice: &mut Dice) -> Self {
        Self::one_of(dice, |_| true)
    }

    /// All kinds there are.
    pub(crate) fn kinds() -> Vec<Kind> {
        KINDS.iter().map(|(kind, ..)| *kind).collect()
    }

    /// Any edit that makes sense in memory.
    pub(crate) fn in_memory(dice: &mut Dice) -> Self {
        Self::one_of(dice, |reach| matches!(reach, Reach::Anywhere | Reach::Builds))
    }

    /// Nearly always another text on a page.
    pub(crate) fn of_a_text(dice: &mut Dice) -> Self {
        if dice.once_in(8) { Self::in_memory(dice) } else { Self { kind: Kind::Body, seed: dice.roll() } }
    }

    /// Any edit that a preview has to notice.
    pub(crate) fn noticed(dice: &mut Dice) -> Self {
        Self::one_of(dice, |reach| matches!(reach, Reach::Anywhere | Reach::Disk))
    }

    fn one_of(dice: &mut Dice, wanted: impl Fn(Reach) -> bool) -> Self {
        let kinds: Vec<_> = KINDS.iter().filter(|(_, _, reach)| wanted(*reach)).collect();
        let mut at = dice.below(kinds.iter().map(|(_, weight, _)| weight).sum());
        let fits = |(_, weight, _): &&&(Kind, usize, Reach)| {
            let fits = at < *weight;
            at = at.wrapping_sub(*weight);
            fits
        };
        let (kind, ..) = kinds.iter().find(fits).unwrap();
        Self { kind: *kind, seed: dice.roll() }
    }
}

impl From<Vec<Change>> for Step {
    fn from(changes: Vec<Change>) -> Self {
        Self { changes, run: Run::Plain }
    }
}
