//! What the cluster has besides Kubernetes: operators, controllers and add-ons, by name or with their API groups.

use crate::k8s::provider::Provider;
use crate::value::{FromShort, Host, Name, Short};
use schemars::JsonSchema;
use serde::Deserialize;

/// Operators, controllers and add-ons of the cluster.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(transparent)]
pub struct Provides(Vec<Short<AddOn>>);

/// An operator of your own, with what it serves; the short form is the name of one that kgen knows.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddOn {
    /// Its name.
    pub name: Name,
    /// API groups whose custom resources it takes, e.g. `acme.example.com`.
    #[serde(default)]
    pub groups: Vec<Host>,
    /// Kinds among them that stand outside of namespaces, e.g. `ClusterBackup`.
    #[serde(default)]
    pub cluster_kinds: Vec<String>,
}

impl FromShort for AddOn {
    type Scalar = Provider;

    fn from_short(text: &str) -> Result<Self, String> {
        Ok(Self { name: Name::known(text), groups: Vec::new(), cluster_kinds: Vec::new() })
    }
}

impl AddOn {
    fn serves(&self, group: &str) -> bool {
        self.groups.iter().any(|own| &**own == group)
    }
}

impl Provides {
    /// Whether the spec says what the cluster has; if it does, the cluster has nothing else.
    pub fn is_said(&self) -> bool {
        !self.0.is_empty()
    }

    /// Whether the cluster has this one.
    pub fn has(&self, provider: Provider) -> bool {
        self.place(provider).is_some()
    }

    /// At which place of the list this one stands.
    pub fn place(&self, provider: Provider) -> Option<usize> {
        self.0.iter().position(|add_on| &*add_on.name == provider.name())
    }

    /// Whether the cluster takes custom resources of this group and kind.
    pub fn takes(&self, group: &str, kind: &str) -> bool {
        self.0.iter().any(|add_on| {
            add_on.serves(group)
                || Provider::named(&add_on.name).is_some_and(|provider| provider.serves(group, kind))
        })
    }

    /// Whether the spec says that this kind stands outside of namespaces.
    pub fn is_cluster_scoped(&self, group: &str, kind: &str) -> bool {
        self.0.iter().any(|add_on| add_on.serves(group) && add_on.cluster_kinds.iter().any(|own| own == kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_and_own_groups() {
        let provides: Provides = serde_json::from_value(json!([
            "keda", { "name": "acme", "groups": ["acme.example.com"] }
        ]))
        .unwrap();
        assert!(provides.is_said() && provides.has(Provider::Keda) && !provides.has(Provider::Istio));
        assert!(provides.takes("keda.sh", "ScaledObject") && provides.takes("acme.example.com", "Widget"));
        assert!(!provides.takes("cert-manager.io", "Certificate"));
        assert!(!Provides::default().is_said());
    }
}
