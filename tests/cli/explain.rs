//! `kgen explain`: codes, fields, and words that are neither.

use super::Folder;
use insta::assert_snapshot;

#[test]
fn explain_knows_codes_and_fields() {
    let folder = Folder::new();
    assert_snapshot!(folder.run("explain platform"), @r#"
    exit 0
    --- out
    platform: text, required
      Name of the platform; also that of the Helm chart.
    form: name
    "#);
    assert_snapshot!(folder.run("explain servces"), @r#"
    exit 2
    --- err
    error: `servces` is neither a code nor a field of the spec
    help: did you mean `services`?
    "#);
    let (code, out, _) = folder.kgen("explain services.replicas");
    assert!(code == 0 && out.starts_with("services.*.replicas: whole number\n"), "{out}");
    assert_eq!(folder.kgen("explain services.web.replicas").1, out);
    let (code, out, _) = folder.kgen("explain unknown-field");
    assert!(code == 0 && out.starts_with("unknown-field: "), "{out}");
    let (code, _, err) = folder.kgen("explain services.web.repilcas");
    assert!(code == 2 && err.contains("did you mean `services.*.replicas`?"), "{err}");
}

#[test]
fn what_other_tools_call_a_field_leads_to_it() {
    let folder = Folder::new();
    assert_snapshot!(folder.run("explain service.replicas"), @r#"
    exit 2
    --- err
    error: the spec has no field `service`
    help: did you mean `services.*.replicas`?
    "#);
    assert_snapshot!(folder.run("explain services.livenessProbe"), @r#"
    exit 2
    --- err
    error: `services` has no field `livenessProbe`
    help: did you mean `services.*.probes`?
    "#);
    assert_snapshot!(folder.run("explain services.hpa"), @r#"
    exit 2
    --- err
    error: `services` has no field `hpa`
    help: did you mean `services.*.autoscaling`?
    "#);
    assert_snapshot!(folder.run("explain services.maxSurge"), @r#"
    exit 2
    --- err
    error: `services` has no field `maxSurge`
    help: below it is: `services.*.strategy.maxSurge`
    "#);
    assert!(folder.kgen("explain services.web").1.starts_with("services.*: fields\n"));
    assert!(folder.kgen("explain services.web.env.LOG_LEVEL").1.starts_with("services.*.env.*: "));
}

#[test]
fn a_field_is_found_by_its_name_alone() {
    let folder = Folder::new();
    assert_snapshot!(folder.run("explain hpa"), @r#"
    exit 2
    --- err
    error: `hpa` is neither a code nor a field of the spec
    help: fields of the spec: `services.*.autoscaling`, `rancher.*.pools.*.autoscaling`, `services.*.names.hpa`
    "#);
    assert_snapshot!(folder.run("explain replicas"), @r#"
    exit 2
    --- err
    error: `replicas` is neither a code nor a field of the spec
    help: fields of the spec: `services.*.replicas`, `mongodb.*.replicas`, `zookeeper.*.replicas`, `kafka.*.replicas`, `redpanda.*.replicas`
    "#);
    assert_snapshot!(folder.run("explain autoscaling"), @r#"
    exit 2
    --- err
    error: `autoscaling` is neither a code nor a field of the spec
    help: fields of the spec: `services.*.autoscaling`, `rancher.*.pools.*.autoscaling`
    "#);
}

#[test]
fn a_summary_is_a_whole_sentence() {
    let (_, out, _) = Folder::new().kgen("explain services");
    let cut: Vec<_> = out.lines().filter(|line| line.ends_with("e.g.") || line.ends_with("i.e.")).collect();
    assert!(out.contains("e.g. ") && cut.is_empty(), "{cut:?}");
}

#[test]
fn completions_offer_codes_and_sections() {
    let (_, script, _) = Folder::new().kgen("completions bash");
    let verb = script.split_once("kgen__subcmd__explain)\n").unwrap().1.lines().next().unwrap();
    let words: Vec<_> = verb.split([' ', '"']).collect();
    assert!(["unknown-field", "services", "environments"].iter().all(|word| words.contains(word)), "{verb}");
}

#[test]
fn a_table_of_fields_says_what_each_takes_and_its_default() {
    let folder = Folder::new();
    let page = folder.kgen("explain services").1;
    let row = |name: &str| {
        let begins = format!("  {name} ");
        let line = page.lines().find(|line| line.starts_with(&begins)).unwrap_or_else(|| panic!("{page}"));
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        row("replicas"),
        "replicas whole number Number of pods while there is no autoscaling. Default: 1."
    );
    assert!(row("image").starts_with("image text The image"), "{}", row("image"));
    assert!(row("image").ends_with("(required)"), "{}", row("image"));
    assert!(row("vpa").starts_with("vpa text or fields "), "{}", row("vpa"));
    assert!(!folder.kgen("explain services.replicas").1.contains("uint32"));
}
