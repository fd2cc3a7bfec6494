//! What each variant of a platform (the base, then every environment) says at one place.

use crate::k8s::NAMESPACE;
use crate::tree::Tree;

/// What one variant says at a place.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Slot<T> {
    /// The object is not in this variant, so that any answer is right.
    Skip,
    /// The object is there, the place is not.
    Absent,
    /// The place holds this.
    Here(T),
}

/// One slot for each variant; the base is the first.
pub(super) type Slots<'t> = Vec<Slot<&'t Tree>>;

/// The trees that are there.
pub(super) fn here<'t, 's>(slots: &'s [Slot<&'t Tree>]) -> impl Iterator<Item = &'t Tree> + 's {
    slots.iter().filter_map(|slot| match slot {
        Slot::Here(tree) => Some(*tree),
        _ => None,
    })
}

/// Whether some variant has the object but not the place.
pub(super) fn has_absent<T>(slots: &[Slot<T>]) -> bool {
    slots.iter().any(|slot| matches!(slot, Slot::Absent))
}

/// Whether all variants that have the object hold the same.
pub(super) fn agree(slots: &[Slot<&Tree>]) -> bool {
    let mut trees = here(slots);
    let first = trees.next();
    !has_absent(slots) && trees.all(|tree| Some(tree) == first)
}

/// The slots of a key of the maps in these slots.
pub(super) fn enter<'t>(slots: &[Slot<&'t Tree>], key: &str) -> Slots<'t> {
    slots
        .iter()
        .map(|slot| match slot {
            Slot::Here(tree) => tree.get(key).map_or(Slot::Absent, Slot::Here),
            Slot::Absent => Slot::Absent,
            Slot::Skip => Slot::Skip,
        })
        .collect()
}

/// Whether two rows of slots say the same wherever both say something.
pub(super) fn compatible<T: PartialEq>(a: &[Slot<T>], b: &[Slot<T>]) -> bool {
    a.iter().zip(b).all(|(a, b)| a == b || matches!(a, Slot::Skip) || matches!(b, Slot::Skip))
}

/// What every variant says at a place, to keep: one slot stands for all where they say the same.
#[derive(Clone, Debug)]
pub(super) struct Row(Box<[Slot<Tree>]>);

impl Row {
    /// What the variant says.
    pub(super) fn at(&self, variant: usize) -> &Slot<Tree> {
        self.0.get(variant).unwrap_or(&self.0[0])
    }

    /// All that is said.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Slot<Tree>> {
        self.0.iter()
    }

    /// Whether two rows say the same wherever both say something.
    pub(super) fn is_compatible(&self, other: &Self) -> bool {
        let free = |slot: &Slot<Tree>| matches!(slot, Slot::Skip);
        (0..self.0.len().max(other.0.len())).all(|variant| {
            let (one, two) = (self.at(variant), other.at(variant));
            one == two || free(one) || free(two)
        })
    }

    /// Says what the other does where this says nothing.
    pub(super) fn complete(&mut self, other: &Self) {
        for (variant, slot) in self.0.iter_mut().enumerate() {
            if matches!(slot, Slot::Skip) {
                *slot = other.at(variant).clone();
            }
        }
    }
}

impl FromIterator<Slot<Tree>> for Row {
    fn from_iter<I: IntoIterator<Item = Slot<Tree>>>(slots: I) -> Self {
        let mut slots: Vec<_> = slots.into_iter().collect();
        let same = slots.iter().all(|slot| !matches!(slot, Slot::Skip) && *slot == slots[0]);
        if same {
            slots.truncate(1);
        }
        Self(slots.into())
    }
}

/// Whether the release's namespace is part of some text in the tree.
pub(super) fn names_release(tree: &Tree) -> bool {
    any_text(tree, &|text| text.contains(NAMESPACE))
}

/// Whether some key or text in the tree satisfies the question.
pub(super) fn any_text(tree: &Tree, ask: &dyn Fn(&str) -> bool) -> bool {
    match tree {
        Tree::Str(text) => ask(text),
        Tree::List(items) => items.iter().any(|item| any_text(item, ask)),
        Tree::Map(map) => map.iter().any(|(key, value)| ask(key) || any_text(value, ask)),
        _ => false,
    }
}

/// The largest magnitude of a whole number in the tree.
pub(super) fn magnitude(tree: &Tree) -> u64 {
    match tree {
        Tree::Int(number) => number.unsigned_abs(),
        Tree::List(items) => items.iter().map(magnitude).max().unwrap_or(0),
        Tree::Map(map) => map.iter().map(|(_, value)| magnitude(value)).max().unwrap_or(0),
        _ => 0,
    }
}

/// Owned slots, with `placeholder` in the place of the release's namespace.
pub(super) fn owned(slots: &[Slot<&Tree>], placeholder: &str) -> Vec<Slot<Tree>> {
    slots
        .iter()
        .map(|slot| match slot {
            Slot::Here(tree) => Slot::Here(replaced(tree, placeholder)),
            Slot::Absent => Slot::Absent,
            Slot::Skip => Slot::Skip,
        })
        .collect()
}

fn replaced(tree: &Tree, placeholder: &str) -> Tree {
    match tree {
        Tree::Str(text) => Tree::Str(text.replace(NAMESPACE, placeholder)),
        Tree::List(items) => Tree::List(items.iter().map(|item| replaced(item, placeholder)).collect()),
        Tree::Map(map) => Tree::Map(
            map.iter()
                .map(|(key, value)| {
                    let key = if key.contains(NAMESPACE) {
                        key.replace(NAMESPACE, placeholder).into()
                    } else {
                        key.clone()
                    };
                    (key, replaced(value, placeholder))
                })
                .collect(),
        ),
        other => other.clone(),
    }
}

/// A text that stands for the release's namespace in values, and for nothing else there.
pub(super) fn placeholder(slots: &[Slot<&Tree>]) -> String {
    let fails = |placeholder: &str| {
        let ask = |text: &str| text.replace(NAMESPACE, placeholder).replace(placeholder, NAMESPACE) != text;
        here(slots).any(|tree| any_text(tree, &ask))
    };
    let mut placeholder = String::from("@NAMESPACE@");
    let mut number = 2;
    while fails(&placeholder) {
        placeholder = format!("@NAMESPACE{number}@");
        number += 1;
    }
    placeholder
}
