//! Fields with a short form: a scalar that stands for the map with one entry.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use std::borrow::Cow;
use std::marker::PhantomData;

/// What can be written as one scalar.
pub trait FromShort: Sized {
    /// The schema of the scalar.
    type Scalar: JsonSchema;

    /// The long form that the scalar stands for.
    ///
    /// # Errors
    /// Never after the shape check.
    fn from_short(text: &str) -> Result<Self, String>;
}

/// A `T` that was written in its short or its long form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Short<T>(pub T);

impl<T> std::ops::Deref for Short<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<'de, T: FromShort + Deserialize<'de>> Deserialize<'de> for Short<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either<T>(PhantomData<T>);

        impl<'de, T: FromShort + Deserialize<'de>> Visitor<'de> for Either<T> {
            type Value = T;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a scalar or a map")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
                T::from_short(text).map_err(E::custom)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map))
            }
        }

        deserializer.deserialize_any(Either(PhantomData)).map(Self)
    }
}

impl<T: FromShort + JsonSchema> JsonSchema for Short<T> {
    fn schema_name() -> Cow<'static, str> {
        Cow::Owned(format!("Short{}", T::schema_name()))
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let scalar = generator.subschema_for::<T::Scalar>();
        let long = generator.subschema_for::<T>();
        json_schema!({ "oneOf": [scalar, long] })
    }
}

/// A free text, also one that looks like a number or a boolean: it is taken as it is written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scalar(pub String);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

impl JsonSchema for Scalar {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("Scalar")
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "number", "boolean"],
            "description": "Text; a number or a boolean is taken as it is written.",
        })
    }
}
