//! The command line: one verb a file. A verb answers; `main` prints the answer once.

use answer::Fault;
use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand};
use messages::Color;
use std::ffi::OsString;
use std::io::IsTerminal;

pub use answer::{Answer, Exit};

mod answer;
mod capacity;
mod completions;
mod explain;
mod graph;
mod init;
mod man;
mod messages;
mod platforms;
mod render;
mod schema;
mod validate;

const AFTER_HELP: &str = "\
Which platform: -p; else `platform.yaml` in this folder or above; else every platform under `platforms/`.

Exit codes: 0 fine; 1 the answer is no (findings, drift, edited files); 2 wrong use; 3 input/output or internal error.";

/// One platform spec to Kubernetes YAML, Kustomize and Helm that agree
#[derive(Debug, Parser)]
#[command(name = "kgen", version, after_help = AFTER_HELP, disable_help_subcommand = true, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    common: Common,
}

/// Options of every verb.
#[derive(Clone, Copy, Debug, clap::Args)]
struct Common {
    /// When to use colour; `NO_COLOR` is honoured
    #[arg(long, value_enum, value_name = "WHEN", default_value_t, global = true)]
    color: Color,
    /// Print nothing but errors
    #[arg(short, long, global = true)]
    quiet: bool,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Render(render::Args),
    // Where no output has a format, `--format` can only mean that of the findings.
    #[command(mut_arg("message_format", |arg| arg.visible_alias("format")))]
    Validate(validate::Args),
    Capacity(capacity::Args),
    Graph(graph::Args),
    Explain(explain::Args),
    Schema(schema::Args),
    Init(init::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// Answers a command line, of which the first word is the program's name.
pub fn run(words: impl IntoIterator<Item = OsString>) -> Answer {
    let cli = match Cli::try_parse_from(words) {
        Ok(cli) => cli,
        Err(error) => return not_a_command(&error),
    };
    let Cli { verb, common } = cli;
    let answer = match verb {
        Verb::Render(args) => render::run(&args, common),
        Verb::Validate(args) => validate::run(&args, common),
        Verb::Capacity(args) => capacity::run(&args, common),
        Verb::Graph(args) => graph::run(&args, common),
        Verb::Explain(args) => explain::run(&args),
        Verb::Schema(args) => schema::run(&args),
        Verb::Init(args) => init::run(&args),
        Verb::Completions(args) => completions::run(&args),
        Verb::Man(args) => man::run(&args),
    };
    let mut answer = answer.unwrap_or_else(|fault: Fault| fault.answer(common.color.on_stderr()));
    if common.quiet && answer.exit == Exit::Fine {
        // Nothing is wrong, so that these are notes.
        answer.err.clear();
        if answer.is_report {
            answer.out.clear();
        }
    }
    answer
}

/// Help, the version, or what is wrong with the command line.
fn not_a_command(error: &clap::Error) -> Answer {
    let text = error.render();
    let is_answer = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    let is_terminal =
        if is_answer { std::io::stdout().is_terminal() } else { std::io::stderr().is_terminal() };
    let color = Color::Auto.on(is_terminal);
    let text = if color { text.ansi().to_string() } else { text.to_string() };
    if is_answer {
        Answer { out: text, ..Answer::default() }
    } else {
        Answer { err: text, exit: Exit::Usage, ..Answer::default() }
    }
}

/// The command as clap knows it, for manual pages and completions.
fn command() -> clap::Command {
    Cli::command()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_is_sound() {
        super::command().debug_assert();
    }
}
