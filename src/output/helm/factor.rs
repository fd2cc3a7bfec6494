//! All variants of one object become one template: what they share is literal, what differs, and
//! what people always want to set, is a knob.

use super::align::{aligned, nth, union};
use super::form::Form;
use super::names::{self, Use};
use super::naming::Naming;
use super::place::{self, Place};
use super::shape::Shape;
use super::slot::{Slot, Slots, agree, compatible, enter, has_absent, here, owned};
use super::template::{Field, Item, Node};
use super::values::{Leaf, Name, Values};
use crate::k8s::NAMESPACE;
use crate::tree::{Map, Tree};
use std::collections::BTreeMap;

/// Digests of `ConfigMaps` as pods carry them, by the name of the `ConfigMap`.
pub(super) type Digests = BTreeMap<String, Vec<Slot<String>>>;

/// Tags of the main images, by section, with the knob that holds them.
pub(super) type Tags = BTreeMap<Name, (Name, Vec<Slot<Tree>>)>;

/// Turns the variants of an object into its template.
pub(super) struct Factor<'a> {
    /// Where knobs are kept.
    pub values: &'a mut Values,
    /// The chart's name, a part of the names of its helpers.
    pub chart: &'a str,
    /// Digests that were seen in pod templates.
    pub digests: &'a mut Digests,
    /// Tags of main images that became knobs.
    pub tags: &'a mut Tags,
    /// The object.
    pub place: &'a Place,
    /// Hosts of this Ingress that became knobs.
    pub hosts: Vec<(Vec<Slot<Tree>>, Name)>,
    /// The template of `data` if this is a `ConfigMap` whose entries are knobs.
    pub data: Option<Node>,
}

impl Factor<'_> {
    /// The template of the whole object.
    pub(super) fn object(&mut self, slots: &Slots<'_>) -> Node {
        self.node(&mut Vec::new(), slots)
    }

    /// The template of a place that every variant has.
    pub(super) fn node(&mut self, path: &mut Vec<String>, slots: &Slots<'_>) -> Node {
        let spot = self.place.spot(path);
        if let Some(node) = self.image(path, spot, slots) {
            return node;
        }
        if let Some(node) = self.version(path, slots).or_else(|| self.shared_host(path, slots)) {
            return node;
        }
        let used = self.used(path);
        let scalar = !here(slots).any(|tree| matches!(tree, Tree::Map(_) | Tree::List(_)));
        match used {
            Some(Use::Always) if scalar => return self.hole(path, slots).1,
            Some(Use::Offered(_)) => return self.hole(path, slots).1,
            Some(Use::Whole) if !agree(slots) => return self.hole(path, slots).1,
            _ => {}
        }
        if let Some(node) = self.map(path, slots) {
            return node;
        }
        if let Some(node) = self.list(path, slots) {
            return node;
        }
        match here(slots).next() {
            Some(tree) if agree(slots) => literal(tree),
            _ => self.hole(path, slots).1,
        }
    }

    /// When the place is a knob: a field that nobody may choose is one only where variants differ.
    fn used(&self, path: &[String]) -> Option<Use> {
        let spot = self.place.spot(path);
        let row = names::find(spot.scope, &path[spot.start..]).map(|(row, _)| row.used);
        row.filter(|_| !self.place.is_fixed(path))
    }

    /// The template of a map; none if its variants are not maps that can be taken apart.
    fn map(&mut self, path: &mut Vec<String>, slots: &Slots<'_>) -> Option<Node> {
        let maps: Vec<&Map> = here(slots).map(Tree::as_map).collect::<Option<_>>()?;
        let offers = {
            let spot = self.place.spot(path);
            let rows = names::offered(spot.scope, &path[spot.start..]);
            let scales = matches!(self.place.kind.as_str(), "Deployment" | "StatefulSet");
            let scales = scales && !self.place.is_fixed(["spec", "replicas"]);
            let keys = rows.map(|row| row.path[row.path.len() - 1]);
            keys.filter(|key| scales || *key != "replicas").collect::<Vec<_>>()
        };
        if maps.iter().any(|map| map.is_empty()) {
            return None;
        }
        let mut keys = union(maps.iter().map(|map| map.keys().map(AsRef::as_ref).collect()));
        for key in offers {
            if !keys.contains(&key) {
                let at = place::position(self.place, path, &keys, key);
                keys.insert(at, key);
            }
        }
        // Knobs that others refer to come into being first.
        let mut order: Vec<usize> = (0..keys.len()).collect();
        order.sort_by_key(|at| match keys[*at] {
            "spec" if path.is_empty() => 0,
            "rules" => 1,
            _ => 2,
        });
        let mut fields: Vec<Option<Field>> = keys.iter().map(|_| None).collect();
        for at in order {
            let key = keys[at];
            path.push(key.to_owned());
            fields[at] = self.field(path, &enter(slots, key));
            path.pop();
        }
        Some(Node::Map(fields.into_iter().flatten().collect()))
    }

    /// The entry at the end of the path, which some variants may lack.
    fn field(&mut self, path: &mut Vec<String>, slots: &Slots<'_>) -> Option<Field> {
        let key = path.last()?.clone();
        if path.len() == 1
            && key == "data"
            && let Some(node) = self.data.take()
        {
            return Some(Field { key: Some(key), node, guard: None });
        }
        if let Some(field) = self.replicas(path, slots).or_else(|| self.pod_annotations(path, slots)) {
            return Some(field);
        }
        if let Some(Use::Offered(shape)) = self.used(path) {
            return Some(self.offered(path, slots, shape));
        }
        if !has_absent(slots) {
            let node = self.node(path, slots);
            return Some(Field { key: Some(key), node, guard: None });
        }
        Some(self.optional(path, slots))
    }

    /// A knob that is offered even where no variant sets it.
    fn offered(&mut self, path: &[String], slots: &Slots<'_>, shape: Shape) -> Field {
        let collection = shape.is_collection();
        if here(slots).any(|tree| !shape.fits(tree) || (collection && tree.is_empty())) {
            return self.optional(path, slots);
        }
        if !collection && shape != Shape::Str && !has_absent(slots) {
            let (_, node) = self.hole_of(path, slots, Some(shape));
            return Field { key: path.last().cloned(), node, guard: None };
        }
        if !collection {
            // Unset stays unset: the schema allows it. So does an empty text that no variant means.
            return self.optional_of(path, slots, shape);
        }
        let empty = if shape == Shape::List { Tree::List(Vec::new()) } else { Tree::Map(Map::new()) };
        let filled: Slots<'_> = slots
            .iter()
            .map(|slot| if *slot == Slot::Absent { Slot::Here(&empty) } else { slot.clone() })
            .collect();
        let (name, node) = self.hole_of(path, &filled, Some(shape));
        with(path, &name, node)
    }

    fn optional(&mut self, path: &[String], slots: &Slots<'_>) -> Field {
        let (name, node) = self.hole(path, slots);
        optional_field(path, slots, &name, node)
    }

    fn optional_of(&mut self, path: &[String], slots: &Slots<'_>, shape: Shape) -> Field {
        let (name, node) = self.hole_of(path, slots, Some(shape));
        if let Some(leaf) = self.values.leaf_mut(&name) {
            leaf.optional = true;
        }
        if shape == Shape::Str && here(slots).next().is_none() {
            return with(path, &name, node);
        }
        optional_field(path, slots, &name, node)
    }

    /// The template of a list; none if the variants' items do not meet.
    fn list(&mut self, path: &mut Vec<String>, slots: &Slots<'_>) -> Option<Node> {
        let lists: Vec<&[Tree]> = here(slots).map(Tree::as_list).collect::<Option<_>>()?;
        let key = path.last().cloned().unwrap_or_default();
        if lists.iter().any(|list| list.is_empty()) {
            return None;
        }
        if let Some(items) = aligned(&key, slots) {
            let node = items.into_iter().map(|(id, slots)| {
                path.push(format!("[{id}]"));
                let item = self.item(path, &key, &slots);
                path.pop();
                item
            });
            return Some(Node::List(node.collect()));
        }
        let first = lists.first()?;
        let same_length = lists.iter().all(|list| list.len() == first.len());
        let by_place = agree(slots) || first.len() == 1 || matches!(key.as_str(), "rules" | "tls" | "hosts");
        if !same_length || !by_place {
            return None;
        }
        let items = (0..first.len()).map(|at| {
            path.push(if first.len() == 1 { "[#]".to_owned() } else { format!("[#{at}]") });
            let item = Item { node: self.node(path, &nth(slots, at)), guard: None };
            path.pop();
            item
        });
        Some(Node::List(items.collect()))
    }

    /// An item that some variants may lack.
    fn item(&mut self, path: &mut Vec<String>, list: &str, slots: &Slots<'_>) -> Item {
        if !has_absent(slots) {
            return Item { node: self.node(path, slots), guard: None };
        }
        let simple = |tree: &Tree| {
            tree.as_map().is_some_and(|map| map.len() == 2)
                && tree.get("value").is_some_and(|v| v.as_str().is_some())
        };
        if list == "env" && here(slots).all(simple) {
            path.push("value".to_owned());
            let (name, value) = self.hole(path, &enter(slots, "value"));
            path.pop();
            let id = names::bare(path.last().map_or("", String::as_str)).to_owned();
            let field = |key: &str, node| Field { key: Some(key.to_owned()), node, guard: None };
            return Item {
                node: Node::Map(vec![field("name", Node::Literal(Tree::Str(id))), field("value", value)]),
                guard: Some(is_set(&name)),
            };
        }
        let there = slots
            .iter()
            .map(|slot| match slot {
                Slot::Skip => Slot::Skip,
                Slot::Absent => Slot::Here(Tree::Bool(false)),
                Slot::Here(_) => Slot::Here(Tree::Bool(true)),
            })
            .collect();
        let spot = self.place.spot(path);
        let prefix = self.place.prefix(path, spot);
        let mut names = vec![prefix.clone(), prefix];
        if path.len() > spot.start {
            names[0].extend(names::shortened(&path[spot.start..]));
        }
        names[1].extend(names::full(path));
        for name in &mut names {
            name.push("enabled".to_owned());
        }
        let about = format!(
            "Whether {} has {}",
            self.place.object,
            names::bare(path.last().map_or("", String::as_str))
        );
        let leaf = Leaf { slots: there, about, shape: Shape::Bool, optional: false, hidden: false };
        let name = self.values.claim(&names, leaf, false);
        let inside: Slots<'_> = slots
            .iter()
            .map(|slot| if let Slot::Here(tree) = slot { Slot::Here(*tree) } else { Slot::Skip })
            .collect();
        Item { node: self.node(path, &inside), guard: Some(format!("if {}", names::reference(&name))) }
    }

    /// Makes the place a knob; returns its name and the expression that reads it.
    pub(super) fn hole(&mut self, path: &[String], slots: &Slots<'_>) -> (Name, Node) {
        self.hole_of(path, slots, None)
    }

    fn hole_of(&mut self, path: &[String], slots: &Slots<'_>, shape: Option<Shape>) -> (Name, Node) {
        let naming = Naming::new(self.place, path, slots);
        let spot = self.place.spot(path);
        let shape = Shape::of_place(spot.scope, &path[spot.start..], slots).or(shape);
        let (name, node) = self.knob(&naming, slots, shape);
        if self.place.kind == "Ingress" && path.last().is_some_and(|key| key == "host") {
            self.hosts.push((owned(slots, ""), name.clone()));
        }
        (name, node)
    }

    /// Makes a knob of these values; returns its name and the expression that reads it.
    pub(super) fn knob(&mut self, naming: &Naming, slots: &Slots<'_>, shape: Option<Shape>) -> (Name, Node) {
        let form = Form::of(slots, shape);
        let leaf = form.leaf(slots, naming.about.clone());
        let name = self.values.claim(&naming.names, leaf, naming.share);
        let node = form.node(self.chart, &names::reference(&name));
        (name, node)
    }

    /// A label that says what the tag of the main image says.
    fn version(&self, path: &[String], slots: &Slots<'_>) -> Option<Node> {
        if path.last()? != "app.kubernetes.io/version" {
            return None;
        }
        let (name, tags) = self.tags.get(&self.place.section)?;
        let same = compatible(&owned(slots, ""), tags) && !has_absent(tags);
        same.then(|| Node::Inline(format!("{} | quote", names::reference(name))))
    }

    fn shared_host(&self, path: &[String], slots: &Slots<'_>) -> Option<Node> {
        if self.place.kind != "Ingress" || !path.iter().any(|step| step == "tls") {
            return None;
        }
        let slots = owned(slots, "");
        let (_, name) = self.hosts.iter().find(|(known, _)| *known == slots)?;
        Some(Node::Inline(format!("{} | quote", names::reference(name))))
    }
}

/// A place where all variants hold the same scalar or empty collection.
fn literal(tree: &Tree) -> Node {
    Node::Literal(tree.clone())
}

/// The condition that a knob is set, to whatever.
pub(super) fn is_set(name: &[String]) -> String {
    format!("if not (kindIs \"invalid\" {})", names::reference(name))
}

/// An entry that is there if its knob holds something.
pub(super) fn with(path: &[String], name: &[String], node: Node) -> Field {
    let key = path.last().cloned().unwrap_or_default();
    let reference = names::reference(name);
    if key.contains(NAMESPACE) {
        return Field { key: Some(key), node, guard: Some(format!("if {reference}")) };
    }
    let dot = |expression: String| expression.replacen(&reference, ".", 1);
    let node = match node {
        Node::Inline(expression) => Node::Inline(dot(expression)),
        Node::Block(expression) => Node::Block(dot(expression)),
        other => other,
    };
    Field { key: Some(key), node, guard: Some(format!("with {reference}")) }
}

fn optional_field(path: &[String], slots: &Slots<'_>, name: &[String], node: Node) -> Field {
    let truthy = here(slots).all(|tree| match tree {
        Tree::Str(text) => !text.is_empty(),
        Tree::Map(_) | Tree::List(_) => !tree.is_empty(),
        _ => false,
    });
    if truthy && here(slots).next().is_some() {
        return with(path, name, node);
    }
    Field { key: path.last().cloned(), node, guard: Some(is_set(name)) }
}
