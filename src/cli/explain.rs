//! `kgen explain`: what a code means, or what a field of the spec does.

use super::answer::{Answer, Fault};
use super::platforms;
use crate::component::SECTIONS;
use crate::diagnostic::codes::{self, CODES};
use crate::diagnostic::suggest;
use crate::load::ours;
use crate::spec::{DEFAULTS, ENVIRONMENTS, schema};
use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command};
use field::Field;
use std::ffi::OsStr;

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
    #[arg(value_name = "CODE|SPEC.PATH", value_parser = Topics, hide_possible_values = true)]
    topic: Option<String>,
}

/// Takes any text; completions offer the codes and the sections.
#[derive(Clone)]
struct Topics;

impl TypedValueParser for Topics {
    type Value = String;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let sections = SECTIONS.iter().map(|section| section.key).chain([DEFAULTS, ENVIRONMENTS]);
        Some(Box::new(CODES.iter().map(|code| code.name).chain(sections).map(PossibleValue::new)))
    }
}

/// Looks the topic up among the codes, then in the spec.
pub(super) fn run(args: &Args) -> Result<Answer, Fault> {
    let topic = args.topic.as_deref().unwrap_or_default().trim();
    if let Some(code) = codes::find(topic) {
        return Ok(Answer::result(format!("{}: {}\n\n{}\n", code.name, code.summary, code.reason)));
    }
    let schema = schema();
    let root = Field::root(&schema);
    let steps: Vec<&str> = topic.split('.').filter(|step| !step.is_empty()).collect();
    let mut field = root.clone();
    for (n, step) in steps.iter().enumerate() {
        field = match field.step(step) {
            Some(next) => next,
            None if steps.len() == 1 => return Err(unknown_topic(topic, &root)),
            None => return Err(unknown_field(&field, &steps[n..])),
        };
    }
    Ok(Answer::result(field.describe()))
}

/// One word, which may be a code or a field at any depth.
fn unknown_topic(topic: &str, root: &Field<'_>) -> Fault {
    let children = root.names();
    let mut named: Vec<String> = ours(topic).flat_map(|word| root.fields_named(word)).collect();
    named.extend(root.fields_named(topic));
    // A code that looks like it is meant only if no field is.
    let codes = CODES.iter().map(|code| code.name).filter(|_| named.is_empty());
    let near = suggest(topic, codes.chain(children.iter().copied()));
    let near = near.map(|near| format!("did you mean `{near}`?"));
    let named = (!named.is_empty()).then(|| format!("fields of the spec: {}", platforms::list(&named)));
    let help: Vec<String> = near.into_iter().chain(named).collect();
    Fault::usage(format!("`{topic}` is neither a code nor a field of the spec")).help(if help.is_empty() {
        format!("the spec has: {}", platforms::list(&children))
    } else {
        help.join(" ")
    })
}

/// A path leads to a field, but the first of these steps does not lead on.
fn unknown_field(at: &Field<'_>, steps: &[&str]) -> Fault {
    let (step, children) = (steps[0], at.names());
    let fault = Fault::usage(format!("{} has no field `{step}`", at.title()));
    if children.is_empty() {
        return fault.help(format!("it has no fields at all: `kgen explain {}`", at.path()));
    }
    let theirs = ours(step).find(|ours| children.contains(ours));
    if let Some(near) = theirs.or_else(|| suggest(step, children.iter().copied())) {
        // The path as it was meant, as far as it leads.
        let meant = [near].iter().chain(&steps[1..]).try_fold(at.clone(), |field, step| field.step(step));
        let path = meant.or_else(|| at.step(near)).map_or_else(|| near.to_owned(), |field| field.path());
        return fault.help(format!("did you mean `{path}`?"));
    }
    let below = at.fields_named(step);
    fault.help(if below.is_empty() {
        format!("it has: {}", platforms::list(&children))
    } else {
        format!("below it is: {}", platforms::list(&below))
    })
}
