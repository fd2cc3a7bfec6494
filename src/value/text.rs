//! Text that is valid by construction: a string together with the format that it has passed.

use super::Invalid;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::marker::PhantomData;
use std::ops::Deref;

/// A format of text in the spec.
pub trait Format {
    /// Its name: `format` in the JSON Schema, and the key of [`super::FORMATS`].
    const NAME: &'static str;
    /// What it is, for the schema.
    const DOC: &'static str;
    /// An example of it, for the schema and messages.
    const EXAMPLE: &'static str;
    /// Whether people write it as a bare number too (`cpu: 1`).
    const NUMERIC: bool = false;
    /// A regular expression for other schemas: every text of the format has it, and few others do.
    const PATTERN: &'static str = "";

    /// Says why the text does not have the format.
    ///
    /// # Errors
    /// The reason and a way out.
    fn check(text: &str) -> Result<(), Invalid>;
}

/// Text that has the format `F`.
pub struct Text<F>(String, PhantomData<F>);

impl<F> Text<F> {
    /// Wraps text that is known to have the format.
    pub fn known(text: impl Into<String>) -> Self {
        Self(text.into(), PhantomData)
    }
}

impl<F> Deref for Text<F> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<F> Clone for Text<F> {
    fn clone(&self) -> Self {
        Self::known(self.0.clone())
    }
}

impl<F> std::fmt::Debug for Text<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl<F> PartialEq for Text<F> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<F> std::fmt::Display for Text<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de, F> Deserialize<'de> for Text<F> {
    // The shape check has refused everything else before.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::known)
    }
}

impl<F: Format> JsonSchema for Text<F> {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed(F::NAME)
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut schema = json_schema!({
            "type": "string",
            "format": F::NAME,
            "description": F::DOC,
            "examples": [F::EXAMPLE],
        });
        if F::NUMERIC {
            schema.insert("type".to_owned(), serde_json::json!(["string", "number"]));
        }
        schema
    }
}
