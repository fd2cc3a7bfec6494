//! What kube-score calls critical, in the raw output of everything, is mended or refuted in writing:
//! `tests/judges/kube-score.yaml` says by rule what stays as it is, where, and why.

use crate::judges::{for_all, none, tool};
use crate::kgen::{both, files, root};
use crate::projects::{self, Environment};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

/// One row of the refutations.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refutation {
    rule: String,
    r#where: Vec<String>,
    #[serde(default)]
    objects: Vec<String>,
    because: String,
}

#[derive(Deserialize)]
struct Scored {
    object_meta: Meta,
    type_meta: Kind,
    checks: Vec<Check>,
}

#[derive(Deserialize)]
struct Meta {
    name: String,
}

#[derive(Deserialize)]
struct Kind {
    kind: String,
}

#[derive(Deserialize)]
struct Check {
    check: Rule,
    grade: u8,
    skipped: bool,
    comments: Option<Vec<Comment>>,
}

#[derive(Deserialize)]
struct Rule {
    id: String,
}

#[derive(Deserialize)]
struct Comment {
    path: String,
    summary: String,
}

/// The grade that kube-score calls critical.
const CRITICAL: u8 = 1;

impl Refutation {
    fn covers(&self, environment: &Environment, object: &str, rule: &str) -> bool {
        let project = &environment.project;
        let group = project.folder.parent().and_then(Path::file_name).expect("a group of projects");
        self.rule == rule
            && self.r#where.iter().any(|place| *place == project.name || group == &**place)
            && (self.objects.is_empty() || self.objects.iter().any(|own| own == object))
    }
}

#[test]
fn no_critical_finding_is_left_that_is_not_refuted() {
    let Some(judge) = tool("kube-score") else { return };
    let text = std::fs::read_to_string(root().join("tests/judges/kube-score.yaml")).unwrap();
    let refutations: Vec<Refutation> = serde_yaml::from_str(&text).unwrap();
    let used = Mutex::new(BTreeSet::new());
    let mut complaints = for_all(&projects::environments(), |environment| {
        let mut complaints = Vec::new();
        for (object, check) in critical(&judge, environment) {
            let covering: Vec<usize> = (0..refutations.len())
                .filter(|row| refutations[*row].covers(environment, &object, &check.check.id))
                .collect();
            if covering.is_empty() {
                let said: Vec<_> = check
                    .comments
                    .into_iter()
                    .flatten()
                    .map(|c| format!("{} {}", c.path, c.summary))
                    .collect();
                complaints.push(format!("{environment}: {object}: {}: {}", check.check.id, said.join("; ")));
            }
            used.lock().unwrap().extend(covering);
        }
        complaints
    });
    let used = used.into_inner().unwrap();
    for (row, refutation) in refutations.iter().enumerate() {
        if refutation.because.trim().len() < 40 {
            complaints.push(format!("the refutation of {} gives no reason", refutation.rule));
        }
        if !used.contains(&row) {
            complaints.push(format!(
                "the refutation of {} in {:?} covers nothing",
                refutation.rule, refutation.r#where
            ));
        }
    }
    none(&complaints);
}

/// Critical findings with their objects, as KIND/NAME.
fn critical(judge: &Path, environment: &Environment) -> Vec<(String, Check)> {
    let raw = environment.raw();
    let output = Command::new(judge)
        .args(["score", "--output-format", "json", "--kubernetes-version"])
        .arg(format!("v{}", environment.project.kubernetes().trim_end_matches(".0")))
        .args(files(&raw).iter().map(|(path, _)| raw.join(path)))
        .output()
        .expect("kube-score starts");
    // It ends with 1 where it found something critical.
    let scored: Vec<Scored> = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{environment}: {error}\n{}", both(&output)));
    assert!(!scored.is_empty(), "{environment}: nothing was judged");
    scored
        .into_iter()
        .flat_map(|object| {
            let name = format!("{}/{}", object.type_meta.kind, object.object_meta.name);
            object
                .checks
                .into_iter()
                .filter(|check| check.grade == CRITICAL && !check.skipped)
                .map(move |check| (name.clone(), check))
        })
        .collect()
}
