//! Since which Kubernetes version a field, or an API, can be used; see `tests/judges/introduced`.

mod table;

use crate::value::format::NEWEST;
use table::{APIS, FIELDS};

/// From when on a field can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// The first minor version that has it on by default.
    Minor(u32),
    /// A feature gate that no known version turns on by default.
    Gate(&'static str),
}

/// Whether the API server of a minor version takes an API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Served {
    /// It does, or the API is none of Kubernetes' own.
    Yes,
    /// Not yet: from this minor version on.
    From(u32),
    /// Not any more: this minor version was the last one.
    Until(u32),
}

/// Since when a field of one of Kubernetes' types can be used; none if always, as far as kgen knows versions.
pub fn field(name: &str, field: &str) -> Option<Since> {
    let found = FIELDS.binary_search_by(|(of, known, _)| (*of, *known).cmp(&(name, field)));
    found.ok().map(|at| FIELDS[at].2)
}

/// Whether a minor version serves a kind in an API version.
pub fn api(kind: &str, version: &str, minor: u32) -> Served {
    let found = APIS.binary_search_by(|(of, known, ..)| (*of, *known).cmp(&(kind, version)));
    match found.ok().map(|at| APIS[at]) {
        Some((.., since, _)) if minor < since => Served::From(since),
        Some((.., until)) if minor > until => Served::Until(until),
        _ => Served::Yes,
    }
}

/// The API version, the most stable one, in which a minor version and all later ones serve a kind.
pub fn serving(kind: &str, minor: u32) -> Option<&'static str> {
    // `v1` stands before `v1beta1`.
    let mut rows = APIS.iter().filter(|(of, ..)| *of == kind);
    rows.find(|(.., since, until)| *since <= minor && *until == NEWEST).map(|row| row.1)
}

#[cfg(test)]
mod tests {
    use super::{APIS, FIELDS, Served, Since, api, field, serving};

    #[test]
    fn the_tables_are_sorted() {
        assert!(FIELDS.is_sorted_by_key(|row| (row.0, row.1)));
        assert!(APIS.is_sorted_by_key(|row| (row.0, row.1)));
    }

    #[test]
    fn a_field_counts_from_the_version_that_turns_it_on() {
        // In the API since 1.27, where its feature gate was off.
        assert_eq!(field("Container", "resizePolicy"), Some(Since::Minor(33)));
        assert_eq!(field("Lifecycle", "stopSignal"), Some(Since::Gate("ContainerStopSignals")));
        assert_eq!(field("Container", "image"), None);
    }

    #[test]
    fn an_api_has_a_first_and_a_last_version() {
        let kind = "FlowSchema";
        assert_eq!(api(kind, "flowcontrol.apiserver.k8s.io/v1", 28), Served::From(29));
        assert_eq!(api(kind, "flowcontrol.apiserver.k8s.io/v1beta3", 31), Served::Yes);
        assert_eq!(api(kind, "flowcontrol.apiserver.k8s.io/v1beta3", 32), Served::Until(31));
        assert_eq!(serving(kind, 32), Some("flowcontrol.apiserver.k8s.io/v1"));
        assert_eq!(serving(kind, 28), None);
        assert_eq!(api("Certificate", "cert-manager.io/v1", 25), Served::Yes);
    }
}
