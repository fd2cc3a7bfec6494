//! `kgen render`: a spec becomes files, a stream, or an answer whether the files are current.

use super::Common;
use super::answer::{Answer, Exit, Fault};
use super::platforms::{self, Choice};
use crate::diagnostic::suggest;
use crate::output::{FORMATS, Kind, Sink};
use crate::platform::Platform;
use crate::render::Project;
use crate::write::{Counts, Force, Outcome, Scope, Writer, render_into};
use clap::builder::{PossibleValue, PossibleValuesParser};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

mod check;
mod stream;

/// Write raw YAML, Kustomize and a Helm chart for every environment
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Only what changed is touched. A file that somebody edited, or that kgen did not write, is named and left alone: \
then nothing is written and the exit code is 1. An interrupted run is completed by the next one.")]
pub(super) struct Args {
    /// Environments to write; all if none is named
    #[arg(value_name = "ENV")]
    environments: Vec<String>,
    /// Formats to write
    #[arg(long, value_parser = formats(), value_delimiter = ',', value_name = "FORMAT,…")]
    format: Vec<String>,
    /// Folder to write to [default: `out` beside `platform.yaml`; several platforms get a folder each]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Write nothing; say whether the files are current, what differs and how to fix it
    #[arg(long, conflicts_with_all = ["stdout", "force"])]
    check: bool,
    /// Write the objects of one environment to standard output, as one YAML stream
    #[arg(long, conflicts_with_all = ["output", "force", "format"])]
    stdout: bool,
    /// Overwrite and delete files even if somebody edited them or kgen did not write them
    #[arg(long)]
    force: bool,
    /// Use this image for a service; may be repeated
    #[arg(long = "image", value_name = "NAME=REF", value_parser = image)]
    images: Vec<(String, String)>,
    #[command(flatten)]
    choice: Choice,
}

/// A platform that was read.
pub(super) struct Loaded {
    pub(super) spec: PathBuf,
    pub(super) project: Project,
}

/// A platform that is about to be rendered.
struct Job<'a> {
    loaded: &'a Loaded,
    out: PathBuf,
    scope: Scope,
}

/// Renders in the way that the options say.
pub(super) fn run(args: &Args, common: Common) -> Result<Answer, Fault> {
    let mut loaded = load(&platforms::find(&args.choice.names)?, &args.images)?;
    let messages = messages(&mut loaded, &args.choice, common, common.color.on_stderr());
    if loaded.iter().any(|one| one.project.findings.errors() > 0) {
        return Ok(Answer { err: messages, exit: Exit::No, ..Answer::default() });
    }
    for (name, _) in &args.images {
        if !loaded.iter().any(|one| one.project.is_pinned(name)) {
            return Err(unknown_component(name, &loaded));
        }
    }
    let several = loaded.len() > 1;
    let (chosen, notes) = choose(loaded.iter().collect(), &args.environments)?;
    let jobs = chosen.into_iter().map(|one| job(one, args, several)).collect::<Result<Vec<_>, _>>()?;
    let mut answer = if args.stdout {
        stream::run(&jobs, args)?
    } else if args.check {
        check::run(&jobs, args)?
    } else {
        write(&jobs, args)?
    };
    answer.err.insert_str(0, &(messages + &notes));
    Ok(answer)
}

/// Reads platforms.
pub(super) fn load(specs: &[PathBuf], images: &[(String, String)]) -> Result<Vec<Loaded>, Fault> {
    let load = |spec: &PathBuf| Ok(Loaded { project: Project::load(spec, images)?, spec: spec.clone() });
    specs.iter().map(load).collect()
}

/// The findings of platforms in the chosen format; with `--quiet`, errors only.
pub(super) fn messages(loaded: &mut [Loaded], choice: &Choice, common: Common, color: bool) -> String {
    let print = |one: &mut Loaded| {
        if common.quiet {
            one.project.findings.drop_warnings();
        }
        choice.message_format.print(&one.project, color)
    };
    loaded.iter_mut().map(print).collect()
}

/// The platforms that have one of the environments, and a note about the others.
///
/// An environment that none of them has is a fault.
pub(super) fn choose<'a>(
    mut loaded: Vec<&'a Loaded>,
    environments: &[String],
) -> Result<(Vec<&'a Loaded>, String), Fault> {
    let mut notes = String::new();
    let has = |one: &Loaded, name: &String| one.project.environments.contains(name);
    for name in environments {
        if !loaded.iter().any(|one| has(one, name)) {
            return Err(unknown_environment(name, &loaded));
        }
    }
    loaded.retain(|one| {
        let keeps = environments.is_empty() || environments.iter().any(|name| has(one, name));
        if !keeps {
            let spec = one.spec.display();
            let _ = writeln!(
                notes,
                "note: `{spec}` has no environment {}: skipped",
                platforms::list(environments)
            );
        }
        keeps
    });
    Ok((loaded, notes))
}

/// Answers a question about platforms that are sound, from the base of each and the environments that are named (all if
/// none is); mistakes are the answer otherwise.
pub(super) fn ask(
    choice: &Choice,
    environments: &[String],
    common: Common,
    tell: impl FnOnce(&[(&Platform, Vec<&Platform>)]) -> String,
) -> Result<Answer, Fault> {
    let mut loaded = load(&platforms::find(&choice.names)?, &[])?;
    let messages = messages(&mut loaded, choice, common, common.color.on_stderr());
    if loaded.iter().any(|one| one.project.findings.errors() > 0) {
        return Ok(Answer { err: messages, exit: Exit::No, ..Answer::default() });
    }
    let (chosen, notes) = choose(loaded.iter().collect(), environments)?;
    let mut asked = Vec::new();
    for one in chosen {
        let (base, all) = one.project.platforms.as_ref().expect("internal error: there are no errors");
        let is_named = |platform: &&Platform| {
            let name = platform.scope.environment.as_ref();
            environments.is_empty() || name.is_some_and(|name| environments.contains(name))
        };
        asked.push((base, all.iter().filter(is_named).collect()));
    }
    Ok(Answer { out: tell(&asked), err: messages + &notes, ..Answer::default() })
}

fn unknown_environment(name: &str, loaded: &[&Loaded]) -> Fault {
    let mut known: Vec<&str> = Vec::new();
    for one in loaded {
        for environment in &one.project.environments {
            if !known.contains(&environment.as_str()) {
                known.push(environment);
            }
        }
    }
    let fault = Fault::usage(format!("there is no environment `{name}`"));
    if platforms::find(&[name.to_owned()]).is_ok() {
        return fault.help(format!("`{name}` is a platform: `-p {name}`"));
    }
    if known.is_empty() {
        return fault.help(format!("the spec has none: add `environments: {{ {name}: {{}} }}`"));
    }
    let there_are = format!("there are: {}", platforms::list(&known));
    fault.help(match suggest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`? {there_are}"),
        None => there_are,
    })
}

/// `--image` names a component that no platform has.
fn unknown_component(name: &str, loaded: &[Loaded]) -> Fault {
    let platforms = loaded.iter().filter_map(|one| one.project.platforms.as_ref());
    let parts: Vec<&str> =
        platforms.flat_map(|(base, _)| &base.parts).map(|part| part.name.as_str()).collect();
    let fault = Fault::usage(format!("`--image {name}=…`: there is no component `{name}`"));
    match suggest(name, parts.iter().copied()) {
        Some(near) => fault.help(format!("did you mean `{near}`?")),
        None => fault.help(format!("there are: {}", platforms::list(&parts))),
    }
}

fn job<'a>(loaded: &'a Loaded, args: &Args, several: bool) -> Result<Job<'a>, Fault> {
    if args.output.is_none() && !args.stdout && !loaded.spec.is_file() {
        let spec = loaded.spec.display();
        return Err(Fault::usage(format!(
            "`{spec}` is no regular file, so there is no folder for `out` beside it"
        ))
        .help("`-o DIR` says where to write, `--stdout` prints one environment"));
    }
    let out = match &args.output {
        Some(folder) if several => folder.join(platforms::name(&loaded.spec)?),
        Some(folder) => folder.clone(),
        None => platforms::folder(&loaded.spec).join("out"),
    };
    if std::fs::metadata(&out).is_ok_and(|metadata| !metadata.is_dir()) {
        return Err(Fault::usage(format!("`{}` is a file, but the output needs a folder", out.display()))
            .help("name a folder with `-o`"));
    }
    let mut scope = Scope::all();
    if !args.environments.is_empty() {
        scope = scope.environments(&args.environments);
    }
    if !args.format.is_empty() {
        scope = scope.folders(&args.format);
    }
    Ok(Job { loaded, out, scope })
}

/// Writes each platform's files.
fn write(jobs: &[Job<'_>], args: &Args) -> Result<Answer, Fault> {
    let mut answer = Answer { is_report: true, ..Answer::default() };
    let force = if args.force { Force::Overwrite } else { Force::Refuse };
    for job in jobs {
        let mut writer = Writer::open(&job.out, job.scope.clone(), force)?;
        render_into(|sink| job.render(&args.format, sink), |file| writer.file(file))?;
        let out = job.out.display();
        match writer.finish()? {
            Outcome::Done(tally) => {
                let _ = write!(answer.out, "{out}\n{}", summary(&tally));
            }
            Outcome::Refused(conflicts) => {
                answer.exit = Exit::No;
                let (files, them) = if conflicts.len() == 1 { ("file", "it") } else { ("files", "them") };
                let count = conflicts.len();
                let _ = writeln!(
                    answer.err,
                    "error: `{out}` has {count} {files} that kgen may not touch; nothing was written there"
                );
                for (path, conflict) in conflicts {
                    let _ = writeln!(answer.err, "  {path}: {}", conflict.reason());
                }
                let _ = writeln!(
                    answer.err,
                    "help: say it in `{}`; then `{} --force` overwrites {them}",
                    job.loaded.spec.display(),
                    args.command()
                );
            }
        }
    }
    Ok(answer)
}

/// What was done, a line for each environment.
fn summary(tally: &BTreeMap<Option<String>, Counts>) -> String {
    let mut text = String::new();
    for (environment, counts) in tally {
        let name = environment.as_deref().unwrap_or("shared");
        let Counts { written, unchanged, removed } = *counts;
        let files = if written == 1 { "file" } else { "files" };
        let _ =
            writeln!(text, "  {name}: {written} {files} written, {unchanged} unchanged, {removed} removed");
    }
    text
}

impl Args {
    /// The command that renders the same, to be copied from a message.
    fn command(&self) -> String {
        let mut words = vec!["kgen render".to_owned()];
        words.extend(self.environments.iter().cloned());
        words.extend(self.choice.names.iter().map(|name| format!("-p {name}")));
        if !self.format.is_empty() {
            words.push(format!("--format {}", self.format.join(",")));
        }
        words.extend(self.output.iter().map(|folder| format!("-o {}", folder.display())));
        words.extend(self.images.iter().map(|(name, image)| format!("--image {name}={image}")));
        words.join(" ")
    }
}

impl Job<'_> {
    /// Gives the files of the formats to a sink.
    fn render(&self, formats: &[String], sink: &mut Sink<'_>) -> anyhow::Result<()> {
        let wanted = |name: &str| formats.is_empty() || formats.iter().any(|format| format == name);
        let kinds: Vec<Kind> = FORMATS.iter().filter(|kind| wanted(kind.name)).copied().collect();
        self.loaded.project.render(&kinds, sink)
    }
}

/// The names of the formats, for `--format`.
fn formats() -> PossibleValuesParser {
    FORMATS.iter().map(|kind| PossibleValue::new(kind.name).help(kind.doc)).collect::<Vec<_>>().into()
}

/// Reads `NAME=REF`.
fn image(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, image)) if !name.is_empty() && !image.is_empty() => {
            Ok((name.to_owned(), image.to_owned()))
        }
        _ => Err("write NAME=REF, e.g. `api=registry.example/api:1.2.3`".to_owned()),
    }
}
