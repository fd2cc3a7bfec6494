//! One line for each finding, as editors and `grep` read them.

use super::{clean, scope};
use crate::diagnostic::Findings;
use crate::source::Sources;
use std::fmt::Write as _;

pub(super) fn render(findings: &Findings, sources: &Sources) -> String {
    let mut out = String::new();
    for diagnostic in findings.sorted(sources) {
        if let Some(span) = diagnostic.span() {
            let at = sources.position(span);
            let _ = write!(out, "{}:{}:{}: ", one_line(sources.file_name(span.file)), at.line, at.column);
        }
        let (level, code) = (diagnostic.level.name(), diagnostic.code);
        let _ = write!(out, "{level}[{code}] {}", one_line(&diagnostic.message));
        if let Some(scope) = scope(findings, diagnostic) {
            let _ = write!(out, " ({})", one_line(&scope));
        }
        out.push('\n');
    }
    if !findings.is_empty() {
        out.push_str(&findings.summary());
        out.push('\n');
    }
    out
}

fn one_line(text: &str) -> String {
    clean(text).replace('\n', " ")
}
