use super::*;
use crate::tree::serialize::to_tree;
use serde_json::{Value, json};

/// A definition of `acme.example.com/v1 Widget` with these properties of its `spec`.
fn definitions(properties: &Value) -> Definitions {
    let definition = json!({
        "kind": "CustomResourceDefinition",
        "spec": {
            "group": "acme.example.com", "scope": "Namespaced", "names": { "kind": "Widget" },
            "versions": [
                { "name": "v1beta1", "served": false },
                { "name": "v1", "served": true, "schema": { "openAPIV3Schema": {
                    "type": "object",
                    "properties": { "spec": { "type": "object", "properties": properties } },
                } } },
            ],
        },
    });
    let mut definitions = Definitions::default();
    assert_eq!(
        definitions
            .add("widgets.yaml", &format!("---\n# a comment\n---\n{definition}\n---\nkind: Service\n")),
        Ok(1)
    );
    definitions
}

fn judge(definitions: &Definitions, version: &str, spec: &Value) -> Verdict {
    let object =
        json!({ "apiVersion": version, "kind": "Widget", "metadata": { "name": "a" }, "spec": spec });
    definitions.judge(&to_tree(&object, |_, _| ()))
}

/// What is said of a value by a schema.
fn says(schema: &str, value: &str) -> Vec<String> {
    let read = |text: &str| -> Value { serde_yaml::from_str(text).unwrap() };
    let definitions = definitions(&json!({ "it": read(schema) }));
    let verdict = judge(&definitions, "acme.example.com/v1", &json!({ "it": read(value) }));
    let Verdict::Checked(misfits) = verdict else { panic!("{verdict:?}") };
    misfits.into_iter().map(|misfit| format!("{}; {}", misfit.message, misfit.help)).collect()
}

/// A schema, what it takes, what it refuses, and what is said then.
type Row = (&'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("{type: string}", "a", "1", "`spec.it` is a whole number, not text; write it in quotes: \"1\""),
    ("{type: integer}", "1", "'1'", "`spec.it` is text, not a whole number; remove the quotes: 1"),
    ("{type: integer}", "1", "1.5", "`spec.it` is a number with a fraction, not a whole number; write a whole number"),
    ("{type: number}", "1", "true", "`spec.it` is true or false, not a number; write a number"),
    ("{type: boolean}", "true", "'true'", "`spec.it` is text, not true or false; remove the quotes: true"),
    ("{type: array, items: {type: string}}", "[a]", "a", "`spec.it` is text, not a list; write a list: [a]"),
    ("{type: object, additionalProperties: {type: string}}", "{a: b}", "{a: 1}", "`spec.it.a` is a whole number, not text; write it in quotes: \"1\""),
    ("{x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}]}", "25%", "true", "`spec.it` is true or false, not a whole number or text; write a whole number or text"),
    ("{type: object, properties: {name: {type: string}}}", "{name: a}", "{nam: a}", "`spec.it.nam` is no field of this kind; did you mean `name`?"),
    ("{type: object, properties: {b: {type: string}}, required: [b]}", "{b: x}", "{}", "`spec.it` has no `b`, which is required; write `b: …`"),
    ("{type: string, enum: [Full, Part]}", "Full", "full", "`spec.it` has a value that is not taken: `full`; did you mean `Full`? allowed: Full, Part"),
    ("{type: string, pattern: '^[a-z]+$'}", "abc", "a1", "`spec.it` has a form that is not taken: `a1`; it must match `^[a-z]+$`"),
    ("{type: string, minLength: 2}", "ab", "a", "`spec.it` has 1 characters; at least 2 are wanted"),
    ("{type: integer, minimum: 1, maximum: 3}", "3", "4", "`spec.it` is 4; it must be at most 3"),
    ("{type: integer, minimum: 0, exclusiveMinimum: true}", "1", "0", "`spec.it` is 0; it must be more than 0"),
    ("{type: integer, format: int32}", "7", "3000000000", "`spec.it` is 3000000000; it must be at most 2147483647"),
    ("{type: array, items: {type: integer}, maxItems: 1}", "[1]", "[1, 2]", "`spec.it` has 2 entries; at most 1 are taken"),
    ("{type: array, items: {type: string}, x-kubernetes-list-type: set}", "[a, b]", "[a, a]", "`spec.it[1]` is there twice; remove one of the two"),
    ("{type: string, format: date-time}", "'2026-01-31T23:59:59.5Z'", "yesterday", "`spec.it` is no time: `yesterday`; write it as `2026-01-31T23:59:59Z`"),
    ("{type: object, additionalProperties: {type: string}, oneOf: [{required: [a]}, {required: [b]}]}", "{a: x}", "{a: x, b: y}", "`spec.it` fits several alternatives at once; choose among `a`, `b`"),
    ("{type: object, additionalProperties: {type: string}, not: {required: [a]}}", "{}", "{a: x}", "`spec.it` has what must not be together; choose among `a`"),
];

#[test]
fn every_rule_takes_what_fits_and_refuses_what_does_not() {
    for (schema, good, bad, said) in ROWS {
        assert_eq!(says(schema, good), Vec::<String>::new(), "{schema}");
        assert_eq!(says(schema, bad), [(*said).to_owned()], "{schema}");
    }
}

#[test]
fn open_objects_take_everything_and_defaults_fill_what_is_required() {
    let open = "{type: object, x-kubernetes-preserve-unknown-fields: true}";
    assert!(says(open, "{anything: {goes: [1, a]}}").is_empty());
    let filled = "{type: object, properties: {a: {type: string, default: x}}, required: [a]}";
    assert!(says(filled, "{}").is_empty());
    let embedded = "{type: object, x-kubernetes-embedded-resource: true, properties: {spec: {type: object}}}";
    assert!(says(embedded, "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {}}").is_empty());
}

#[test]
fn versions_and_kinds_are_looked_up() {
    let definitions = definitions(&json!({}));
    assert_eq!(judge(&definitions, "acme.example.com/v1", &json!({})), Verdict::Checked(Vec::new()));
    let served = Verdict::NotServed(vec!["acme.example.com/v1".to_owned()]);
    assert_eq!(judge(&definitions, "acme.example.com/v1beta1", &json!({})), served);
    assert_eq!(judge(&definitions, "acme.example.com/v2", &json!({})), served);
    assert_eq!(judge(&definitions, "other.example.com/v1", &json!({})), Verdict::Undefined(Vec::new()));
}

#[test]
fn what_is_not_yaml_says_why() {
    assert!(Definitions::default().add("broken.yaml", "kind: [").is_err());
    assert_eq!(Definitions::default().add("service.yaml", "kind: Service\n"), Ok(0));
}
