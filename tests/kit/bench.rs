//! A copy of a platform's folder beside stubs of kubectl, helm and docker.

use crate::kgen::{both, files, root};
use crate::objects::{self, Objects};
use crate::projects::{Environment, Project, namespace_of};
use serde_yaml::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A platform's folder in which commands can be run.
pub(crate) struct Bench {
    folder: tempfile::TempDir,
}

/// What a command did.
#[derive(Debug)]
pub(crate) struct Ran {
    /// Its exit code.
    pub(crate) code: i32,
    /// What it printed on standard output.
    pub(crate) out: String,
    /// What it said on both channels.
    pub(crate) said: String,
    /// The calls of stubs, in order, with the folder left out.
    pub(crate) calls: Vec<String>,
}

/// The platforms and examples that have a kit.
pub(crate) fn projects() -> Vec<Project> {
    let found: Vec<_> = crate::projects::all()
        .into_iter()
        .filter(|project| project.out.join("ops/deploy.sh").is_file())
        .collect();
    assert!(!found.is_empty(), "no platform has a kit");
    found
}

impl Bench {
    /// A copy of a platform, with all its secrets filled and all its kinds served.
    pub(crate) fn of(project: &Project) -> Self {
        let bench = Self { folder: tempfile::tempdir().unwrap() };
        let platform = bench.platform();
        for (path, bytes) in files(&project.folder) {
            let to = platform.join(path.clone());
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::write(&to, bytes).unwrap();
            let mode = fs::metadata(project.folder.join(path)).unwrap().permissions();
            fs::set_permissions(&to, mode).unwrap();
        }
        fs::create_dir_all(bench.stub()).unwrap();
        let mut lists: [BTreeSet<String>; 5] = Default::default();
        for environment in project.environments() {
            describe(&environment, &mut lists);
        }
        for (name, list) in ["objects", "apps", "ports", "secrets", "kinds"].iter().zip(lists) {
            let lines: String = list.into_iter().map(|line| line + "\n").collect();
            bench.tell(name, &lines);
        }
        bench.sources();
        bench
    }

    /// Makes the sources of the images: folders with a Dockerfile of their own.
    fn sources(&self) {
        let spec = fs::read_to_string(self.platform().join("platform.yaml")).unwrap();
        let spec: Value = serde_yaml::from_str(&spec).unwrap();
        for (_, image) in spec["kit"]["images"].as_mapping().into_iter().flatten() {
            let context = image.as_str().or_else(|| image["context"].as_str()).expect("a folder");
            let folder = self.platform().join(context);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("Dockerfile"), "FROM scratch\n").unwrap();
        }
    }

    fn platform(&self) -> PathBuf {
        self.folder.path().join("platform")
    }

    fn stub(&self) -> PathBuf {
        self.folder.path().join("stub")
    }

    /// Tells the stubs something: a file of theirs.
    pub(crate) fn tell(&self, name: &str, text: &str) {
        fs::write(self.stub().join(name), text).unwrap();
    }

    /// What the stubs were told.
    pub(crate) fn told(&self, name: &str) -> String {
        fs::read_to_string(self.stub().join(name)).unwrap_or_default()
    }

    /// Runs lines of bash in the platform's folder.
    pub(crate) fn run(&self, script: &str) -> Ran {
        let _ = fs::remove_file(self.stub().join("log"));
        let output = self.command(script).output().expect("bash starts");
        self.ran(&output)
    }

    fn command(&self, script: &str) -> Command {
        let kgen = Path::new(env!("CARGO_BIN_EXE_kgen")).parent().unwrap();
        let path = format!("{}:{}:/usr/bin:/bin", root().join("tests/kit/stubs").display(), kgen.display());
        let mut command = Command::new("bash");
        command
            .args(["-euo", "pipefail", "-c", script])
            .env_clear()
            .env("PATH", path)
            .env("STUB", self.stub())
            .env("HOME", self.folder.path())
            .current_dir(self.platform());
        command
    }

    fn ran(&self, output: &Output) -> Ran {
        let folder = fs::canonicalize(self.platform()).unwrap();
        let log = self.told("log").replace(&format!("{}/", folder.display()), "");
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout.clone()).unwrap(),
            said: both(output),
            calls: log.lines().map(str::to_owned).collect(),
        }
    }
}

impl Ran {
    /// Fails unless the command did what it should.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}\ncalls: {:#?}", self.said, self.calls);
        self
    }

    /// The position of the first call that holds a text.
    #[track_caller]
    pub(crate) fn call(&self, part: &str) -> usize {
        let found = self.calls.iter().position(|call| call.contains(part));
        found.unwrap_or_else(|| panic!("no call has `{part}`: {:#?}\n{}", self.calls, self.said))
    }

    /// Whether no call holds a text.
    pub(crate) fn lacks(&self, part: &str) -> bool {
        !self.calls.iter().any(|call| call.contains(part))
    }
}

/// Adds what an environment holds: objects, apps, ports, secrets, kinds.
fn describe(environment: &Environment, lists: &mut [BTreeSet<String>; 5]) {
    let rendered: Objects = objects::read(&environment.raw()).unwrap();
    let own = &environment.namespace;
    for (key, value) in &rendered {
        let namespace = if key.namespace.is_empty() { "-" } else { &key.namespace };
        lists[0].insert(format!("{namespace} {}/{}", key.kind.to_lowercase(), key.name));
        if let Some(app) = value["spec"]["template"]["metadata"]["labels"]["app"].as_str() {
            lists[1].insert(format!("{namespace} {app}"));
        }
        if key.kind == "Service" {
            for port in value["spec"]["ports"].as_sequence().into_iter().flatten() {
                lists[2].insert(format!("{namespace} {} {}", key.name, port["port"].as_u64().unwrap()));
            }
        }
        lists[4].insert(format!("{} {}", key.api_version, key.kind));
    }
    managing(environment, lists);
    // The documents apply it before they name it.
    if environment.project.out.join("ops/load/in-cluster.yaml").is_file() {
        lists[0].insert(format!("{own} job/load-test"));
    }
    let secrets = environment.project.out.join("ops/secrets");
    for (_, bytes) in secrets.is_dir().then(|| files(&secrets)).into_iter().flatten() {
        let there = namespace_of(std::str::from_utf8(&bytes).unwrap(), own);
        let secret: Value = serde_yaml::from_slice(&bytes).unwrap();
        for (key, _) in secret["stringData"].as_mapping().into_iter().flatten() {
            let mut line = String::new();
            write!(
                line,
                "{there} {} {}",
                secret["metadata"]["name"].as_str().unwrap(),
                key.as_str().unwrap()
            )
            .unwrap();
            lists[3].insert(line);
        }
    }
}

/// Adds what the cluster has that manages the environment's: objects, what comes of charts, and Rancher's credentials.
fn managing(environment: &Environment, lists: &mut [BTreeSet<String>; 5]) {
    let folder = environment.project.out.join("cluster").join(&environment.name);
    if !folder.is_dir() {
        return;
    }
    for (key, value) in objects::read(&folder).unwrap() {
        lists[0].insert(format!("{} {}/{}", key.namespace, key.kind.to_lowercase(), key.name));
        lists[4].insert(format!("{} {}", key.api_version, key.kind));
        if key.kind == "HelmChart" {
            let target = value["spec"]["targetNamespace"].as_str().unwrap();
            lists[0].insert(format!("- namespace/{target}"));
            lists[0].insert(format!("{} job/helm-install-{}", key.namespace, key.name));
        }
        if let Some(credential) = value["spec"]["cloudCredentialSecretName"].as_str() {
            let (namespace, name) = credential.split_once(':').unwrap();
            lists[0].insert(format!("- namespace/{namespace}"));
            lists[0].insert("- crd/clusters.provisioning.cattle.io".to_owned());
            lists[0].insert(format!("{} clusters/{}", key.namespace, key.name));
            lists[3].insert(format!("{namespace} {name} password"));
        }
    }
    lists[0].insert("- namespace/default".to_owned());
}
