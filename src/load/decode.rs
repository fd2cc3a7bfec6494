//! A serde deserializer over the arena: every error knows the node that it is about.

use super::{raw::RAW, scalar, scalar::Core, strict::Strict};
use crate::diagnostic::Diagnostic;
use crate::source::{Node, NodeId, Sources};
use access::{Choice, Entries, Items};
use serde::de::{self, DeserializeOwned, Visitor};
use std::fmt;

mod access;

/// Why a tree does not fit a type. After a checked shape this is a bug of the type's schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// The node that does not fit.
    pub node: NodeId,
    /// What is wrong, as serde says it.
    pub message: String,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for DecodeError {}

impl DecodeError {
    /// The finding for it: a form that only the type itself knows.
    #[must_use]
    pub fn diagnostic(self, sources: &Sources) -> Diagnostic {
        Diagnostic::error("invalid-value", self.message).label(sources.mark(None, self.node), "")
    }
}

/// Decodes a tree. Entries whose value is null are left out; plain scalars are numbers and booleans
/// only where the type asks for them, and text as written otherwise.
pub fn decode<T: DeserializeOwned>(sources: &Sources, node: NodeId) -> Result<T, DecodeError> {
    run(sources, node, None)
}

/// Decodes a tree, strictly if there are rules for it.
pub(super) fn run<T: DeserializeOwned>(
    sources: &Sources,
    node: NodeId,
    strict: Option<&Strict<'_>>,
) -> Result<T, DecodeError> {
    let types = if strict.is_some() { Types::Core } else { Types::Asked };
    T::deserialize(Decoder { sources, node, types, strict })
        .map_err(|Unfit { node: at, message }| DecodeError { node: at.unwrap_or(node), message })
}

/// What decides the type of a plain scalar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Types {
    /// The type that is asked for; text if none is.
    Asked,
    /// The scalar itself, as in Kubernetes' YAML.
    Core,
}

/// An error that learns its node on the way up.
#[derive(Debug)]
struct Unfit {
    node: Option<NodeId>,
    message: String,
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Unfit {}

impl de::Error for Unfit {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { node: None, message: message.to_string() }
    }
}

#[derive(Clone, Copy)]
struct Decoder<'s, 'x> {
    sources: &'s Sources,
    node: NodeId,
    types: Types,
    strict: Option<&'x Strict<'s>>,
}

impl<'s> Decoder<'s, '_> {
    fn view(self) -> Node<'s> {
        self.sources.node(self.node)
    }

    fn at(self, node: NodeId) -> Self {
        Self { node, ..self }
    }

    /// Keys are text, whatever they look like.
    fn as_key(self) -> Self {
        Self { types: Types::Asked, strict: None, ..self }
    }

    fn is_absent(self, node: NodeId) -> bool {
        self.sources.is_null(node) || self.strict.is_some_and(|strict| strict.ignores(node))
    }

    fn fail<T>(self, expected: &str) -> Result<T, Unfit> {
        let found = match self.view() {
            Node::Null => "nothing".to_owned(),
            Node::Scalar { text, plain: true } => match (self.types, scalar::core(text)) {
                (Types::Core, Core::Bool(_)) => format!("the boolean `{text}`"),
                (Types::Core, Core::Int(_) | Core::Float(_)) => format!("the number `{text}`"),
                _ => format!("`{text}`"),
            },
            Node::Scalar { text, plain: false } => format!("the text `{text}`"),
            Node::List(_) => "a list".to_owned(),
            Node::Map(_) => "a map".to_owned(),
        };
        Err(Unfit { node: Some(self.node), message: format!("expected {expected}, found {found}") })
    }

    /// Fills in the node of an error that has none yet.
    fn own<T>(self, result: Result<T, Unfit>) -> Result<T, Unfit> {
        result.map_err(|error| Unfit { node: error.node.or(Some(self.node)), ..error })
    }

    fn boolean(self, text: &str) -> Option<bool> {
        match (self.types, scalar::core(text)) {
            (Types::Core, Core::Bool(value)) => Some(value),
            _ => scalar::boolean(text),
        }
    }

    fn plain(self) -> Option<&'s str> {
        if let Node::Scalar { text, plain: true } = self.view() { Some(text) } else { None }
    }

    fn entries(self) -> Option<Vec<(NodeId, NodeId)>> {
        let Node::Map(entries) = self.view() else { return None };
        Some(entries.iter().copied().filter(|(_, value)| !self.is_absent(*value)).collect())
    }

    fn map<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, Unfit> {
        let Some(entries) = self.entries() else { return self.fail("a map") };
        self.own(visitor.visit_map(Entries { decoder: self, left: entries.into_iter(), value: None }))
    }

    fn list<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, Unfit> {
        let Node::List(items) = self.view() else { return self.fail("a list") };
        self.own(visitor.visit_seq(Items { decoder: self, items: items.iter() }))
    }
}

macro_rules! numbers {
    ($($method:ident $visit:ident $type:ty),*) => {$(
        fn $method<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, Unfit> {
            let number = self.plain().and_then(scalar::integer);
            match number.and_then(|number| <$type>::try_from(number).ok()) {
                Some(number) => self.own(visitor.$visit(number)),
                None => self.fail(concat!("a whole number (", stringify!($type), ")")),
            }
        }
    )*};
}

impl<'s> de::Deserializer<'s> for Decoder<'s, '_> {
    type Error = Unfit;

    numbers!(deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16, deserialize_i32 visit_i32 i32,
             deserialize_i64 visit_i64 i64, deserialize_i128 visit_i128 i128,
             deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16, deserialize_u32 visit_u32 u32,
             deserialize_u64 visit_u64 u64, deserialize_u128 visit_u128 u128);

    fn deserialize_any<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.view() {
            Node::Null => self.own(visitor.visit_unit()),
            Node::Scalar { text, plain } => {
                let core = if plain && self.types == Types::Core { scalar::core(text) } else { Core::Text };
                self.own(match core {
                    Core::Bool(value) => visitor.visit_bool(value),
                    Core::Int(value) => visitor.visit_i64(value),
                    Core::Float(value) => visitor.visit_f64(value),
                    Core::Text => visitor.visit_borrowed_str(text),
                })
            }
            Node::List(_) => self.list(visitor),
            Node::Map(_) => self.map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.plain().and_then(|text| self.boolean(text)) {
            Some(value) => self.own(visitor.visit_bool(value)),
            None => self.fail("`true` or `false`"),
        }
    }

    fn deserialize_f32<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.plain().and_then(scalar::number) {
            Some(value) => self.own(visitor.visit_f64(value)),
            None => self.fail("a number"),
        }
    }

    fn deserialize_str<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.view() {
            Node::Scalar { text, plain: true }
                if self.types == Types::Core && scalar::core(text) != Core::Text =>
            {
                self.fail("text")
            }
            Node::Scalar { text, .. } => self.own(visitor.visit_borrowed_str(text)),
            _ => self.fail("text"),
        }
    }

    fn deserialize_string<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.deserialize_str(visitor)
    }

    fn deserialize_char<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.deserialize_str(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.view() {
            Node::Null => self.own(visitor.visit_none()),
            _ => self.own(visitor.visit_some(self)),
        }
    }

    fn deserialize_unit<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.view() {
            Node::Null => self.own(visitor.visit_unit()),
            _ => self.fail("nothing"),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'s>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unfit> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'s>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        let inner = if name == RAW { Self { types: Types::Core, ..self } } else { self };
        self.own(visitor.visit_newtype_struct(inner))
    }

    fn deserialize_seq<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.list(visitor)
    }

    fn deserialize_tuple<V: Visitor<'s>>(self, _: usize, visitor: V) -> Result<V::Value, Unfit> {
        self.list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'s>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        self.list(visitor)
    }

    fn deserialize_map<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.map(visitor)
    }

    fn deserialize_struct<V: Visitor<'s>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        if let (Some(strict), Node::Map(entries)) = (self.strict, self.view()) {
            strict.check_fields(entries, fields);
        }
        self.map(visitor)
    }

    /// Variants are a word, or a map with one key.
    fn deserialize_enum<V: Visitor<'s>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        let choice = match self.view() {
            Node::Scalar { .. } => Choice { decoder: self, name: self.node, content: None },
            _ => match self.entries().as_deref() {
                Some([(name, content)]) => Choice { decoder: self, name: *name, content: Some(*content) },
                _ => return self.fail("one of several choices"),
            },
        };
        self.own(visitor.visit_enum(choice))
    }

    fn deserialize_ignored_any<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.own(visitor.visit_unit())
    }
}
