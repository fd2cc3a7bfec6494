//! Codes of shape: fields, types and single values, before anything refers to anything.

use super::Code;

pub(super) const CODES: &[Code] = &[
    Code {
        name: "ambiguous-value",
        summary: "a value that YAML readers understand differently",
        why: "`yes`, `012` or `1_000` without quotes is a boolean or a number to some tools and text to \
              others; in raw Kubernetes YAML that changes what the cluster gets.",
        example: "extra:\n  flags: { data: { verbose: yes } }",
        instead: "extra:\n  flags: { data: { verbose: \"yes\" } }",
    },
    Code {
        name: "duplicate-item",
        summary: "a list names the same thing twice",
        why: "The second one changes nothing, so one of them is most likely meant to be another.",
        example: "uses: [redis, redis]",
        instead: "uses: [redis]",
    },
    Code {
        name: "invalid-value",
        summary: "text does not have the form that its field asks for",
        why: "Kubernetes or the runtime would refuse it, or read something else into it.",
        example: "resources: { requests: { memory: 256mb } }",
        instead: "resources: { requests: { memory: 256Mi } }",
    },
    Code {
        name: "missing-field",
        summary: "a field that must be there is not",
        why: "There is no default that would be right for everybody.",
        example: "services:\n  api: { port: 8080 }",
        instead: "services:\n  api: { image: api:1.0.0, port: 8080 }",
    },
    Code {
        name: "out-of-range",
        summary: "a number is too small or too large, or a list or text has the wrong length",
        why: "Kubernetes would refuse the value, or the field cannot hold it.",
        example: "port: 80800",
        instead: "port: 8080",
    },
    Code {
        name: "several-variants",
        summary: "a choice is made twice",
        why: "The map takes exactly one of its keys. An environment that chooses another one must \
              remove the first: maps merge by key, and `null` removes.",
        example: "update: { rolling: {}, recreate: {} }",
        instead: "update: { rolling: {} }",
    },
    Code {
        name: "unknown-field",
        summary: "a field that does not exist",
        why: "It would be ignored, and what it asks for would silently not happen.",
        example: "services:\n  api: { image: api:1.0.0, replica: 3 }",
        instead: "services:\n  api: { image: api:1.0.0, replicas: 3 }",
    },
    Code {
        name: "unknown-value",
        summary: "a value that is not one of the allowed ones",
        why: "The field takes a fixed set of words.",
        example: "pullPolicy: Allways",
        instead: "pullPolicy: Always",
    },
    Code {
        name: "wrong-type",
        summary: "a value of another type than its field takes",
        why: "Values are never converted by guessing: `012` may mean ten or twelve, `yes` is a word in \
              YAML 1.2 and a boolean in 1.1, and a list cannot be overridden by name.",
        example: "replicas: \"3\"",
        instead: "replicas: 3",
    },
];
