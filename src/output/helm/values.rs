//! The chart's values: every knob once, with what each variant sets it to.

use super::shape::Shape;
use super::slot::{Row, Slot};
use crate::tree::{Tree, yaml};
use indexmap::IndexMap;

/// A knob's place: the segments after `.Values`.
pub(super) type Name = Vec<String>;

/// A knob.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    /// What each variant sets it to.
    pub slots: Row,
    /// One line of what it does.
    pub about: String,
    /// What it takes.
    pub shape: Shape,
    /// Whether it may be left unset.
    pub optional: bool,
    /// Whether values.yaml does not mention it.
    pub hidden: bool,
}

/// A part of the values: a knob, or a map of more of them.
#[derive(Clone, Debug)]
pub(super) enum Branch {
    /// A map of knobs.
    Section(Box<Section>),
    /// A knob.
    Leaf(Box<Leaf>),
}

/// A closed map of knobs.
#[derive(Clone, Debug, Default)]
pub(super) struct Section {
    /// One line of what it is about; may be empty.
    pub about: String,
    /// Its entries.
    pub entries: IndexMap<String, Branch>,
}

/// All values of a chart.
#[derive(Clone, Debug, Default)]
pub(super) struct Values {
    /// The top.
    pub root: Section,
}

impl Leaf {
    /// Whether every variant sets a number of zero or more.
    pub(super) fn is_never_negative(&self) -> bool {
        self.slots.iter().all(|slot| !matches!(slot, Slot::Here(Tree::Int(number)) if *number < 0))
    }

    /// What the variant sets it to; none if it leaves it unset.
    pub(super) fn at(&self, variant: usize) -> Option<&Tree> {
        let known = match self.slots.at(variant) {
            Slot::Skip => match self.slots.at(0) {
                Slot::Skip => self.slots.iter().find(|slot| !matches!(slot, Slot::Skip))?,
                base => base,
            },
            slot => slot,
        };
        if let Slot::Here(tree) = known { Some(tree) } else { None }
    }
}

impl Values {
    /// Gives the knob the first name that is free, or that a knob of the same values has if
    /// `share` allows it; else the last name with a number.
    pub(super) fn claim(&mut self, names: &[Name], mut leaf: Leaf, share: bool) -> Name {
        leaf.about = one_line(&leaf.about);
        for name in names {
            if self.is_free(name, &leaf, share) {
                self.place(name, leaf);
                return name.clone();
            }
        }
        let last = names.last().expect("internal error: every knob has a name");
        for number in 2_u32.. {
            let mut name = last.clone();
            if let Some(segment) = name.last_mut() {
                *segment = format!("{segment}_{number}");
            }
            if self.is_free(&name, &leaf, share) {
                self.place(&name, leaf);
                return name;
            }
        }
        unreachable!("internal error: numbers do not end")
    }

    fn place(&mut self, name: &[String], leaf: Leaf) {
        let (last, sections) = name.split_last().expect("internal error: a name has a segment");
        let mut at = &mut self.root;
        for segment in sections {
            let branch = at.entries.entry(segment.clone()).or_insert_with(|| Branch::Section(Box::default()));
            let Branch::Section(section) = branch else { unreachable!("internal error: the name is taken") };
            at = section;
        }
        match at.entries.get_mut(last) {
            Some(Branch::Leaf(old)) => {
                old.slots.complete(&leaf.slots);
                old.optional |= leaf.optional;
            }
            Some(Branch::Section(_)) => unreachable!("internal error: the name is taken"),
            None => {
                at.entries.insert(last.clone(), Branch::Leaf(Box::new(leaf)));
            }
        }
    }

    fn is_free(&self, name: &[String], leaf: &Leaf, share: bool) -> bool {
        let mut at = &self.root;
        for (n, segment) in name.iter().enumerate() {
            match at.entries.get(segment) {
                None => return true,
                Some(Branch::Section(section)) => at = section,
                Some(Branch::Leaf(old)) => {
                    return n + 1 == name.len()
                        && share
                        && old.shape == leaf.shape
                        && old.slots.is_compatible(&leaf.slots);
                }
            }
        }
        false
    }

    /// Whether `section` can take a knob called `key`.
    pub(super) fn is_open(&self, section: &[String], key: &str) -> bool {
        let mut at = &self.root;
        for segment in section {
            match at.entries.get(segment) {
                None => return true,
                Some(Branch::Section(inner)) => at = inner,
                Some(Branch::Leaf(_)) => return false,
            }
        }
        !at.entries.contains_key(key)
    }

    /// The knob of this name.
    pub(super) fn leaf_mut(&mut self, name: &[String]) -> Option<&mut Leaf> {
        let (last, sections) = name.split_last()?;
        let mut at = &mut self.root;
        for segment in sections {
            let Some(Branch::Section(inner)) = at.entries.get_mut(segment) else { return None };
            at = inner;
        }
        if let Some(Branch::Leaf(leaf)) = at.entries.get_mut(last) { Some(leaf) } else { None }
    }

    /// Says what a section of the top is about.
    pub(super) fn describe(&mut self, segment: &str, about: &str) {
        if let Some(Branch::Section(section)) = self.root.entries.get_mut(segment) {
            section.about = one_line(about);
        }
    }

    /// Puts the sections and the knobs into the order in which people look for them.
    pub(super) fn arrange(&mut self) {
        const TOP: &[&str] = &["namespace", "labels", "config"];
        const LAST: &[&str] = &["ingress", "cluster"];
        self.root.entries.sort_by_cached_key(|key, _| {
            let early = TOP.iter().position(|k| k == key);
            let late = LAST.iter().position(|k| k == key);
            (early.unwrap_or(TOP.len()), late.map_or(0, |n| n + 1))
        });
        for branch in self.root.entries.values_mut() {
            arrange(branch);
        }
    }

    /// The values that a variant sets beyond the base; none if it sets none.
    pub(super) fn beyond_base(&self, variant: usize) -> Option<Delta<'_>> {
        section_delta(&self.root, variant)
    }
}

/// The text as it can stand in a comment.
fn one_line(text: &str) -> String {
    let line = text.replace(crate::k8s::NAMESPACE, "<namespace>");
    line.chars()
        .map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FEFF}') { ' ' } else { c })
        .collect()
}

/// Keys that come first in a section; the rest follows as the objects gave it.
fn arrange(branch: &mut Branch) {
    const FIRST: &[&str] = &[
        "enabled",
        "create",
        "schedule",
        "image",
        "replicas",
        "autoscaling",
        "resources",
        "env",
        "persistence",
        "podDisruptionBudget",
    ];
    const LAST: &[&str] =
        &["podAnnotations", "nodeSelector", "tolerations", "serviceAccount", "initContainers", "containers"];
    if let Branch::Section(section) = branch {
        section.entries.sort_by_cached_key(|key, _| {
            let early = FIRST.iter().position(|k| k == key);
            let late = LAST.iter().position(|k| k == key);
            (early.unwrap_or(FIRST.len()), late.map_or(0, |n| n + 1))
        });
        for branch in section.entries.values_mut() {
            arrange(branch);
        }
    }
}

/// What a values file changes in another.
#[derive(Debug, PartialEq)]
pub(super) enum Delta<'t> {
    /// The key goes.
    Gone,
    /// The key holds this instead.
    Set(&'t Tree),
    /// These keys of the map change.
    Inside(Vec<(&'t str, Delta<'t>)>),
}

fn section_delta(section: &Section, variant: usize) -> Option<Delta<'_>> {
    let changes: Vec<_> = section
        .entries
        .iter()
        .filter_map(|(key, branch)| {
            let change = match branch {
                Branch::Section(section) => section_delta(section, variant),
                Branch::Leaf(leaf) => delta(leaf.at(0), leaf.at(variant)),
            };
            change.map(|change| (key.as_str(), change))
        })
        .collect();
    (!changes.is_empty()).then_some(Delta::Inside(changes))
}

/// What turns `base` into `target` by Helm's merge: maps by key, everything else whole.
fn delta<'t>(base: Option<&'t Tree>, target: Option<&'t Tree>) -> Option<Delta<'t>> {
    match (base, target) {
        (None, None) => None,
        (Some(_), None) => Some(Delta::Gone),
        (Some(base), Some(target)) if base == target => None,
        (Some(Tree::Map(base)), Some(Tree::Map(target))) => {
            let kept = target
                .iter()
                .filter_map(|(key, value)| Some((key.as_ref(), delta(base.get(key), Some(value))?)));
            let gone = base.keys().filter(|key| !target.contains(key)).map(|key| (key.as_ref(), Delta::Gone));
            Some(Delta::Inside(kept.chain(gone).collect()))
        }
        (_, Some(target)) => Some(Delta::Set(target)),
    }
}

/// Writes the entries of a change as YAML.
pub(super) fn write_delta(delta: &Delta<'_>, indent: usize, out: &mut String) {
    let Delta::Inside(changes) = delta else { return };
    for (key, change) in changes {
        pad(indent, out);
        match change {
            Delta::Gone => {
                out.push_str(&yaml::key(key));
                out.push_str(": null\n");
            }
            Delta::Set(tree) => yaml::entry(key, tree, indent, out),
            Delta::Inside(_) => {
                out.push_str(&yaml::key(key));
                out.push_str(":\n");
                write_delta(change, indent + 2, out);
            }
        }
    }
}

/// Writes values.yaml's entries: the base, each knob under its line of comment.
pub(super) fn write_base(section: &Section, out: &mut String) {
    write_section(section, 0, true, out);
}

fn write_section(section: &Section, indent: usize, comments: bool, out: &mut String) {
    for (key, branch) in &section.entries {
        match branch {
            Branch::Section(inner) => {
                if indent == 0 {
                    out.push('\n');
                }
                comment(
                    if key == "env" && indent > 0 { "Environment variables" } else { &inner.about },
                    indent,
                    out,
                );
                pad(indent, out);
                out.push_str(&yaml::key(key));
                if inner.entries.values().all(is_unset) {
                    out.push_str(": {}\n");
                } else {
                    out.push_str(":\n");
                }
                write_section(inner, indent + 2, key != "env" || indent == 0, out);
            }
            Branch::Leaf(leaf) if leaf.hidden => {}
            Branch::Leaf(leaf) => {
                if comments {
                    comment(&leaf.about, indent, out);
                }
                pad(indent, out);
                if let Some(tree) = leaf.at(0) {
                    yaml::entry(key, tree, indent, out);
                } else {
                    out.push_str("# ");
                    out.push_str(&yaml::key(key));
                    out.push_str(": (unset)\n");
                }
            }
        }
    }
}

fn is_unset(branch: &Branch) -> bool {
    matches!(branch, Branch::Leaf(leaf) if leaf.at(0).is_none())
}

fn comment(text: &str, indent: usize, out: &mut String) {
    if !text.is_empty() {
        pad(indent, out);
        out.push_str("# ");
        out.push_str(text);
        out.push('\n');
    }
}

fn pad(indent: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', indent));
}
