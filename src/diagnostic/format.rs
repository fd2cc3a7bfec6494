//! Findings as text for people, for editors, for programs, and for GitHub.

use super::{Diagnostic, Findings, Level};
use crate::source::Sources;
use annotate_snippets::{AnnotationKind, Level as Shown, Origin, Renderer, Snippet, renderer::DecorStyle};
use std::fmt::Write as _;

/// Text that is wider than this, in bytes, is not shown: the place is named only.
const WIDEST: usize = 64 << 10;

/// How findings are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// With the text around, as rustc does.
    #[default]
    Text,
    /// A line each: `FILE:LINE:COLUMN: error[CODE] MESSAGE; help: WAY OUT`.
    Concise,
    /// One JSON document with a version.
    Json,
    /// Annotations of a GitHub workflow.
    Github,
}

/// Returns the findings in a format, with the summary line; empty if there are none (JSON is never empty).
pub fn render(format: Format, findings: &Findings, sources: &Sources, color: bool) -> String {
    let list = findings.sorted();
    let mut out = String::new();
    match format {
        Format::Json => return json(&list, findings, sources),
        Format::Text => list.iter().for_each(|diagnostic| text(diagnostic, sources, color, &mut out)),
        Format::Concise => list.iter().for_each(|diagnostic| concise(diagnostic, sources, &mut out)),
        Format::Github => list.iter().for_each(|diagnostic| github(diagnostic, sources, &mut out)),
    }
    if !list.is_empty() && format != Format::Github {
        out.push_str(&summary(findings));
        out.push('\n');
    }
    out
}

/// `2 errors, 1 warning`.
pub fn summary(findings: &Findings) -> String {
    let count = |n: usize, word: &str| match n {
        0 => None,
        1 => Some(format!("1 {word}")),
        n => Some(format!("{n} {word}s")),
    };
    let parts: Vec<_> = [count(findings.errors(), "error"), count(findings.warnings(), "warning")]
        .into_iter()
        .flatten()
        .collect();
    if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") }
}

/// Line and column of the first place.
fn place(diagnostic: &Diagnostic, sources: &Sources) -> Option<(String, usize, usize)> {
    let label = diagnostic.labels.first()?;
    let file = sources.file(label.span);
    let (line, column) = file.position(label.span.start as usize);
    Some((file.name.clone(), line, column))
}

fn text(diagnostic: &Diagnostic, sources: &Sources, color: bool, out: &mut String) {
    let level = match diagnostic.level {
        Level::Error => Shown::ERROR,
        Level::Warning => Shown::WARNING,
    };
    let mut group = level
        .primary_title(diagnostic.message.as_str())
        .id(diagnostic.code)
        .elements(std::iter::empty::<Snippet<'_, annotate_snippets::Annotation<'_>>>());
    let mut files: Vec<u32> = Vec::new();
    for label in &diagnostic.labels {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    for file in files {
        let first = diagnostic.labels.iter().find(|label| label.span.file == file).map(|label| label.span);
        let Some(source) = first.map(|span| sources.file(span)) else { continue };
        // A window of lines: the renderer counts the lines of all that it is given.
        let spans: Vec<_> = diagnostic.labels.iter().filter(|label| label.span.file == file).collect();
        let low = spans.iter().map(|label| source.position(label.span.start as usize).0).min().unwrap_or(1);
        let high = spans.iter().map(|label| source.position(label.span.end as usize).0).max().unwrap_or(1);
        let from = source.lines[low.saturating_sub(2).min(source.lines.len() - 1)];
        let to = source.lines.get(high + 1).copied().unwrap_or(source.text.len());
        let line_start = source.position(from).0;
        if to - from > WIDEST {
            let (line, column) = first.map_or((1, 1), |span| source.position(span.start as usize));
            group = group.element(Origin::path(source.name.as_str()).line(line).char_column(column));
            continue;
        }
        let mut snippet =
            Snippet::source(&source.text[from..to]).path(source.name.as_str()).line_start(line_start);
        for label in spans {
            let primary = std::ptr::eq(label, &raw const diagnostic.labels[0]);
            let kind = if primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            let range = (label.span.start as usize).max(from) - from
                ..(label.span.end as usize).clamp(from, to) - from;
            // Only the first line of a long value is marked.
            let marked = &source.text[from + range.start..from + range.end.max(range.start)];
            let end = range.start + marked.find('\n').unwrap_or(marked.len());
            let annotation = kind.span(range.start..end);
            snippet = snippet.annotation(if label.text.is_empty() {
                annotation
            } else {
                annotation.label(label.text.as_str())
            });
        }
        group = group.element(snippet);
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Shown::HELP.message(help.as_str()));
    }
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let report = [group];
    out.push_str(&renderer.decor_style(DecorStyle::Ascii).term_width(110).render(&report));
    out.push_str("\n\n");
}

fn concise(diagnostic: &Diagnostic, sources: &Sources, out: &mut String) {
    if let Some((file, line, column)) = place(diagnostic, sources) {
        let _ = write!(out, "{file}:{line}:{column}: ");
    }
    let _ = write!(out, "{}[{}] {}", diagnostic.level.word(), diagnostic.code, diagnostic.message);
    if let Some(help) = &diagnostic.help {
        let line = help.split_whitespace().collect::<Vec<_>>().join(" ");
        let _ = write!(out, "; help: {line}");
    }
    out.push('\n');
}

fn json(list: &[&Diagnostic], findings: &Findings, sources: &Sources) -> String {
    let diagnostics: Vec<_> = list
        .iter()
        .map(|diagnostic| {
            let labels: Vec<_> = diagnostic
                .labels
                .iter()
                .map(|label| {
                    let file = sources.file(label.span);
                    let (line, column) = file.position(label.span.start as usize);
                    let (end_line, end_column) = file.position(label.span.end as usize);
                    serde_json::json!({
                        "file": file.name, "line": line, "column": column,
                        "endLine": end_line, "endColumn": end_column, "text": label.text,
                    })
                })
                .collect();
            serde_json::json!({
                "code": diagnostic.code, "level": diagnostic.level.word(), "message": diagnostic.message,
                "help": diagnostic.help, "labels": labels,
            })
        })
        .collect();
    let document = serde_json::json!({
        "version": 1,
        "diagnostics": diagnostics,
        "summary": { "errors": findings.errors(), "warnings": findings.warnings() },
    });
    format!("{document:#}\n")
}

fn github(diagnostic: &Diagnostic, sources: &Sources, out: &mut String) {
    let escape = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| escape(text).replace(':', "%3A").replace(',', "%2C");
    let _ = write!(out, "::{} ", diagnostic.level.word());
    if let Some((file, line, column)) = place(diagnostic, sources) {
        let _ = write!(out, "file={},line={line},col={column},", property(&file));
    }
    let help = diagnostic.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    let _ = writeln!(
        out,
        "title={}::{}",
        property(diagnostic.code),
        escape(&format!("{}{help}", diagnostic.message))
    );
}
