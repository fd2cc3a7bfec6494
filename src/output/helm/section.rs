//! Sections of the values: which knobs of a component stand together.

use super::names;
use super::place::{Autoscaler, Place, pod_path};
use super::shape::Shape;
use super::slot::{Slot, Slots, here};
use super::values::{Leaf, Name, Values};
use crate::k8s::{NAMESPACE, order};
use crate::output::{Family, Outline, Part};
use crate::tree::Tree;

/// An object of a component, with what its template is made of.
#[derive(Debug)]
pub(super) struct Member<'p> {
    /// The object.
    pub family: &'p Family,
    /// Name of its template without `.yaml`.
    pub file: String,
    /// What each variant has.
    pub slots: Slots<'p>,
    /// Where it stands.
    pub place: Place,
    /// What opens the condition under which the object is there.
    pub guard: Option<String>,
}

/// The base and the environments of an object as slots.
fn slots(family: &Family) -> Slots<'_> {
    family.trees().map(|tree| tree.map_or(Slot::Skip, Slot::Here)).collect()
}

/// Names of templates. All variants share one folder: of objects that have one name, the later ones are
/// named after the environments that have them.
fn files(part: &Part, outline: &Outline) -> Vec<String> {
    let mut files: Vec<String> = Vec::new();
    for family in &part.objects {
        let mut file = family.file.clone();
        if files.contains(&file) {
            let there = outline.environments.iter().zip(&family.environments);
            for (environment, _) in there.filter(|(_, tree)| tree.is_some()) {
                file = format!("{file}-{}", environment.name);
            }
        }
        files.push(file);
    }
    files
}

/// What a workload beside the main one is called: its file says it. A digest may be behind its name.
fn own_name<'f>(kind: &str, file: &'f str) -> Option<&'f str> {
    file.strip_prefix(&order::file_name(kind))?.strip_prefix('-')
}

/// Gives every object of the part its place, and the switches their knobs; workloads come first.
pub(super) fn members<'p>(
    part: &'p Part,
    segment: &str,
    outline: &Outline,
    values: &mut Values,
) -> Vec<Member<'p>> {
    let component = vec![segment.to_owned()];
    let runs = |family: &&Family| pod_path(&family.id.kind).is_some();
    let workloads: Vec<&Family> = part.objects.iter().filter(runs).collect();
    let main = main_workload(&part.component, &workloads);
    let files = files(part, outline);
    let section_of = |name: &str| -> Name {
        let mut section = component.clone();
        if Some(name) != main {
            let family = part.objects.iter().position(|family| runs(&family) && family.id.name == name);
            let own = family.and_then(|at| own_name(&part.objects[at].id.kind, &files[at]));
            let rest = name.strip_prefix(part.component.as_str()).unwrap_or(name).trim_start_matches('-');
            section.push(names::camel(own.unwrap_or(if rest.is_empty() { name } else { rest })));
        }
        section
    };
    let mut members: Vec<Member<'_>> = part
        .objects
        .iter()
        .zip(&files)
        .map(|(family, file)| {
            let slots = slots(family);
            let owner = owner(&part.component, family, &slots, &workloads);
            let section = owner.map_or_else(|| component.clone(), section_of);
            let place = Place {
                kind: family.id.kind.clone(),
                object: family.id.name.replace(NAMESPACE, "<namespace>"),
                block: block(part, family, file, &section),
                main: main_container(&part.component, family, &slots),
                claims: claims(&slots),
                section,
                autoscaler: None,
                fixed: family.fixed,
            };
            Member { family, file: file.clone(), slots, place, guard: None }
        })
        .collect();
    switch(part, &component, &mut members, values);
    // Who is named by another comes into being first.
    members.sort_by_key(|member| pod_path(&member.place.kind).is_none());
    members
}

/// The workload that the component is about.
fn main_workload<'p>(component: &str, workloads: &[&'p Family]) -> Option<&'p str> {
    let runs_on = |family: &&&'p Family| !matches!(family.id.kind.as_str(), "Job" | "CronJob");
    let named = workloads.iter().find(|family| family.id.name == component);
    let first = named.or_else(|| workloads.iter().find(runs_on)).or_else(|| workloads.first());
    first.map(|family| family.id.name.as_str())
}

/// The workload that an object belongs to.
fn owner<'p>(
    component: &str,
    family: &'p Family,
    slots: &Slots<'p>,
    workloads: &[&'p Family],
) -> Option<&'p str> {
    let name = family.id.name.as_str();
    if pod_path(&family.id.kind).is_some() {
        return Some(name);
    }
    if let Some(target) = scale_target(slots) {
        return workloads.iter().map(|w| w.id.name.as_str()).find(|name| *name == target);
    }
    // What the author calls a workload: a digest may be behind its name.
    let called = |workload: &Family| match own_name(&workload.id.kind, &workload.file) {
        Some(own) if workload.id.name.starts_with(&format!("{component}-{own}-")) => {
            component.len() + 1 + own.len()
        }
        _ => workload.id.name.len(),
    };
    let begins = |workload: &&&Family| {
        let rest = name.strip_prefix(&workload.id.name[..called(workload)]);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    // The first of those that are called the same.
    let found = workloads.iter().filter(begins).rev().max_by_key(|workload| called(workload));
    found.map(|workload| workload.id.name.as_str())
}

fn scale_target<'p>(slots: &Slots<'p>) -> Option<&'p str> {
    here(slots).next()?.at(&["spec", "scaleTargetRef", "name"])?.as_str()
}

/// Where the knobs of an object are.
fn block(part: &Part, family: &Family, file: &str, section: &Name) -> Name {
    let kind = family.id.kind.as_str();
    let named = |top: &str| vec![top.to_owned(), names::camel(&family.id.name.replace(NAMESPACE, ""))];
    if kind == "Namespace" && family.id.name == NAMESPACE {
        return vec!["namespace".to_owned()];
    }
    if kind == "Ingress" {
        return named("ingress");
    }
    if part.component == "cluster" {
        return named("cluster");
    }
    let mut block = section.clone();
    if pod_path(kind).is_none() {
        // What belongs to a workload beside the main one need not say so once more.
        let usual = order::file_name(kind);
        let rest = file.strip_prefix(&usual).unwrap_or_default().trim_start_matches('-');
        let rest = rest.strip_prefix(part.component.as_str()).unwrap_or(rest);
        let beside = section.len() > 1 && section.last() == Some(&names::camel(rest));
        block.push(names::section(kind, if beside { &usual } else { file }));
    }
    block
}

/// The container that the workload is about: of its name, else the first.
fn main_container(component: &str, family: &Family, slots: &Slots<'_>) -> Option<String> {
    let pod = pod_path(&family.id.kind)?;
    let tree = here(slots).next()?.at(pod)?;
    let containers = tree.at(&["spec", "containers"])?.as_list()?;
    let names: Vec<&str> = containers.iter().filter_map(|c| c.get("name")?.as_str()).collect();
    let wanted = [family.id.name.as_str(), component];
    let main = wanted.iter().find(|name| names.contains(name)).or(names.first())?;
    Some((*main).to_owned())
}

fn claims(slots: &Slots<'_>) -> usize {
    let templates = |tree: &Tree| {
        tree.at(&["spec", "volumeClaimTemplates"]).and_then(Tree::as_list).map_or(0, <[_]>::len)
    };
    here(slots).map(templates).max().unwrap_or(0)
}

/// A workload beside the main one that some variants lack: what belongs to it goes with it.
struct Beside {
    /// How the files of what belongs to it end.
    name: String,
    present: Vec<Slot<bool>>,
    switch: Name,
}

impl Beside {
    fn takes(&self, file: &str, present: &[Slot<bool>]) -> bool {
        file.ends_with(&self.name) && self.present == present
    }
}

/// Gives knobs to the switches, and tells workloads what scales them.
fn switch(part: &Part, component: &Name, members: &mut [Member<'_>], values: &mut Values) {
    let shared = part.component == "cluster";
    let variants = members.first().map_or(0, |member| member.slots.len());
    let is_there = |n: usize| members.iter().any(|member| matches!(member.slots[n], Slot::Here(_)));
    let there: Vec<bool> = (0..variants).map(is_there).collect();
    let whole = there.iter().any(|there| !there) && !shared;
    let component_guard = whole.then(|| {
        let slots = there.iter().map(|there| Slot::Here(Tree::Bool(*there))).collect();
        let about = format!("Whether {} is a part of the platform", part.component);
        let leaf = Leaf { slots, about, shape: Shape::Bool, optional: false, hidden: false };
        let mut name = component.clone();
        name.push("enabled".to_owned());
        names::reference(&values.claim(&[name], leaf, true))
    });
    let mut scalers = Vec::new();
    let mut beside: Vec<Beside> = Vec::new();
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_by_key(|at| pod_path(&members[*at].place.kind).is_none());
    for at in order {
        let member = &mut members[at];
        let present: Vec<Slot<bool>> = member
            .slots
            .iter()
            .zip(&there)
            .map(|(slot, part)| match slot {
                Slot::Here(_) => Slot::Here(true),
                _ if whole && !part => Slot::Skip,
                _ => Slot::Here(false),
            })
            .collect();
        let leads = beside.iter().find(|workload| workload.takes(&member.file, &present));
        let own = match leads {
            Some(workload) => Some(workload.switch.clone()),
            None => own_switch(member, &present, values),
        };
        if let Some(switch) = own.clone()
            && pod_path(&member.place.kind).is_some()
            && let Some(name) = own_name(&member.place.kind, &member.file)
        {
            beside.push(Beside { name: format!("-{name}"), present: present.clone(), switch });
        }
        if let Some(name) = &own
            && let Some(target) = scale_target(&member.slots)
        {
            let least = member.slots.iter().map(|slot| match slot {
                Slot::Here(tree) => match tree.at(&["spec", "minReplicas"]) {
                    Some(Tree::Int(least)) => Some(*least),
                    _ => None,
                },
                _ => None,
            });
            let scaler = Autoscaler { switch: name.clone(), present, least: least.collect() };
            scalers.push((target.to_owned(), scaler));
        }
        member.guard = match (&component_guard, own.map(|name| names::reference(&name))) {
            (Some(all), Some(own)) => Some(format!("if and {all} {own}")),
            (Some(one), None) => Some(format!("if {one}")),
            (None, Some(one)) => Some(format!("if {one}")),
            (None, None) => None,
        };
    }
    for member in members {
        let scaler = scalers.iter().find(|(target, _)| *target == member.family.id.name);
        if pod_path(&member.place.kind).is_some() {
            member.place.autoscaler = scaler.map(|(_, scaler)| scaler.clone());
        }
    }
}

/// The knob that switches one object; none if it is always there and no one wants it gone.
fn own_switch(member: &Member<'_>, present: &[Slot<bool>], values: &mut Values) -> Option<Name> {
    let Member { family, place, .. } = member;
    let id = &family.id;
    let mut name = place.block.clone();
    if id.kind == "Namespace" && id.name == NAMESPACE {
        name.push("create".to_owned());
        let about = "Whether the chart creates the release's namespace".to_owned();
        let slots = present.iter().map(|_| Slot::Here(Tree::Bool(false))).collect();
        let leaf = Leaf { slots, about, shape: Shape::Bool, optional: false, hidden: false };
        return Some(values.claim(&[name], leaf, true));
    }
    let beside = id.kind == "Namespace";
    let shared =
        place.block.first().is_some_and(|top| top == "cluster") && (beside || !id.name.contains(NAMESPACE));
    let varies = present.contains(&Slot::Here(false));
    if !varies && !shared && !names::is_switched(&id.kind) {
        return None;
    }
    name.push("enabled".to_owned());
    let slots = present
        .iter()
        .map(|slot| match slot {
            Slot::Here(there) => Slot::Here(Tree::Bool(*there)),
            _ => Slot::Skip,
        })
        .collect();
    let about = if beside {
        "Whether the chart creates this namespace beside the release's".to_owned()
    } else if shared {
        format!("Whether this release brings the shared {}", id.kind)
    } else if let Some(own) = pod_path(&id.kind).and_then(|_| own_name(&id.kind, &member.file)) {
        format!("Whether there is the {} {own}, with what belongs to it", id.kind)
    } else {
        format!("Whether there is the {}", id.kind)
    };
    let mut second = place.block.clone();
    second.extend([names::camel(&member.file), "enabled".to_owned()]);
    let leaf = Leaf { slots, about, shape: Shape::Bool, optional: false, hidden: false };
    Some(values.claim(&[name, second], leaf, false))
}
