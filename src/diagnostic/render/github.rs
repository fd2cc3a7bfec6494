//! Workflow commands, which GitHub turns into annotations of a pull request.

use super::{clean, scope};
use crate::diagnostic::{Findings, Level};
use crate::source::Sources;
use std::fmt::Write as _;

pub(super) fn render(findings: &Findings, sources: &Sources) -> String {
    let mut out = String::new();
    for diagnostic in findings.sorted(sources) {
        let command = match diagnostic.level {
            Level::Error => "error",
            Level::Warning => "warning",
        };
        let _ = write!(out, "::{command} ");
        if let Some(span) = diagnostic.span() {
            let (from, to) = (sources.position(span), sources.end_position(span));
            let file = property(sources.file_name(span.file));
            let _ = write!(out, "file={file},line={},endLine={},col={},", from.line, to.line, from.column);
            if from.line == to.line {
                let _ = write!(out, "endColumn={},", to.column);
            }
        }
        let mut message = diagnostic.message.clone();
        if let Some(scope) = scope(findings, diagnostic) {
            let _ = write!(message, " ({scope})");
        }
        for label in diagnostic.labels.iter().skip(1).filter(|label| !label.text.is_empty()) {
            let at = sources.position(label.span);
            let name = sources.file_name(label.span.file);
            let _ = write!(message, "\n{name}:{}:{}: {}", at.line, at.column, label.text);
        }
        if let Some(help) = &diagnostic.help {
            let _ = write!(message, "\nhelp: {help}");
        }
        let _ = writeln!(out, "title={}::{}", property(diagnostic.code), data(&message));
    }
    out
}

fn data(text: &str) -> String {
    clean(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
