//! Environment variables of a container: literals, config, secrets and the downward API.

use crate::diagnostic::At;
use crate::needs::{Need, Needs};
use crate::value::format::{EnvName, Name};
use crate::value::{FromShort, KeyRef, Keyed, Quantity, Scalar, Short, Text};
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::api::resource;
use schemars::JsonSchema;
use serde::Deserialize;

/// Environment variables by name.
pub type Env = Keyed<EnvName, Short<EnvValue>>;

/// Where the value of an environment variable comes from; exactly one of the fields.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct EnvValue {
    /// The text itself; the short form `NAME: text` says the same. `$(OTHER)` stands for a variable further up.
    pub value: Option<Scalar>,
    /// An entry of a config of this platform, `NAME/KEY`.
    pub config: Option<KeyRef>,
    /// An entry of a secret of this platform, `NAME/KEY`.
    pub secret: Option<KeyRef>,
    /// A field of the pod, e.g. `metadata.name` or `status.podIP` (the downward API).
    pub field: Option<String>,
    /// A resource of a container, e.g. `limits.memory` (the downward API).
    pub resource: Option<String>,
    /// The container whose `resource` is meant. Default: this one.
    pub container: Option<Text<Name>>,
    /// The unit in which `resource` is given, e.g. `1Mi`. Default: 1.
    pub divisor: Option<Quantity>,
    /// Whether the pod may start without the entry of the config or the secret. Default: false.
    pub optional: bool,
}

impl FromShort for EnvValue {
    type Scalar = Scalar;

    fn from_short(text: &str) -> Result<Self, String> {
        Ok(Self { value: Some(Scalar(text.to_owned())), ..Self::default() })
    }
}

impl EnvValue {
    /// The variable as Kubernetes takes it.
    pub fn variable(&self, name: &str) -> core::EnvVar {
        let optional = self.optional.then_some(true);
        let source = core::EnvVarSource {
            config_map_key_ref: self.config.as_deref().and_then(|r| r.split_once('/')).map(|(name, key)| {
                core::ConfigMapKeySelector { name: name.to_owned(), key: key.to_owned(), optional }
            }),
            secret_key_ref: self.secret.as_deref().and_then(|r| r.split_once('/')).map(|(name, key)| {
                core::SecretKeySelector { name: name.to_owned(), key: key.to_owned(), optional }
            }),
            field_ref: self
                .field
                .as_ref()
                .map(|path| core::ObjectFieldSelector { api_version: None, field_path: path.clone() }),
            resource_field_ref: self.resource.as_ref().map(|resource| core::ResourceFieldSelector {
                container_name: self.container.as_ref().map(ToString::to_string),
                divisor: self.divisor.as_ref().map(|q| resource::Quantity(q.to_string())),
                resource: resource.clone(),
            }),
            ..core::EnvVarSource::default()
        };
        let value = self.value.as_ref().map(|text| text.0.clone());
        let from = value.is_none().then_some(source);
        core::EnvVar { name: name.to_owned(), value, value_from: from }
    }

    /// Adds what the variable refers to.
    pub fn needs(&self, at: &At<'_>, needs: &mut Needs) {
        for (field, reference, secret) in [("config", &self.config, false), ("secret", &self.secret, true)] {
            if let Some((name, key)) = reference.as_deref().and_then(|r| r.split_once('/')) {
                let (name, key) = (name.to_owned(), (!self.optional).then(|| key.to_owned()));
                needs.push(
                    &at.key(field),
                    if secret { Need::Secret { name, key } } else { Need::Config { name, key } },
                );
            }
        }
    }

    /// Fields that say where the value comes from, of which exactly one may be set.
    pub fn sources(&self) -> Vec<&'static str> {
        let set = [
            ("value", self.value.is_some()),
            ("config", self.config.is_some()),
            ("secret", self.secret.is_some()),
            ("field", self.field.is_some()),
            ("resource", self.resource.is_some()),
        ];
        set.into_iter().filter(|(_, set)| *set).map(|(name, _)| name).collect()
    }
}

/// A whole config or secret as environment variables.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EnvFrom {
    /// The config or secret of this platform; the short form is this name alone.
    pub from: Text<Name>,
    /// Text in front of every name. Default: none.
    #[serde(default)]
    pub prefix: Option<String>,
    /// Whether the pod may start without it. Default: false.
    #[serde(default)]
    pub optional: bool,
}

impl FromShort for EnvFrom {
    type Scalar = Text<Name>;

    fn from_short(text: &str) -> Result<Self, String> {
        Ok(Self { from: Text::known(text), prefix: None, optional: false })
    }
}

impl EnvFrom {
    /// The source as Kubernetes takes it; `is_secret` says which of the two it is.
    pub fn source(&self, is_secret: bool) -> core::EnvFromSource {
        let optional = self.optional.then_some(true);
        let name = self.from.to_string();
        core::EnvFromSource {
            prefix: self.prefix.clone(),
            secret_ref: is_secret.then(|| core::SecretEnvSource { name: name.clone(), optional }),
            config_map_ref: (!is_secret).then_some(core::ConfigMapEnvSource { name, optional }),
        }
    }
}

impl Default for Text<Name> {
    fn default() -> Self {
        Self::known("")
    }
}
