//! `.env.example`: the settings that the scripts read.

use super::{Made, Whole};
use crate::fill::fill;
use std::fmt::Write as _;

const SETTINGS: &str = include_str!("../../templates/ops/env.example");

/// The file.
pub(super) fn files(kit: &Whole<'_>) -> Vec<Made> {
    let mut more = String::new();
    if !super::cluster::files(kit).is_empty() {
        more += "\n# cluster.sh: context of the cluster that manages the platform's.\n#CLUSTER_CONTEXT=\n";
    }
    if !kit.spec.images.is_empty() {
        more += "\n# build-images.sh: where images are pushed, and the tag of all of them (default: that of the spec).\n";
        let _ = write!(more, "REGISTRY={}\n#TAG=\n", kit.spec.registry.as_deref().unwrap_or_default());
        more += "# The folder that the sources of the images are in (default: the platform's).\n#SOURCE=\n";
    }
    if kit.spec.load_tests.is_some() {
        more += "\n# Load tests: where the platform is reached, requests a second, virtual users, and a bearer token.\n";
        more += "#BASE_URL=\n#RATE=\n#VIRTUAL_USERS=\n#TOKEN=\n";
    }
    let text = fill(SETTINGS, &[("HEADER", kit.outline.header().trim_end()), ("MORE", &more)]);
    vec![Made::text(".env.example", text)]
}
