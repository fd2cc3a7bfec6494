//! Knobs of pods that are more than a value in a place: image, replicas, annotations.

use super::factor::{Factor, with};
use super::names::{self, Scope};
use super::naming::Naming;
use super::place::Spot;
use super::shape::Shape;
use super::slot::{Slot, Slots, enter, has_absent, here, names_release};
use super::template::{Field, Node};
use super::values::Leaf;
use crate::k8s::text::{IMAGE, IMAGE_PARTS};
use crate::tree::{Map, Tree};

/// An image reference in parts.
#[derive(Debug, PartialEq)]
struct Image<'t> {
    repository: &'t str,
    tag: Option<&'t str>,
    digest: Option<&'t str>,
}

impl<'t> Image<'t> {
    /// Takes a reference apart; none if putting it together would not give it back.
    fn parse(text: &'t str) -> Option<Self> {
        let (rest, digest) = text.split_once('@').map_or((text, None), |(rest, digest)| (rest, Some(digest)));
        let colon = rest.rfind(':').filter(|at| !rest[*at..].contains('/'));
        let (repository, tag) = colon.map_or((rest, None), |at| (&rest[..at], Some(&rest[at + 1..])));
        let empty = repository.is_empty() || tag == Some("") || digest == Some("");
        (!empty).then_some(Self { repository, tag, digest })
    }
}

impl Factor<'_> {
    /// The image of a container: repository, tag and digest are knobs.
    pub(super) fn image(&mut self, path: &[String], spot: Spot, slots: &Slots<'_>) -> Option<Node> {
        if spot.scope != Scope::Container || path.len() != spot.start + 1 || path.last()? != "image" {
            return None;
        }
        let images: Vec<Slot<Image<'_>>> = slots
            .iter()
            .map(|slot| {
                Some(match slot {
                    Slot::Here(tree) if names_release(tree) => return None,
                    Slot::Here(tree) => Slot::Here(Image::parse(tree.as_str()?)?),
                    Slot::Absent => return None,
                    Slot::Skip => Slot::Skip,
                })
            })
            .collect::<Option<_>>()?;
        let prefix = self.place.prefix(path, spot);
        let mut section = prefix.clone();
        section.push("image".to_owned());
        let mut number = 2;
        while !self.values.is_open(&section, "repository") {
            section.truncate(prefix.len());
            section.push(format!("image_{number}"));
            number += 1;
        }
        let is_sound = |tree: &Tree| tree.as_str().is_some_and(IMAGE.takes);
        let [repository, tag, digest] =
            if here(slots).all(is_sound) { IMAGE_PARTS.map(Shape::Form) } else { [Shape::Str; 3] };
        let mut claim = |word: &str, shape: Shape, about: &str, of: &dyn Fn(&Image<'_>) -> Option<String>| {
            let kept: Vec<Slot<Tree>> = images
                .iter()
                .map(|slot| match slot {
                    Slot::Here(image) => of(image).map_or(Slot::Absent, |text| Slot::Here(Tree::Str(text))),
                    _ => Slot::Skip,
                })
                .collect();
            let used = kept.iter().any(|slot| matches!(slot, Slot::Here(_)));
            let optional = word != "repository";
            let mut name = section.clone();
            name.push(word.to_owned());
            let leaf = Leaf {
                slots: kept.iter().cloned().collect(),
                about: about.to_owned(),
                shape,
                optional,
                hidden: !used,
            };
            (self.values.claim(&[name], leaf, false), kept)
        };
        claim("repository", repository, "Image, with its registry and without its tag", &|i| {
            Some(i.repository.to_owned())
        });
        let tag = claim("tag", tag, "Tag of the image", &|i| i.tag.map(str::to_owned));
        claim("digest", digest, "Digest of the image, e.g. sha256:…", &|i| i.digest.map(str::to_owned));
        if prefix == self.place.section {
            self.tags.entry(self.place.section.clone()).or_insert(tag);
        }
        let reference = names::reference(&section);
        Some(Node::Inline(format!("include \"{}.image\" {reference} | quote", self.chart)))
    }

    /// `replicas` of a workload that an autoscaler scales: there only while that is off.
    pub(super) fn replicas(&mut self, path: &[String], slots: &Slots<'_>) -> Option<Field> {
        let scaler = self.place.autoscaler.as_ref()?;
        if path != ["spec", "replicas"] {
            return None;
        }
        let exact = slots.iter().zip(&scaler.present).all(|pair| {
            matches!(
                pair,
                (Slot::Skip, _)
                    | (_, Slot::Skip)
                    | (Slot::Absent, Slot::Here(true))
                    | (Slot::Here(Tree::Int(_)), Slot::Here(false))
            )
        });
        if !exact {
            return None;
        }
        let least = |n: usize| scaler.least[n].map(|least| Slot::Here(Tree::Int(least)));
        let kept: Vec<Slot<Tree>> = slots
            .iter()
            .enumerate()
            .map(|(n, slot)| match slot {
                Slot::Here(tree) => Slot::Here((*tree).clone()),
                // Who switches the autoscaler off gets its minimum.
                _ if n == 0 => least(0).unwrap_or(Slot::Skip),
                _ => Slot::Skip,
            })
            .collect();
        let kept = if kept.iter().all(|slot| *slot == Slot::Skip) {
            let any = (0..kept.len()).find_map(least).unwrap_or(Slot::Here(Tree::Int(1)));
            kept.iter().map(|_| any.clone()).collect()
        } else {
            kept
        };
        let mut name = self.place.section.clone();
        name.push("replicas".to_owned());
        let about = "Number of pods while autoscaling is off".to_owned();
        let switch = names::reference(&scaler.switch);
        let leaf = Leaf {
            slots: kept.into_iter().collect(),
            about,
            shape: Shape::Int,
            optional: false,
            hidden: false,
        };
        let name = self.values.claim(&[name], leaf, false);
        Some(Field {
            key: Some("replicas".to_owned()),
            node: Node::Inline(format!("int64 {}", names::reference(&name))),
            guard: Some(format!("if not {switch}")),
        })
    }

    /// Annotations of a pod template: digests are derived, the rest is a knob.
    pub(super) fn pod_annotations(&mut self, path: &[String], slots: &Slots<'_>) -> Option<Field> {
        let spot = self.place.spot(path);
        if spot.scope != Scope::Pod || path[spot.start..] != ["metadata", "annotations"] {
            return None;
        }
        let maps: Vec<&Map> = here(slots).map(Tree::as_map).collect::<Option<_>>()?;
        let plain = |map: &&Map| !map.is_empty() && map.iter().all(|(_, value)| value.as_str().is_some());
        if !maps.iter().all(plain) {
            return None;
        }
        let mut derived = Vec::new();
        if let Some(first) = maps.first().filter(|_| !has_absent(slots)) {
            for key in first.keys() {
                let digests = enter(slots, key);
                if let Some(name) = key.strip_prefix("checksum/")
                    && !has_absent(&digests)
                    && self.register_digest(name, &digests)
                {
                    derived.push((key.to_string(), name.to_owned()));
                }
            }
        }
        let rest: Vec<Slot<Tree>> = slots
            .iter()
            .map(|slot| match slot {
                Slot::Here(tree) => {
                    let entries = tree.as_map().into_iter().flat_map(Map::iter);
                    let kept =
                        entries.filter(|(key, _)| !derived.iter().any(|(known, _)| known == key.as_ref()));
                    Slot::Here(Tree::Map(kept.map(|(key, value)| (key.clone(), value.clone())).collect()))
                }
                Slot::Absent => Slot::Here(Tree::Map(Map::new())),
                Slot::Skip => Slot::Skip,
            })
            .collect();
        let rest: Slots<'_> = rest
            .iter()
            .map(|slot| match slot {
                Slot::Here(tree) => Slot::Here(tree),
                Slot::Absent => Slot::Absent,
                Slot::Skip => Slot::Skip,
            })
            .collect();
        let mut name = self.place.section.clone();
        name.push("podAnnotations".to_owned());
        let about = "Annotations of the pods".to_owned();
        let naming = Naming { names: vec![name], about, share: false };
        let (name, node) = self.knob(&naming, &rest, Some(Shape::Strings));
        let mut field = with(path, &name, node);
        if derived.is_empty() {
            return Some(field);
        }
        field.key = None;
        let chart = self.chart;
        let mut fields: Vec<Field> = derived
            .into_iter()
            .map(|(key, name)| Field {
                key: Some(key),
                node: Node::Inline(format!(
                    "include {} . | quote",
                    names::quoted(&format!("{chart}.checksum.{name}"))
                )),
                guard: None,
            })
            .collect();
        fields.push(field);
        Some(Field { key: Some("annotations".to_owned()), node: Node::Map(fields), guard: None })
    }

    /// Remembers the digest that pods carry; false if other pods carry another.
    fn register_digest(&mut self, name: &str, slots: &Slots<'_>) -> bool {
        let digests: Vec<Slot<String>> = slots
            .iter()
            .map(|slot| match slot {
                Slot::Here(tree) => Slot::Here(tree.as_str().unwrap_or_default().to_owned()),
                _ => Slot::Skip,
            })
            .collect();
        if here(slots).any(names_release) {
            return false;
        }
        let Some(known) = self.digests.get_mut(name) else {
            self.digests.insert(name.to_owned(), digests);
            return true;
        };
        if !super::slot::compatible(known, &digests) {
            return false;
        }
        for (slot, new) in known.iter_mut().zip(digests) {
            if *slot == Slot::Skip {
                *slot = new;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_come_apart() {
        let image = |repository, tag, digest| Some(Image { repository, tag, digest });
        assert_eq!(Image::parse("nginx"), image("nginx", None, None));
        assert_eq!(Image::parse("localhost:5000/nginx"), image("localhost:5000/nginx", None, None));
        assert_eq!(Image::parse("a.b:5000/c/d:1.2"), image("a.b:5000/c/d", Some("1.2"), None));
        assert_eq!(Image::parse("d:1@sha256:ab"), image("d", Some("1"), Some("sha256:ab")));
        assert_eq!(Image::parse("d:"), None);
    }
}
