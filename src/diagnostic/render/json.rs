//! One JSON document for programs. A change that is not an addition raises the version.

use crate::diagnostic::{Diagnostic, Findings, Level};
use crate::source::{Sources, Span};
use serde_json::{Value, json};

/// The version of the document's shape.
const VERSION: u32 = 1;

pub(super) fn render(findings: &Findings, sources: &Sources) -> String {
    let list: Vec<Value> =
        findings.sorted(sources).into_iter().map(|d| diagnostic(findings, d, sources)).collect();
    let document = json!({
        "version": VERSION,
        "diagnostics": list,
        "summary": {
            "errors": findings.count(Level::Error),
            "warnings": findings.count(Level::Warning),
        },
    });
    format!("{document:#}\n")
}

fn diagnostic(findings: &Findings, diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let labels: Vec<Value> = diagnostic
        .labels
        .iter()
        .map(|label| {
            let mut value = place(label.span, sources);
            value["text"] = label.text.as_str().into();
            value
        })
        .collect();
    json!({
        "code": diagnostic.code,
        "level": diagnostic.level.name(),
        "message": diagnostic.message,
        "labels": labels,
        "help": diagnostic.help,
        "environments": findings.environments(diagnostic).collect::<Vec<_>>(),
    })
}

fn place(span: Span, sources: &Sources) -> Value {
    let (from, to) = (sources.position(span), sources.end_position(span));
    json!({
        "file": sources.file_name(span.file),
        "line": from.line,
        "column": from.column,
        "endLine": to.line,
        "endColumn": to.column,
    })
}
