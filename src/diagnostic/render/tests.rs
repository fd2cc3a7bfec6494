use super::*;
use crate::diagnostic::{At, Check};
use crate::source::{NodeId, Span};

fn platform() -> (Sources, NodeId, Findings) {
    let (mut sources, mut findings) = (Sources::new(), Findings::new());
    let base = "platform: shop\nservices:\n  api:\n    image: api:1\n    replicas: 2\n    envFrom: [app]\n";
    let base = sources.add("platform.yaml", base.as_bytes(), &mut findings).unwrap();
    let over = sources.add("environments/dev.yaml", b"services:\n  api: { replicas: 9 }\n", &mut findings);
    let root = sources.overlay(base, over.unwrap());
    (sources, root, findings)
}

fn sample() -> (Sources, Findings) {
    let (sources, root, mut findings) = platform();
    let services = At::ROOT.key("services");
    let at = services.key("api");
    let check = Check::new(&sources, root, &mut findings).in_environment("dev");
    check
        .error("out-of-range", &at.key("replicas"), "`9` replicas are too many")
        .note("at most 5")
        .label(&services.on_key(), "of these, at 100%")
        .with_base()
        .help("write `replicas: 5`\nor raise the quota");
    check.warning("missing-field", &at.key("probes").key("liveness"), "no probe: \u{1b}[31m");
    findings.push(Diagnostic::error("empty-spec", "nothing here").label(Span::whole(0), ""));
    (sources, findings)
}

#[test]
fn text_shows_every_file() {
    let (sources, findings) = sample();
    insta::assert_snapshot!(render(Format::Text, &findings, &sources, Color::Off), @r#"
    warning[missing-field]: no probe: \u{1b}[31m
     --> environments/dev.yaml:2:3
      |
    2 |   api: { replicas: 9 }
      |   ^^^
      |
      = note: in environment `dev`

    error[out-of-range]: `9` replicas are too many
     --> environments/dev.yaml:2:20
      |
    1 | services:
      | -------- of these, at 100%
    2 |   api: { replicas: 9 }
      |                    ^ at most 5
      |
     ::: platform.yaml:5:15
      |
    5 |     replicas: 2
      |               - the base value is here
      |
      = note: in environment `dev`
      = help: write `replicas: 5`
              or raise the quota

    error[empty-spec]: nothing here
    --> platform.yaml

    2 errors, 1 warning
    "#);
}

#[test]
fn concise_is_one_line_each() {
    let (sources, findings) = sample();
    insta::assert_snapshot!(render(Format::Concise, &findings, &sources, Color::Off), @r#"
    environments/dev.yaml:2:3: warning[missing-field] no probe: \u{1b}[31m (in environment `dev`)
    environments/dev.yaml:2:20: error[out-of-range] `9` replicas are too many (in environment `dev`)
    platform.yaml:1:1: error[empty-spec] nothing here
    2 errors, 1 warning
    "#);
}

#[test]
fn github_escapes_what_its_commands_use() {
    let (sources, findings) = sample();
    insta::assert_snapshot!(render(Format::Github, &findings, &sources, Color::Off), @r#"
    ::warning file=environments/dev.yaml,line=2,endLine=2,col=3,endColumn=6,title=missing-field::no probe: \u{1b}[31m (in environment `dev`)
    ::error file=environments/dev.yaml,line=2,endLine=2,col=20,endColumn=21,title=out-of-range::`9` replicas are too many (in environment `dev`)%0Aenvironments/dev.yaml:1:1: of these, at 100%25%0Aplatform.yaml:5:15: the base value is here%0Ahelp: write `replicas: 5`%0Aor raise the quota
    ::error file=platform.yaml,line=1,endLine=1,col=1,endColumn=1,title=empty-spec::nothing here
    "#);
}

#[test]
fn json_has_a_version() {
    let (sources, findings) = sample();
    insta::assert_snapshot!(render(Format::Json, &findings, &sources, Color::Off), @r#"
    {
      "version": 1,
      "diagnostics": [
        {
          "code": "missing-field",
          "level": "warning",
          "message": "no probe: \u001b[31m",
          "labels": [
            {
              "file": "environments/dev.yaml",
              "line": 2,
              "column": 3,
              "endLine": 2,
              "endColumn": 6,
              "text": ""
            }
          ],
          "help": null,
          "environments": [
            "dev"
          ]
        },
        {
          "code": "out-of-range",
          "level": "error",
          "message": "`9` replicas are too many",
          "labels": [
            {
              "file": "environments/dev.yaml",
              "line": 2,
              "column": 20,
              "endLine": 2,
              "endColumn": 21,
              "text": "at most 5"
            },
            {
              "file": "environments/dev.yaml",
              "line": 1,
              "column": 1,
              "endLine": 1,
              "endColumn": 9,
              "text": "of these, at 100%"
            },
            {
              "file": "platform.yaml",
              "line": 5,
              "column": 15,
              "endLine": 5,
              "endColumn": 16,
              "text": "the base value is here"
            }
          ],
          "help": "write `replicas: 5`\nor raise the quota",
          "environments": [
            "dev"
          ]
        },
        {
          "code": "empty-spec",
          "level": "error",
          "message": "nothing here",
          "labels": [
            {
              "file": "platform.yaml",
              "line": 1,
              "column": 1,
              "endLine": 1,
              "endColumn": 1,
              "text": ""
            }
          ],
          "help": null,
          "environments": []
        }
      ],
      "summary": {
        "errors": 2,
        "warnings": 1
      }
    }
    "#);
}

#[test]
fn colours_are_for_text_only() {
    let (sources, findings) = sample();
    assert!(render(Format::Text, &findings, &sources, Color::On).contains("\u{1b}["));
    assert!(!render(Format::Text, &findings, &sources, Color::Off).contains('\u{1b}'));
}

#[test]
fn a_finding_of_the_base_is_one_of_all_environments() {
    let (sources, root, mut findings) = platform();
    for environment in [Some("dev"), None, Some("prod")] {
        let mut check = Check::new(&sources, root, &mut findings);
        check.environment = environment;
        check.error("wrong-type", &At::ROOT.key("platform"), "same");
    }
    assert_eq!(findings.iter().count(), 1);
    assert_eq!(scope(&findings, findings.iter().next().unwrap()), None);
}
