//! Law 2 on a real API server: it takes every object, every rollout finishes, every claim binds, every
//! Job completes, and the chart installs and upgrades.
//!
//! The cluster is that of `KGEN_TEST_KUBECONFIG`. Tests fill and empty namespaces of the platforms' names
//! there, so it has a variable of its own: nobody's KUBECONFIG is taken by accident. Its nodes should be fake (KWOK):
//! on real ones, such as kind's, no pod starts, because images are nowhere, and the server alone is asked.

use crate::definitions;
use crate::judges::{HELMS, for_all, missing, none, run, skipped, tool};
use crate::kgen::root;
use crate::objects;
use crate::projects::{self, Environment, Project};
use serde_yaml::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long a rollout, a Job or a claim may take.
const PATIENCE: &str = "--timeout=180s";

/// What cannot be asked of a cluster that would have to run the images.
const REAL_NODES: &str = "rollouts, because the nodes of the cluster are real";

/// Namespaces have the platforms' names: one test at a time uses them.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// A cluster that tests may fill and empty.
struct Cluster {
    config: PathBuf,
    kubectl: PathBuf,
}

impl Cluster {
    /// The cluster with all custom resources defined; none if there is no cluster.
    fn get() -> Option<Self> {
        let Some(config) = std::env::var_os("KGEN_TEST_KUBECONFIG") else {
            missing("a cluster to try the output on (KGEN_TEST_KUBECONFIG names its kubeconfig)");
            return None;
        };
        let config = PathBuf::from(config);
        // A cluster that was made for tests may bring the kubectl of its own version.
        let own = config.with_file_name("bin/kubectl");
        let kubectl = if own.is_file() { own } else { tool("kubectl")? };
        let cluster = Self { config, kubectl };
        cluster.kubectl(&["apply", "--server-side", "-f", &text(&definitions::folder())]).unwrap();
        for folder in projects::all().into_iter().filter_map(|project| project.definitions()) {
            // Those that are there already are published whole, and an example's are cut down.
            drop(cluster.kubectl(&["create", "-f", &text(&folder)]));
        }
        cluster.kubectl(&["wait", "--for=condition=Established", "crd", "--all", PATIENCE]).unwrap();
        cluster.make_namespaces_of_others();
        Some(cluster)
    }

    /// Makes the namespaces of operators and gateways, which are there before a platform comes.
    fn make_namespaces_of_others(&self) {
        let mut names = BTreeSet::new();
        for environment in projects::environments() {
            let objects = objects::read(&environment.raw()).unwrap();
            let own: BTreeSet<_> =
                objects.keys().filter(|key| key.kind == "Namespace").map(|key| key.name.clone()).collect();
            names.extend(objects.into_keys().map(|key| key.namespace).filter(|name| !own.contains(name)));
        }
        for name in names.iter().filter(|name| !name.is_empty()) {
            // It may be there already.
            drop(self.kubectl(&["create", "namespace", name]));
        }
    }

    fn kubectl(&self, args: &[&str]) -> Result<String, String> {
        run(Command::new(&self.kubectl).env("KUBECONFIG", &self.config).args(args))
    }

    /// Whether pods become ready although their images are nowhere.
    fn is_fake(&self) -> bool {
        let path = "jsonpath={.items[*].status.nodeInfo.containerRuntimeVersion}";
        let said = self.kubectl(&["get", "nodes", "-o", path]).unwrap();
        assert!(!said.trim().is_empty(), "the cluster has no nodes");
        said.split_whitespace().all(|runtime| runtime == "kwok")
    }

    /// Applies files as the server would take them from a person who wants to know of every mistake.
    fn apply(&self, path: &Path, more: &[&str]) -> Result<String, String> {
        let strict = ["apply", "--server-side", "--validate=strict", "--warnings-as-errors", "-R", "-f"];
        self.kubectl(&[&strict[..], &[&text(path)], more].concat())
    }

    /// Waits until everything in a namespace is up: rollouts, Jobs, claims.
    fn settle(&self, namespace: &str) -> Result<(), String> {
        let kinds = "deployments,statefulsets,daemonsets,jobs,persistentvolumeclaims";
        let names = self.kubectl(&["get", "-n", namespace, kinds, "-o", "name"])?;
        let of = |prefixes: &[&str]| -> Vec<&str> {
            names.lines().filter(|name| prefixes.iter().any(|prefix| name.starts_with(prefix))).collect()
        };
        let workloads = of(&["deployment.", "statefulset.", "daemonset."]);
        assert!(!workloads.is_empty(), "nothing runs in {namespace}");
        let steps = [
            (["rollout", "status"].as_slice(), workloads),
            (&["wait", "--for=condition=Complete"], of(&["job."])),
            (&["wait", "--for=jsonpath={.status.phase}=Bound"], of(&["persistentvolumeclaim/"])),
        ];
        for (verb, names) in steps.iter().filter(|(_, names)| !names.is_empty()) {
            self.kubectl(&[*verb, &["-n", namespace, PATIENCE], names].concat())?;
        }
        Ok(())
    }

    /// Makes the secrets that somebody else has to fill, with entries that mean nothing.
    fn fill_secrets(&self, project: &Project, namespace: &str) -> Result<(), String> {
        let templates = project.out.join("ops/secrets");
        let Ok(listing) = std::fs::read_dir(&templates) else { return Ok(()) };
        for entry in listing {
            let path = entry.unwrap().path();
            let template = std::fs::read_to_string(&path).unwrap();
            let there = projects::namespace_of(&template, namespace);
            if there != namespace && self.kubectl(&["get", "namespace", &there]).is_err() {
                // A chart brings that namespace itself; pods wait for the secret.
                continue;
            }
            let mut secret: Value =
                serde_yaml::from_str(&template).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            for value in secret["stringData"].as_mapping_mut().into_iter().flat_map(|map| map.values_mut()) {
                *value = Value::from("for-a-test");
            }
            let filled = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(filled.path(), serde_yaml::to_string(&secret).unwrap()).unwrap();
            // The server warns that a certificate is none: it is the test's own.
            let made = Command::new(&self.kubectl)
                .env("KUBECONFIG", &self.config)
                .args(["apply", "--server-side", "-n", &there, "-f", &text(filled.path())])
                .output()
                .map_err(|error| error.to_string())?;
            if !made.status.success() {
                return Err(crate::kgen::both(&made));
            }
        }
        Ok(())
    }

    /// Stands in for an operator: sets a condition of an object; false if that is not there, or not yet.
    fn grant(&self, namespace: &str, object: &str, condition: &str) -> bool {
        let status = format!(
            r#"{{"status":{{"conditions":[{{"type":"{condition}","status":"True","reason":"Test","message":"","lastTransitionTime":"2026-01-01T00:00:00Z"}}]}}}}"#
        );
        let args = ["patch", "-n", namespace, object, "--subresource=status", "--type=merge", "-p", &status];
        self.kubectl(&args).is_ok()
    }

    /// Deletes what belongs to no namespace, and the namespace with all that is in it, which takes a while.
    fn clear(&self, environment: &Environment) -> Result<(), String> {
        let cluster = text(&environment.raw().join("cluster"));
        self.kubectl(&["delete", "--ignore-not-found", "--wait=false", "-R", "-f", &cluster]).map(drop)
    }

    /// Waits until the namespaces of an environment that were deleted are gone.
    fn gone(&self, environment: &Environment) -> Result<(), String> {
        let objects = objects::read(&environment.raw().join("cluster"))?;
        for key in objects.keys().filter(|key| key.kind == "Namespace") {
            self.kubectl(&["wait", "--for=delete", &format!("namespace/{}", key.name), PATIENCE])?;
        }
        Ok(())
    }
}

fn text(path: &Path) -> String {
    path.to_str().expect("paths of this repository are UTF-8").to_owned()
}

#[test]
fn the_server_takes_every_object_of_every_project() {
    let Some(cluster) = Cluster::get() else { return };
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    none(&for_all(&projects::environments(), |environment| {
        let taken = cluster
            .apply(&environment.raw().join("cluster"), &[])
            .and_then(|_| cluster.apply(&environment.raw(), &["--dry-run=server"]));
        let cleared = cluster.clear(environment);
        [taken.map(drop), cleared]
            .into_iter()
            .filter_map(Result::err)
            .map(|error| format!("{environment}: {error}"))
            .collect()
    }));
}

#[test]
fn platforms_come_up_as_their_script_deploys_them() {
    let Some(cluster) = Cluster::get() else { return };
    if !cluster.is_fake() {
        return skipped(REAL_NODES);
    }
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    none(&for_all(&platforms(), |project| {
        project
            .environments()
            .iter()
            .filter_map(|environment| {
                let up = deployed(&cluster, environment);
                let cleared = cluster.clear(environment);
                up.and(cleared).err().map(|error| format!("{environment}: {error}"))
            })
            .collect()
    }));
}

fn deployed(cluster: &Cluster, environment: &Environment) -> Result<(), String> {
    let project = &environment.project;
    cluster.gone(environment)?;
    cluster.apply(&environment.raw().join("cluster"), &[])?;
    cluster.fill_secrets(project, &environment.namespace)?;
    let script = project.out.join("ops/deploy.sh");
    // The script calls tools by their plain names.
    let tools = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(&cluster.kubectl, tools.path().join("kubectl")).unwrap();
    for (name, judge) in [("helm", "helm4"), ("kustomize", "kustomize")] {
        let Some(judge) = tool(judge) else { return Ok(()) };
        std::os::unix::fs::symlink(judge, tools.path().join(name)).unwrap();
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(tools.path().to_owned()).chain(std::env::split_paths(&folders));
    let path = std::env::join_paths(folders).expect("a path of folders");
    let mut awaited = of_operators(&script);
    let done = AtomicBool::new(false);
    let output = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                awaited
                    .retain(|(object, condition)| !cluster.grant(&environment.namespace, object, condition));
                std::thread::sleep(Duration::from_millis(500));
            }
        });
        let output = Command::new(&script)
            .env("KUBECONFIG", &cluster.config)
            .env("PATH", path)
            .args(["deploy", &environment.name, "--timeout", "180"])
            .output();
        done.store(true, Ordering::Relaxed);
        output
    });
    let output = output.map_err(|error| format!("{}: {error}", script.display()))?;
    if !output.status.success() {
        return Err(format!("{} deploy: {}", script.display(), crate::kgen::both(&output)));
    }
    cluster.settle(&environment.namespace)
}

/// What the script waits for and only an operator says, with the condition: none of them runs in the cluster of the tests.
fn of_operators(script: &Path) -> Vec<(String, String)> {
    let text =
        std::fs::read_to_string(script).unwrap_or_else(|error| panic!("{}: {error}", script.display()));
    let found: BTreeSet<_> = text
        .split(|c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '(' | ')'))
        .filter_map(|word| word.split_once("=condition="))
        .map(|(object, condition)| (object.to_owned(), condition.to_owned()))
        .collect();
    found.into_iter().collect()
}

#[test]
fn charts_install_and_upgrade_from_one_environment_to_the_next() {
    let Some(cluster) = Cluster::get() else { return };
    if !cluster.is_fake() {
        return skipped(REAL_NODES);
    }
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    for name in HELMS {
        let Some(helm) = tool(name) else { continue };
        none(&for_all(&platforms(), |project| {
            let namespace = format!("{}-by-{name}", project.name);
            let released = released(&cluster, &helm, project, &namespace);
            let gone =
                cluster.kubectl(&["delete", "namespace", &namespace, "--ignore-not-found", "--timeout=240s"]);
            released
                .and(gone.map(drop))
                .err()
                .map(|error| format!("{} by {name}: {error}", project.name))
                .into_iter()
                .collect()
        }));
    }
}

/// One release that goes through all environments, and then away; a second one of the same chart is refused.
fn released(cluster: &Cluster, helm: &Path, project: &Project, namespace: &str) -> Result<(), String> {
    cluster.kubectl(&["create", "namespace", namespace])?;
    cluster.fill_secrets(project, namespace)?;
    let chart = text(&project.chart());
    let helm = |args: &[&str]| {
        run(Command::new(helm).env("KUBECONFIG", &cluster.config).args(args).args(["--namespace", namespace]))
    };
    for (n, environment) in project.environments().iter().enumerate() {
        let verb = if n == 0 { "install" } else { "upgrade" };
        let values = text(&environment.values());
        helm(&[verb, &project.name, &chart, "--values", &values, "--timeout", "180s"])
            .map_err(|error| format!("{verb} with the values of {}: {error}", environment.name))?;
        cluster
            .settle(namespace)
            .map_err(|error| format!("after {verb} of {}: {error}", environment.name))?;
    }
    let values = text(&project.environments()[0].values());
    if helm(&["install", "second", &chart, "--values", &values]).is_ok() {
        return Err("a second release of the chart in one namespace was not refused".to_owned());
    }
    helm(&["uninstall", &project.name, "--wait", "--timeout", "180s"]).map(drop)
}

/// The reference platforms; examples are too many for a rollout each.
fn platforms() -> Vec<Project> {
    let platforms: Vec<_> = projects::all()
        .into_iter()
        .filter(|project| project.folder.starts_with(root().join("platforms")))
        .collect();
    assert!(!platforms.is_empty());
    platforms
}
