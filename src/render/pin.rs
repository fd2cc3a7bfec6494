//! Images that the command line pins: a last overlay over the base and every environment.

use super::Project;
use crate::component::SECTIONS;
use crate::load::Shape;
use crate::source::NodeId;
use crate::spec::ENVIRONMENT;
use serde_json::{Map, Value, json};

/// What findings call the place where a pinned image was written.
const PLACE: &str = "--image";

/// Images to pin, and the shape of a spec.
pub(super) struct Pins<'a> {
    /// Pairs of a component's name and its image.
    pub(super) images: &'a [(String, String)],
    pub(super) shape: &'a Shape,
}

impl Project {
    /// Returns the root with the pinned images of the components that it has, whose names are
    /// remembered.
    pub(super) fn pin(&mut self, root: NodeId, pins: &Pins<'_>) -> NodeId {
        let mut sections = Map::new();
        for (name, image) in pins.images {
            let of = |key: &str| self.sources.get(self.sources.get(root, key)?, name);
            let holds = |key: &str| of(key).is_some_and(|node| !self.sources.is_null(node));
            let Some(section) = SECTIONS.iter().find(|section| holds(section.key)) else { continue };
            sections.entry(section.key).or_insert_with(|| json!({}))[name] = json!({ "image": image });
            self.pinned.insert(name.clone());
        }
        if sections.is_empty() {
            return root;
        }
        // JSON is YAML, and quotes whatever a person typed.
        let text = Value::Object(sections).to_string();
        let Some(over) = self.sources.add(PLACE, text.as_bytes(), &mut self.findings) else { return root };
        pins.shape.check_part(ENVIRONMENT, &self.sources, [root, over], &mut self.findings);
        self.sources.overlay(root, over)
    }
}
