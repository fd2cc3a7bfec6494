//! `kgen validate`: everything that is wrong with a spec, in one run.

use super::answer::{Answer, Exit, Fault};
use super::platforms::{self, Choice};
use super::{Common, render};

/// Report every mistake in a spec; write nothing
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Environments that must be there; all are checked in any case
    #[arg(value_name = "ENV")]
    environments: Vec<String>,
    #[command(flatten)]
    choice: Choice,
}

/// Prints the findings to standard output, because they are the answer.
pub(super) fn run(args: &Args, common: Common) -> Result<Answer, Fault> {
    let mut loaded = render::load(&platforms::find(&args.choice.names)?, &[])?;
    loaded.iter_mut().for_each(|one| one.project.check_overrides());
    let color = common.color.on_stdout();
    let out: String =
        loaded.iter().map(|one| args.choice.message_format.print(&one.project, color)).collect();
    if loaded.iter().any(|one| one.project.findings.errors() > 0) {
        return Ok(Answer { out, exit: Exit::No, ..Answer::default() });
    }
    render::choose(loaded.iter().collect(), &args.environments)?;
    Ok(Answer { out, err: String::new(), exit: Exit::Fine, is_report: false })
}
