//! The committed output of every platform and example is what the program writes today.

use crate::judges::{for_all, none};
use crate::kgen::{both, kgen, root};
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
