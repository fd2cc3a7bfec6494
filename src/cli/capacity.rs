//! `kgen capacity`: what a platform asks of its cluster, by component and in total.

use super::Common;
use super::answer::{Answer, Exit, Fault};
use super::platforms::{self, Choice};
use super::render;
use crate::platform::capacity::Capacity;
use clap::ValueEnum;

mod json;
mod table;

/// Show pods, CPU, memory and volumes at the fewest and at the most pods, against claims and nodes
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Figures are those of the generated objects: requests and limits of pods that stay, at the minimum and at the maximum of \
every autoscaler. Jobs, pods of every node, and what is added while everything is replaced at once are told apart. \
`capacity.claims` of the spec are compared; `nodes` of the spec are filled, the largest pods first.")]
pub(super) struct Args {
    /// Environments to show; all if none is named
    #[arg(value_name = "ENV")]
    environments: Vec<String>,
    /// How to print it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Form,
    #[command(flatten)]
    choice: Choice,
}

/// How figures are printed.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Form {
    /// Tables for people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// Computes and prints the figures.
pub(super) fn run(args: &Args, common: Common) -> Result<Answer, Fault> {
    let loaded = render::load(&platforms::find(&args.choice.names)?, &[])?;
    let color = common.color.on_stderr();
    let messages: String =
        loaded.iter().map(|one| args.choice.message_format.print(&one.project, color)).collect();
    if loaded.iter().any(|one| one.project.findings.errors() > 0) {
        return Ok(Answer { err: messages, exit: Exit::No, ..Answer::default() });
    }
    let (chosen, notes) = render::choose(loaded.iter().collect(), &args.environments)?;
    let mut figures = Vec::new();
    for one in chosen {
        let (base, environments) =
            one.project.platforms.as_ref().expect("internal error: there are no errors");
        let asked = environments.iter().filter(|platform| {
            let name = platform.scope.environment.as_ref();
            args.environments.is_empty() || name.is_some_and(|name| args.environments.contains(name))
        });
        figures.extend(asked.map(Capacity::of));
        if environments.is_empty() {
            figures.push(Capacity::of(base));
        }
    }
    let out = match args.format {
        Form::Text => figures.iter().map(table::text).collect::<Vec<_>>().join("\n"),
        Form::Json => json::text(&figures),
    };
    Ok(Answer { out, err: messages + &notes, ..Answer::default() })
}
