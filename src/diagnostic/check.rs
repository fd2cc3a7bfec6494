//! How checks name places: a path in the spec, looked up in the tree only when something is wrong.

use super::{Diagnostic, Findings, Label, Level};
use crate::source::{NodeId, Place, Sources, Span};
use std::cell::RefCell;

/// A path in a spec, as a list of steps on the stack: `at.key("services").key(name)`.
#[derive(Clone, Copy, Debug)]
pub struct At<'a> {
    parent: Option<&'a At<'a>>,
    step: Step<'a>,
    on_key: bool,
}

#[derive(Clone, Copy, Debug)]
enum Step<'a> {
    Root,
    Key(&'a str),
    Index(usize),
}

/// What a check needs to report: the files, the tree that it looks at and the list of findings.
#[derive(Debug)]
pub struct Check<'a> {
    /// The files.
    pub sources: &'a Sources,
    /// The (merged) tree in which paths are looked up.
    pub root: NodeId,
    /// The environment that is looked at; none for the spec without one.
    pub environment: Option<&'a str>,
    findings: RefCell<&'a mut Findings>,
}

/// A finding in the making: it is added when it goes out of scope.
#[derive(Debug)]
pub struct Draft<'c, 'a> {
    check: &'c Check<'a>,
    diagnostic: Option<Diagnostic>,
    primary: Place,
}

impl At<'static> {
    /// The whole spec.
    pub const ROOT: Self = At { parent: None, step: Step::Root, on_key: false };
}

impl<'a> At<'a> {
    /// The value of a key of this map.
    #[must_use]
    pub fn key<'b>(&'b self, key: &'b str) -> At<'b> {
        At { parent: Some(self), step: Step::Key(key), on_key: false }
    }

    /// An item of this list, from 0.
    #[must_use]
    pub fn index(&self, index: usize) -> At<'_> {
        At { parent: Some(self), step: Step::Index(index), on_key: false }
    }

    /// The same place, but a message marks its key.
    #[must_use]
    pub const fn on_key(self) -> At<'a> {
        At { on_key: true, ..self }
    }

    /// The steps from the root.
    #[must_use]
    pub fn steps(&self) -> Vec<String> {
        let mut steps = self.parent.map(At::steps).unwrap_or_default();
        match self.step {
            Step::Root => {}
            Step::Key(key) => steps.push(key.to_owned()),
            Step::Index(index) => steps.push(index.to_string()),
        }
        steps
    }

    /// Whether the path (and so its place) ends in a key.
    const fn wants_key(&self) -> bool {
        self.on_key
    }
}

impl std::fmt::Display for At<'_> {
    /// `services.api.ports.0`, as `explain` takes it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.steps().join("."))
    }
}

impl<'a> Check<'a> {
    /// Starts a check of the spec without an environment.
    pub fn new(sources: &'a Sources, root: NodeId, findings: &'a mut Findings) -> Self {
        Self { sources, root, environment: None, findings: RefCell::new(findings) }
    }

    /// Says which environment the tree is of; its findings are marked with the name.
    #[must_use]
    pub fn in_environment(mut self, name: &'a str) -> Self {
        self.environment = Some(name);
        self
    }

    /// Reports an error at a path.
    pub fn error(&self, code: &'static str, at: &At<'_>, message: impl Into<String>) -> Draft<'_, 'a> {
        self.report(Level::Error, code, at, message)
    }

    /// Reports a warning at a path.
    pub fn warning(&self, code: &'static str, at: &At<'_>, message: impl Into<String>) -> Draft<'_, 'a> {
        self.report(Level::Warning, code, at, message)
    }

    /// Reports a finding at a path.
    pub fn report(
        &self,
        level: Level,
        code: &'static str,
        at: &At<'_>,
        message: impl Into<String>,
    ) -> Draft<'_, 'a> {
        let primary = self.place(at);
        let diagnostic = Diagnostic::new(level, code, message).label(self.span(at), "");
        Draft { check: self, diagnostic: Some(diagnostic), primary }
    }

    /// Adds a finding that was made elsewhere.
    pub fn push(&self, diagnostic: Diagnostic) {
        match self.environment {
            Some(name) => self.findings.borrow_mut().push_in(name, diagnostic),
            None => self.findings.borrow_mut().push(diagnostic),
        }
    }

    /// The node at a path, or at the deepest part of it that is written (the rest is a default).
    #[must_use]
    pub fn place(&self, at: &At<'_>) -> Place {
        let steps = at.steps();
        self.sources.find(self.root, steps.iter().map(String::as_str))
    }

    /// What a message about this path marks.
    #[must_use]
    pub fn span(&self, at: &At<'_>) -> Span {
        let Place { key, value, complete } = self.place(at);
        match key {
            // What is not written is missed by the map around it.
            Some(key) if at.wants_key() || !complete => self.sources.span(key),
            _ => self.sources.mark(key, value),
        }
    }
}

#[expect(clippy::return_self_not_must_use, reason = "a finding is added when its statement ends")]
impl Draft<'_, '_> {
    /// Says what is to be seen at the finding's own place.
    pub fn note(mut self, text: impl Into<String>) -> Self {
        if let Some(label) = self.diagnostic.as_mut().and_then(|d| d.labels.first_mut()) {
            label.text = text.into();
        }
        self
    }

    /// Adds another place and what is to be seen there.
    pub fn label(mut self, at: &At<'_>, text: impl Into<String>) -> Self {
        let label = Label { span: self.check.span(at), text: text.into() };
        if let Some(diagnostic) = &mut self.diagnostic {
            diagnostic.labels.push(label);
        }
        self
    }

    /// Sets the way out.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        if let Some(diagnostic) = &mut self.diagnostic {
            diagnostic.help = Some(help.into());
        }
        self
    }

    /// Shows the base value too, if an environment's override is to blame.
    pub fn with_base(mut self) -> Self {
        let sources = self.check.sources;
        let base = sources.origin(self.primary.value).filter(|_| self.primary.complete);
        if let (Some(base), Some(diagnostic)) = (base, &mut self.diagnostic) {
            let span = sources.mark(None, base);
            if !diagnostic.labels.iter().any(|label| label.span == span) {
                diagnostic.labels.push(Label { span, text: "the base value is here".to_owned() });
            }
        }
        self
    }
}

impl Drop for Draft<'_, '_> {
    fn drop(&mut self) {
        if let Some(diagnostic) = self.diagnostic.take() {
            self.check.push(diagnostic);
        }
    }
}
