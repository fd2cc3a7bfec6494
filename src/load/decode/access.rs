//! What serde asks for step by step: entries, items and variants.

use super::{Decoder, Unfit};
use crate::source::{Node, NodeId};
use serde::de::{self, DeserializeSeed, Visitor};

pub(super) struct Entries<'s, 'x> {
    pub(super) decoder: Decoder<'s, 'x>,
    pub(super) left: std::vec::IntoIter<(NodeId, NodeId)>,
    pub(super) value: Option<NodeId>,
}

impl<'s> de::MapAccess<'s> for Entries<'s, '_> {
    type Error = Unfit;

    fn next_key_seed<K: DeserializeSeed<'s>>(&mut self, seed: K) -> Result<Option<K::Value>, Unfit> {
        let Some((key, value)) = self.left.next() else { return Ok(None) };
        self.value = Some(value);
        let decoder = self.decoder.at(key);
        decoder.own(seed.deserialize(decoder.as_key())).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'s>>(&mut self, seed: V) -> Result<V::Value, Unfit> {
        let value = self.value.take().expect("internal error: serde asks for the key first");
        let decoder = self.decoder.at(value);
        decoder.own(seed.deserialize(decoder))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left.len())
    }
}

pub(super) struct Items<'s, 'x> {
    pub(super) decoder: Decoder<'s, 'x>,
    pub(super) items: std::slice::Iter<'s, NodeId>,
}

impl<'s> de::SeqAccess<'s> for Items<'s, '_> {
    type Error = Unfit;

    fn next_element_seed<T: DeserializeSeed<'s>>(&mut self, seed: T) -> Result<Option<T::Value>, Unfit> {
        // Only a tree that is known to have errors holds items that are skipped.
        let skipped = |item: &NodeId| self.decoder.strict.is_some_and(|strict| strict.ignores(*item));
        let Some(item) = self.items.find(|item| !skipped(item)) else { return Ok(None) };
        let decoder = self.decoder.at(*item);
        decoder.own(seed.deserialize(decoder)).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

/// A variant: its name, and what stands under it.
pub(super) struct Choice<'s, 'x> {
    pub(super) decoder: Decoder<'s, 'x>,
    pub(super) name: NodeId,
    pub(super) content: Option<NodeId>,
}

impl<'s, 'x> de::EnumAccess<'s> for Choice<'s, 'x> {
    type Error = Unfit;
    type Variant = Content<'s, 'x>;

    fn variant_seed<V: DeserializeSeed<'s>>(self, seed: V) -> Result<(V::Value, Self::Variant), Unfit> {
        let decoder = self.decoder.at(self.name);
        let name = decoder.own(seed.deserialize(decoder.as_key()))?;
        Ok((name, Content { decoder: self.decoder, content: self.content }))
    }
}

pub(super) struct Content<'s, 'x> {
    pub(super) decoder: Decoder<'s, 'x>,
    pub(super) content: Option<NodeId>,
}

impl<'s, 'x> Content<'s, 'x> {
    fn value(self) -> Result<Decoder<'s, 'x>, Unfit> {
        match self.content {
            Some(content) => Ok(self.decoder.at(content)),
            None => self.decoder.fail("a map with the choice as its key"),
        }
    }
}

impl<'s> de::VariantAccess<'s> for Content<'s, '_> {
    type Error = Unfit;

    fn unit_variant(self) -> Result<(), Unfit> {
        match self.content {
            // `{ variant: {} }` says no less than `variant`.
            Some(content) if !matches!(self.decoder.sources.node(content), Node::Map([])) => {
                self.decoder.at(content).fail("nothing below this choice")
            }
            _ => Ok(()),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'s>>(self, seed: T) -> Result<T::Value, Unfit> {
        let decoder = self.value()?;
        decoder.own(seed.deserialize(decoder))
    }

    fn tuple_variant<V: Visitor<'s>>(self, _: usize, visitor: V) -> Result<V::Value, Unfit> {
        self.value()?.list(visitor)
    }

    fn struct_variant<V: Visitor<'s>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        de::Deserializer::deserialize_struct(self.value()?, "", fields, visitor)
    }
}
