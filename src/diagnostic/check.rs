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

    /// Reports an error at the value of a place.
    pub fn error(&mut self, code: &'static str, at: &At<'_>, message: impl Into<String>) -> Report<'_, 'a> {
        self.error_at(code, &at.path(), message)
    }

    /// Reports an error at the value of a path.
    pub fn error_at(
        &mut self,
        code: &'static str,
        path: &[String],
        message: impl Into<String>,
    ) -> Report<'_, 'a> {
        let span = self.value_span(path);
        self.report(Level::Error, code, span, message.into())
    }

    /// Reports an error at a key.
    pub fn error_key(
        &mut self,
        code: &'static str,
        path: &[impl AsRef<str>],
        message: impl Into<String>,
    ) -> Report<'_, 'a> {
        let span = self.key_span(&owned(path));
        self.report(Level::Error, code, span, message.into())
    }

    /// Reports an error at a node.
    pub fn error_node(
        &mut self,
        code: &'static str,
        node: NodeId,
        message: impl Into<String>,
    ) -> Report<'_, 'a> {
        let span = self.sources.span(node);
        self.report(Level::Error, code, span, message.into())
    }

    /// Reports a warning at the value of a place.
    pub fn warning(&mut self, code: &'static str, at: &At<'_>, message: impl Into<String>) -> Report<'_, 'a> {
        self.warning_at(code, &at.path(), message)
    }

    /// Reports a warning at the value of a path.
    pub fn warning_at(
        &mut self,
        code: &'static str,
        path: &[String],
        message: impl Into<String>,
    ) -> Report<'_, 'a> {
        let span = self.value_span(path);
        self.report(Level::Warning, code, span, message.into())
    }

    /// Reports a warning at a node.
    pub fn warning_node(
        &mut self,
        code: &'static str,
        node: NodeId,
        message: impl Into<String>,
    ) -> Report<'_, 'a> {
        let span = self.sources.span(node);
        self.report(Level::Warning, code, span, message.into())
    }

    /// Reports a warning at a key.
    pub fn warning_key(
        &mut self,
        code: &'static str,
        path: &[impl AsRef<str>],
        message: impl Into<String>,
    ) -> Report<'_, 'a> {
        let span = self.key_span(&owned(path));
        self.report(Level::Warning, code, span, message.into())
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

    /// Adds the value of another place.
    pub fn label(self, at: &At<'_>, text: impl Into<String>) -> Self {
        let span = self.check.value_span(&at.path());
        self.with(|diagnostic| diagnostic.at(span, text))
    }

    /// Adds another key.
    pub fn label_key(self, path: &[impl AsRef<str>], text: impl Into<String>) -> Self {
        let span = self.check.key_span(&owned(path));
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
