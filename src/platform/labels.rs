//! Labels that the author may not give: those by which pods are chosen.

use super::Part;
use crate::diagnostic::{At, Check, Key};

/// Fields that hold labels of objects and of pods.
const FIELDS: &[&str] = &["labels", "podLabels"];
/// The label that every selector asks for.
const SELECTOR: &str = "app";

/// Reports labels that would take pods away from their own selectors.
pub(super) fn check(parts: &[Part], check: &mut Check<'_>) {
    look(&At::root(), "each component", check);
    for part in parts {
        part.at(|at| look(at, &format!("`{}`", part.name), check));
    }
}

fn look(at: &At<'_>, whose: &str, check: &mut Check<'_>) {
    for field in FIELDS {
        let place = at.key(field);
        let place = place.key(SELECTOR);
        if check.node(&place.path()).is_some() {
            check
                .error(
                    "selector-label",
                    Key(&place.path()),
                    format!("the label `{SELECTOR}` of {whose} is its name, by which its pods are chosen"),
                )
                .help("use another key, such as `tier` or `example.com/app`: Services, budgets and policies select `app`, and it never changes");
        }
    }
}
