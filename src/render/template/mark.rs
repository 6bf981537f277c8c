//! Marks: constant texts in a prepared template that tell the escape function to do something instead of printing them.

/// The first character of a mark; no page can contain it.
const MARK: char = '\0';
/// Numbers in a mark are letters from here on, so that reading them costs nothing.
const LETTERS: u32 = 0x1_0000;
/// The largest number that has a letter; places further on in a template are shown as this one.
const LARGEST: usize = char::MAX as usize - LETTERS as usize;

/// A position in the written text of a template: the number of the template, and the byte.
pub(crate) type Spot = (usize, usize);

/// What a mark says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Where it stands.
    pub(crate) spot: Spot,
    /// The fixed call of the template whose answer is printed here; none if a loop or a component begins a step.
    pub(crate) call: Option<usize>,
}

impl Mark {
    /// The code that prints the mark; it may cut the white space before and after it.
    pub(super) fn printed(self, cuts_before: bool, cuts_after: bool) -> String {
        let cut = |cuts| if cuts { "-" } else { "" };
        let numbers = [Some(self.spot.0), Some(self.spot.1), self.call];
        let letters: String = numbers.into_iter().flatten().map(letter).collect();
        format!("{{{{{}\"{MARK}{letters}\"{}}}}}", cut(cuts_before), cut(cuts_after))
    }

    /// Reads a mark; none if `text` is an ordinary text.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut numbers = text.strip_prefix(MARK)?.chars().map(|letter| u32::from(letter).checked_sub(LETTERS));
        let spot = (numbers.next()?? as usize, numbers.next()?? as usize);
        match (numbers.next(), numbers.next()) {
            (None, _) => Some(Self { spot, call: None }),
            (Some(call), None) => Some(Self { spot, call: Some(call? as usize) }),
            (Some(_), Some(_)) => None,
        }
    }
}

fn letter(number: usize) -> char {
    char::from_u32(LETTERS + number.min(LARGEST) as u32).unwrap_or(char::MAX)
}
