//! Charts of platforms made by hand and at random, rendered by the real Helm.

mod knobs;
mod platform;
mod random;

use super::Helm;
use crate::k8s::{NAMESPACE, with_namespace};
use crate::output::{Environment, Family, Format, Outline, Part};
use crate::tree::Tree;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Objects by identity.
type Objects = BTreeMap<String, Value>;

fn outline() -> Outline {
    let environment =
        |name: &str, namespace: &str| Environment { name: name.into(), namespace: namespace.into() };
    Outline {
        platform: "shop".into(),
        description: "A shop: what the tests sell".into(),
        version: "1.2.3".into(),
        kubernetes: "1.30".into(),
        spec: "platforms/shop/platform.yaml".into(),
        environments: vec![
            environment("dev", "shop-dev"),
            environment("staging", "1e3"),
            environment("prod", "on"),
        ],
    }
}

/// The real tools; a missing one is said, and is a failure in CI.
fn tools() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(".judges/bin");
    let all: Vec<PathBuf> = ["helm3", "helm4"].iter().map(|name| folder.join(name)).collect();
    let (found, missing): (Vec<_>, Vec<_>) = all.into_iter().partition(|path| path.exists());
    for path in &missing {
        assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "missing: {}", path.display());
        #[expect(clippy::print_stderr, reason = "a skipped judge must be seen")]
        {
            eprintln!("skipped: {} is not there; tests/run installs it", path.display());
        }
    }
    found
}

/// Writes the chart and returns its folder.
fn write(root: &Path, outline: &Outline, parts: &[Part]) -> PathBuf {
    let mut sink = |file: crate::output::File| {
        assert!(file.text.ends_with('\n'), "{} has no last newline", file.path);
        let path = root.join(&file.path);
        assert!(!path.exists(), "{} is written twice", file.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, file.text).unwrap();
        Ok(())
    };
    let mut helm = Helm::new(outline);
    for part in parts {
        helm.part(part, &mut sink).unwrap();
    }
    helm.finish(&mut sink).unwrap();
    root.join("helm").join(&outline.platform)
}

/// What Helm says: what it printed, or why not.
fn run(tool: &Path, chart: &Path, args: &[&str]) -> Result<String, String> {
    let output =
        Command::new(tool).args(args).current_dir(chart).env("KUBECONFIG", "/dev/null").output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    // What Helm warns of is wrong as well.
    if output.status.success() && error.is_empty() {
        Ok(String::from_utf8(output.stdout).unwrap())
    } else {
        Err(error + &String::from_utf8_lossy(&output.stdout))
    }
}

fn template(tool: &Path, chart: &Path, environment: &Environment, set: &[&str]) -> Result<Objects, String> {
    let values = format!("values-{}.yaml", environment.name);
    let mut args = vec![
        "template",
        "release",
        ".",
        "--kube-version",
        "1.33.0",
        "-n",
        &environment.namespace,
        "-f",
        &values,
    ];
    for set in set {
        args.extend(["--set", set]);
    }
    Ok(objects(&run(tool, chart, &args)?))
}

fn objects(stream: &str) -> Objects {
    use serde::Deserialize as _;
    let mut all = Objects::new();
    for document in serde_yaml::Deserializer::from_str(stream) {
        let value = Value::deserialize(document).unwrap();
        if !value.is_null() {
            let old = all.insert(identity(&value), value);
            assert!(old.is_none(), "twice: {old:?}");
        }
    }
    all
}

fn identity(object: &Value) -> String {
    format!(
        "{} {} {} {}",
        object["apiVersion"], object["kind"], object["metadata"]["namespace"], object["metadata"]["name"]
    )
}

fn json(tree: &Tree) -> Value {
    match tree {
        Tree::Bool(value) => (*value).into(),
        Tree::Int(value) => (*value).into(),
        Tree::Float(value) => (*value).into(),
        Tree::Str(value) => value.as_str().into(),
        Tree::List(items) => items.iter().map(json).collect(),
        Tree::Map(map) => {
            Value::Object(map.iter().map(|(key, value)| (key.to_string(), json(value))).collect())
        }
    }
}

/// The objects of an environment as they should be; the Namespace if asked for.
fn expected(parts: &[Part], variant: usize, namespace: &str, with_release: bool) -> Objects {
    let families = parts.iter().flat_map(|part| &part.objects);
    let trees = families
        .filter(|family| with_release || family.id.kind != "Namespace")
        .filter_map(|family| family.environments[variant].as_ref());
    trees.map(|tree| json(&with_namespace(tree, namespace))).map(|value| (identity(&value), value)).collect()
}

/// The paths of all differences; numbers are compared by value.
fn differences(path: &str, want: &Value, is: &Value, out: &mut Vec<String>) {
    match (want, is) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for key in keys {
                let path = format!("{path}.{key}");
                match (a.get(key), b.get(key)) {
                    (Some(a), Some(b)) => differences(&path, a, b, out),
                    (a, b) => out.push(format!("{path}: want {a:?}, is {b:?}")),
                }
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (n, (a, b)) in a.iter().zip(b).enumerate() {
                differences(&format!("{path}[{n}]"), a, b, out);
            }
        }
        (Value::Number(a), Value::Number(b)) if a.as_i64() == b.as_i64() && a.as_f64() == b.as_f64() => {}
        (Value::Number(a), Value::Number(b)) if a.as_f64() == b.as_f64() && (a.is_f64() || b.is_f64()) => {}
        _ if want == is => {}
        _ => out.push(format!("{path}: want {want}, is {is}")),
    }
}

fn assert_same(label: &str, chart: &Path, want: &Objects, is: &Objects) {
    let keys: std::collections::BTreeSet<&String> = want.keys().chain(is.keys()).collect();
    for key in keys {
        match (want.get(key), is.get(key)) {
            (Some(a), Some(b)) => {
                let mut all = Vec::new();
                differences("", a, b, &mut all);
                assert!(all.is_empty(), "{label}: {key}{}{}", all.join("\n"), keep(chart));
            }
            (a, _) => panic!("{label}: {key} is {}", if a.is_some() { "missing" } else { "too much" }),
        }
    }
}

/// The chart of these parts renders to the trees of every environment, and is clean.
fn assert_renders(label: &str, outline: &Outline, parts: &[Part]) {
    let root = tempfile::tempdir().unwrap();
    let chart = write(root.path(), outline, parts);
    std::thread::scope(|scope| {
        for tool in tools() {
            let chart = &chart;
            scope.spawn(move || assert_tool_renders(label, &tool, chart, outline, parts));
        }
    });
}

fn assert_tool_renders(label: &str, tool: &Path, chart: &Path, outline: &Outline, parts: &[Part]) {
    let has_release = parts.iter().flat_map(|part| &part.objects).any(|f| f.id.kind == "Namespace");
    let sets: &[(bool, &[&str])] =
        if has_release { &[(false, &[]), (true, &["namespace.create=true"])] } else { &[(false, &[])] };
    for (n, environment) in outline.environments.iter().enumerate() {
        let label = format!("{label}, {} in {}", tool.display(), environment.name);
        for (with_release, set) in sets {
            let is = template(tool, chart, environment, set);
            let is = is.unwrap_or_else(|error| panic!("{label}: {error}{}", keep(chart)));
            assert_same(&label, chart, &expected(parts, n, &environment.namespace, *with_release), &is);
        }
    }
}

/// Keeps a chart that failed, for a look at it.
fn keep(chart: &Path) -> String {
    let to = std::env::temp_dir().join("kgen-failed-chart");
    let _ = std::fs::remove_dir_all(&to);
    let _ = Command::new("cp").arg("-r").arg(chart).arg(&to).status();
    format!("\nkept: {}", to.display())
}

/// A tree from YAML, in which `NS` in angle brackets stands for the release's namespace.
fn tree(text: &str) -> Tree {
    let value: Value = serde_yaml::from_str(&text.replace("<NS>", NAMESPACE)).unwrap();
    from_json(&value)
}

fn from_json(value: &Value) -> Tree {
    match value {
        Value::Bool(value) => Tree::Bool(*value),
        Value::Number(number) => {
            number.as_i64().map_or_else(|| Tree::Float(number.as_f64().unwrap()), Tree::Int)
        }
        Value::String(text) => Tree::Str(text.clone()),
        Value::Array(items) => Tree::List(items.iter().map(from_json).collect()),
        Value::Object(map) => {
            Tree::Map(map.iter().map(|(key, value)| (key.clone().into(), from_json(value))).collect())
        }
        Value::Null => panic!("no tree holds null"),
    }
}

fn family(component: &str, variants: [Option<Tree>; 4]) -> Family {
    let some = variants.iter().flatten().next().unwrap().clone();
    let object = crate::k8s::Object::from_tree(component, some);
    let [base, dev, staging, prod] = variants;
    Family {
        id: object.id(),
        file: object.file,
        fixed: object.fixed,
        base,
        environments: vec![dev, staging, prod],
    }
}

fn everywhere(component: &str, text: &str) -> Family {
    let tree = Some(tree(text));
    family(component, [tree.clone(), tree.clone(), tree.clone(), tree])
}
