//! Raw Kubernetes content inside a spec: scalars have the types that Kubernetes reads.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de::Visitor};
use std::borrow::Cow;

/// Tells the deserializer to resolve plain scalars as YAML does, and to keep nulls.
pub const RAW: &str = "kgen::Raw";

/// A value whose meaning is Kubernetes' own.
#[derive(Clone, Debug, PartialEq)]
pub struct Raw(pub serde_json::Value);

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Inner;

        impl<'de> Visitor<'de> for Inner {
            type Value = Raw;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("Kubernetes content")
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
                serde_json::Value::deserialize(deserializer).map(Raw)
            }
        }

        deserializer.deserialize_newtype_struct(RAW, Inner)
    }
}

impl JsonSchema for Raw {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("Raw")
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "additionalProperties": true, "description": "Kubernetes content as the API has it." })
    }
}
