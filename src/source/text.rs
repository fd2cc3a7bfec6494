//! A file of the spec: its name, its text, its lines, and the comments that speak to kgen.

use std::cell::Cell;

/// A text file.
#[derive(Debug)]
pub struct File {
    /// Name as the user gave it.
    pub name: String,
    /// The whole text.
    pub text: String,
    /// Byte at which each line starts.
    pub lines: Vec<usize>,
    /// Comments that allow a warning.
    pub allows: Vec<Allow>,
}

/// A comment `# kgen: allow[CODE] REASON`.
#[derive(Debug)]
pub struct Allow {
    /// The code.
    pub code: String,
    /// Why; empty if it is not said.
    pub reason: String,
    /// Line that it speaks of, counted from 1: its own, or the next one if it stands alone.
    pub line: usize,
    /// First byte of the comment.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// Whether it has silenced something.
    pub used: Cell<bool>,
}

impl File {
    /// A file with its lines; comments are added as they are found.
    pub fn new(name: String, text: String) -> Self {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { name, text, lines, allows: Vec::new() }
    }

    /// Line and column of a byte, both counted from 1, the column in characters.
    #[must_use]
    pub fn position(&self, byte: usize) -> (usize, usize) {
        let byte = byte.min(self.text.len());
        let line = self.lines.partition_point(|start| *start <= byte);
        let start = self.lines[line - 1];
        let column = self.text.get(start..byte).map_or(0, |text| text.chars().count());
        (line, column + 1)
    }

    /// Remembers a comment if it allows something; `payload` is what follows the `#`.
    pub fn comment(&mut self, payload: &str, start: usize, end: usize) {
        let Some(rest) = payload.trim().strip_prefix("kgen: allow[") else { return };
        let Some((code, reason)) = rest.split_once(']') else { return };
        let (line, _) = self.position(start);
        let alone = self.text[self.lines[line - 1]..start].trim().is_empty();
        self.allows.push(Allow {
            code: code.trim().to_owned(),
            reason: reason.trim().to_owned(),
            line: if alone { line + 1 } else { line },
            start,
            end,
            used: Cell::new(false),
        });
    }
}
