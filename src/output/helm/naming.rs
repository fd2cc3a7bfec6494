//! What a knob is called, and how it is described.

use super::names::{self, Scope};
use super::place::Place;
use super::slot::{Slots, here};
use super::values::Name;
use crate::tree::Tree;

/// What a hole needs besides its values.
pub(super) struct Naming {
    /// Names that it may have, best first.
    pub names: Vec<Name>,
    /// One line of what it does.
    pub about: String,
    /// Whether another hole of the same values may have the same name.
    pub share: bool,
}

impl Naming {
    /// What the knob at a path of an object is called.
    pub(super) fn new(place: &Place, path: &[String], slots: &Slots<'_>) -> Self {
        let spot = place.spot(path);
        let prefix = place.prefix(path, spot);
        let rest = &path[spot.start..];
        let below = |segments: Name| prefix.iter().cloned().chain(segments).collect::<Name>();
        let mut names = Vec::new();
        let mut about = format!("`{}` of the {}", dotted(rest), place.kind);
        if spot.scope == Scope::Container && prefix != place.section {
            about = format!("{about}, container {}", names::bare(&path[spot.start - 1]));
        }
        let mut share = false;
        if let Some((row, star)) = names::find(spot.scope, rest) {
            row.about.clone_into(&mut about);
            let name = row.name.iter().map(|segment| match star {
                Some(star) if *segment == "*" => names::bare(star).to_owned(),
                _ => (*segment).to_owned(),
            });
            names.push(below(name.collect()));
            if star.is_some_and(|star| star != "[#]") && !row.name.contains(&"*") {
                names.insert(0, below(vec![format!("{}s", row.name[0]), host_word(slots)]));
            }
        } else if let [.., metadata, labels, key] = rest
            && metadata == "metadata"
            && labels == "labels"
        {
            let word = names::camel(key.rsplit('/').next().unwrap_or(key));
            about = format!("Label `{key}`");
            names.push(vec!["labels".to_owned(), word.clone()]);
            names.push(below(vec!["labels".to_owned(), word]));
            share = true;
        }
        names.push(below(names::shortened(rest)));
        names.push(below(names::full(path)));
        Self { names, about, share }
    }
}

/// The first word of the host that the base has: `api` of `api.example.com`.
fn host_word(slots: &Slots<'_>) -> String {
    let host = here(slots).find_map(Tree::as_str).unwrap_or("host");
    names::camel(host.split('.').next().unwrap_or(host))
}

fn dotted(path: &[String]) -> String {
    path.iter()
        .filter(|step| !matches!(step.as_str(), "[#]" | "spec" | "metadata"))
        .map(|step| names::bare(step))
        .collect::<Vec<_>>()
        .join(".")
}
