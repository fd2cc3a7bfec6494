//! Components that nothing uses, in the base and in any environment.

use super::{Part, Platform};
use crate::diagnostic::{Check, Findings, Key, suggest};
use crate::needs::Offer;
use crate::source::Sources;
use std::collections::BTreeSet;

/// Reports claims that no pod mounts, and configs that nobody reads.
pub fn check(platforms: &[Platform], sources: &Sources, findings: &mut Findings) {
    // What raw objects mount and read is not looked for: they may name it in many ways.
    let mut offers = platforms.iter().flat_map(|platform| platform.scope.offers.values());
    if offers.any(|offer| matches!(offer, Offer::Raw)) {
        return;
    }
    let parts = || platforms.iter().flat_map(|platform| &platform.parts);
    let needs = parts().flat_map(|part| part.needs.iter());
    let used: BTreeSet<&str> = needs.filter_map(|(_, need)| need.name()).collect();
    let mut told = BTreeSet::new();
    for platform in platforms {
        let mut check = Check::new(sources, platform.root, findings);
        for part in &platform.parts {
            if used.contains(&*part.name) || !told.insert(&*part.name) {
                continue;
            }
            match part.section {
                "claims" => claim(part, &mut check),
                "config" => {
                    let read =
                        parts().filter(|other| other.section == part.section && used.contains(&*other.name));
                    config(part, read.map(|other| &*other.name), &mut check);
                }
                _ => {}
            }
        }
    }
}

fn claim(part: &Part, check: &mut Check<'_>) {
    let name = &part.name;
    check.warning("unused-claim", Key(&[part.section, name]), format!("no pod mounts the claim `{name}`")).help(
        format!(
            "mount it with `volumes: {{ data: {{ claim: {name} }} }}`, or remove it; databases have claims of their own"
        ),
    );
}

fn config<'a>(part: &Part, read: impl Iterator<Item = &'a str>, check: &mut Check<'_>) {
    let name = &part.name;
    let way_out = match suggest(name, read) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("read it with `envFrom: [{name}]` or a volume, or remove it"),
    };
    check
        .warning("unused-config", Key(&[part.section, name]), format!("no pod reads the config `{name}`"))
        .help(way_out);
}
