//! Secrets: references only. No output of kgen holds secret material.

use super::{Component, Files};
use crate::diagnostic::{At, Check};
use crate::k8s::{NAMESPACE, Object, meta};
use crate::needs::{Needs, Offer, REGISTRY};
use crate::pod::probe::{go_span, seconds};
use crate::scope::Scope;
use crate::tree::{Map, Tree};
use crate::value::format::DataKey;
use crate::value::{Duration, Keyed, Labels, ObjectName, Text};
use indexmap::IndexSet;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A secret by its keys; `source` says who fills it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Secret {
    /// Where the material comes from. Default: existing.
    source: Source,
    /// Keys that it holds. `external` and `sealed` add theirs.
    keys: Vec<Text<DataKey>>,
    /// The type that Kubernetes checks, e.g. `kubernetes.io/tls`. Default: Opaque.
    r#type: Option<String>,
    /// Where the External Secrets operator reads it; only with `source: external`.
    external: Option<External>,
    /// Ciphertext of `kubeseal --raw` by key; only with `source: sealed`.
    sealed: Keyed<DataKey, String>,
}

/// Who fills a secret.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Source {
    /// Somebody else: kgen writes no object.
    #[default]
    Existing,
    /// The External Secrets operator, from a store.
    External,
    /// The Sealed Secrets controller, from ciphertext.
    Sealed,
}

/// Where the External Secrets operator reads a secret.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct External {
    /// The store's name.
    store: ObjectName,
    /// The store's kind. Default: `ClusterSecretStore`.
    #[serde(default)]
    store_kind: StoreKind,
    /// How often it is read again. Default: 1h.
    #[serde(default)]
    refresh_interval: Option<Duration>,
    /// Where each key is in the store: `PATH` or `PATH#PROPERTY`.
    remote: Keyed<DataKey, String>,
}

/// The kind of a store.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
pub enum StoreKind {
    /// One of the namespace.
    SecretStore,
    /// One of the whole cluster.
    #[default]
    ClusterSecretStore,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExternalSecret {
    api_version: &'static str,
    kind: &'static str,
    metadata: ObjectMeta,
    spec: ExternalSecretSpec,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExternalSecretSpec {
    refresh_interval: String,
    secret_store_ref: StoreRef,
    target: Target,
    data: Vec<RemoteEntry>,
}

#[derive(Serialize)]
struct StoreRef {
    kind: String,
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    name: String,
    creation_policy: &'static str,
    deletion_policy: &'static str,
    template: Option<TypeTemplate>,
}

#[derive(Serialize)]
struct TypeTemplate {
    r#type: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RemoteEntry {
    secret_key: String,
    remote_ref: RemoteRef,
}

#[derive(Serialize)]
struct RemoteRef {
    key: String,
    property: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SealedSecret {
    api_version: &'static str,
    kind: &'static str,
    metadata: ObjectMeta,
    spec: SealedSpec,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SealedSpec {
    encrypted_data: BTreeMap<String, String>,
    template: SealedTemplate,
}

#[derive(Serialize)]
struct SealedTemplate {
    metadata: ObjectMeta,
    r#type: Option<String>,
}

/// Types whose keys Kubernetes looks for, and the keys.
const TYPES: &[(&str, &[&str])] = &[
    ("kubernetes.io/basic-auth", &["username", "password"]),
    (REGISTRY.0, &[REGISTRY.1]),
    ("kubernetes.io/ssh-auth", &["ssh-privatekey"]),
    ("kubernetes.io/tls", &["tls.crt", "tls.key"]),
];

impl Secret {
    /// Reports a type without its keys, and credentials of a registry that no node would take for that.
    fn kind(&self, name: &str, at: &At<'_>, check: &mut Check<'_>) {
        let (keys, kind) = (self.keys(), self.r#type.as_deref().unwrap_or("Opaque"));
        let (registry, key) = REGISTRY;
        if kind != registry && keys.iter().any(|known| known == key) {
            check
                .error("secret-type", &at.key("type"), format!("`{name}` has `{key}` and the type `{kind}`"))
                .help(format!("write `type: {registry}`: a node looks for credentials in no other"));
        }
        let wanted = TYPES.iter().find(|(known, _)| *known == kind).map_or(&[][..], |(_, keys)| keys);
        let missing: Vec<&str> =
            wanted.iter().copied().filter(|wanted| !keys.iter().any(|key| key == wanted)).collect();
        if !missing.is_empty() {
            check
                .error(
                    "secret-type",
                    &at.key("type"),
                    format!("a secret of the type `{kind}` has `{}`", wanted.join("` and `")),
                )
                .help(format!("add to `keys`: {}", missing.join(", ")));
        }
    }

    /// All keys in the author's order.
    fn keys(&self) -> Vec<String> {
        let own = self.keys.iter().map(ToString::to_string);
        let remote = self.external.iter().flat_map(|external| external.remote.keys()).map(ToOwned::to_owned);
        let sealed = self.sealed.keys().map(ToOwned::to_owned);
        own.chain(remote).chain(sealed).collect::<IndexSet<_>>().into_iter().collect()
    }

    fn external(&self, name: &str, external: &External, scope: &Scope) -> Object {
        let data = external
            .remote
            .iter()
            .map(|(key, path)| {
                let (path, property) =
                    path.split_once('#').map_or((&**path, None), |(path, property)| (path, Some(property)));
                RemoteEntry {
                    secret_key: key.to_owned(),
                    remote_ref: RemoteRef { key: path.to_owned(), property: property.map(ToOwned::to_owned) },
                }
            })
            .collect();
        let secret = ExternalSecret {
            api_version: "external-secrets.io/v1",
            kind: "ExternalSecret",
            metadata: meta(name, scope.labels(name, &Labels::default())),
            spec: ExternalSecretSpec {
                // The operator reads Go's time spans, which end at hours.
                refresh_interval: external
                    .refresh_interval
                    .as_ref()
                    .map_or_else(|| "1h".to_owned(), |span| go_span(seconds(span))),
                secret_store_ref: StoreRef {
                    kind: format!("{:?}", external.store_kind),
                    name: external.store.to_string(),
                },
                target: Target {
                    name: name.to_owned(),
                    creation_policy: "Owner",
                    deletion_policy: "Retain",
                    template: self.r#type.clone().map(|r#type| TypeTemplate { r#type }),
                },
                data,
            },
        };
        Object::new("secrets", &secret)
    }

    fn sealed(&self, name: &str, scope: &Scope) -> Object {
        let labels = scope.labels(name, &Labels::default());
        let secret = SealedSecret {
            api_version: "bitnami.com/v1alpha1",
            kind: "SealedSecret",
            metadata: meta(name, labels.clone()),
            spec: SealedSpec {
                encrypted_data: self
                    .sealed
                    .iter()
                    .map(|(key, text)| (key.to_owned(), text.clone()))
                    .collect(),
                template: SealedTemplate {
                    metadata: ObjectMeta { namespace: Some(NAMESPACE.to_owned()), ..meta(name, labels) },
                    r#type: self.r#type.clone(),
                },
            },
        };
        Object::new("secrets", &secret)
    }
}

/// Whether it can be the output of `kubeseal --raw`: base64 of a key of 2048 bits or more, and the text sealed by it.
fn is_ciphertext(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    text.len() >= 364 && body.chars().all(|c| c.is_ascii_alphanumeric() || c == '+' || c == '/')
}

impl Component for Secret {
    fn needs(&self, _: &str, _: &At<'_>, _: &mut Needs) {}

    fn offer(&self, _: &str, _: &Files) -> Offer {
        Offer::Secret { keys: self.keys() }
    }

    fn check(&self, name: &str, at: &At<'_>, _: &Scope, check: &mut Check<'_>) {
        self.kind(name, at, check);
        let word = match self.source {
            Source::Existing => "existing",
            Source::External => "external",
            Source::Sealed => "sealed",
        };
        let fields = [
            ("external", Source::External, self.external.is_some()),
            ("sealed", Source::Sealed, !self.sealed.is_empty()),
        ];
        for (field, source, set) in fields {
            if set && self.source != source {
                check
                    .error(
                        "secret-source",
                        &at.key(field),
                        format!("`{field}` has no effect: `{name}` has the source `{word}`"),
                    )
                    .label(&at.key("source"), format!("filled as `{word}`"))
                    .help(format!("write `source: {field}`, or remove `{field}`"));
            } else if !set && self.source == source {
                check
                    .error(
                        "secret-source",
                        &at.key("source"),
                        format!("`{name}` does not say what is {field}"),
                    )
                    .help(if source == Source::External {
                        "write `external: { store: STORE, remote: { KEY: PATH#PROPERTY } }`"
                    } else {
                        "write `sealed: { KEY: CIPHERTEXT }` with what `kubeseal --raw` prints"
                    });
            }
        }
        let sealed = at.key("sealed");
        for (key, text) in self.sealed.iter().filter(|(_, text)| !is_ciphertext(text)) {
            let seen = text.len();
            check
                .error("secret-literal", &sealed.key(key), format!("`{key}` is not sealed"))
                .says(format!("{seen} characters that `kubeseal` has not written"))
                .help("seal it: `kubeseal --raw --namespace NAMESPACE --name NAME --from-file=FILE`; and change the secret, if this was one");
        }
        // The operators fill what they are told of; a key beyond that would stay empty.
        let filled = |key: &str| match self.source {
            Source::Existing => true,
            Source::External => self.external.as_ref().is_none_or(|external| external.remote.contains(key)),
            Source::Sealed => self.sealed.contains(key),
        };
        let keys = at.key("keys");
        for (n, key) in self.keys.iter().enumerate().filter(|(_, key)| !filled(key)) {
            check.error("secret-source", &keys.index(n), format!("nothing fills the key `{key}`")).help(
                format!("say it: `{word}.{}{key}: …`", if word == "external" { "remote." } else { "" }),
            );
        }
    }

    fn template(&self, name: &str) -> Option<Tree> {
        if self.source != Source::Existing {
            return None;
        }
        let map = |entries: Vec<(&str, Tree)>| -> Tree {
            Tree::Map(entries.into_iter().map(|(key, value)| (key.to_owned().into(), value)).collect::<Map>())
        };
        let keys = self.keys.iter().map(|key| (&**key, Tree::from(""))).collect();
        Some(map(vec![
            ("apiVersion", Tree::from("v1")),
            ("kind", Tree::from("Secret")),
            ("metadata", map(vec![("name", Tree::from(name))])),
            ("type", Tree::from(self.r#type.as_deref().unwrap_or("Opaque"))),
            ("stringData", map(keys)),
        ]))
    }

    fn objects(&self, name: &str, scope: &Scope) -> Vec<Object> {
        let object = match (self.source, &self.external) {
            (Source::External, Some(external)) => self.external(name, external, scope),
            (Source::Sealed, _) => self.sealed(name, scope),
            _ => return Vec::new(),
        };
        vec![object.in_file(name)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::yaml;

    #[test]
    fn an_existing_secret_has_a_template_without_values() {
        let secret = Secret { keys: vec![Text::known("B"), Text::known("A")], ..Secret::default() };
        let mut text = String::new();
        yaml::write(&secret.template("db").unwrap(), &mut text);
        assert!(text.ends_with("type: Opaque\nstringData:\n  B: \"\"\n  A: \"\"\n"), "{text}");
        assert!(Secret { source: Source::Sealed, ..Secret::default() }.template("db").is_none());
    }
}
