//! Values that people write as words.

/// Gives a type that has `ALL` and `name` the list of its names, and the way back from a name.
macro_rules! named {
    ($kind:ident) => {
        impl $kind {
            /// Their names, in the same order.
            pub const NAMES: [&'static str; Self::ALL.len()] = {
                let mut names = [""; Self::ALL.len()];
                let mut at = 0;
                while at < names.len() {
                    names[at] = Self::ALL[at].name();
                    at += 1;
                }
                names
            };

            /// The one of this name.
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|known| known.name() == name)
            }
        }
    };
}

pub(super) use named;
