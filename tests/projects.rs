//! The platforms and examples of this repository, whose committed output the tests judge.

use crate::kgen::root;
use std::path::{Path, PathBuf};

/// A platform folder with its committed output.
#[derive(Clone, Debug)]
pub(crate) struct Project {
    /// Name of the folder, which is that of the platform.
    pub(crate) name: String,
    /// The folder of `platform.yaml`.
    pub(crate) folder: PathBuf,
    /// The committed output.
    pub(crate) out: PathBuf,
}

/// An environment of a project.
#[derive(Clone, Debug)]
pub(crate) struct Environment {
    /// Where it belongs.
    pub(crate) project: Project,
    /// Its name.
    pub(crate) name: String,
    /// The namespace of the platform there.
    pub(crate) namespace: String,
}

/// All platforms and examples, sorted.
///
/// # Panics
/// If there are none: a test of nothing proves nothing.
pub(crate) fn all() -> Vec<Project> {
    let mut projects: Vec<_> = ["platforms", "examples"]
        .iter()
        .filter_map(|group| std::fs::read_dir(root().join(group)).ok())
        .flatten()
        .map(|entry| entry.unwrap().path())
        .filter(|folder| folder.join("platform.yaml").is_file())
        .map(|folder| Project::new(&folder))
        .collect();
    projects.sort_by(|a, b| a.folder.cmp(&b.folder));
    assert!(!projects.is_empty(), "there are no platforms and no examples");
    projects
}

/// All environments of all platforms and examples.
pub(crate) fn environments() -> Vec<Environment> {
    all().iter().flat_map(Project::environments).collect()
}

impl Project {
    /// The project in a folder.
    pub(crate) fn new(folder: &Path) -> Self {
        Self {
            name: folder.file_name().unwrap().to_string_lossy().into_owned(),
            folder: folder.to_owned(),
            out: folder.join("out"),
        }
    }

    /// Its environments, sorted: what is in its raw output.
    ///
    /// # Panics
    /// If there is no output.
    pub(crate) fn environments(&self) -> Vec<Environment> {
        let raw = self.out.join("raw");
        let listing = std::fs::read_dir(&raw).unwrap_or_else(|error| panic!("{}: {error}", raw.display()));
        let mut names: Vec<_> =
            listing.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names.into_iter().map(|name| Environment::new(self.clone(), name)).collect()
    }

    /// The folder of its own definitions of custom resources, if its spec names one.
    pub(crate) fn definitions(&self) -> Option<PathBuf> {
        let text = std::fs::read_to_string(self.folder.join("platform.yaml")).unwrap();
        let spec: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
        spec["crds"].as_str().map(|folder| self.folder.join(folder))
    }

    /// The Helm chart: the one folder below `helm/`.
    pub(crate) fn chart(&self) -> PathBuf {
        let helm = self.out.join("helm");
        let listing = std::fs::read_dir(&helm).unwrap_or_else(|error| panic!("{}: {error}", helm.display()));
        let charts: Vec<_> = listing.map(|entry| entry.unwrap().path()).collect();
        assert_eq!(charts.len(), 1, "{} holds one chart", helm.display());
        charts[0].clone()
    }

    /// The lowest Kubernetes version that the chart allows, e.g. `1.30.0`.
    pub(crate) fn kubernetes(&self) -> String {
        let text = std::fs::read_to_string(self.chart().join("Chart.yaml")).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix("kubeVersion:")).expect("kubeVersion");
        let digits: String = line.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | '-')).collect();
        digits.split('-').next().unwrap().to_owned()
    }
}

impl Environment {
    fn new(project: Project, name: String) -> Self {
        let own = project.out.join("raw").join(&name).join("cluster/namespace.yaml");
        let text = std::fs::read_to_string(&own).unwrap_or_else(|error| panic!("{}: {error}", own.display()));
        let namespace: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
        let namespace = namespace["metadata"]["name"].as_str().expect("a name").to_owned();
        Self { project, name, namespace }
    }

    /// The folder of the raw output.
    pub(crate) fn raw(&self) -> PathBuf {
        self.project.out.join("raw").join(&self.name)
    }

    /// The folder of the Kustomize overlay.
    pub(crate) fn overlay(&self) -> PathBuf {
        self.project.out.join("kustomize/overlays").join(&self.name)
    }

    /// The values of the Helm chart.
    pub(crate) fn values(&self) -> PathBuf {
        self.project.chart().join(format!("values-{}.yaml", self.name))
    }
}

impl std::fmt::Display for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.project.name, self.name)
    }
}

/// Where the template of a secret says that it belongs: to the platform's namespace, or to one beside it.
pub(crate) fn namespace_of(template: &str, namespace: &str) -> String {
    let there = template.split_once("apply -n ").and_then(|(_, rest)| rest.split_once(' '));
    there.map_or("NAMESPACE", |(there, _)| there).replace("NAMESPACE", namespace)
}
