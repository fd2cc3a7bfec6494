//! The committed output of every platform and example is what the program writes today.

use crate::judges::{for_all, none};
use crate::kgen::{both, kgen, root, succeeds};
use crate::projects;

#[test]
fn committed_output_is_current() {
    none(&for_all(&projects::all(), |project| {
        let folder = project.folder.strip_prefix(root()).unwrap();
        let output =
            kgen(root()).args(["render", "--check", "-p"]).arg(folder).output().expect("kgen starts");
        if output.status.success() {
            Vec::new()
        } else {
            vec![format!("{} is not current; `just bless` writes it anew\n{}", project.name, both(&output))]
        }
    }));
}

#[test]
fn the_spec_in_the_readme_renders() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let spec = readme.split("```yaml\n").nth(1).expect("a block of YAML").split("```").next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("platform.yaml"), spec).unwrap();
    succeeds(folder.path(), &["render"]);
    // What the lines below it name is there.
    let commands =
        readme.split("```console\n").nth(1).expect("a block of commands").split("```").next().unwrap();
    let named = commands.split_whitespace().filter(|word| word.starts_with("out/"));
    assert!(named.clone().count() >= 4);
    for path in named {
        assert!(folder.path().join(path).exists(), "the README names {path}, which is not there");
    }
}
