//! How findings reach a person or a program.

use crate::diagnostic::format::{self, Format};
use crate::render::Project;
use std::io::IsTerminal;

/// How findings about a spec are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum MessageFormat {
    /// For people: the marked lines, the reason and a way out
    #[default]
    Text,
    /// One line a finding
    Concise,
    /// For programs; one document a platform
    Json,
    /// Annotations of a GitHub workflow
    Github,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Color {
    /// On a terminal
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl MessageFormat {
    /// Whether a person reads it, so that a sentence beside the findings does no harm.
    pub(super) const fn is_for_people(self) -> bool {
        matches!(self, Self::Text | Self::Concise)
    }

    /// The findings of a project, with a summary; empty if there are none (JSON is never empty).
    pub(super) fn print(self, project: &Project, color: bool) -> String {
        let format = match self {
            Self::Text => Format::Text,
            Self::Concise => Format::Concise,
            Self::Json => Format::Json,
            Self::Github => Format::Github,
        };
        format::render(format, &project.findings, &project.sources, color)
    }
}

impl Color {
    /// Whether to use colour on a stream.
    pub(super) fn on(self, is_terminal: bool) -> bool {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => {
                is_terminal && !is_set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|t| t != "dumb")
            }
        }
    }

    /// Whether to use colour on standard output.
    pub(super) fn on_stdout(self) -> bool {
        self.on(std::io::stdout().is_terminal())
    }

    /// Whether to use colour on standard error.
    pub(super) fn on_stderr(self) -> bool {
        self.on(std::io::stderr().is_terminal())
    }
}
