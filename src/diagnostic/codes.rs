//! Every code, documented once: `kgen explain`, the docs and the output formats read this table.

/// A kind of finding.
#[derive(Debug)]
pub struct Code {
    /// Kebab-case word.
    pub name: &'static str,
    /// One line: what it means.
    pub summary: &'static str,
    /// Why it matters, an example and what to write instead, as Markdown.
    pub explanation: &'static str,
}

/// All codes, sorted by name.
pub const CODES: &[Code] = &[];
