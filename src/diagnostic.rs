//! What is wrong with a spec: facts with places, worded once, printed in several formats.

use crate::source::{Sources, Span};
use indexmap::IndexMap;
use std::collections::BTreeSet;

pub mod allow;
pub mod check;
pub mod codes;
pub mod render;
pub mod suggest;

pub use check::{At, Check};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Nothing is written while there is one.
    Error,
    /// Most likely a mistake; output is written all the same.
    Warning,
}

/// One finding: a stable code, the reason, places in the spec and a way out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// Kebab-case word, one of [`codes::all`].
    pub code: &'static str,
    /// How bad it is.
    pub level: Level,
    /// What is wrong, lower case, names in backticks, no full stop.
    pub message: String,
    /// Places: the first is where it is wrong, the others say why.
    pub labels: Vec<Label>,
    /// The way out: what to write instead.
    pub help: Option<String>,
}

/// A place in a file and what is to be seen there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Label {
    /// The marked text; empty at 0 for a finding about a whole file.
    pub span: Span,
    /// What is to be seen there; may be empty.
    pub text: String,
}

/// All findings of a run, each once (two environments share most of a spec).
#[derive(Debug, Default)]
pub struct Findings {
    list: IndexMap<Diagnostic, Scope>,
    /// How many came after [`MAX_FINDINGS`], errors and warnings.
    dropped: [usize; 2],
}

/// More findings than this are counted, not kept: a broken file may have millions.
const MAX_FINDINGS: usize = 1000;

/// Where a finding holds.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Scope {
    Everywhere,
    Environments(BTreeSet<String>),
}

impl Level {
    /// `error` or `warning`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

impl Diagnostic {
    /// Makes a finding without a place yet.
    #[must_use]
    pub fn new(level: Level, code: &'static str, message: impl Into<String>) -> Self {
        debug_assert!(codes::find(code).is_some(), "internal error: `{code}` is not in diagnostic/codes");
        Self { code, level, message: message.into(), labels: Vec::new(), help: None }
    }

    /// Makes an error without a place yet.
    #[must_use]
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Level::Error, code, message)
    }

    /// Makes a warning without a place yet.
    #[must_use]
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Level::Warning, code, message)
    }

    /// Adds a place; the first one says where it is wrong.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Sets the way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Where it is wrong; none if it has no place.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        self.labels.first().map(|label| label.span)
    }
}

impl Findings {
    /// No findings yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a finding that holds in every environment, unless it is there already.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.has_room(&diagnostic) {
            self.list.insert(diagnostic, Scope::Everywhere);
        }
    }

    /// Adds a finding of one environment; the same one of several environments is one finding.
    pub fn push_in(&mut self, environment: &str, diagnostic: Diagnostic) {
        if !self.has_room(&diagnostic) {
            return;
        }
        let scope = self.list.entry(diagnostic).or_insert_with(|| Scope::Environments(BTreeSet::new()));
        if let Scope::Environments(names) = scope {
            names.insert(environment.to_owned());
        }
    }

    /// Takes over the findings of one environment.
    pub fn extend_in(&mut self, environment: &str, other: Self) {
        for (diagnostic, _) in other.list {
            self.push_in(environment, diagnostic);
        }
        self.count_dropped(other.dropped);
    }

    /// Takes over the findings of another run.
    pub fn extend(&mut self, other: Self) {
        for (diagnostic, scope) in other.list {
            match scope {
                Scope::Everywhere => self.push(diagnostic),
                Scope::Environments(names) => {
                    for name in names {
                        self.push_in(&name, diagnostic.clone());
                    }
                }
            }
        }
        self.count_dropped(other.dropped);
    }

    fn count_dropped(&mut self, [errors, warnings]: [usize; 2]) {
        self.dropped[0] += errors;
        self.dropped[1] += warnings;
    }

    /// Whether the finding can be kept, or is there already.
    fn has_room(&mut self, diagnostic: &Diagnostic) -> bool {
        let room = self.list.len() < MAX_FINDINGS || self.list.contains_key(diagnostic);
        if !room {
            self.dropped[diagnostic.level as usize] += 1;
        }
        room
    }

    /// The findings in the order in which they were made.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Diagnostic> {
        self.list.keys()
    }

    /// The environments that a finding is about; empty if it holds in all of them.
    pub fn environments(&self, diagnostic: &Diagnostic) -> impl Iterator<Item = &str> {
        let names = match self.list.get(diagnostic) {
            Some(Scope::Environments(names)) => Some(names),
            Some(Scope::Everywhere) | None => None,
        };
        names.into_iter().flatten().map(String::as_str)
    }

    /// The findings sorted by file, place and code; those without a place first.
    #[must_use]
    pub fn sorted(&self, sources: &Sources) -> Vec<&Diagnostic> {
        let mut list: Vec<&Diagnostic> = self.iter().collect();
        list.sort_by_key(|d| (d.span().map(|s| (sources.file_name(s.file), s.start)), d.code));
        list
    }

    /// Whether there is at least one error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.count(Level::Error) > 0
    }

    /// The number of findings of a level.
    #[must_use]
    pub fn count(&self, level: Level) -> usize {
        self.iter().filter(|d| d.level == level).count() + self.dropped[level as usize]
    }

    /// Whether there are no findings.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Drops the findings for which `keep` says no, in order.
    pub fn retain(&mut self, mut keep: impl FnMut(&Diagnostic) -> bool) {
        self.list.retain(|diagnostic, _| keep(diagnostic));
    }

    /// Changes the level of each finding, or drops it with none: how a spec's own lint levels apply.
    pub fn relevel(&mut self, mut level: impl FnMut(&Diagnostic) -> Option<Level>) {
        for (mut diagnostic, scope) in std::mem::take(&mut self.list) {
            if let Some(level) = level(&diagnostic) {
                diagnostic.level = level;
                self.list.insert(diagnostic, scope);
            }
        }
    }

    /// `2 errors, 1 warning`; `no findings` if there are none.
    #[must_use]
    pub fn summary(&self) -> String {
        let count = |level: Level| match self.count(level) {
            0 => None,
            1 => Some(format!("1 {}", level.name())),
            n => Some(format!("{n} {}s", level.name())),
        };
        let parts: Vec<String> = [Level::Error, Level::Warning].into_iter().filter_map(count).collect();
        if parts.is_empty() {
            return "no findings".to_owned();
        }
        let parts = parts.join(", ");
        if self.dropped == [0, 0] {
            parts
        } else {
            format!("{parts}; the first {} are shown", self.list.len())
        }
    }
}
