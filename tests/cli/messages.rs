//! Findings as the command line prints them: which, how often, and how much of each.

use super::shop;
use insta::assert_snapshot;

#[test]
fn quiet_prints_nothing_but_errors() {
    let folder = shop();
    let spec = std::fs::read_to_string(folder.path("shop/platform.yaml")).unwrap();
    let warned = spec.replace("memory: 64Mi", "memory: 64");
    folder.write("shop/platform.yaml", &warned);
    assert!(folder.kgen("validate -p shop").1.contains("warning["));
    assert_eq!(folder.run("validate -p shop -q"), "exit 0\n");
    assert!(folder.kgen("render -p shop").2.contains("warning["));
    assert_eq!(folder.run("render -p shop -q"), "exit 0\n");
    folder.write("shop/platform.yaml", &(warned + "nonsense: 1\n"));
    let (code, out, _) = folder.kgen("validate -p shop -q");
    assert!(code == 1 && out.contains("error[unknown-field]") && !out.contains("warning"), "{out}");
}

#[test]
fn a_line_has_the_way_out() {
    let folder = shop();
    let spec = std::fs::read_to_string(folder.path("shop/platform.yaml")).unwrap();
    folder.write("shop/platform.yaml", &spec.replace("memory: 64Mi", "memory: 64"));
    assert_snapshot!(folder.run("validate -p shop --format concise"), @r#"
    exit 0
    --- out
    shop/platform.yaml:24:48: warning[quantity-suspicious] `64` of memory is 64 bytes; help: write `64Mi`
    1 warning
    "#);
}

#[test]
fn a_pinned_image_is_cited_once_as_it_was_written() {
    assert_snapshot!(shop().run("render -p shop --image web=foo:latest"), @r#"
    exit 1
    --- err
    error[invalid-value]: the image `foo:latest` says `latest`: what runs would change without a change here
     --> the command line:1:13
      |
    1 | --image web=foo:latest
      |             ^^^^^^^^^^
      |
      = help: write `foo:1.0.0` with the version that you mean

    1 error
    "#);
}
