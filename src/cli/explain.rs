//! `kgen explain`: what a code means, or what a field of the spec does.

use super::answer::{Answer, Fault};
use super::platforms;
use crate::diagnostic::codes::{self, CODES};
use crate::diagnostic::suggest;
use crate::spec::schema;
use field::Field;

mod field;

/// Explain a code of a finding, or a field of the spec
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  kgen explain unknown-field        what a code means
  kgen explain services             what can be said about a service
  kgen explain services.*.replicas  what a field does; `*` stands for any name and may be left out")]
pub(super) struct Args {
    /// A code, or a path in the spec with dots; the whole spec if nothing is named
    #[arg(value_name = "CODE|SPEC.PATH")]
    topic: Option<String>,
}

/// Looks the topic up among the codes, then in the spec.
pub(super) fn run(args: &Args) -> Result<Answer, Fault> {
    let topic = args.topic.as_deref().unwrap_or_default().trim();
    if let Some(code) = codes::find(topic) {
        return Ok(Answer::result(format!("{}: {}\n\n{}\n", code.name, code.summary, code.reason)));
    }
    let schema = schema();
    let mut field = Field::root(&schema);
    for step in topic.split('.').filter(|step| !step.is_empty()) {
        let step = step.trim_end_matches("[]");
        field = match field.step(step) {
            Some(next) => next,
            None => return Err(unknown(topic, step, &field)),
        };
    }
    Ok(Answer::result(field.describe()))
}

fn unknown(topic: &str, step: &str, at: &Field<'_>) -> Fault {
    let children = at.names();
    if topic == step {
        let names = CODES.iter().map(|code| code.name).chain(children.iter().copied());
        let fault = Fault::usage(format!("`{topic}` is neither a code nor a field of the spec"));
        return match suggest(topic, names) {
            Some(near) => fault.help(format!("did you mean `{near}`?")),
            None => fault.help(format!("the spec has: {}", platforms::list(&children))),
        };
    }
    let fault = Fault::usage(format!("`{}` has no field `{step}`", at.path()));
    if children.is_empty() {
        return fault.help(format!("`{}` has no fields: `kgen explain {0}`", at.path()));
    }
    match suggest(step, children.iter().copied()) {
        Some(near) => fault.help(format!("did you mean `{}.{near}`?", at.path())),
        None => fault.help(format!("it has: {}", platforms::list(&children))),
    }
}
