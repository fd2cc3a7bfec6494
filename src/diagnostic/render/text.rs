//! The format for people, in the manner of `rustc`.

use super::{Color, clean, scope};
use crate::diagnostic::{Diagnostic, Findings, Label, Level};
use crate::source::{Sources, Span};
use annotate_snippets as snippets;
use annotate_snippets::{AnnotationKind, Element, Group, Origin, Renderer, Snippet};

/// Labels of one file that are further apart than this many lines are shown apart.
const MAX_GAP: u32 = 40;
/// Longer text than this is not shown, in bytes.
const MAX_WINDOW: usize = 16 << 10;

pub(super) fn render(findings: &Findings, sources: &Sources, color: Color) -> String {
    let renderer = match color {
        Color::On => Renderer::styled(),
        Color::Off => Renderer::plain(),
    };
    let mut out = String::new();
    for diagnostic in findings.sorted(sources) {
        let scope = scope(findings, diagnostic);
        out.push_str(&report(&renderer, diagnostic, scope, sources));
        out.push_str("\n\n");
    }
    if !findings.is_empty() {
        out.push_str(&findings.summary());
        out.push('\n');
    }
    out
}

fn report(renderer: &Renderer, diagnostic: &Diagnostic, scope: Option<String>, sources: &Sources) -> String {
    let level = match diagnostic.level {
        Level::Error => snippets::Level::ERROR,
        Level::Warning => snippets::Level::WARNING,
    };
    let title = level.primary_title(clean(&diagnostic.message)).id(diagnostic.code);
    let mut elements: Vec<Element<'_>> = Vec::new();
    for window in windows(diagnostic, sources) {
        elements.push(window.element(sources));
    }
    if let Some(scope) = scope {
        elements.push(snippets::Level::NOTE.message(scope).into());
    }
    if let Some(help) = &diagnostic.help {
        elements.push(snippets::Level::HELP.message(clean(help)).into());
    }
    if elements.is_empty() {
        return renderer.render(&[Group::with_title(title)]);
    }
    renderer.render(&[title.elements(elements)])
}

/// Neighbouring lines of one file with all labels on them: the renderer is given no more than that.
struct Window<'d> {
    file: u32,
    first: u32,
    last: u32,
    labels: Vec<(AnnotationKind, &'d Label)>,
}

fn windows<'d>(diagnostic: &'d Diagnostic, sources: &Sources) -> Vec<Window<'d>> {
    let mut windows: Vec<Window<'d>> = Vec::new();
    for (at, label) in diagnostic.labels.iter().enumerate() {
        let kind = if at == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        let (first, last) = (sources.position(label.span).line, sources.end_position(label.span).line);
        let near = |w: &&mut Window<'d>| {
            w.file == label.span.file && first <= w.last + MAX_GAP && w.first <= last + MAX_GAP
        };
        match windows.iter_mut().find(near) {
            Some(window) => {
                window.first = window.first.min(first);
                window.last = window.last.max(last);
                window.labels.push((kind, label));
            }
            None => windows.push(Window { file: label.span.file, first, last, labels: vec![(kind, label)] }),
        }
    }
    windows
}

impl<'d> Window<'d> {
    fn element(&self, sources: &'d Sources) -> Element<'d> {
        let name = clean(sources.file_name(self.file));
        if self.labels.iter().all(|(_, label)| label.span == Span::whole(self.file)) {
            return Origin::path(name).into();
        }
        let first = self.first.saturating_sub(1).max(1);
        let start = sources.line_range(self.file, first).start;
        let end = sources.line_range(self.file, self.last + 1).end;
        let text = sources.file_text(self.file).get(start..end).unwrap_or_default();
        if text.len() > MAX_WINDOW {
            let at = sources.position(self.labels[0].1.span);
            return Origin::path(name).line(at.line as usize).char_column(at.column as usize).into();
        }
        let annotations = self.labels.iter().map(|(kind, label)| {
            let from = (label.span.start as usize).saturating_sub(start);
            let to = (label.span.end as usize).saturating_sub(start).min(text.len()).max(from);
            let annotation = kind.span(from..to);
            if label.text.is_empty() { annotation } else { annotation.label(clean(&label.text)) }
        });
        Snippet::source(lines(text)).path(name).line_start(first as usize).annotations(annotations).into()
    }
}

/// The renderer knows LF and CRLF only; a lone CR becomes LF, which keeps every offset.
fn lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(if c == '\r' && chars.peek() != Some(&'\n') { '\n' } else { c });
    }
    out
}
