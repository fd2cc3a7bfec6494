//! How the values of a knob are kept, and how a template reads them back.

use super::names;
use super::shape::Shape;
use super::slot::{Slot, Slots, any_text, has_absent, here, magnitude, names_release, owned, placeholder};
use super::template::Node;
use super::values::Leaf;
use crate::tree::Tree;

/// How the values of a hole are kept and read back.
pub(super) struct Form {
    shape: Shape,
    /// Stands for the release's namespace inside values.
    placeholder: Option<String>,
    /// Whether numbers are too large for Helm's floats, or maps would have to merge with what is no
    /// map: then the values are kept as JSON in text.
    verbatim: bool,
    /// Whether `toYaml` would write numbers with an exponent, or texts that Helm trims.
    flow: bool,
}

/// Whether Helm, which trims the ends of documents, would change the text if it is not in quotes.
pub(super) fn is_trimmed(text: &str) -> bool {
    text == "\n" || text.ends_with("\n\n") || text.contains(|c: char| c.is_whitespace() && !c.is_ascii())
}

/// What Helm's numbers, which are floats, hold exactly.
const EXACT: u64 = 1 << 53;
/// From here on `toYaml` writes an exponent.
const EXPONENT: u64 = 1_000_000;

impl Form {
    /// The form that these values need; `shape` says what the knob takes if they do not.
    pub(super) fn of(slots: &Slots<'_>, shape: Option<Shape>) -> Self {
        let shape = shape.unwrap_or_else(|| Shape::of_values(slots));
        let largest = here(slots).map(magnitude).max().unwrap_or(0);
        let flow = largest >= EXPONENT || here(slots).any(|tree| any_text(tree, &is_trimmed));
        let placeholder = here(slots).any(names_release).then(|| placeholder(slots));
        // Only in texts something can be replaced.
        let shape = if shape == Shape::Word && placeholder.is_some() { Shape::Str } else { shape };
        Self { shape, placeholder, verbatim: largest > EXACT || !merge(slots), flow }
    }

    /// The knob that holds the values.
    pub(super) fn leaf(&self, slots: &Slots<'_>, about: String) -> Leaf {
        let mut kept = owned(slots, self.placeholder.as_deref().unwrap_or_default());
        let mut shape = self.shape;
        if self.verbatim {
            shape = Shape::Str;
            for slot in &mut kept {
                if let Slot::Here(tree) = slot {
                    *slot = Slot::Here(Tree::Str(super::config::json(tree)));
                }
            }
        }
        Leaf { slots: kept.into_iter().collect(), about, shape, optional: has_absent(slots), hidden: false }
    }

    /// The expression that reads the knob.
    pub(super) fn node(&self, chart: &str, reference: &str) -> Node {
        let release = self
            .placeholder
            .as_ref()
            .map(|text| format!(" | replace {} $.Release.Namespace", names::quoted(text)))
            .unwrap_or_default();
        if self.verbatim {
            return Node::Inline(format!("{reference}{release}"));
        }
        match self.shape {
            Shape::Str | Shape::Form(_) | Shape::Word => {
                Node::Inline(format!("{reference}{release} | quote"))
            }
            Shape::Int | Shape::Count => Node::Inline(format!("int64 {reference}")),
            Shape::Bool => Node::Inline(reference.to_owned()),
            Shape::Strings => {
                let json = format!("include {} {reference}{release}", texts(chart));
                if self.flow {
                    Node::Inline(json)
                } else {
                    Node::Block(format!("{json} | fromJson | toYaml"))
                }
            }
            Shape::Quantities | Shape::Map | Shape::List if !self.flow => {
                Node::Block(format!("toYaml {reference}{release}"))
            }
            _ => Node::Inline(format!("toJson {reference}{release}")),
        }
    }
}

/// The name of the template that gives a map of texts as JSON.
pub(super) fn texts(chart: &str) -> String {
    names::quoted(&format!("{chart}.texts"))
}

/// Whether Helm can merge the values of any variant into those of another.
fn merge(slots: &Slots<'_>) -> bool {
    fn fits(a: &Tree, b: &Tree) -> bool {
        match (a, b) {
            (Tree::Map(a), Tree::Map(b)) => {
                a.iter().all(|(key, value)| b.get(key).is_none_or(|other| fits(value, other)))
            }
            (Tree::Map(_), _) | (_, Tree::Map(_)) => false,
            _ => true,
        }
    }
    let trees: Vec<&Tree> = here(slots).filter(|tree| !matches!(tree, Tree::Str(_))).collect();
    let texts = here(slots).count() - trees.len();
    (texts == 0 || !trees.iter().any(|tree| tree.as_map().is_some()))
        && trees.iter().enumerate().all(|(n, a)| trees[n + 1..].iter().all(|b| fits(a, b)))
}
