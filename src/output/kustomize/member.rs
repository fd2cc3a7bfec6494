//! One object of a kustomization: in the base with patches, or written whole in every overlay.

use super::patch::{Fields, Pair, patch, removal};
use crate::k8s::NAMESPACE;
use crate::output::{Family, Outline};
use crate::tree::Tree;
use crate::tree::yaml::Fill;

/// An object with its treatment.
#[derive(Debug)]
pub(super) struct Member<'a> {
    /// Its file, in the base, in an overlay or among the patches.
    pub file: String,
    /// The object in the base; none if each environment has it whole.
    pub base: Option<&'a Tree>,
    /// What each environment does with it, in the order of [`Outline::environments`].
    pub uses: Vec<Use<'a>>,
}

/// What an environment does with an object.
#[derive(Debug)]
pub(super) enum Use<'a> {
    /// Neither it nor the base has it.
    Absent,
    /// It has it as the base does.
    Same,
    /// It has it with these changes.
    Patched(Fields<'a>),
    /// It takes the base's object away by this patch.
    Removed(Fields<'a>),
    /// It has this object, which the base does not have.
    Whole(&'a Tree),
}

impl<'a> Member<'a> {
    /// Decides how an object of a group is written; `own` as in [`super::placement::Group::own`].
    pub(super) fn new(family: &'a Family, own: bool, outline: &'a Outline) -> Self {
        let file = format!("{}.yaml", family.file);
        let same_address = |base: &&Tree| {
            let namespace = base.at(&["metadata", "namespace"]).and_then(Tree::as_str);
            !is_named_after_namespace(family) && (own || namespace != Some(NAMESPACE))
        };
        if let Some(base) = family.base.as_ref().filter(same_address)
            && let Some(uses) = patched(family, base, outline)
        {
            return Self { file, base: Some(base), uses };
        }
        let whole = |tree: &'a Option<Tree>| tree.as_ref().map_or(Use::Absent, Use::Whole);
        Self { file, base: None, uses: family.environments.iter().map(whole).collect() }
    }
}

impl Use<'_> {
    /// Whether the environment has the object.
    pub(super) const fn is_present(&self) -> bool {
        !matches!(self, Self::Absent | Self::Removed(_))
    }
}

/// Returns what each environment does with an object of the base; none if no patch is exact.
fn patched<'a>(family: &'a Family, base: &'a Tree, outline: &'a Outline) -> Option<Vec<Use<'a>>> {
    let with = |text: &'a str| Fill { marker: NAMESPACE, text };
    let mut uses = Vec::with_capacity(family.environments.len());
    for (tree, environment) in family.environments.iter().zip(&outline.environments) {
        uses.push(match tree {
            None => Use::Removed(removal(base)),
            Some(target) => {
                let base_fill = with(&outline.platform);
                let pair = Pair { base, base_fill, target, target_fill: with(&environment.namespace) };
                patch(pair).ok()?.map_or(Use::Same, Use::Patched)
            }
        });
    }
    Some(uses)
}

/// Whether the object is another one in each environment, as far as Kustomize can tell.
fn is_named_after_namespace(family: &Family) -> bool {
    family.id.name.contains(NAMESPACE)
        || family.id.namespace.as_ref().is_some_and(|namespace| namespace.contains(NAMESPACE))
}
