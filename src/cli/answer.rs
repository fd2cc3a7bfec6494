//! What a verb answers, and what it says when it cannot.

use std::io::{ErrorKind, Write};

/// How a run ended, as its exit code says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Exit {
    /// All is well.
    #[default]
    Fine,
    /// The answer is no: findings, drift, edited files.
    No,
    /// The command was used wrongly, or what it names is not there.
    Usage,
    /// Reading or writing failed, or kgen is broken.
    Failed,
}

/// What is printed, once, at the end.
#[derive(Debug, Default)]
pub struct Answer {
    /// For standard output: results.
    pub out: String,
    /// For standard error: findings and errors.
    pub err: String,
    /// How it ended.
    pub exit: Exit,
    /// Whether `out` only tells what was done, and `--quiet` drops it.
    pub is_report: bool,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) struct Fault {
    exit: Exit,
    message: String,
    help: Option<String>,
}

impl Exit {
    /// The exit code.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::No => 1,
            Self::Usage => 2,
            Self::Failed => 3,
        }
    }
}

impl Answer {
    /// A result.
    pub(super) fn result(out: impl Into<String>) -> Self {
        Self { out: out.into(), ..Self::default() }
    }

    /// Prints everything and tells how the program ends. A reader that went away has read enough.
    #[must_use]
    pub fn print(&self) -> Exit {
        let failed = |result: std::io::Result<()>| match result {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => Some(error),
            _ => None,
        };
        let (mut out, mut err) = (std::io::stdout().lock(), std::io::stderr().lock());
        let stderr = failed(err.write_all(self.err.as_bytes()));
        if let Some(error) = failed(out.write_all(self.out.as_bytes()).and_then(|()| out.flush())) {
            let _ = writeln!(err, "error: cannot write to standard output: {error}");
            return Exit::Failed;
        }
        if stderr.is_some() && self.exit == Exit::Fine { Exit::Failed } else { self.exit }
    }
}

impl Fault {
    /// The command was used wrongly.
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, message: message.into(), help: None }
    }

    /// The answer is no.
    pub(super) fn no(message: impl Into<String>) -> Self {
        Self { exit: Exit::No, message: message.into(), help: None }
    }

    /// Adds the way out.
    #[must_use]
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says it.
    pub(super) fn answer(self, color: bool) -> Answer {
        let paint = |code: &str, word: &str| {
            if color { format!("\u{1b}[1;{code}m{word}\u{1b}[0m") } else { word.to_owned() }
        };
        let mut err = format!("{}: {}\n", paint("31", "error"), self.message);
        if let Some(help) = self.help {
            err.extend([&paint("36", "help"), ": ", &help, "\n"]);
        }
        Answer { err, exit: self.exit, ..Answer::default() }
    }
}

impl From<anyhow::Error> for Fault {
    fn from(error: anyhow::Error) -> Self {
        Self { exit: Exit::Failed, message: format!("{error:#}"), help: None }
    }
}
