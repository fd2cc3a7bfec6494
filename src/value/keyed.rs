//! Collections of the spec: maps keyed by name, in the author's order.

use super::text::Format;
use indexmap::IndexMap;
use indexmap::map::Slice;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::marker::PhantomData;

/// A map whose keys have the format `K`. A component has dozens, most of them empty: those are one word.
pub struct Keyed<K, T>(Option<Box<IndexMap<String, T>>>, PhantomData<K>);

impl<K, T> Keyed<K, T> {
    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&T> {
        self.0.as_ref()?.get(key)
    }

    /// Whether there is such a key.
    pub fn contains(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Sets `key`.
    pub fn insert(&mut self, key: impl Into<String>, value: T) {
        self.0.get_or_insert_default().insert(key.into(), value);
    }

    /// The entries in the author's order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &T)> + ExactSizeIterator {
        let entries = self.0.as_ref().map_or(Slice::new(), |map| map.as_slice());
        entries.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// The keys in the author's order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|(key, _)| key)
    }

    /// The first entry.
    pub fn first(&self) -> Option<(&str, &T)> {
        self.iter().next()
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.iter().len()
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }
}

impl<K, T> Default for Keyed<K, T> {
    fn default() -> Self {
        Self(None, PhantomData)
    }
}

/// No entries are no map.
impl<K, T> From<IndexMap<String, T>> for Keyed<K, T> {
    fn from(map: IndexMap<String, T>) -> Self {
        Self((!map.is_empty()).then(|| Box::new(map)), PhantomData)
    }
}

impl<K, T: Clone> Clone for Keyed<K, T> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<K, T: std::fmt::Debug> std::fmt::Debug for Keyed<K, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<K, T: PartialEq> PartialEq for Keyed<K, T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<K, T> FromIterator<(String, T)> for Keyed<K, T> {
    fn from_iter<I: IntoIterator<Item = (String, T)>>(entries: I) -> Self {
        Self::from(entries.into_iter().collect::<IndexMap<_, _>>())
    }
}

impl<'de, K, T: Deserialize<'de>> Deserialize<'de> for Keyed<K, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IndexMap::deserialize(deserializer).map(Self::from)
    }
}

impl<K: Format, T: JsonSchema> JsonSchema for Keyed<K, T> {
    fn schema_name() -> Cow<'static, str> {
        Cow::Owned(format!("{}-by-{}", T::schema_name(), K::NAME))
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "additionalProperties": generator.subschema_for::<T>(),
            "propertyNames": { "type": "string", "format": K::NAME },
        })
    }
}
