//! CPU and memory in whole numbers, and how people write them.

use crate::tree::Tree;
use crate::value::format::scaled;

/// CPU in thousandths of a core, and memory in bytes; what is too large for a number is the largest one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    /// CPU in thousandths of a core.
    pub cpu: u64,
    /// Memory in bytes.
    pub memory: u64,
}

/// Bytes of a mebibyte and a gibibyte.
pub const MIB: u64 = 1 << 20;
/// Bytes of a gibibyte.
pub const GIB: u64 = 1 << 30;

impl Amount {
    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self { cpu: self.cpu.saturating_add(other.cpu), memory: self.memory.saturating_add(other.memory) }
    }

    /// So many times as much.
    #[must_use]
    pub const fn times(self, number: u64) -> Self {
        Self { cpu: self.cpu.saturating_mul(number), memory: self.memory.saturating_mul(number) }
    }

    /// The larger one of each.
    #[must_use]
    pub fn most(self, other: Self) -> Self {
        Self { cpu: self.cpu.max(other.cpu), memory: self.memory.max(other.memory) }
    }
}

/// Thousandths of a core.
#[must_use]
pub fn millicores(text: &str) -> Option<u64> {
    scaled(text).map(|cores| round(cores * 1000.0))
}

/// Bytes.
#[must_use]
pub fn bytes(text: &str) -> Option<u64> {
    scaled(text).map(round)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a quantity is positive, and far below the largest number"
)]
fn round(number: f64) -> u64 {
    number.round() as u64
}

/// A quantity in an object: text, or a number.
pub(super) fn text(tree: &Tree) -> Option<String> {
    match tree {
        Tree::Str(text) => Some(text.clone()),
        Tree::Int(number) => Some(number.to_string()),
        Tree::Float(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Cores as people write them: `7.95`.
#[must_use]
pub fn cores(milli: u64) -> String {
    decimal(milli, 1000)
}

/// Bytes as people write them: `13.25 Gi`, `64 Mi`.
#[must_use]
pub fn size(bytes: u64) -> String {
    let (unit, name) = if bytes < GIB / 4 { (MIB, "Mi") } else { (GIB, "Gi") };
    let number = decimal(bytes / unit * 1000 + bytes % unit * 1000 / unit, 1000);
    if bytes == 0 { number } else { format!("{number} {name}") }
}

/// A number of thousandths, without noughts at its end; of large ones only one digit counts.
fn decimal(number: u64, unit: u64) -> String {
    let text = format!("{}.{:03}", number / unit, number % unit);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_and_written() {
        assert_eq!(millicores("250m"), Some(250));
        assert_eq!(millicores("1.5"), Some(1500));
        assert_eq!(bytes("512Mi"), Some(512 * MIB));
        assert_eq!(bytes("1G"), Some(1_000_000_000));
        assert_eq!((cores(7950), cores(20_000), cores(5)), ("7.95".into(), "20".into(), "0.005".into()));
        assert_eq!(
            [13 * GIB + 256 * MIB, 256 * MIB, 64 * MIB, 0].map(size),
            ["13.25 Gi", "0.25 Gi", "64 Mi", "0"]
        );
        assert_eq!(size(u64::MAX), "17179869183.999 Gi");
    }
}
