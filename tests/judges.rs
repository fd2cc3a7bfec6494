//! The real tools that judge the output. `tests/judges/install` builds them.

use crate::kgen::{both, root};
use crate::objects::{self, Objects};
use crate::projects::Environment;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Both versions of Helm.
pub(crate) const HELMS: &[&str] = &["helm3", "helm4"];

/// Both versions of Kustomize: its own program, and the one inside kubectl.
pub(crate) const KUSTOMIZES: &[&str] = &["kustomize", "kubectl"];

/// A tool by name. If it is not there, one line says so and the test that asks should return;
/// where `CI` is `true` that is a failure.
pub(crate) fn tool(name: &str) -> Option<PathBuf> {
    let built = root().join(".judges/bin").join(name);
    if built.is_file() {
        return Some(built);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
    // Somebody's `helm` is of unknown version; kubectl is taken as it comes.
    found.filter(|_| name == "kubectl").or_else(|| {
        missing(&format!("the judge {name}"));
        None
    })
}

/// Says that something is not there, and what it takes to have it; fails where `CI` is `true`.
///
/// # Panics
/// If `CI` is `true`.
pub(crate) fn missing(what: &str) {
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{what} is missing, and CI needs it");
    skipped(&format!("{what}: see CONTRIBUTING.md"));
}

/// Says past the test harness's capture what a test does without.
pub(crate) fn skipped(what: &str) {
    let test = std::thread::current().name().unwrap_or("a test").to_owned();
    let line = format!("skipped: {test} does without {what}\n");
    std::io::stderr().write_all(line.as_bytes()).expect("standard error takes a line");
}

/// Runs a program and returns what it printed; an error if it fails or says anything besides.
pub(crate) fn run(command: &mut Command) -> Result<String, String> {
    let shown = format!("{command:?}");
    let output = command.output().map_err(|error| format!("{shown}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{shown}: {}\n{}", output.status, both(&output)));
    }
    let said = String::from_utf8_lossy(&output.stderr);
    if !said.trim().is_empty() {
        return Err(format!("{shown} complains:\n{said}"));
    }
    String::from_utf8(output.stdout).map_err(|error| format!("{shown}: {error}"))
}

/// Builds a kustomization with one of [`KUSTOMIZES`].
pub(crate) fn kustomize(tool: &Path, folder: &Path) -> Result<Objects, String> {
    let verb = if tool.ends_with("kubectl") { "kustomize" } else { "build" };
    objects::parse(&run(Command::new(tool).arg(verb).arg(folder))?)
}

/// Renders the chart of an environment with one of [`HELMS`] and further arguments.
pub(crate) fn helm_template(
    tool: &Path,
    environment: &Environment,
    more: &[&str],
) -> Result<Objects, String> {
    let mut command = Command::new(tool);
    command
        .args(["template", &environment.project.name])
        .arg(environment.project.chart())
        .args(["--namespace", &environment.namespace, "--values"])
        .arg(environment.values())
        .args(["--kube-version", &environment.project.kubernetes()])
        .args(more);
    objects::parse(&run(&mut command)?)
}

/// Lints the chart of an environment with one of [`HELMS`].
pub(crate) fn helm_lint(tool: &Path, environment: &Environment) -> Result<(), String> {
    let mut command = Command::new(tool);
    command
        .args(["lint", "--strict", "--quiet"])
        .arg(environment.project.chart())
        .args(["--namespace", &environment.namespace, "--values"])
        .arg(environment.values())
        .args(["--kube-version", &environment.project.kubernetes()]);
    let said = run(&mut command)?;
    // `--quiet` prints warnings and errors only.
    if said.trim().is_empty() { Ok(()) } else { Err(format!("{command:?}:\n{said}")) }
}

/// Does something with every item on as many threads as there are processors, and returns all
/// complaints in the items' order.
pub(crate) fn for_all<T: Sync>(items: &[T], check: impl Fn(&T) -> Vec<String> + Sync) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let mut found: Vec<(usize, Vec<String>)> = std::thread::scope(|scope| {
        let work = || {
            let mut mine = Vec::new();
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                match items.get(n) {
                    Some(item) => mine.push((n, check(item))),
                    None => return mine,
                }
            }
        };
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running.into_iter().flat_map(|thread| thread.join().expect("a judge's thread")).collect()
    });
    found.sort();
    found.into_iter().flat_map(|(_, lines)| lines).collect()
}

/// Fails with the complaints, if there are any, the first thirty in full.
///
/// # Panics
/// If there are complaints.
pub(crate) fn none(complaints: &[String]) {
    let shown = complaints.iter().take(30).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(complaints.is_empty(), "{} complaints:\n{shown}", complaints.len());
}
