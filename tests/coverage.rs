//! Every field of the spec is documented, and used by at least one platform or example, so that
//! everything the spec offers is proven by the other tests.

use crate::kgen::{files, root, succeeds};
use crate::projects;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Fields by path, `*` for the names in a map and the items of a list; with the first description found.
type Fields = BTreeMap<String, Option<String>>;

/// Schemas that nest themselves are followed this far.
const DEEPEST: usize = 14;

#[test]
fn every_field_is_documented() {
    let schema = schema();
    let mut fields = Fields::new();
    walk(&schema, &schema, "", &mut fields, 0);
    assert!(fields.len() > 100, "the walk found {} fields only", fields.len());
    let silent: Vec<_> = fields
        .iter()
        .filter(|(_, text)| text.as_deref().unwrap_or_default().is_empty())
        .map(|(path, _)| path)
        .collect();
    assert!(silent.is_empty(), "{} fields are not documented: {silent:#?}", silent.len());
}

#[test]
fn every_field_is_used_by_a_platform_or_an_example() {
    let schema = schema();
    let mut fields = Fields::new();
    walk(&schema, &schema, "", &mut fields, 0);
    let types = types(&schema);
    let mut used = BTreeSet::new();
    for project in projects::all() {
        for (path, bytes) in files(&project.folder) {
            let top = path.components().count() == 1
                && path.file_name().is_some_and(|name| name == "platform.yaml");
            let overlay = path.starts_with("environments") && path.extension().is_some_and(|e| e == "yaml");
            if top || overlay {
                let spec: Value = serde_yaml::from_slice(&bytes)
                    .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                touch(&schema, &schema, &spec, "Platform", &mut used);
            }
        }
    }
    let unused: Vec<_> = types.difference(&used).collect();
    assert!(unused.is_empty(), "{} fields are used by no platform and no example: {unused:#?}", unused.len());
}

#[test]
fn the_published_schema_is_the_one_that_is_checked() {
    let published = root().join("schema/platform.schema.json");
    let text =
        std::fs::read_to_string(&published).expect("schema/platform.schema.json is there: `just bless`");
    let published: Value = serde_json::from_str(&text).unwrap();
    assert!(published == schema(), "schema/platform.schema.json is not current: `just bless`");
}

fn schema() -> Value {
    serde_json::from_str(&succeeds(root(), &["schema"])).unwrap()
}

/// Follows references; a description beside one stays. The part of an overlay is that of the spec.
fn resolve<'a>(schema: &'a Value, mut at: &'a Value) -> (&'a Value, Option<String>) {
    while let Some(name) = name(at) {
        at = &schema["$defs"][name];
    }
    (at, at["description"].as_str().map(str::to_owned))
}

/// The definition that a schema refers to.
fn name(at: &Value) -> Option<&str> {
    at["$ref"].as_str().and_then(|reference| reference.strip_prefix("#/$defs/")).map(whole)
}

/// The same, where definitions that are only another's other name are followed.
fn origin<'a>(schema: &'a Value, mut at: &'a Value) -> Option<&'a str> {
    let mut last = None;
    while let Some(name) = name(at) {
        last = Some(name);
        at = &schema["$defs"][name];
    }
    last
}

/// The definition that a partial one is made of.
fn whole(name: &str) -> &str {
    name.strip_prefix("Partial").unwrap_or(name)
}

/// All branches of a schema that can hold fields.
fn branches<'a>(schema: &'a Value, at: &'a Value) -> Vec<(String, &'a Value)> {
    let name = origin(schema, at).unwrap_or_default();
    let (target, _) = resolve(schema, at);
    let mut found = vec![(name.to_owned(), target)];
    for union in ["oneOf", "anyOf", "allOf"] {
        for branch in target[union].as_array().into_iter().flatten() {
            let inner = branches(schema, branch);
            found.extend(
                inner.into_iter().map(|(own, at)| (if own.is_empty() { name.to_owned() } else { own }, at)),
            );
        }
    }
    found
}

fn walk(schema: &Value, at: &Value, path: &str, fields: &mut Fields, depth: usize) {
    if depth > DEEPEST {
        return;
    }
    for (_, branch) in branches(schema, at) {
        for (name, field) in branch["properties"].as_object().into_iter().flatten() {
            let full = format!("{path}.{name}");
            let text = field["description"].as_str().map(str::to_owned).or_else(|| resolve(schema, field).1);
            let known = fields.entry(full.clone()).or_default();
            if known.is_none() {
                *known = text;
            }
            if !(name == "environments" && path.is_empty()) {
                walk(schema, field, &full, fields, depth + 1);
            }
        }
        for key in ["additionalProperties", "items"] {
            if branch[key].is_object() {
                walk(schema, &branch[key], &format!("{path}.*"), fields, depth + 1);
            }
        }
    }
}

/// Every field once, under the definition that has it: `Container.image`; a field that stands in a
/// schema without a name is under the path from the nearest one.
fn types(schema: &Value) -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    let mut done = BTreeSet::new();
    let mut open = vec![("Platform".to_owned(), schema)];
    while let Some((owner, at)) = open.pop() {
        for (name, branch) in branches(schema, at) {
            let owner = if name.is_empty() { owner.clone() } else { name.clone() };
            if !name.is_empty() && !done.insert((name, std::ptr::from_ref(branch))) {
                continue;
            }
            for (name, field) in branch["properties"].as_object().into_iter().flatten() {
                let full = format!("{owner}.{name}");
                fields.insert(full.clone());
                if !(owner == "Platform" && (name == "environments" || name == "defaults")) {
                    open.push((full, field));
                }
            }
            for key in ["additionalProperties", "items"] {
                if branch[key].is_object() {
                    open.push((format!("{owner}.*"), &branch[key]));
                }
            }
        }
    }
    fields
}

/// Notes the fields of [`types`] that a spec sets.
fn touch(schema: &Value, at: &Value, spec: &Value, owner: &str, used: &mut BTreeSet<String>) {
    for (name, branch) in branches(schema, at) {
        let owner = if name.is_empty() || name == "Environment" { owner.to_owned() } else { name };
        for (key, value) in spec.as_object().into_iter().flatten() {
            let full = format!("{owner}.{key}");
            match branch["properties"].get(key) {
                Some(_) if owner == "Platform" && key == "environments" => {
                    used.insert(full);
                    // An overlay is a spec in which nothing is required.
                    value
                        .as_object()
                        .into_iter()
                        .flatten()
                        .for_each(|(_, part)| touch(schema, schema, part, &owner, used));
                }
                Some(_) if owner == "Platform" && key == "defaults" => {
                    used.insert(full);
                    for (section, part) in value.as_object().into_iter().flatten() {
                        let component = &schema["properties"][section]["additionalProperties"];
                        touch(schema, component, part, &format!("Platform.{section}.*"), used);
                    }
                }
                Some(field) => {
                    used.insert(full.clone());
                    touch(schema, field, value, &full, used);
                }
                None if branch["additionalProperties"].is_object() => {
                    touch(schema, &branch["additionalProperties"], value, &format!("{owner}.*"), used);
                }
                None => {}
            }
        }
        for item in spec.as_array().into_iter().flatten() {
            if branch["items"].is_object() {
                touch(schema, &branch["items"], item, &format!("{owner}.*"), used);
            }
        }
    }
}
