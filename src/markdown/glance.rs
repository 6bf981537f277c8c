//! One look at a line: how many words it starts, and what else there is to do with it.

/// Bytes looked at together; of a fixed number the compiler makes a few wide instructions.
const STEP: usize = 32;

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
        let mut glance = Self { ends_in_word: within_word, ..Self::default() };
        let mut last = if within_word { b'x' } else { b' ' };
        for chunk in line.as_bytes().chunks(STEP) {
            let (mut before, mut bytes) = ([b' '; STEP], [b' '; STEP]);
            bytes[..chunk.len()].copy_from_slice(chunk);
            before[1..].copy_from_slice(&bytes[..STEP - 1]);
            before[0] = last;
            last = chunk[chunk.len() - 1];
            glance.words += usize::from(starts(&before, &bytes));
            glance.seen |= seen(&before, &bytes);
        }
        glance.ends_in_word = !is_blank(last);
        glance
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

fn starts(before: &[u8; STEP], bytes: &[u8; STEP]) -> u8 {
    before.iter().zip(bytes).fold(0, |count, (before, byte)| count + u8::from(is_blank(*before) & !is_blank(*byte)))
}

fn seen(before: &[u8; STEP], bytes: &[u8; STEP]) -> u8 {
    before.iter().zip(bytes).fold(0, |seen, (before, byte)| {
        let (before, byte) = (*before, *byte);
        let number = u8::from(before.is_ascii_digit() & is_blank(byte)) * NUMBER_BEFORE_BLANK;
        let dot = u8::from((before == b'.') & is_blank(byte)) * DOT_BEFORE_BLANK;
        let colon = u8::from(byte == b':') * COLON;
        let markup = u8::from((byte == b'<') | (byte == b'>') | (byte == b'&')) * MARKUP;
        seen | number | dot | colon | markup
    })
}

fn is_blank(byte: u8) -> bool {
    byte <= b' '
}
