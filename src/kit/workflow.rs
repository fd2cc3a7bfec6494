//! The workflow for GitHub Actions: checks every pull request, and deploys what is merged.

use super::{Made, Whole};
use crate::fill::fill;

const WORKFLOW: &str = include_str!("../../templates/ops/ci/workflow.yml");
const IMAGES: &str = include_str!("../../templates/ops/ci/images.yml");
const PINS: &str = include_str!("../../templates/ops/ci/pins.yml");

/// The workflow, if the kit wants one.
pub(super) fn files(kit: &Whole<'_>) -> Vec<Made> {
    let (Some(workflow), Some(main)) = (&kit.spec.workflow, kit.main()) else { return Vec::new() };
    let folder = kit.folder();
    let install = workflow.install.trim_end().replace('\n', "\n          ");
    let builds = !kit.spec.images.is_empty();
    let host = kit.spec.registry.as_deref().and_then(|registry| registry.split('/').next());
    let host = host.filter(|host| host.contains(['.', ':'])).unwrap_or("docker.io");
    // GitHub's own registry knows the workflow; all others need somebody's credentials.
    let (user, token) = if host == "ghcr.io" {
        ("${{ github.actor }}", "${{ secrets.GITHUB_TOKEN }}")
    } else {
        ("${{ vars.REGISTRY_USER }}", "${{ secrets.REGISTRY_TOKEN }}")
    };
    let needs = if builds && host != "ghcr.io" {
        format!("\n#   REGISTRY_USER (variable), REGISTRY_TOKEN (secret)   who pushes to {host}")
    } else {
        String::new()
    };
    let images = if builds {
        fill(IMAGES, &[("FOLDER", &folder), ("HOST", host), ("USER", user), ("TOKEN", token)])
    } else {
        String::new()
    };
    let pins = if builds {
        fill(PINS, &[("FOLDER", &folder), ("ENVIRONMENT", &main.name), ("INSTALL", &install)])
    } else {
        String::new()
    };
    let paths = if folder == "." { "**".to_owned() } else { format!("{folder}/**") };
    let text = fill(
        WORKFLOW,
        &[
            ("HEADER", kit.outline.header().trim_end()),
            ("PLATFORM", &kit.outline.platform),
            ("BRANCH", workflow.branch.as_deref().unwrap_or("main")),
            ("ENVIRONMENT", &main.name),
            ("NAMESPACE", &main.namespace),
            ("FOLDER", &folder),
            ("PATHS", &paths),
            ("INSTALL", &install),
            ("NEEDS", &needs),
            ("IMAGES", &images),
            ("BEFORE", if builds { "images" } else { "check" }),
            ("PINS", &pins),
        ],
    );
    vec![Made::text("ci/deploy.yml", text)]
}
