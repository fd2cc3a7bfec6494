//! Decoding into Kubernetes' own types, where an unknown field or a wrong type must be found.

use super::decode::{DecodeError, Resolved, resolve};
use crate::diagnostic::suggest;
use crate::source::{Node, NodeId, Sources};
use serde::de::value::SeqDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, Visitor};
use std::cell::RefCell;

/// Something that Kubernetes' type does not have.
#[derive(Clone, Debug)]
pub struct Misfit {
    /// The key or the value.
    pub node: NodeId,
    /// What is wrong.
    pub message: String,
    /// The way out.
    pub help: Option<String>,
}

/// What a node is when it is read as one of Kubernetes' types.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Everything that does not fit.
    pub misfits: Vec<Misfit>,
    /// Every field that does: the name of the type that has it, and its key.
    pub fields: Vec<(&'static str, NodeId)>,
}

/// Reads a node as a type, without an end at the first misfit; parts of an object are enough.
pub fn decode_strict<T: DeserializeOwned>(sources: &Sources, node: NodeId) -> Reading {
    let reading = RefCell::new(Reading::default());
    let reader = Strict { sources, node, reading: &reading };
    if let Err(error) = T::deserialize(reader) {
        let place = error.node.unwrap_or(node);
        let misfit = Misfit { node: place, message: error.message, help: None };
        reading.borrow_mut().misfits.push(misfit);
    }
    reading.into_inner()
}

#[derive(Clone, Copy)]
struct Strict<'a> {
    sources: &'a Sources,
    node: NodeId,
    reading: &'a RefCell<Reading>,
}

impl Strict<'_> {
    fn fail<T>(self, message: String) -> Result<T, DecodeError> {
        Err(DecodeError { node: Some(self.node), message })
    }

    fn located<T>(self, result: Result<T, DecodeError>) -> Result<T, DecodeError> {
        result.map_err(|error| DecodeError { node: error.node.or(Some(self.node)), ..error })
    }
}

macro_rules! integers {
    ($($method:ident),*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
            match self.sources.node(self.node) {
                Node::Scalar { text, plain: true } if matches!(resolve(text), Resolved::Int(_)) => self.deserialize_any(visitor),
                Node::Scalar { text, .. } => self.fail(format!("Kubernetes wants a whole number here, not the text `{text}`")),
                _ => self.fail("Kubernetes wants a whole number here".to_owned()),
            }
        }
    )*};
}

impl<'de> de::Deserializer<'de> for Strict<'_> {
    type Error = DecodeError;

    integers!(
        deserialize_i8,
        deserialize_i16,
        deserialize_i32,
        deserialize_i64,
        deserialize_u8,
        deserialize_u16,
        deserialize_u32,
        deserialize_u64
    );

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        let result = match self.sources.node(self.node) {
            Node::Null => visitor.visit_unit(),
            Node::Scalar { text, plain: true } => match resolve(text) {
                Resolved::Bool(flag) => visitor.visit_bool(flag),
                Resolved::Int(number) => visitor.visit_i64(number),
                Resolved::Float(number) => visitor.visit_f64(number),
                Resolved::Text(text) => visitor.visit_str(text),
            },
            Node::Scalar { text, .. } => visitor.visit_str(text),
            Node::List(items) => visitor
                .visit_seq(SeqDeserializer::new(items.iter().map(|item| Strict { node: *item, ..self }))),
            Node::Map(children) => {
                visitor.visit_map(Fields { of: self, children, at: 0, fields: None, name: "" })
            }
        };
        self.located(result)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.sources.node(self.node) {
            Node::Scalar { text, plain } => match resolve(text) {
                Resolved::Text(_) => visitor.visit_str(text),
                _ if !plain => visitor.visit_str(text),
                _ => self.fail(format!(
                    "Kubernetes wants text here, and `{text}` is read as something else: write \"{text}\""
                )),
            },
            _ => self.fail("Kubernetes wants text here".to_owned()),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.sources.node(self.node) {
            Node::Scalar { text, plain: true } if matches!(resolve(text), Resolved::Bool(_)) => {
                self.deserialize_any(visitor)
            }
            Node::Scalar { text, .. } => {
                self.fail(format!("Kubernetes wants true or false here, not `{text}`"))
            }
            _ => self.fail("Kubernetes wants true or false here".to_owned()),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        if self.sources.is_null(self.node) { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        match self.sources.node(self.node) {
            Node::Map(children) => {
                let result =
                    visitor.visit_map(Fields { of: self, children, at: 0, fields: Some(fields), name });
                self.located(result)
            }
            _ => self.fail(format!("Kubernetes wants a map here (a {name})")),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.sources.node(self.node) {
            Node::List(_) => self.deserialize_any(visitor),
            _ => self.fail("Kubernetes wants a list here".to_owned()),
        }
    }

    serde::forward_to_deserialize_any! {
        f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct map enum identifier ignored_any
    }
}

impl de::IntoDeserializer<'_, DecodeError> for Strict<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

struct Fields<'a> {
    of: Strict<'a>,
    children: &'a [NodeId],
    at: usize,
    fields: Option<&'static [&'static str]>,
    name: &'static str,
}

impl<'de> de::MapAccess<'de> for Fields<'_> {
    type Error = DecodeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, DecodeError> {
        while let (Some(key), Some(value)) =
            (self.children.get(self.at).copied(), self.children.get(self.at + 1))
        {
            let text = self.of.sources.text(key).unwrap_or_default();
            let unknown = self.fields.filter(|fields| !fields.contains(&text) && !text.starts_with('$'));
            if let Some(fields) = unknown {
                let help = suggest(text, fields.iter().copied()).map_or_else(
                    || format!("fields of {}: {}", self.name, fields.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                );
                self.of.reading.borrow_mut().misfits.push(Misfit {
                    node: key,
                    message: format!("Kubernetes' {} has no field `{text}`", self.name),
                    help: Some(help),
                });
            } else if !self.of.sources.is_null(*value) {
                if self.fields.is_some() {
                    self.of.reading.borrow_mut().fields.push((self.name, key));
                }
                return seed.deserialize(de::value::StrDeserializer::<DecodeError>::new(text)).map(Some);
            }
            self.at += 2;
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, DecodeError> {
        let node = self.children[self.at + 1];
        self.at += 2;
        seed.deserialize(Strict { node, ..self.of })
    }
}
