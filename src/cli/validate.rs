//! `kgen validate`: everything that is wrong with a spec, in one run.

use super::Common;
use super::answer::{Answer, Exit, Fault};
use super::platforms::{self, Choice};
use super::render::{self, Loaded};
use std::path::PathBuf;

/// Report every mistake in a spec; write nothing
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Environments that must be there; all are checked in any case
    #[arg(value_name = "ENV")]
    environments: Vec<String>,
    /// Folder of CustomResourceDefinitions to check every custom resource against, besides the spec's own `crds`;
    /// their CEL rules are not evaluated
    #[arg(long, value_name = "DIR")]
    crds: Option<PathBuf>,
    #[command(flatten)]
    choice: Choice,
}

/// Prints the findings to standard output, because they are the answer.
pub(super) fn run(args: &Args, common: Common) -> Result<Answer, Fault> {
    let mut loaded = render::load(&platforms::find(&args.choice.names)?, &[])?;
    for one in &mut loaded {
        one.project.check_overrides();
        if let Some(folder) = &args.crds {
            one.project.check_definitions(folder).map_err(|error| Fault::usage(error.to_string()))?;
        }
    }
    let out = render::messages(&mut loaded, &args.choice, common, common.color.on_stdout());
    if loaded.iter().any(|one| one.project.findings.errors() > 0) {
        return Ok(Answer { out, exit: Exit::No, ..Answer::default() });
    }
    let (chosen, err) = render::choose(loaded.iter().collect(), &args.environments)?;
    if !out.is_empty() || !args.choice.message_format.is_for_people() {
        return Ok(Answer { out, err, ..Answer::default() });
    }
    let out = chosen.into_iter().map(|one| sound(one, &args.environments)).collect();
    Ok(Answer { out, err, is_report: true, ..Answer::default() })
}

/// Says that nothing is wrong, and what was looked at.
fn sound(one: &Loaded, asked: &[String]) -> String {
    let mut names = one.project.environments.clone();
    names.retain(|name| asked.is_empty() || asked.contains(name));
    let with = if names.is_empty() { String::new() } else { format!(" in {}", platforms::list(&names)) };
    format!("{}: no mistakes{with}\n", one.spec.display())
}
