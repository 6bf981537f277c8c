//! Amounts of money, as hosts name them.

use std::fmt;
use std::iter::Sum;
use std::ops::Add;

/// An amount in US dollars, which all hosts ask for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money {
    /// Millionths of a dollar: the price of a single request is a fraction of a cent.
    pub micros: u64,
}

impl Money {
    /// `dollars` dollars and `cents` cents.
    pub const fn dollars(dollars: u64, cents: u64) -> Self {
        Self { micros: dollars * 1_000_000 + cents * 10_000 }
    }

    /// This amount, `times` times.
    #[must_use]
    pub fn times(self, times: u64) -> Self {
        Self { micros: self.micros.saturating_mul(times) }
    }

    /// The `part`-th part of it, rounded up.
    #[must_use]
    pub fn per(self, part: u64) -> Self {
        Self { micros: self.micros.div_ceil(part.max(1)) }
    }

    /// Whether it is more than so many euros, at this rate.
    pub fn exceeds(self, euros: u64, euro_cents_per_dollar: u64) -> bool {
        u128::from(self.micros) * u128::from(euro_cents_per_dollar) > u128::from(euros) * 100 * 1_000_000
    }
}

impl Add for Money {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { micros: self.micros.saturating_add(other.micros) }
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cents = self.micros.div_ceil(10_000);
        write!(out, "USD {}.{:02}", cents / 100, cents % 100)
    }
}
