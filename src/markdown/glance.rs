//! One look at a line: how many words it starts, and what else there is to do with it.

/// Bytes looked at together; of a fixed number the compiler makes a few wide instructions.
const STEP: usize = 16;

const NUMBER_BEFORE_BLANK: u8 = 1;
const DOT_BEFORE_BLANK: u8 = 2;
const COLON: u8 = 4;
/// What has to be escaped.
const MARKUP: u8 = 8;

/// What a line holds.
#[derive(Default, Clone, Copy)]
pub(super) struct Glance {
    /// How many words start in it.
    pub(super) words: usize,
    /// Whether it ends in the middle of a word.
    pub(super) ends_in_word: bool,
    seen: u8,
}

impl Glance {
    /// Looks at a line; `within_word` if the one before it ended in the middle of a word.
    pub(super) fn at(line: &str, within_word: bool) -> Self {
        let bytes = line.as_bytes();
        let (Some((first, after)), Some((last, before))) = (bytes.split_first(), bytes.split_last()) else {
            return Self { ends_in_word: within_word, ..Self::default() };
        };
        let mut glance = Self { ends_in_word: !is_blank(*last), ..Self::default() };
        let (before, last_before) = before.as_chunks::<STEP>();
        let (after, last_after) = after.as_chunks::<STEP>();
        glance.look(&[if within_word { b'-' } else { b' ' }], &[*first]);
        before.iter().zip(after).for_each(|(before, after)| glance.look(before, after));
        glance.look(last_before, last_after);
        glance
    }

    /// Looks at some bytes, each with the one before it.
    #[inline]
    fn look(&mut self, before: &[u8], bytes: &[u8]) {
        let pairs = || before.iter().zip(bytes).map(|(before, byte)| (*before, *byte));
        self.words += usize::from(pairs().fold(0, |count, (before, byte)| count + starts_word(before, byte)));
        self.seen |= pairs().fold(0, |seen, (before, byte)| seen | signs(before, byte));
    }

    /// Whether a number may have its unit after a space.
    pub(super) fn has_number_before_blank(self) -> bool {
        self.seen & NUMBER_BEFORE_BLANK != 0
    }

    /// Whether an abbreviation may go on after a space.
    pub(super) fn has_dot_before_blank(self) -> bool {
        self.seen & DOT_BEFORE_BLANK != 0
    }

    /// Whether an address may be in it.
    pub(super) fn has_colon(self) -> bool {
        self.seen & COLON != 0
    }

    /// Whether anything has to be escaped.
    pub(super) fn has_markup(self) -> bool {
        self.seen & MARKUP != 0
    }
}

fn starts_word(before: u8, byte: u8) -> u8 {
    u8::from(is_blank(before) & !is_blank(byte))
}

/// Without a single branch, so that many bytes go through at once.
fn signs(before: u8, byte: u8) -> u8 {
    let number = u8::from(before.is_ascii_digit() & is_blank(byte)) * NUMBER_BEFORE_BLANK;
    let dot = u8::from((before == b'.') & is_blank(byte)) * DOT_BEFORE_BLANK;
    let colon = u8::from(byte == b':') * COLON;
    let markup = u8::from((byte == b'<') | (byte == b'>') | (byte == b'&')) * MARKUP;
    number | dot | colon | markup
}

fn is_blank(byte: u8) -> bool {
    byte <= b' '
}
