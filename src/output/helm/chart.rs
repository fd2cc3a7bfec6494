//! The chart's other files: Chart.yaml, README.md, NOTES.txt and the named templates.

use super::names::{self, quoted};
use super::place::pod_path;
use super::section::Member;
use super::slot::{Slot, here};
use super::values::{Branch, Name, Section, Values};
use crate::fill::fill;
use crate::k8s::NAMESPACE;
use crate::output::Outline;
use crate::tree::{Map, Tree, yaml};
use std::fmt::Write as _;

/// What NOTES.txt tells, gathered as objects come.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Conditions and knobs of hosts.
    hosts: Vec<(Option<String>, Name)>,
    /// Kinds and names of workloads that run on, with their conditions.
    workloads: Vec<(Option<String>, String)>,
    /// Names of Jobs, which nobody can change in a cluster.
    jobs: Vec<String>,
    /// Name and first port of services, with their conditions.
    services: Vec<(Option<String>, String, i64)>,
    /// An object that every release has: API version, kind and name.
    anchor: Option<[String; 3]>,
}

/// What never belongs into a package of the chart.
pub(super) const HELMIGNORE: &str = include_str!("../../../templates/helm/helmignore");
const HELPERS: &str = include_str!("../../../templates/helm/_helpers.tpl");
const README: &str = include_str!("../../../templates/helm/README.md");
/// Notes name so many workloads and services; more would scroll away.
const NAMED: usize = 12;

impl Notes {
    /// Remembers what an object adds.
    pub(super) fn add(&mut self, member: &Member<'_>, hosts: &[(Vec<Slot<Tree>>, Name)]) {
        let id = &member.family.id;
        let guard = &member.guard;
        let own = id.namespace.is_none() && !id.name.contains(NAMESPACE);
        self.hosts.extend(hosts.iter().map(|(_, name)| (guard.clone(), name.clone())));
        if pod_path(&id.kind).is_some() && !matches!(id.kind.as_str(), "Job" | "CronJob") && own {
            self.workloads.push((guard.clone(), format!("{}/{}", id.kind.to_lowercase(), id.name)));
        }
        // Those that a component has beside its workload are named after what they do, and never change.
        if id.kind == "Job" && own && member.family.file == "job" {
            self.jobs.push(id.name.clone());
        }
        let tree = here(&member.slots).next();
        if id.kind == "Service"
            && own
            && let Some(Tree::Int(port)) = tree.and_then(|tree| tree.at(&["spec", "ports", "0", "port"]))
        {
            self.services.push((guard.clone(), id.name.clone(), *port));
        }
        let namespace = tree.and_then(|tree| tree.at(&["metadata", "namespace"])).and_then(Tree::as_str);
        if self.anchor.is_none() && own && guard.is_none() && namespace == Some(NAMESPACE) {
            self.anchor = Some([id.api_version.clone(), id.kind.clone(), id.name.clone()]);
        }
    }
}

/// Chart.yaml.
pub(super) fn chart_yaml(outline: &Outline) -> String {
    let mut chart = Map::new();
    chart.push("apiVersion", "v2".into());
    chart.push("name", outline.platform.as_str().into());
    chart.push("description", outline.description.as_str().into());
    chart.push("type", "application".into());
    chart.push("version", outline.version.as_str().into());
    chart.push("appVersion", outline.version.as_str().into());
    chart.push("kubeVersion", format!(">={}-0", patch_version(&outline.kubernetes)).into());
    let mut out = outline.header();
    yaml::write(&chart.into(), &mut out);
    out
}

/// `1.30` as `1.30.0`.
fn patch_version(version: &str) -> String {
    let missing = 2_usize.saturating_sub(version.matches('.').count());
    format!("{version}{}", ".0".repeat(missing))
}

/// The named templates that every chart has.
pub(super) fn helpers(outline: &Outline, notes: &Notes) -> String {
    let mut out = fill(HELPERS, &[("CHART", &outline.platform)]);
    if let Some([version, kind, name]) = &notes.anchor {
        let _ = write!(
            out,
            r#"
{{{{/* Names of objects are fixed: a second release in one namespace would take them over. */}}}}
{{{{- define {helper} -}}}}
{{{{- $found := lookup {version} {kind} .Release.Namespace {object} | default dict }}}}
{{{{- $owner := dig "metadata" "annotations" "meta.helm.sh/release-name" "" $found }}}}
{{{{- if and $owner (ne $owner .Release.Name) }}}}
{{{{- fail (printf "namespace %s holds the release %s of this chart already, and the names of its objects are fixed: install into another namespace, or upgrade %s" .Release.Namespace $owner $owner) }}}}
{{{{- end }}}}
{{{{- end }}}}
"#,
            helper = quoted(&format!("{}.one-release", outline.platform)),
            version = quoted(version),
            kind = quoted(kind),
            object = quoted(name),
        );
    }
    out
}

/// The template that refuses a second release.
pub(super) fn one_release(outline: &Outline, notes: &Notes) -> String {
    if notes.anchor.is_none() {
        return "{{- /* Nothing in this chart would collide with a second release. */ -}}\n".to_owned();
    }
    format!("{{{{- include {} . }}}}\n", quoted(&format!("{}.one-release", outline.platform)))
}

/// NOTES.txt.
pub(super) fn notes(outline: &Outline, notes: &Notes) -> String {
    let mut out = format!(
        "{} {{{{ .Chart.Version }}}} runs in namespace {{{{ .Release.Namespace }}}} as release {{{{ .Release.Name }}}}.\n",
        outline.platform
    );
    let mut line = |guard: &Option<String>, text: &str| {
        if let Some(guard) = guard {
            let _ = write!(out, "{{{{- {guard} }}}}\n{text}\n{{{{- end }}}}\n");
        } else {
            let _ = writeln!(out, "{text}");
        }
    };
    let always = None;
    if !notes.workloads.is_empty() {
        line(&always, "\nIs it up?");
        for (guard, workload) in notes.workloads.iter().take(NAMED) {
            line(guard, &format!("  kubectl rollout status {workload} -n {{{{ .Release.Namespace }}}}"));
        }
        line(&always, "  kubectl get pods -n {{ .Release.Namespace }}");
    }
    if !notes.hosts.is_empty() {
        line(&always, "\nFrom outside, once DNS points at the ingress controller:");
        for (guard, name) in &notes.hosts {
            line(guard, &format!("  {{{{ {} }}}}", names::reference(name)));
        }
        line(&always, "  kubectl get ingress -n {{ .Release.Namespace }}");
    }
    if !notes.services.is_empty() {
        line(&always, "\nFrom this machine:");
        for (guard, service, port) in notes.services.iter().take(NAMED) {
            let forward =
                format!("  kubectl port-forward service/{service} {port} -n {{{{ .Release.Namespace }}}}");
            line(guard, &forward);
        }
    }
    out
}

/// README.md.
pub(super) fn readme(outline: &Outline, notes: &Notes, values: &Values) -> String {
    let environments: Vec<&str> = outline.environments.iter().map(|e| e.name.as_str()).collect();
    let mut commands = String::new();
    for environment in &outline.environments {
        let _ = writeln!(
            commands,
            "helm upgrade --install {0} . -n {1} --create-namespace -f values-{2}.yaml",
            outline.platform, environment.namespace, environment.name
        );
    }
    let jobs = match &notes.jobs[..] {
        [] => String::new(),
        jobs => format!(
            "\nKubernetes lets nobody change a Job: before an upgrade that changes one, `kubectl delete job -n NAMESPACE NAME`.\nThere are: `{}`.\n",
            jobs.join("`, `")
        ),
    };
    let mut out = fill(
        README,
        &[
            ("CHART", &outline.platform),
            ("DESCRIPTION", &outline.description),
            ("SPEC", &outline.spec),
            ("ENVIRONMENTS", &environments.join(", ")),
            ("COMMANDS", commands.trim_end()),
            ("JOBS", &jobs),
            // Stays: the text is about it.
            ("NAMESPACE", "@NAMESPACE@"),
        ],
    );
    let table = out.len();
    rows(&values.root, &mut Vec::new(), &mut out);
    shorten(&mut out, table);
    out
}

/// Bytes of the table of values: Helm 3 takes no chart with a file over 5 MiB.
const LONGEST_TABLE: usize = 4 << 20;

/// Leaves out the rows beyond a length of the table, which begins at `start`, and says where they are.
fn shorten(text: &mut String, start: usize) {
    let longest = start + LONGEST_TABLE;
    if text.len() <= longest {
        return;
    }
    let kept = text.as_bytes()[..longest].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let left_out = text[kept..].lines().count();
    text.truncate(kept);
    let _ = write!(
        text,
        "\n{left_out} more values are left out here: values.yaml has their defaults, and values.schema.json\nsays what each one takes and does.\n"
    );
}

fn rows(section: &Section, path: &mut Name, out: &mut String) {
    for (key, branch) in &section.entries {
        path.push(key.clone());
        match branch {
            Branch::Section(inner) => rows(inner, path, out),
            Branch::Leaf(leaf) => {
                let value = match leaf.at(0) {
                    None => "unset".to_owned(),
                    Some(tree) => code(&super::config::json(tree)),
                };
                let kind = leaf.shape.word();
                let _ = writeln!(out, "| `{}` | {kind} | {value} | {} |", path.join("."), cell(&leaf.about));
            }
        }
        path.pop();
    }
}

/// A short text as code in a cell of a table.
fn code(text: &str) -> String {
    const WIDTH: usize = 60;
    let short: String = if text.chars().count() > WIDTH {
        text.chars().take(WIDTH - 1).chain(['…']).collect()
    } else {
        text.to_owned()
    };
    let ticks = if short.contains('`') { "``" } else { "`" };
    format!("{ticks}{}{ticks}", cell(&short))
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_TABLE, shorten};

    #[test]
    fn a_table_that_helm_would_refuse_says_where_its_rest_is() {
        let row = "| `web.env.Ä` | text | `1` | The variable |\n";
        let rows = LONGEST_TABLE / row.len();
        let table = |rows| format!("Values\n{}", row.repeat(rows));
        let mut text = table(rows);
        shorten(&mut text, "Values\n".len());
        assert_eq!(text, table(rows));
        text = table(rows + 3);
        shorten(&mut text, "Values\n".len());
        assert!(text.len() < LONGEST_TABLE + 200);
        assert!(
            text.contains("|\n\n3 more values are left out here: values.yaml has"),
            "{}",
            &text[text.len() - 300..]
        );
    }
}
