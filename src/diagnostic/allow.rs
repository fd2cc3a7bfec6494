//! Lets comments of the spec drop warnings.

use super::{Diagnostic, Findings, Level};
use crate::source::Sources;

/// The comments that allowed nothing.
#[derive(Debug)]
#[must_use = "report the unused comments if every check has run"]
pub struct Unused(Vec<Diagnostic>);

/// Drops the warnings that a comment allows. Errors stay: they cannot be allowed.
pub fn apply(findings: &mut Findings, sources: &Sources) -> Unused {
    let mut rows: Vec<Row> = Vec::new();
    for (file, allow) in sources.allows().filter(|(_, allow)| !allow.reason.is_empty()) {
        for code in &allow.codes {
            rows.push(Row {
                file,
                line: allow.line,
                code,
                used: false,
                diagnostic: unused(code, allow.span),
            });
        }
    }
    if rows.is_empty() {
        return Unused(Vec::new());
    }
    findings.retain(|diagnostic| {
        let Some(span) = diagnostic.span() else { return true };
        let line = sources.position(span).line;
        let mut allowed = false;
        let here = |row: &Row| row.file == span.file && row.line == line && row.code == diagnostic.code;
        for row in rows.iter_mut().filter(|row| here(row)) {
            match diagnostic.level {
                Level::Error => {
                    row.diagnostic.message = format!("`{}` is an error here and cannot be allowed", row.code);
                }
                Level::Warning => (row.used, allowed) = (true, true),
            }
        }
        !allowed
    });
    Unused(rows.into_iter().filter(|row| !row.used).map(|row| row.diagnostic).collect())
}

impl Unused {
    /// Adds a warning for each comment that allowed nothing; only right after every check has run.
    pub fn report(self, findings: &mut Findings) {
        for diagnostic in self.0 {
            findings.push(diagnostic);
        }
    }
}

struct Row<'a> {
    file: u32,
    line: u32,
    code: &'a str,
    used: bool,
    diagnostic: Diagnostic,
}

fn unused(code: &str, span: crate::source::Span) -> Diagnostic {
    Diagnostic::warning("unused-allow", format!("nothing here is reported as `{code}`"))
        .label(span, "allows nothing")
        .help("remove the comment; it speaks for its own line, or for the next one if it stands alone")
}
