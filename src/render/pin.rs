//! Images that the command line pins: a last overlay over the base and every environment.

use super::Project;
use crate::component::SECTIONS;
use crate::load::Shape;
use crate::source::NodeId;
use crate::spec::ENVIRONMENT;

/// What findings call the place where a pinned image was written.
const PLACE: &str = "the command line";

/// Images to pin, and the shape of a spec.
pub(super) struct Pins<'a> {
    /// Pairs of a component's name and its image.
    pub(super) images: &'a [(String, String)],
    pub(super) shape: &'a Shape,
}

impl Project {
    /// Whether a component of this name has an image from the command line.
    pub fn is_pinned(&self, name: &str) -> bool {
        self.pinned.keys().any(|(_, pinned, _)| pinned == name)
    }

    /// Returns the root with the pinned images of the components that it has. All roots share what
    /// the command line says, so that a mistake in it is one.
    pub(super) fn pin(&mut self, mut root: NodeId, pins: &Pins<'_>) -> NodeId {
        for (name, image) in pins.images {
            let of = |key: &str| self.sources.get(self.sources.get(root, key)?, name);
            let Some(section) = SECTIONS.iter().find(|section| of(section.key).is_some()) else { continue };
            let pin = (section.key, name.clone(), image.clone());
            let over = self.pinned.get(&pin).copied().unwrap_or_else(|| {
                let words = format!("--image {name}={image}");
                let over = self.sources.quote(PLACE, &words, &[section.key, name, "image"], image);
                pins.shape.check_part(ENVIRONMENT, &self.sources, [root, over], &mut self.findings);
                self.pinned.insert(pin, over);
                over
            });
            root = self.sources.overlay(root, over);
        }
        root
    }
}
