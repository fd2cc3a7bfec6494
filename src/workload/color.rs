//! Blue-green updates: two Deployments side by side, and Services that say which of them gets the traffic.
//!
//! What has the label `color` of the active one gets the traffic of the Service; the other one is behind a Service of
//! its own, `NAME-preview`. A switch changes the selectors of the two Services, the target of the autoscaler and the
//! selector of the disruption budget, so it happens at once, and back again. With Argo Rollouts there is one Rollout, and its controller switches.

use super::{Blueprint, StrategyType, tag};
use crate::k8s::Object;
use crate::tree::{Map, Tree};
use crate::value::Image;
use schemars::JsonSchema;
use serde::Deserialize;

/// One of the two groups of pods.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Color {
    /// The first one.
    #[default]
    Blue,
    /// The second one.
    Green,
}

/// What differs in the pods of a colour.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Shade {
    /// Their image. Default: that of the service.
    pub image: Option<Image>,
    /// Number of pods; the autoscaler owns that of the active colour. Default: that of the service.
    pub replicas: Option<u32>,
}

/// Who switches the traffic.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Switch {
    /// The selector of the Service, which `active` says.
    Service,
    /// Argo Rollouts: a Rollout instead of the Deployments, promoted by `kubectl argo rollouts promote`.
    ArgoRollouts,
}

impl Color {
    const ALL: [Self; 2] = [Self::Blue, Self::Green];

    const fn name(self) -> &'static str {
        match self {
            Self::Blue => "blue",
            Self::Green => "green",
        }
    }

    const fn other(self) -> Self {
        match self {
            Self::Blue => Self::Green,
            Self::Green => Self::Blue,
        }
    }
}

/// Makes the objects of a workload those of a blue-green update, if that is its strategy.
pub(super) fn part(blueprint: &Blueprint<'_>, objects: &mut Vec<Object>) {
    let strategy = &blueprint.workload.strategy;
    if strategy.r#type != Some(StrategyType::BlueGreen) {
        return;
    }
    let argo = strategy.through == Some(Switch::ArgoRollouts);
    let active = strategy.active.unwrap_or_default();
    let mut parted = Vec::new();
    for mut object in std::mem::take(objects) {
        match object.id().kind.as_str() {
            "Deployment" if argo => parted.push(rollout(blueprint, object)),
            "Deployment" => parted.extend(Color::ALL.map(|color| deployment(blueprint, &object, color))),
            "Service" => {
                let mut preview = renamed(&object, "preview");
                if !argo {
                    set(&mut object.tree, &["spec", "selector", "color"], active.name());
                    set(&mut preview.tree, &["spec", "selector", "color"], active.other().name());
                }
                parted.extend([object, preview]);
            }
            // The other colour has no traffic to lose.
            "PodDisruptionBudget" if !argo => {
                set(&mut object.tree, &["spec", "selector", "matchLabels", "color"], active.name());
                parted.push(object);
            }
            "HorizontalPodAutoscaler" => {
                let target = ["spec", "scaleTargetRef"];
                if argo {
                    set(&mut object.tree, &[target[0], target[1], "apiVersion"], API);
                    set(&mut object.tree, &[target[0], target[1], "kind"], "Rollout");
                } else {
                    let name = format!("{}-{}", blueprint.name, active.name());
                    set(&mut object.tree, &[target[0], target[1], "name"], name);
                }
                parted.push(object);
            }
            _ => parted.push(object),
        }
    }
    *objects = parted;
}

const API: &str = "argoproj.io/v1alpha1";

/// The Deployment of a colour.
fn deployment(blueprint: &Blueprint<'_>, whole: &Object, color: Color) -> Object {
    let strategy = &blueprint.workload.strategy;
    let shade = if color == Color::Blue { &strategy.blue } else { &strategy.green };
    let mut object = renamed(whole, color.name());
    for path in [
        &["metadata", "labels", "color"][..],
        &["spec", "selector", "matchLabels", "color"],
        &["spec", "template", "metadata", "labels", "color"],
    ] {
        set(&mut object.tree, path, color.name());
    }
    let scaled = blueprint.workload.autoscaling.is_some() && color == strategy.active.unwrap_or_default();
    if let Some(spec) = object.tree.get_mut("spec").and_then(Tree::as_map_mut).filter(|_| !scaled) {
        let replicas = Tree::Int(shade.replicas.unwrap_or(blueprint.range().0).into());
        if spec.contains("replicas") {
            spec.insert("replicas", replicas);
        } else {
            let rest = std::mem::take(spec);
            spec.push("replicas", replicas);
            rest.into_iter().for_each(|(key, value)| spec.push(key, value));
        }
    }
    if let Some(image) = &shade.image {
        if let Some(version) = tag(image) {
            set(&mut object.tree, &["metadata", "labels", "app.kubernetes.io/version"], version);
        }
        set(&mut object.tree, &["spec", "template", "spec", "containers", "0", "image"], image.to_string());
    }
    object
}

/// The Rollout that takes the place of the Deployment.
fn rollout(blueprint: &Blueprint<'_>, mut object: Object) -> Object {
    let service = blueprint.workload.names.service(blueprint.name);
    let mut rules = Map::new();
    rules.push("activeService", service.as_str().into());
    rules.push("previewService", format!("{service}-preview").into());
    rules.push("autoPromotionEnabled", false.into());
    let mut strategy = Map::new();
    strategy.push("blueGreen", Tree::Map(rules));
    set(&mut object.tree, &["apiVersion"], API);
    set(&mut object.tree, &["kind"], "Rollout");
    set(&mut object.tree, &["spec", "strategy"], Tree::Map(strategy));
    object.in_file("rollout")
}

/// A copy with another name, in a file of its own.
fn renamed(object: &Object, suffix: &str) -> Object {
    let mut copy = object.clone();
    let name = format!("{}-{suffix}", object.id().name);
    set(&mut copy.tree, &["metadata", "name"], name);
    let file = format!("{}-{suffix}", object.file);
    copy.in_file(file)
}

/// Sets what is at the end of a path, all but the last step of which is there.
fn set(tree: &mut Tree, path: &[&str], value: impl Into<Tree>) {
    let Some((last, way)) = path.split_last() else { return };
    let end = way.iter().try_fold(tree, |tree, step| match tree {
        Tree::Map(map) => map.get_mut(step),
        Tree::List(items) => step.parse::<usize>().ok().and_then(|at| items.get_mut(at)),
        _ => None,
    });
    if let Some(map) = end.and_then(Tree::as_map_mut) {
        map.insert((*last).to_owned(), value.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pod::Pod;
    use crate::pod::container::Container;
    use crate::scope::Scope;
    use crate::workload::Workload;
    use serde_json::{Value, json};
    use std::collections::BTreeMap;

    fn objects(strategy: &Value) -> Vec<Object> {
        let container: Container =
            serde_json::from_value(json!({ "image": "acme/web:1.0.0", "port": 8080 })).unwrap();
        let workload: Workload =
            serde_json::from_value(json!({ "strategy": strategy, "autoscaling": { "min": 3, "max": 9 } }))
                .unwrap();
        let pod = Pod::default();
        let scope = Scope {
            header: serde_json::from_value(json!({ "platform": "shop" })).unwrap(),
            environment: None,
            kubernetes: 30,
            offers: BTreeMap::new(),
            homes: BTreeMap::new(),
            routes: Vec::new(),
            files: BTreeMap::new(),
            demands: Vec::new(),
        };
        let blueprint = Blueprint {
            component: "web",
            name: "web",
            container: &container,
            pod: &pod,
            workload: &workload,
            counted: false,
        };
        blueprint.objects(&scope)
    }

    fn find<'a>(objects: &'a [Object], kind: &str, name: &str) -> &'a Tree {
        let found = objects.iter().find(|object| object.id().kind == kind && object.id().name == name);
        &found.unwrap_or_else(|| panic!("no {kind} {name}")).tree
    }

    fn text<'a>(tree: &'a Tree, path: &[&str]) -> Option<&'a str> {
        tree.at(path).and_then(Tree::as_str)
    }

    #[test]
    fn two_deployments_stand_side_by_side_and_the_service_chooses() {
        let objects = objects(
            &json!({ "type": "BlueGreen", "active": "green", "green": { "image": "acme/web:2.0.0" }, "blue": { "replicas": 2 } }),
        );
        let (blue, green) =
            (find(&objects, "Deployment", "web-blue"), find(&objects, "Deployment", "web-green"));
        let image = ["spec", "template", "spec", "containers", "0", "image"];
        assert_eq!(text(blue, &image), Some("acme/web:1.0.0"));
        assert_eq!(text(green, &image), Some("acme/web:2.0.0"));
        assert_eq!(text(green, &["metadata", "labels", "app.kubernetes.io/version"]), Some("2.0.0"));
        assert_eq!(text(blue, &["spec", "selector", "matchLabels", "color"]), Some("blue"));
        assert_eq!(text(blue, &["spec", "template", "metadata", "labels", "color"]), Some("blue"));
        assert_eq!(blue.at(&["spec", "replicas"]), Some(&Tree::Int(2)));
        assert_eq!(green.at(&["spec", "replicas"]), None);
        let color = ["spec", "selector", "color"];
        assert_eq!(text(find(&objects, "Service", "web"), &color), Some("green"));
        assert_eq!(text(find(&objects, "Service", "web-preview"), &color), Some("blue"));
        let scaler = find(&objects, "HorizontalPodAutoscaler", "web-hpa");
        assert_eq!(text(scaler, &["spec", "scaleTargetRef", "name"]), Some("web-green"));
        let budget = find(&objects, "PodDisruptionBudget", "web-pdb");
        assert_eq!(text(budget, &["spec", "selector", "matchLabels", "color"]), Some("green"));
    }

    #[test]
    fn argo_rollouts_takes_the_place_of_the_deployments() {
        let objects = objects(&json!({ "type": "BlueGreen", "through": "argo-rollouts" }));
        assert!(objects.iter().all(|object| object.id().kind != "Deployment"));
        let rules = ["spec", "strategy", "blueGreen", "previewService"];
        assert_eq!(text(find(&objects, "Rollout", "web"), &rules), Some("web-preview"));
        assert_eq!(text(find(&objects, "Service", "web-preview"), &["spec", "selector", "color"]), None);
        let scaler = find(&objects, "HorizontalPodAutoscaler", "web-hpa");
        assert_eq!(text(scaler, &["spec", "scaleTargetRef", "kind"]), Some("Rollout"));
    }
}
