//! A number at both ends of what autoscalers may do.

/// A number at the fewest pods, and one at the most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// At the fewest pods.
    pub least: u64,
    /// At the most pods.
    pub most: u64,
}

impl Span {
    /// The same number in both cases.
    pub const fn of(number: u64) -> Self {
        Self { least: number, most: number }
    }

    /// Both together; too large a number stays the largest.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self { least: self.least.saturating_add(other.least), most: self.most.saturating_add(other.most) }
    }
}
