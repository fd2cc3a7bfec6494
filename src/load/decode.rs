//! A serde deserializer over the arena: nulls are absent, plain scalars are text until a type asks.

use crate::source::{Node, NodeId, Sources};
use crate::value::raw::RAW;
use serde::de::value::SeqDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, Visitor};

/// A value that does not fit its type.
#[derive(Clone, Debug)]
pub struct DecodeError {
    /// The node, where it is known.
    pub node: Option<NodeId>,
    /// The reason.
    pub message: String,
}

impl std::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for DecodeError {}

impl de::Error for DecodeError {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self { node: None, message: message.to_string() }
    }
}

/// Decodes a node. It cannot fail if the shape check has passed.
///
/// # Errors
/// The first value that does not fit.
pub fn decode<T: DeserializeOwned>(sources: &Sources, node: NodeId) -> Result<T, DecodeError> {
    T::deserialize(Reader { sources, node, raw: false })
}

/// A plain scalar as Kubernetes' readers resolve it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Resolved<'a> {
    /// `true` or `false`.
    Bool(bool),
    /// A decimal whole number.
    Int(i64),
    /// A decimal number.
    Float(f64),
    /// Everything else.
    Text(&'a str),
}

/// Resolves a plain scalar. What YAML 1.1 and 1.2 read differently (`012`, `yes`, `1_000`) stays text.
pub fn resolve(text: &str) -> Resolved<'_> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let octal = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
    match text {
        "true" | "True" | "TRUE" => Resolved::Bool(true),
        "false" | "False" | "FALSE" => Resolved::Bool(false),
        _ if digits.is_empty() || octal || !digits.starts_with(|c: char| c.is_ascii_digit()) => {
            Resolved::Text(text)
        }
        _ => match text.parse() {
            Ok(number) => Resolved::Int(number),
            Err(_) => match text.parse::<f64>() {
                Ok(number)
                    if number.is_finite()
                        && digits.chars().all(|c| c.is_ascii_digit() || ".eE+-".contains(c)) =>
                {
                    Resolved::Float(number)
                }
                _ => Resolved::Text(text),
            },
        },
    }
}

#[derive(Clone, Copy)]
struct Reader<'a> {
    sources: &'a Sources,
    node: NodeId,
    raw: bool,
}

impl<'a> Reader<'a> {
    fn fail<T>(self, message: impl Into<String>) -> Result<T, DecodeError> {
        Err(DecodeError { node: Some(self.node), message: message.into() })
    }

    fn text(self, wanted: &str) -> Result<&'a str, DecodeError> {
        match self.sources.node(self.node) {
            Node::Scalar { text, .. } => Ok(text),
            _ => self.fail(format!("expected {wanted}")),
        }
    }

    fn number<T: std::str::FromStr>(self) -> Result<T, DecodeError> {
        let text = self.text("a number")?;
        if self.sources.is_refused(self.node) {
            return self.fail(format!("{text} is out of range"));
        }
        text.parse().or_else(|_| self.fail(format!("`{text}` is not a number here")))
    }
}

macro_rules! numbers {
    ($($method:ident => $visit:ident),*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
            visitor.$visit(self.number()?)
        }
    )*};
}

impl<'de> de::Deserializer<'de> for Reader<'_> {
    type Error = DecodeError;

    numbers!(deserialize_i8 => visit_i8, deserialize_i16 => visit_i16, deserialize_i32 => visit_i32,
             deserialize_i64 => visit_i64, deserialize_u8 => visit_u8, deserialize_u16 => visit_u16,
             deserialize_u32 => visit_u32, deserialize_u64 => visit_u64, deserialize_f32 => visit_f32,
             deserialize_f64 => visit_f64);

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.sources.node(self.node) {
            Node::Null => visitor.visit_unit(),
            Node::Scalar { text, plain: true } if self.raw => match resolve(text) {
                Resolved::Bool(flag) => visitor.visit_bool(flag),
                Resolved::Int(number) => visitor.visit_i64(number),
                Resolved::Float(number) => visitor.visit_f64(number),
                Resolved::Text(text) => visitor.visit_str(text),
            },
            Node::Scalar { text, .. } => visitor.visit_str(text),
            Node::List(items) => visitor
                .visit_seq(SeqDeserializer::new(items.iter().map(|item| Reader { node: *item, ..self }))),
            Node::Map(children) => visitor.visit_map(Entries { reader: self, children, at: 0 }),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.text("true or false")? {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            other => self.fail(format!("`{other}` is not true or false")),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_str(self.text("text")?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        if self.sources.is_null(self.node) { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_newtype_struct(Self { raw: self.raw || name == RAW, ..self })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_enum(self.text("one of several words")?.into_deserializer())
    }

    serde::forward_to_deserialize_any! {
        bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

impl de::IntoDeserializer<'_, DecodeError> for Reader<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

struct Entries<'a> {
    reader: Reader<'a>,
    children: &'a [NodeId],
    at: usize,
}

impl<'de> de::MapAccess<'de> for Entries<'_> {
    type Error = DecodeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, DecodeError> {
        // A null value says the same as no entry; raw content keeps it, because a patch removes with it.
        while let Some(value) = self.children.get(self.at + 1) {
            if self.reader.raw || !self.reader.sources.is_null(*value) {
                let node = self.children[self.at];
                return seed.deserialize(Reader { node, raw: false, ..self.reader }).map(Some);
            }
            self.at += 2;
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, DecodeError> {
        let node = self.children[self.at + 1];
        self.at += 2;
        seed.deserialize(Reader { node, ..self.reader })
    }
}
