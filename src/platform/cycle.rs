//! Circles in the dependency graph that `uses` declares.

use super::Part;
use crate::diagnostic::Check;
use crate::needs::Need;
use std::collections::BTreeMap;

/// Reports components that use each other in a circle: none of them could start first.
pub(super) fn check(parts: &[Part], check: &mut Check<'_>) {
    let uses = |part: &Part| -> Vec<String> {
        part.needs
            .iter()
            .filter_map(|(_, need)| match need {
                Need::Component { name, .. } if *name != part.name => Some(name.clone()),
                _ => None,
            })
            .collect()
    };
    let graph: BTreeMap<&str, Vec<String>> =
        parts.iter().map(|part| (part.name.as_str(), uses(part))).collect();
    let mut done: BTreeMap<&str, bool> = BTreeMap::new();
    for start in graph.keys() {
        let mut trail: Vec<(&str, usize)> = vec![(start, 0)];
        while let Some((name, next)) = trail.last().copied() {
            if done.get(name) == Some(&true) {
                trail.pop();
                continue;
            }
            done.insert(name, false);
            let following = graph.get(name).and_then(|uses| uses.get(next));
            let Some(following) =
                following.and_then(|name| graph.get_key_value(name.as_str())).map(|(name, _)| *name)
            else {
                if graph.get(name).is_some_and(|uses| next < uses.len()) {
                    // Leads nowhere; reported with the references.
                    trail.last_mut().expect("internal error: the trail is not empty").1 += 1;
                    continue;
                }
                done.insert(name, true);
                trail.pop();
                continue;
            };
            trail.last_mut().expect("internal error: the trail is not empty").1 += 1;
            if let Some(at) = trail.iter().position(|(name, _)| *name == following) {
                let circle: Vec<&str> =
                    trail[at..].iter().map(|(name, _)| *name).chain([following]).collect();
                report(parts, name, following, &circle, check);
            } else if done.get(following) != Some(&true) {
                trail.push((following, 0));
            }
        }
    }
}

fn report(parts: &[Part], from: &str, to: &str, circle: &[&str], check: &mut Check<'_>) {
    let place = parts.iter().find(|part| part.name == from).and_then(|part| {
        part.needs
            .iter()
            .find(|(_, need)| matches!(need, Need::Component { name, .. } if name == to))
            .map(|(place, _)| place)
    });
    let Some(place) = place else { return };
    let circle: Vec<String> = circle.iter().map(|name| format!("`{name}`")).collect();
    check
        .error("cyclic-uses", place, format!("components use each other in a circle: {}", circle.join(" → ")))
        .help("move one of these dependencies to `notifies`: what calls back need not be there first");
}
