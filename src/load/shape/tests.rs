use super::*;
use crate::diagnostic::render::{Color, Format, render};
use crate::load::{Raw, check_raw, decode, decode_strict, to_tree};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A spec with everything that specs use.
#[derive(Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Spec {
    /// Name of the platform. More about it.
    platform: Name,
    version: Option<String>,
    #[serde(default)]
    services: BTreeMap<Name, Service>,
    #[serde(default)]
    uses: std::collections::BTreeSet<String>,
    ratio: Option<f64>,
    extra: Option<Raw>,
}

#[derive(Debug, Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
struct Name(String);

#[derive(Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Service {
    /// The image.
    image: String,
    replicas: Option<u8>,
    #[serde(default)]
    public: bool,
    kind: Option<Kind>,
    update: Option<Update>,
    #[serde(default)]
    args: Vec<String>,
}

#[derive(Debug, Deserialize, JsonSchema, PartialEq)]
enum Kind {
    /// Keeps no data.
    Stateless,
    Stateful,
}

#[derive(Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
enum Update {
    Recreate,
    Rolling { surge: Option<u16> },
    Custom(Box<Service>),
}

fn shape() -> Shape {
    Shape::compile(&serde_json::to_value(schemars::schema_for!(Spec)).unwrap())
}

fn check(text: &str, extent: Extent) -> (Sources, Option<NodeId>, Findings) {
    let (mut sources, mut findings) = (Sources::new(), Findings::new());
    let root = sources.add("p", text.as_bytes(), &mut findings);
    if let Some(root) = root {
        shape().check(&sources, root, extent, &mut findings);
    }
    (sources, root, findings)
}

fn errors(text: &str) -> String {
    let (sources, _, findings) = check(text, Extent::Whole);
    let helps = |line: &str| line.trim().strip_prefix("= help: ").map(|help| format!("  {help}"));
    let text = render(Format::Text, &findings, &sources, Color::Off);
    let helps: Vec<String> = text.lines().filter_map(helps).collect();
    render(Format::Concise, &findings, &sources, Color::Off) + &helps.join("\n")
}

fn service(field: &str) -> String {
    errors(&format!("platform: x\nservices: {{ api: {{ image: a, {field} }} }}\n"))
}

#[test]
fn reports_everything_at_once() {
    let text = "platfrom: x\nversion: 1.10\nservices:\n  - name: api\nuses: [a, b, a]\nratio: '1'\n";
    insta::assert_snapshot!(errors(text), @r#"
    p:1:1: error[unknown-field] unknown field `platfrom`
    p:4:3: error[wrong-type] expected a map, found a list
    p:5:14: error[duplicate-item] `a` is there twice
    p:6:8: error[wrong-type] expected a number, found the text `1`
    4 errors
      did you mean `platform`?
      collections are maps keyed by name, so that environments can change one entry: write `name: …` instead of `- name: …`
      remove one of them
      remove the quotes: `1`
    "#);
}

/// One wrong field of a service each.
const MISTAKES: &[&str] = &[
    "replicas: 012",
    "replicas: 0o14",
    "replicas: 1_00",
    "replicas: yes",
    "replicas: \"5\"",
    "replicas: 5.0",
    "replicas: 300",
    "replicas: [5]",
    "public: yes",
    "public: True",
    "public: 'true'",
    "kind: Statefull",
    "args: --all",
    "update: rolling",
    "update: { rolling: { surge: x }, recreate: {} }",
    "update: { roling: {} }",
    "update: {}",
    "replica: 3",
    "update: { custom: {} }",
    "args: [a, ]",
    "args: [~]",
    "args: {name: a}",
];

#[test]
fn hints_fit_the_mistake() {
    let all: Vec<String> = MISTAKES.iter().map(|field| format!("{field}\n{}", service(field))).collect();
    insta::assert_snapshot!(all.join("\n\n"), @r#"
    replicas: 012
    p:2:40: error[wrong-type] expected a whole number, found `012`
    1 error
      a leading zero means octal to some readers: write `12`, or `10` if it is meant to be octal

    replicas: 0o14
    p:2:40: error[wrong-type] expected a whole number, found `0o14`
    1 error
      numbers are decimal: this octal number is written `12`

    replicas: 1_00
    p:2:40: error[wrong-type] expected a whole number, found `1_00`
    1 error
      write the number without separators: `100`

    replicas: yes
    p:2:40: error[wrong-type] expected a whole number, found `yes`
    1 error


    replicas: "5"
    p:2:40: error[wrong-type] expected a whole number, found the text `5`
    1 error
      remove the quotes: `5`

    replicas: 5.0
    p:2:40: error[wrong-type] expected a whole number, found `5.0`
    1 error
      write it without point and exponent: `5`

    replicas: 300
    p:2:40: error[out-of-range] `300` is out of range
    1 error
      allowed: from 0 to 255

    replicas: [5]
    p:2:40: error[wrong-type] expected a whole number, found a list
    1 error


    public: yes
    p:2:38: error[wrong-type] expected `true` or `false`, found `yes`
    1 error
      booleans are written `true` and `false`: write `true`

    public: True
    p:2:38: error[wrong-type] expected `true` or `false`, found `True`
    1 error
      booleans are written `true` and `false`: write `true`

    public: 'true'
    p:2:38: error[wrong-type] expected `true` or `false`, found the text `true`
    1 error
      remove the quotes: `true`

    kind: Statefull
    p:2:36: error[unknown-value] `Statefull` is not one of the allowed values
    1 error
      did you mean `Stateful`? allowed: `Stateful` or `Stateless`

    args: --all
    p:2:36: error[wrong-type] expected a list, found `--all`
    1 error
      write a list: `[--all]`

    update: rolling
    p:2:38: error[unknown-value] `rolling` needs more than its name
    1 error
      write a map: `{ rolling: … }`

    update: { rolling: { surge: x }, recreate: {} }
    p:2:58: error[wrong-type] expected a whole number, found `x`
    p:2:63: error[several-variants] both `rolling` and `recreate` are chosen
    p:2:63: error[unknown-field] unknown field `recreate`
    3 errors
      keep one of them; an environment removes the other by `rolling: null`
      write the word alone: `recreate`

    update: { roling: {} }
    p:2:40: error[unknown-field] unknown field `roling`
    1 error
      did you mean `rolling`?

    update: {}
    p:2:30: error[missing-field] a choice is missing
    1 error
      write one of `rolling`, `custom` or `recreate`

    replica: 3
    p:2:30: error[unknown-field] unknown field `replica`
    1 error
      did you mean `replicas`?

    update: { custom: {} }
    p:2:40: error[missing-field] the field `image` is missing
    1 error
      add `image: …` (The image)

    args: [a, ]


    args: [~]
    p:2:37: error[wrong-type] a list may not hold an empty item
    1 error
      remove the item, or fill it in

    args: {name: a}
    p:2:36: error[wrong-type] expected a list, found a map
    1 error
    "#);
}

#[test]
fn a_part_requires_nothing() {
    let (_, _, findings) = check("services: { api: { replicas: 2, image: ~ } }\n", Extent::Partial);
    assert!(findings.is_empty());
    let (_, _, findings) =
        check("platform: x\nservices: { api: { replicas: 2, image: ~ } }\n", Extent::Whole);
    assert_eq!(findings.iter().map(|d| d.code).collect::<Vec<_>>(), ["missing-field"]);
}

#[test]
fn decodes_by_the_types_that_are_asked() {
    let text = "platform: 12\nversion: 1.10\nratio: 1e1\nextra: { a: 5, b: '5', c: yes, d: ~, e: [1.5, true] }\n\
                services: { 8080: { image: yes, update: { rolling: { surge: 1 } }, kind: Stateful, public: true } }\n";
    let (sources, root, findings) = check(text, Extent::Whole);
    assert!(findings.is_empty());
    let spec: Spec = decode(&sources, root.unwrap()).unwrap();
    assert_eq!(
        (spec.platform.0.as_str(), spec.version.as_deref(), spec.ratio),
        ("12", Some("1.10"), Some(10.0))
    );
    let service = &spec.services[&Name("8080".to_owned())];
    assert_eq!(
        (service.image.as_str(), service.update.as_ref()),
        ("yes", Some(&Update::Rolling { surge: Some(1) }))
    );
    let extra = sources.get(root.unwrap(), "extra").unwrap();
    assert_eq!(spec.extra, Some(Raw(to_tree(&sources, extra))));
    assert_eq!(format!("{:?}", to_tree(&sources, extra).get("a")), "Some(Int(5))");
}

#[test]
fn a_decoding_error_knows_its_node() {
    let (sources, root, _) =
        check("platform: x\nservices: { api: { image: a, replicas: x } }\n", Extent::Whole);
    let error = decode::<Spec>(&sources, root.unwrap()).unwrap_err();
    assert_eq!(sources.slice(sources.span(error.node)), "x");
    assert_eq!(error.message, "expected a whole number (u8), found `x`");
}

#[test]
fn raw_yaml_meets_kubernetes_own_types() {
    use k8s_openapi::api::apps::v1::Deployment;
    let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: x, labels: { a: 1, b: yes } }\nspec:\n  replicas: two\n  \
                template:\n    spec:\n      containers:\n        - name: api\n          imagePullPolice: Always\n          \
                resources: { limits: { cpu: 1, memory: 1Gi } }\n          ports: [{ containerPort: '80' }, { containerPort: 81 }]\n          \
                args: [1]\n          livenessProbe: { httpGet: { port: http } }\n";
    let (mut sources, mut findings) = (Sources::new(), Findings::new());
    let root = sources.add("p", text.as_bytes(), &mut findings).unwrap();
    assert!(decode_strict::<Deployment>(&sources, root, &mut findings).is_none());
    check_raw(&sources, root, &mut findings);
    insta::assert_snapshot!(render(Format::Concise, &findings, &sources, Color::Off), @r#"
    p:3:35: error[wrong-type] expected text, found the number `1`
    p:3:41: error[ambiguous-value] `yes` is text to some YAML readers and `true` to others
    p:5:13: error[wrong-type] expected a whole number (i32), found `two`
    p:10:11: error[unknown-field] Kubernetes has no field `imagePullPolice` here
    p:12:36: error[wrong-type] expected a whole number (i32), found the text `80`
    p:13:18: error[wrong-type] expected text, found the number `1`
    6 errors
    "#);

    let mut findings = Findings::new();
    let patch =
        sources.add("q", b"spec: { template: { spec: { hostNetwork: true } } }", &mut findings).unwrap();
    assert!(decode_strict::<Deployment>(&sources, patch, &mut findings).is_some());
    assert!(findings.is_empty());
}

mod hostile {
    use super::*;
    use proptest::prelude::*;

    fn value() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just("x".to_owned()),
            Just("5".to_owned()),
            Just("'5'".to_owned()),
            Just("~".to_owned()),
            Just("true".to_owned()),
            Just("1.5".to_owned()),
            Just("012".to_owned()),
            Just("Stateful".to_owned()),
            Just("recreate".to_owned()),
            Just("300".to_owned()),
            Just("-1".to_owned()),
            Just("99999999999999999999".to_owned()),
        ];
        let key = prop::sample::select(vec![
            "platform", "version", "services", "uses", "ratio", "extra", "image", "replicas", "public",
            "kind", "update", "args", "recreate", "rolling", "custom", "surge", "api", "8080", "<<",
        ]);
        leaf.prop_recursive(5, 40, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3)
                    .prop_map(|items| format!("[{}]", items.join(", "))),
                prop::collection::btree_map(key.clone(), inner, 0..5).prop_map(|map| {
                    let entries: Vec<String> = map.into_iter().map(|(k, v)| format!("{k}: {v}")).collect();
                    format!("{{{}}}", entries.join(", "))
                }),
            ]
        })
    }

    /// Values that are mostly of the right shape.
    fn spec() -> impl Strategy<Value = String> {
        let or = |right: &str| prop_oneof![4 => Just(right.to_owned()), 1 => value()];
        let update = prop_oneof![
            Just("recreate".to_owned()),
            Just("{rolling: {surge: 1}}".to_owned()),
            Just("{recreate: {}}".to_owned()),
            value(),
        ];
        let service = (or("a:1"), or("3"), or("false"), or("Stateless"), update, or("[a, 1]")).prop_map(
            |(image, replicas, public, kind, update, args)| {
                format!("{{image: {image}, replicas: {replicas}, public: {public}, kind: {kind}, update: {update}, args: {args}}}")
            },
        );
        (or("x"), or("1.10"), service, or("[a, b]"), or("1.5"), value()).prop_map(
            |(platform, version, service, uses, ratio, extra)| {
                format!("{{platform: {platform}, version: {version}, services: {{a: {service}}}, uses: {uses}, ratio: {ratio}, extra: {extra}}}")
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

        #[test]
        fn what_has_the_shape_decodes(text in prop_oneof![3 => spec(), 1 => value()]) {
            let (sources, root, findings) = check(&text, Extent::Whole);
            if let (Some(root), false) = (root, findings.has_errors()) {
                let spec = decode::<Spec>(&sources, root);
                prop_assert!(spec.is_ok(), "{spec:?}");
            }
        }

        #[test]
        fn nothing_makes_strict_decoding_panic_or_hang(text in value()) {
            let (sources, root, mut findings) = check(&text, Extent::Partial);
            if let Some(root) = root {
                decode_strict::<Spec>(&sources, root, &mut findings);
                decode_strict::<k8s_openapi::api::core::v1::Pod>(&sources, root, &mut findings);
                check_raw(&sources, root, &mut findings);
                let _ = to_tree(&sources, root);
            }
        }
    }
}
