//! Kubernetes objects as a reader that is not ours sees them, and how two sets of them differ.

use serde_yaml::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// What tells an object from all others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    /// API group and version.
    pub(crate) api_version: String,
    /// Kind.
    pub(crate) kind: String,
    /// Namespace; empty if the object names none.
    pub(crate) namespace: String,
    /// Name.
    pub(crate) name: String,
}

/// Objects by key.
pub(crate) type Objects = BTreeMap<Key, Value>;

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}/{}", self.api_version, self.kind, self.namespace, self.name)
    }
}

/// Reads a stream of YAML documents; an object that comes twice is an error.
pub(crate) fn parse(text: &str) -> Result<Objects, String> {
    let mut objects = Objects::new();
    add(text, &mut objects)?;
    Ok(objects)
}

/// Reads all YAML files below a folder.
pub(crate) fn read(folder: &Path) -> Result<Objects, String> {
    let mut objects = Objects::new();
    for (path, bytes) in crate::kgen::files(folder) {
        let text = String::from_utf8(bytes).map_err(|error| format!("{}: {error}", path.display()))?;
        add(&text, &mut objects).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(objects)
}

fn add(text: &str, objects: &mut Objects) -> Result<(), String> {
    use serde::Deserialize as _;
    for document in serde_yaml::Deserializer::from_str(text) {
        let value = Value::deserialize(document).map_err(|error| error.to_string())?;
        if value.is_null() {
            continue;
        }
        let key = key(&value)?;
        if objects.contains_key(&key) {
            return Err(format!("{key} is there twice"));
        }
        objects.insert(key, value);
    }
    Ok(())
}

fn key(value: &Value) -> Result<Key, String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let metadata = &value["metadata"];
    Ok(Key {
        api_version: text(&value["apiVersion"]).ok_or("an object without `apiVersion`")?,
        kind: text(&value["kind"]).ok_or("an object without `kind`")?,
        namespace: text(&metadata["namespace"]).unwrap_or_default(),
        name: text(&metadata["name"]).ok_or("an object without a name")?,
    })
}

/// Says how `actual` differs from `expected`, one line an object: what is missing, what is there
/// although it should not be, and the first place at which an object differs, with both values.
pub(crate) fn differences(expected: &Objects, actual: &Objects) -> Vec<String> {
    let mut lines = Vec::new();
    for (key, value) in expected {
        match actual.get(key) {
            None => lines.push(format!("{key} is missing")),
            Some(other) => lines.extend(difference(value, other).map(|line| format!("{key}{line}"))),
        }
    }
    lines.extend(
        actual.keys().filter(|key| !expected.contains_key(key)).map(|key| format!("{key} is too much")),
    );
    lines
}

/// The first place at which two values differ, as `.path: expected X, got Y`.
pub(crate) fn difference(expected: &Value, actual: &Value) -> Option<String> {
    match (expected, actual) {
        (Value::Mapping(a), Value::Mapping(b)) => {
            for (key, value) in a {
                let name = key.as_str().map_or_else(|| format!("{key:?}"), str::to_owned);
                let Some(other) = b.get(key) else {
                    return Some(format!(".{name}: expected {}, got nothing", shown(value)));
                };
                if let Some(found) = difference(value, other) {
                    return Some(format!(".{name}{found}"));
                }
            }
            let extra = b.iter().find(|(key, _)| !a.contains_key(*key));
            extra.map(|(key, value)| format!(".{}: expected nothing, got {}", shown(key), shown(value)))
        }
        (Value::Sequence(a), Value::Sequence(b)) if a.len() == b.len() => a
            .iter()
            .zip(b)
            .enumerate()
            .find_map(|(n, (a, b))| difference(a, b).map(|found| format!("[{n}]{found}"))),
        (Value::Number(a), Value::Number(b)) if same_number(a, b) => None,
        _ if expected == actual => None,
        _ => Some(format!(": expected {}, got {}", shown(expected), shown(actual))),
    }
}

fn same_number(a: &serde_yaml::Number, b: &serde_yaml::Number) -> bool {
    // Kubernetes' data model is JSON's: 1 and 1.0 are one number.
    a == b || (a.as_f64() == b.as_f64() && (a.is_f64() || b.is_f64()))
}

fn shown(value: &Value) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| format!("{value:?}"))
}

#[test]
fn differences_are_seen() {
    let objects = |text: &str| parse(text).unwrap();
    let base =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: n}\ndata: {x: '1', l: [a, b]}\n";
    assert_eq!(differences(&objects(base), &objects(base)), Vec::<String>::new());
    for (from, to, found) in [
        ("x: '1'", "x: 1", ".data.x: expected \"1\", got 1"),
        ("x: '1', ", "", ".data.x: expected \"1\", got nothing"),
        ("x: '1'", "x: '1', y: '2'", ".data.\"y\": expected nothing, got \"2\""),
        ("[a, b]", "[b, a]", ".data.l[0]: expected \"a\", got \"b\""),
        ("[a, b]", "[a]", ".data.l: expected [\"a\",\"b\"], got [\"a\"]"),
    ] {
        let lines = differences(&objects(base), &objects(&base.replace(from, to)));
        assert_eq!(lines, [format!("v1 ConfigMap n/a{found}")]);
    }
    let other = objects(&base.replace("name: a", "name: b"));
    let lines = differences(&objects(base), &other);
    assert_eq!(lines, ["v1 ConfigMap n/a is missing", "v1 ConfigMap n/b is too much"]);
    assert_eq!(parse(&format!("{base}---\n{base}")).unwrap_err(), "v1 ConfigMap n/a is there twice");
}
