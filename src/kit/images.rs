//! The images that a platform builds itself: `build-images.sh`, and Dockerfiles where the source has none.

use super::inventory::{Content, Entry};
use super::shell::word;
use super::{Made, Whole};
use crate::fill::fill;
use crate::header::kit::{Build, Recipe};
use std::fmt::Write as _;

const SCRIPT: &str = include_str!("../../templates/ops/build-images.sh");
const IGNORED: &str = include_str!("../../templates/ops/docker/dockerignore");
const NEXTJS: &str = include_str!("../../templates/ops/docker/nextjs.Dockerfile");
const PYTHON: &str = include_str!("../../templates/ops/docker/python.Dockerfile");
const READINESS: &str = include_str!("../../templates/ops/docker/readiness.py");

/// An image, and the workload that runs it.
struct Image<'k> {
    name: &'k str,
    build: &'k Build,
    workload: &'k Entry,
}

/// The script, and the Dockerfiles.
pub(super) fn files(kit: &Whole<'_>) -> Vec<Made> {
    let Some(main) = kit.main() else { return Vec::new() };
    let images: Vec<_> = kit
        .spec
        .images
        .iter()
        .filter_map(|(name, build)| Some(Image { name, build, workload: workload(main, name)? }))
        .collect();
    if images.is_empty() {
        return Vec::new();
    }
    let mut files = vec![script(kit, &images)];
    for image in &images {
        let Some(recipe) = image.build.recipe else { continue };
        let folder = format!("docker/{}", image.name);
        files.push(Made::text(&format!("{folder}/Dockerfile"), dockerfile(kit, image, recipe)));
        // BuildKit reads this one in place of the one in the source.
        let ignored = fill(IGNORED, &[("HEADER", kit.outline.header().trim_end())]);
        files.push(Made::text(&format!("{folder}/Dockerfile.dockerignore"), ignored));
        if recipe == Recipe::Uvicorn {
            files.push(Made::text(&format!("{folder}/readiness.py"), readiness(kit, image)));
        }
    }
    files
}

/// What runs the image of a service.
fn workload<'c>(content: &'c Content, name: &str) -> Option<&'c Entry> {
    content.entries.iter().find(|entry| entry.folder == name && entry.container_text("image").is_some())
}

fn script(kit: &Whole<'_>, images: &[Image<'_>]) -> Made {
    let mut cases = String::new();
    for image in images {
        let (name, tag) = split(image.workload.container_text("image").unwrap_or_default());
        let (registry, repository) = registry(name);
        let dockerfile = match image.build.recipe {
            Some(_) => format!("\"$here/docker/{}/Dockerfile\"", image.name),
            None => "''".to_owned(),
        };
        let _ = write!(
            cases,
            "  {name}) build {name} {registry} {repository} {tag} {context} {dockerfile}",
            name = image.name,
            registry = word(registry),
            repository = word(repository),
            tag = word(tag),
            context = word(&image.build.context),
        );
        for (key, value) in image.build.args.iter() {
            let _ = write!(cases, " --build-arg {}", word(&format!("{key}={}", value.0)));
        }
        cases += " ;;\n";
    }
    let names: Vec<_> = images.iter().map(|image| image.name).collect();
    let text = fill(
        SCRIPT,
        &[
            ("HEADER", kit.outline.header().trim_end()),
            ("NAMES", &names.join(", ")),
            ("NAMES_WORDS", &names.join(" ")),
            ("REGISTRY", kit.spec.registry.as_deref().unwrap_or_default()),
            ("CASES", cases.trim_end()),
        ],
    );
    Made::program("build-images.sh", text)
}

/// Repository and tag of an image; a digest is left out.
fn split(image: &str) -> (&str, &str) {
    let name = image.split('@').next().unwrap_or_default();
    let slash = name.rfind('/').map_or(0, |at| at + 1);
    name[slash..].find(':').map_or((name, "latest"), |at| (&name[..slash + at], &name[slash + at + 1..]))
}

/// Registry and repository of an image's name, by Docker's rule; no registry if it names none.
fn registry(name: &str) -> (&str, &str) {
    let named = |first: &str| first.contains(['.', ':']) || first == "localhost";
    name.split_once('/').filter(|(first, _)| named(first)).unwrap_or(("", name))
}

fn dockerfile(kit: &Whole<'_>, image: &Image<'_>, recipe: Recipe) -> String {
    let port =
        image.workload.container().and_then(|container| container.at(&["ports", "0", "containerPort"]));
    let port = match port {
        Some(crate::tree::Tree::Int(port)) => port.to_string(),
        _ => "8080".to_owned(),
    };
    let user = image.workload.tree.at(&["spec", "template", "spec", "securityContext"]);
    let id = |key: &str| match user.and_then(|user| user.get(key)) {
        Some(crate::tree::Tree::Int(id)) => id.to_string(),
        _ => "1000".to_owned(),
    };
    let user = format!("{}:{}", id("runAsUser"), id("runAsGroup"));
    let header = kit.outline.header();
    let arguments: Vec<String> =
        image.build.args.iter().map(|(key, _)| format!("ARG {key}\nENV {key}=${key}")).collect();
    let arguments = arguments.join("\n");
    let shared = [("HEADER", header.trim_end()), ("PORT", port.as_str()), ("USER", user.as_str())];
    if recipe == Recipe::Nextjs {
        return fill(NEXTJS, &[&shared[..], &[("ARGUMENTS", arguments.as_str())]].concat());
    }
    let program = image.build.program.as_deref();
    let command = if recipe == Recipe::Uvicorn {
        let program = program.unwrap_or("app.main:app");
        // The kubelet and the edge speak to the pod's address; their headers say who asked.
        format!(
            "[\"uvicorn\", {program:?}, \"--host\", \"0.0.0.0\", \"--port\", \"{port}\", \"--proxy-headers\"]"
        )
    } else {
        format!("[\"python\", \"-m\", {:?}]", program.unwrap_or("app"))
    };
    fill(PYTHON, &[&shared[..], &[("ARGUMENTS", arguments.as_str()), ("COMMAND", &command)]].concat())
}

/// How the paths that the probes ask are answered.
fn readiness(kit: &Whole<'_>, image: &Image<'_>) -> String {
    let path = |probe: &str| {
        image
            .workload
            .container()
            .and_then(|container| container.at(&[probe, "httpGet", "path"])?.as_str())
            .unwrap_or("/")
    };
    fill(
        READINESS,
        &[
            ("HEADER", kit.outline.header().trim_end()),
            ("LIVENESS", path("livenessProbe")),
            ("READINESS", path("readinessProbe")),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::{registry, split};

    #[test]
    fn an_image_is_read_as_docker_does() {
        assert_eq!(split("localhost:5000/web:1.0@sha256:ab"), ("localhost:5000/web", "1.0"));
        assert_eq!(split("web:1.0"), ("web", "1.0"));
        assert_eq!(split("localhost:5000/web"), ("localhost:5000/web", "latest"));
        assert_eq!(registry("ghcr.io/acme/web"), ("ghcr.io", "acme/web"));
        assert_eq!(registry("localhost/web"), ("localhost", "web"));
        assert_eq!(registry("acme/web"), ("", "acme/web"));
    }
}
