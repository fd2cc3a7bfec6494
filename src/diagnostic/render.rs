//! Findings as people and programs read them. A format is one file and one row here.

use super::{Diagnostic, Findings};
use crate::source::Sources;

mod concise;
mod github;
mod json;
mod text;

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people: the lines of the spec with marks below, and a summary.
    Text,
    /// One line each: `file:line:column: error[code] message`, and a summary.
    Concise,
    /// One JSON document with version 1; lines and columns from 1.
    Json,
    /// Workflow commands that GitHub shows beside the changed lines.
    Github,
}

/// Whether text is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Color {
    /// With terminal colours.
    On,
    /// Plain.
    Off,
}

impl Format {
    /// All formats with their names.
    pub const ALL: &[(&str, Self)] =
        &[("text", Self::Text), ("concise", Self::Concise), ("json", Self::Json), ("github", Self::Github)];

    /// The name of the format.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, format)| *format == self).map_or("", |(name, _)| name)
    }
}

/// Returns the findings sorted by file, place and code, ending with a line break. Without findings
/// only JSON says anything. Colours concern [`Format::Text`] only.
#[must_use]
pub fn render(format: Format, findings: &Findings, sources: &Sources, color: Color) -> String {
    match format {
        Format::Text => text::render(findings, sources, color),
        Format::Concise => concise::render(findings, sources),
        Format::Json => json::render(findings, sources),
        Format::Github => github::render(findings, sources),
    }
}

/// Returns text in which control characters cannot reach the terminal.
fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => out.push(c),
            _ if c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}') => {
                out.extend(c.escape_unicode());
            }
            _ => out.push(c),
        }
    }
    out
}

/// Returns "only in environment `dev`" or nothing if a finding holds everywhere.
fn scope(findings: &Findings, diagnostic: &Diagnostic) -> Option<String> {
    let names: Vec<String> = findings.environments(diagnostic).map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => None,
        [one] => Some(format!("in environment {}", clean(one))),
        many => Some(format!("in environments {}", clean(&many.join(", ")))),
    }
}

#[cfg(test)]
mod tests;
