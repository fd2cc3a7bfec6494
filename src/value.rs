//! Forms of text that a spec's fields may ask for: names, quantities, durations and the like.
//!
//! A string schema with `"format": "<name>"` is checked by the row of that name in [`FORMATS`], so
//! that a wrong value is shown at its place, together with everything else that is wrong.

/// Why a text does not have a form, and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// What is wrong: lower case, names in backticks, no full stop.
    pub reason: String,
    /// What to write instead.
    pub help: Option<String>,
}

/// A form of text: says why the text does not have it.
pub type Check = fn(&str) -> Result<(), Invalid>;

/// The forms by name.
pub const FORMATS: &[(&str, Check)] = &[];

/// Checks that the text has the named form; a form that is not in the table admits everything.
pub fn check(format: &str, text: &str) -> Result<(), Invalid> {
    find(format).map_or(Ok(()), |check| check(text))
}

/// Returns the check of a form.
#[must_use]
pub fn find(format: &str) -> Option<Check> {
    FORMATS.iter().find(|(name, _)| *name == format).map(|(_, check)| *check)
}
