//! Comments that allow a warning: `# kgen: allow[code, code] reason`.

use super::{Sources, Span};
use crate::diagnostic::{Diagnostic, Findings, codes, suggest::suggest};

/// A comment that allows findings on its line, or below it if it has a line of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allow {
    /// The line (from 1) whose findings are allowed.
    pub line: u32,
    /// The codes that it allows.
    pub codes: Vec<String>,
    /// Why; never empty.
    pub reason: String,
    /// The comment.
    pub span: Span,
}

impl Sources {
    /// Keeps the comment if it speaks to kgen. `text` is what follows `#`.
    pub(super) fn read_comment(&mut self, text: &str, span: Span, findings: &mut Findings) {
        let Some(command) = text.trim().strip_prefix("kgen:") else { return };
        let Some((list, reason)) = command
            .trim()
            .strip_prefix("allow")
            .and_then(|t| t.trim_start().strip_prefix('[')?.split_once(']'))
        else {
            let message = "a `# kgen:` comment says `allow[code] reason`";
            findings.push(
                Diagnostic::error("invalid-allow", message)
                    .label(span, "not understood")
                    .help("write `# kgen: allow[some-code] why this is right here`"),
            );
            return;
        };
        let codes: Vec<String> =
            list.split(',').map(|code| code.trim().to_owned()).filter(|code| !code.is_empty()).collect();
        for code in codes.iter().filter(|code| codes::find(code).is_none()) {
            let mut diagnostic =
                Diagnostic::error("unknown-code", format!("`{code}` is not a code")).label(span, "");
            if let Some(near) = suggest(code, codes::all().map(|code| code.name)) {
                diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
            }
            findings.push(diagnostic);
        }
        if codes.is_empty() {
            findings.push(
                Diagnostic::error("invalid-allow", "the comment allows no code")
                    .label(span, "")
                    .help("name the codes in the brackets: `allow[some-code]`"),
            );
        }
        let reason = reason.trim().to_owned();
        if reason.is_empty() {
            findings.push(
                Diagnostic::error("allow-without-reason", "the comment gives no reason")
                    .label(span, "say why")
                    .help("add the reason after the bracket: `# kgen: allow[code] reason`"),
            );
        }
        let line = self.position(span).line;
        let before = self.line_range(span.file, line).start..span.start as usize;
        let alone = self.file_text(span.file)[before].trim().is_empty();
        let allow = Allow { line: if alone { line + 1 } else { line }, codes, reason, span };
        self.files[span.file as usize].allows.push(allow);
    }
}
