//! What is wrong with a spec: facts with places, worded once, printed in several formats.

use crate::source::Span;

pub mod codes;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing is written while there is one.
    Error,
    /// Most likely a mistake; output is written all the same.
    Warning,
}

/// One finding: a stable code, the reason, places in the spec and a way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Kebab-case word, one of [`codes::CODES`].
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The marked text; none for a finding about a whole file.
    pub span: Span,
    /// What is to be seen there; may be empty.
    pub text: String,
}

/// All findings of a run, in the order in which they were made.
#[derive(Debug, Default)]
pub struct Findings {
    list: Vec<Diagnostic>,
}

impl Findings {
    /// Adds a finding unless the same one is there already (two environments share most of a spec).
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if !self.list.contains(&diagnostic) {
            self.list.push(diagnostic);
        }
    }
}
/// stub
pub type Path = Vec<String>;
/// stub
pub struct At<'a>(std::marker::PhantomData<&'a ()>);
impl At<'_> {
    /// stub
    pub fn key<'b>(&'b self, _: &'b str) -> At<'b> {
        At(std::marker::PhantomData)
    }
    /// stub
    pub fn index(&self, _: usize) -> At<'_> {
        At(std::marker::PhantomData)
    }
    /// stub
    pub fn path(&self) -> Path {
        vec![]
    }
}
/// stub
pub struct Check<'a>(std::marker::PhantomData<&'a ()>);
