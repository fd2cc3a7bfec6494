//! Raw objects that choose others by labels: a Service its pods, a ServiceMonitor its Services.

use super::{Part, pods};
use crate::diagnostic::{Check, Key, suggest};
use crate::k8s::{NAMESPACE, Object};
use crate::needs::Offer;
use crate::scope::Scope;
use crate::tree::Tree;
use std::collections::{BTreeMap, BTreeSet};

/// Raw kinds, where their selectors are, and whether they choose Services in place of pods.
const KINDS: &[(&str, &[&str], bool)] = &[
    ("NetworkPolicy", &["spec", "podSelector", "matchLabels"], false),
    ("PodDisruptionBudget", &["spec", "selector", "matchLabels"], false),
    ("PodMonitor", &["spec", "selector", "matchLabels"], false),
    ("Service", &["spec", "selector"], false),
    ("ServiceMonitor", &["spec", "selector", "matchLabels"], true),
];

type Labels = BTreeMap<String, String>;

/// A selector of a raw object.
struct Selector<'a> {
    part: &'a Part,
    path: &'static [&'static str],
    services: bool,
    labels: Labels,
}

/// Selectors of raw objects that have chosen nothing of the platform so far.
#[derive(Default)]
pub(super) struct Selectors<'a> {
    open: Vec<Selector<'a>>,
    /// Labels that there are, by kind and key.
    known: Known,
}

/// Values of labels, by whether they are those of Services, and by key.
type Known = BTreeMap<(bool, String), BTreeSet<String>>;

impl<'a> Selectors<'a> {
    /// Those of these components.
    pub(super) fn of(parts: &'a [Part], scope: &Scope) -> Self {
        let raw = parts.iter().filter(|part| matches!(scope.offers.get(&part.name), Some(Offer::Raw)));
        Self { open: raw.filter_map(|part| Selector::of(part, scope)).collect(), ..Self::default() }
    }

    /// Looks for what they choose among the objects of a component.
    pub(super) fn look(&mut self, objects: &[Object]) {
        if self.open.is_empty() {
            return;
        }
        for object in objects {
            let Some((services, labels)) = chosen(object) else { continue };
            self.open.retain(|selector| selector.services != services || !selector.fits(&labels));
            for (key, value) in labels {
                self.known.entry((services, key)).or_default().insert(value);
            }
        }
    }

    /// Reports those that chose nothing of all the platform.
    pub(super) fn report(&self, check: &mut Check<'_>) {
        for selector in &self.open {
            selector.report(&self.known, check);
        }
    }
}

/// The labels by which an object may be chosen, as a Service or by its pods.
fn chosen(object: &Object) -> Option<(bool, Labels)> {
    let labels = |tree: &Tree| texts(tree.at(&["metadata", "labels"]));
    match object.tree.get("kind").and_then(Tree::as_str)? {
        "Service" => Some((true, labels(&object.tree))),
        "Pod" => Some((false, labels(&object.tree))),
        _ => pods::template(&object.tree).map(|template| (false, labels(template))),
    }
}

impl<'a> Selector<'a> {
    /// That of a raw object in the platform's namespace; one without labels chooses everything or is managed by hand.
    fn of(part: &'a Part, scope: &Scope) -> Option<Self> {
        let object = part.own_objects(scope).pop()?;
        let id = object.id();
        let (_, path, services) = *KINDS.iter().find(|(kind, ..)| *kind == id.kind)?;
        let labels = texts(object.tree.at(path));
        let here = object.tree.at(&["metadata", "namespace"]).and_then(Tree::as_str) == Some(NAMESPACE);
        (here && !labels.is_empty()).then_some(Self { part, path, services, labels })
    }

    fn fits(&self, labels: &Labels) -> bool {
        self.labels.iter().all(|(key, value)| labels.get(key) == Some(value))
    }

    fn report(&self, known: &Known, check: &mut Check<'_>) {
        let values = |key: &str| known.get(&(self.services, key.to_owned()));
        // An operator gives its pods labels of its own, and nobody sees them here.
        if self.labels.keys().any(|key| key.contains('/') && values(key).is_none()) {
            return;
        }
        let what = if self.services { "Service" } else { "pod" };
        let path: Vec<&str> =
            [self.part.section, &self.part.name].into_iter().chain(self.path.iter().copied()).collect();
        let missing =
            self.labels.iter().find(|(key, value)| !values(key).is_some_and(|all| all.contains(*value)));
        let mut finding = check.warning(
            "selects-nothing",
            Key(&path),
            format!("no {what} of the platform has the labels that `{}` selects", self.part.name),
        );
        let Some((key, value)) = missing else {
            finding.help(format!("each label is there, but no {what} has all of them: select those of one"));
            return;
        };
        finding = finding.says(format!("`{key}: {value}` is nowhere"));
        let near = values(key).and_then(|all| suggest(value, all.iter().map(String::as_str)));
        finding.help(match near {
            Some(near) => format!("did you mean `{key}: {near}`?"),
            None => format!("write labels that a {what} has, or remove the object"),
        });
    }
}

fn texts(labels: Option<&Tree>) -> Labels {
    let labels = labels.and_then(Tree::as_map).into_iter().flat_map(crate::tree::Map::iter);
    labels.filter_map(|(key, value)| Some((key.to_string(), value.as_str()?.to_owned()))).collect()
}
