//! The Gateway API as the alternative to ingress-nginx, whose project has ended (004-C23): every platform with an edge
//! of that class says the same through a Gateway, in all three forms and as the published definitions want it.

use crate::accepted::refused;
use crate::agreement::disagreements;
use crate::judges::none;
use crate::kgen::{files, succeeds};
use crate::objects;
use crate::projects::{self, Environment, Project};
use serde_yaml::Value;
use std::fmt::Write as _;

/// The environment that is added: the base, with all edges switched.
const NAME: &str = "through-gateway";

/// The four reference platforms whose documents have nginx as the edge.
const NGINX: [&str; 4] = ["cloudretail", "evolution-todo", "ez-platform", "my-saas-chat"];

/// What the Gateway API cannot say; the switch takes it away in so many words.
const LOST: &[&str] = &["bodySize", "rateLimit", "connectTimeout"];

#[test]
fn every_platform_behind_nginx_has_a_gateway_as_alternative() {
    let mut switched = Vec::new();
    let mut folders = Vec::new();
    let mut complaints = Vec::new();
    for project in
        projects::all().iter().filter(|project| project.folder.parent().unwrap().ends_with("platforms"))
    {
        let spec = std::fs::read_to_string(project.folder.join("platform.yaml")).unwrap();
        let Some(overlay) = overlay(&serde_yaml::from_str(&spec).unwrap()) else { continue };
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().join(&project.name);
        folders.push(temporary);
        copy(project, &folder);
        std::fs::create_dir_all(folder.join("environments")).unwrap();
        std::fs::write(folder.join(format!("environments/{NAME}.yaml")), overlay).unwrap();
        succeeds(&folder, &["render"]);
        let environments = Project::new(&folder).environments();
        let environment = environments.into_iter().find(|environment| environment.name == NAME).unwrap();
        complaints.extend(edges(&environment));
        complaints.extend(disagreements(&environment));
        switched.push(environment);
    }
    complaints.extend(refused(&switched));
    let mut names: Vec<_> = switched.iter().map(|environment| environment.project.name.as_str()).collect();
    names.retain(|name| NGINX.contains(name));
    assert_eq!(names, NGINX, "the platforms behind nginx");
    none(&complaints);
}

/// What switches all edges of the class nginx; none if there are none.
fn overlay(spec: &Value) -> Option<String> {
    let edges: Vec<_> = spec["ingress"]
        .as_mapping()?
        .iter()
        .filter(|(_, edge)| {
            edge["class"].as_str().is_none_or(|class| class == "nginx") && edge["through"].is_null()
        })
        .collect();
    if edges.is_empty() {
        return None;
    }
    let has = spec["provides"].as_sequence().cloned().unwrap_or_default();
    let mut text = String::from("provides:\n- gateway-api\n");
    for add_on in has {
        let line = serde_yaml::to_string(&vec![add_on]).unwrap();
        text.push_str(&line);
    }
    text.push_str("ingress:\n");
    for (name, edge) in edges {
        let _ = writeln!(text, "  {}:\n    through: gateway\n    class: envoy", name.as_str().unwrap());
        for field in LOST.iter().filter(|field| !edge[**field].is_null()) {
            let _ = writeln!(text, "    {field}: null");
        }
    }
    Some(text)
}

fn copy(project: &Project, to: &std::path::Path) {
    for (path, bytes) in files(&project.folder) {
        if !path.starts_with("out") {
            let path = to.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
    }
}

/// Says what is missing: an Ingress is left, or there is no Gateway, or no route to it.
fn edges(environment: &Environment) -> Vec<String> {
    let objects = objects::read(&environment.raw()).unwrap();
    let count = |kind: &str| objects.keys().filter(|key| key.kind == kind).count();
    let mut complaints = Vec::new();
    if count("Ingress") > 0 || count("Gateway") == 0 || count("HTTPRoute") == 0 {
        complaints.push(format!(
            "{environment}: {} Ingresses, {} Gateways, {} HTTPRoutes",
            count("Ingress"),
            count("Gateway"),
            count("HTTPRoute")
        ));
    }
    complaints
}
