//! Reporting from a check: a code, a path and a message; the places are found here.

use super::{At, Diagnostic, Findings, Level, walk};
use crate::source::{NodeId, Sources, Span};

/// What a check needs to report: the texts, the merged spec, and where findings go.
pub struct Check<'a> {
    sources: &'a Sources,
    root: NodeId,
    findings: &'a mut Findings,
}

/// A finding that is being told; it is added when this is dropped.
pub struct Report<'c, 'a> {
    check: &'c mut Check<'a>,
    diagnostic: Option<Diagnostic>,
}

impl<'a> Check<'a> {
    /// Checks the merged spec under `root`.
    pub fn new(sources: &'a Sources, root: NodeId, findings: &'a mut Findings) -> Self {
        Self { sources, root, findings }
    }

    /// The texts.
    pub const fn sources(&self) -> &'a Sources {
        self.sources
    }

    /// Number of errors up to now.
    pub fn errors(&self) -> usize {
        self.findings.errors()
    }

    /// Whether something was reported before: what the base has wrong, every environment has.
    pub fn has_said(&self, code: &str, message: &str) -> bool {
        self.findings.list.iter().any(|known| known.code == code && known.message == message)
    }

    /// The node at a path, if there is one.
    pub fn node(&self, path: &[String]) -> Option<NodeId> {
        let (_, node, found) = walk(self.sources, self.root, path);
        found.then_some(node)
    }

    /// The place of the value at a path, or of the deepest key that exists on the way.
    fn value_span(&self, path: &[String]) -> Span {
        let (key, node, found) = walk(self.sources, self.root, path);
        match key {
            // A long value is best marked at its key.
            Some(key) if !found || self.sources.text(node).is_none() => self.sources.span(key),
            _ => self.sources.span(node),
        }
    }

    fn key_span(&self, path: &[String]) -> Span {
        let (key, node, _) = walk(self.sources, self.root, path);
        self.sources.span(key.unwrap_or(node))
    }

    fn report(&mut self, level: Level, code: &'static str, span: Span, message: String) -> Report<'_, 'a> {
        let diagnostic = match level {
            Level::Error => Diagnostic::error(code, message),
            Level::Warning => Diagnostic::warning(code, message),
        };
        Report { check: self, diagnostic: Some(diagnostic.at(span, "")) }
    }

    /// Reports an error.
    pub fn error(
        &mut self,
        code: &'static str,
        place: impl Place,
        message: impl Into<String>,
    ) -> Report<'_, 'a> {
        let span = place.span(self);
        self.report(Level::Error, code, span, message.into())
    }

    /// Reports a warning.
    pub fn warning(
        &mut self,
        code: &'static str,
        place: impl Place,
        message: impl Into<String>,
    ) -> Report<'_, 'a> {
        let span = place.span(self);
        self.report(Level::Warning, code, span, message.into())
    }
}

/// Something that a finding points at.
pub trait Place {
    /// Where it is written.
    fn span(self, check: &Check<'_>) -> Span;
}

/// The value of a place.
impl Place for &At<'_> {
    fn span(self, check: &Check<'_>) -> Span {
        check.value_span(&self.path())
    }
}

/// The value at a path.
impl Place for &[String] {
    fn span(self, check: &Check<'_>) -> Span {
        check.value_span(self)
    }
}

/// The value at a path.
impl Place for &Vec<String> {
    fn span(self, check: &Check<'_>) -> Span {
        check.value_span(self)
    }
}

impl Place for NodeId {
    fn span(self, check: &Check<'_>) -> Span {
        check.sources.span(self)
    }
}

/// The key at the end of a path.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a, S>(pub &'a [S]);

impl<S: AsRef<str>> Place for Key<'_, S> {
    fn span(self, check: &Check<'_>) -> Span {
        check.key_span(&owned(self.0))
    }
}

fn owned(path: &[impl AsRef<str>]) -> Vec<String> {
    path.iter().map(|step| step.as_ref().to_owned()).collect()
}

impl Report<'_, '_> {
    fn with(mut self, change: impl FnOnce(Diagnostic) -> Diagnostic) -> Self {
        self.diagnostic = self.diagnostic.take().map(change);
        self
    }

    /// Says what is to be seen at the first place.
    pub fn says(self, text: impl Into<String>) -> Self {
        self.with(|mut diagnostic| {
            if let Some(label) = diagnostic.labels.first_mut() {
                label.text = text.into();
            }
            diagnostic
        })
    }

    /// Adds another place.
    pub fn label(self, place: impl Place, text: impl Into<String>) -> Self {
        let span = place.span(self.check);
        self.with(|diagnostic| diagnostic.at(span, text))
    }

    /// Adds the value of the base that the first place overrides, if it is one of an environment.
    pub fn with_base(self, at: &At<'_>) -> Self {
        let (_, node, found) = walk(self.check.sources, self.check.root, &at.path());
        match self.check.sources.base(node).filter(|_| found) {
            Some(base) => {
                let span = self.check.sources.span(base);
                self.with(|diagnostic| diagnostic.at(span, "the base says"))
            }
            None => self,
        }
    }

    /// Sets the way out.
    pub fn help(self, help: impl Into<String>) -> Self {
        self.with(|diagnostic| diagnostic.helped(help))
    }
}

impl Drop for Report<'_, '_> {
    fn drop(&mut self) {
        if let Some(diagnostic) = self.diagnostic.take() {
            self.check.findings.push(diagnostic);
        }
    }
}
