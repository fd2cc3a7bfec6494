//! Strategic merge patches: what an environment changes in an object of the base, and no more.

use super::change::Change;
use super::merge_keys::{ListMerge, list_merge};
use crate::k8s::NAMESPACE;
use crate::tree::yaml::{self, Fill};
use crate::tree::{Map, Tree};

/// No patch makes the environment's object from the base's; it must be written whole.
#[derive(Debug)]
pub(super) struct Unpatchable;

/// An object in the base and in an environment, with what stands for the namespace in each.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair<'a> {
    pub base: &'a Tree,
    pub base_fill: Fill<'a>,
    pub target: &'a Tree,
    pub target_fill: Fill<'a>,
}

/// Returns the patch that makes the environment's object from the base's; none if they are the same.
pub(super) fn patch(pair: Pair<'_>) -> Result<Option<Fields<'_>>, Unpatchable> {
    let text = |key: &str| pair.target.get(key).and_then(Tree::as_str).unwrap_or_default();
    let (Some(base), Some(target)) = (pair.base.as_map(), pair.target.as_map()) else {
        return Err(Unpatchable);
    };
    let mut walk = Walk { pair, api_version: text("apiVersion"), kind: text("kind"), path: Vec::new() };
    let changes = walk.fields(base, target).map_err(|_| Unpatchable)?;
    if changes.is_empty() {
        return Ok(None);
    }
    if walk.is_ambiguous(pair.base) || walk.is_ambiguous(pair.target) {
        return Err(Unpatchable);
    }
    let (mut metadata, mut rest) = (Vec::new(), Vec::new());
    for (key, change) in changes {
        match change {
            Change::Map(fields) if key == "metadata" => metadata = fields,
            other => rest.push((key, other)),
        }
    }
    let mut fields = addressed(pair.base, metadata);
    fields.extend(rest);
    Ok(Some(fields))
}

/// Returns the patch that takes the base's object away.
pub(super) fn removal(base: &Tree) -> Fields<'_> {
    let mut fields = addressed(base, Vec::new());
    fields.push(("$patch", Change::Directive("delete")));
    fields
}

/// The fields of a map of a patch.
pub(super) type Fields<'a> = Vec<(&'a str, Change<'a>)>;

/// Says which object a patch is for, with changes of its metadata.
fn addressed<'a>(base: &'a Tree, changes: Fields<'a>) -> Fields<'a> {
    let set = |path: &[&'static str]| {
        let tree = base.at(path)?;
        Some((*path.last()?, Change::Set(tree)))
    };
    let foreign = set(&["metadata", "namespace"])
        .filter(|(_, change)| !matches!(change, Change::Set(tree) if tree.as_str() == Some(NAMESPACE)));
    let metadata = set(&["metadata", "name"]).into_iter().chain(foreign).chain(changes).collect();
    let kind = set(&["apiVersion"]).into_iter().chain(set(&["kind"]));
    kind.chain(std::iter::once(("metadata", Change::Map(metadata)))).collect()
}

/// Why a value cannot be patched where it stands.
enum Misfit {
    /// A map, a list or a scalar became another of these: the map around it must be replaced.
    Shape,
    /// No patch around it helps.
    Object,
}

struct Walk<'a> {
    pair: Pair<'a>,
    api_version: &'a str,
    kind: &'a str,
    /// Keys from the object's top; items of lists are no steps.
    path: Vec<&'a str>,
}

type Found<'a> = Result<Option<Change<'a>>, Misfit>;

impl<'a> Walk<'a> {
    fn value(&mut self, base: &'a Tree, target: &'a Tree) -> Found<'a> {
        match (base, target) {
            (Tree::Map(base), Tree::Map(target)) => match self.fields(base, target) {
                Ok(fields) if fields.is_empty() => Ok(None),
                Ok(fields) => Ok(Some(Change::Map(fields))),
                Err(Misfit::Shape) if !matches!(self.path[..], [_] | [.., "metadata"]) => {
                    Ok(Some(Change::Map(replaced(target))))
                }
                Err(_) => Err(Misfit::Object),
            },
            (Tree::List(old), Tree::List(new)) => {
                if self.same(base, target) {
                    Ok(None)
                } else {
                    self.list(old, new, target)
                }
            }
            (Tree::Map(_) | Tree::List(_), _) | (_, Tree::Map(_) | Tree::List(_)) => Err(Misfit::Shape),
            _ if self.same(base, target) => Ok(None),
            // Kustomize writes the new value with the old one's quotes.
            (Tree::Str(old), Tree::Bool(_) | Tree::Int(_) | Tree::Float(_))
                if yaml::scalar(&self.pair.base_fill.apply(old)) != *old =>
            {
                Err(Misfit::Shape)
            }
            _ => Ok(Some(Change::Set(target))),
        }
    }

    fn fields(&mut self, base: &'a Map, target: &'a Map) -> Result<Fields<'a>, Misfit> {
        // The name and the namespace are the object's address, not its content.
        let address =
            |key: &str, path: &[&str]| path == ["metadata"] && (key == "name" || key == "namespace");
        let mut fields = Vec::new();
        for (key, new) in target.iter() {
            if address(key, &self.path) {
                continue;
            }
            let Some(old) = base.get(key) else {
                fields.push((key.as_ref(), Change::Set(new)));
                continue;
            };
            self.path.push(key);
            let change = self.value(old, new);
            self.path.pop();
            fields.extend(change?.map(|change| (key.as_ref(), change)));
        }
        let gone = base.keys().filter(|key| !target.contains(key) && !address(key, &self.path));
        fields.extend(gone.map(|key| (key.as_ref(), Change::Null)));
        Ok(fields)
    }

    fn list(&mut self, base: &'a [Tree], target: &'a [Tree], whole: &'a Tree) -> Found<'a> {
        match list_merge(self.api_version, self.kind, &self.path) {
            ListMerge::Never => Err(Misfit::Object),
            ListMerge::Whole => Ok(Some(Change::Set(whole))),
            ListMerge::ByKey(_) | ListMerge::ByPair(_) if base.is_empty() || target.is_empty() => {
                Err(Misfit::Object)
            }
            ListMerge::ByKey(key) => self.keyed(key, base, target),
            ListMerge::ByPair(_) => {
                let directive = Change::Map(vec![("$patch", Change::Directive("replace"))]);
                Ok(Some(Change::List(
                    std::iter::once(directive).chain(target.iter().map(Change::Set)).collect(),
                )))
            }
        }
    }

    /// Items of a patch go to the front in their order, what it does not name follows in the
    /// base's order. So the patch names the items up to the last one that differs or moved,
    /// unchanged ones by their key alone.
    fn keyed(&mut self, key: &'static str, base: &'a [Tree], target: &'a [Tree]) -> Found<'a> {
        let place = |item: &Tree| base.iter().position(|old| old.get(key) == item.get(key));
        let mut items = Vec::with_capacity(target.len());
        for item in target {
            let id = item.get(key).ok_or(Misfit::Object)?;
            let at = place(item);
            let change = match at {
                None => Some(Change::Set(item)),
                Some(at) => self.value(&base[at], item)?,
            };
            items.push((id, at, change));
        }
        let mut named = items.len();
        let mut next = base.len();
        while let Some((_, Some(at), None)) = named.checked_sub(1).map(|last| &items[last])
            && *at < next
        {
            next = *at;
            named -= 1;
        }
        items.truncate(named);
        let mut changes: Vec<Change<'a>> = items
            .into_iter()
            .map(|(id, _, change)| match change {
                Some(Change::Map(fields)) => Change::Map(
                    std::iter::once((key, Change::Set(id)))
                        .chain(fields.into_iter().filter(|(name, _)| *name != key))
                        .collect(),
                ),
                Some(whole) => whole,
                None => Change::Map(vec![(key, Change::Set(id))]),
            })
            .collect();
        for old in base.iter().filter(|old| target.iter().all(|item| item.get(key) != old.get(key))) {
            let id = old.get(key).ok_or(Misfit::Object)?;
            changes.push(Change::Map(vec![(key, Change::Set(id)), ("$patch", Change::Directive("delete"))]));
        }
        Ok((!changes.is_empty()).then_some(Change::List(changes)))
    }

    /// Whether both say the same once the namespace is written out.
    fn same(&self, base: &Tree, target: &Tree) -> bool {
        match (base, target) {
            (Tree::Str(base), Tree::Str(target)) => {
                self.pair.base_fill.apply(base) == self.pair.target_fill.apply(target)
            }
            (Tree::List(base), Tree::List(target)) => {
                base.len() == target.len() && base.iter().zip(target).all(|(b, t)| self.same(b, t))
            }
            (Tree::Map(base), Tree::Map(target)) => {
                base.len() == target.len()
                    && base.iter().all(|(key, b)| target.get(key).is_some_and(|t| self.same(b, t)))
            }
            _ => base == target,
        }
    }

    /// Whether Kustomize would confuse items of a list, changed or not: it takes `53` and `53/UDP`
    /// for one port, and two items of one key for one.
    fn is_ambiguous(&mut self, tree: &'a Tree) -> bool {
        match tree {
            Tree::Map(map) => map.iter().any(|(key, value)| {
                self.path.push(key);
                let answer = self.is_ambiguous(value);
                self.path.pop();
                answer
            }),
            Tree::List(items) => {
                let clash: &dyn Fn(&Tree, &Tree) -> bool =
                    match list_merge(self.api_version, self.kind, &self.path) {
                        ListMerge::Whole | ListMerge::Never => return false,
                        ListMerge::ByKey(key) => &move |a, b| a.get(key) == b.get(key),
                        ListMerge::ByPair([first, second]) => &move |a, b| {
                            a.get(first) == b.get(first)
                                && (a.get(second).is_none()
                                    || b.get(second).is_none()
                                    || a.get(second) == b.get(second))
                        },
                    };
                items.iter().enumerate().any(|(n, a)| items[..n].iter().any(|b| clash(a, b)))
                    || items.iter().any(|item| self.is_ambiguous(item))
            }
            _ => false,
        }
    }
}

/// The fields of a map that takes another's place.
fn replaced(target: &Map) -> Fields<'_> {
    std::iter::once(("$patch", Change::Directive("replace")))
        .chain(target.iter().map(|(key, value)| (key.as_ref(), Change::Set(value))))
        .collect()
}
