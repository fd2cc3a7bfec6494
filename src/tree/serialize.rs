//! From typed structs to trees: a `serde` serializer that drops nulls and borrows field names.

use super::{Key, Map, Tree};
use serde::ser::{self, Serialize};

/// Returns the tree of a typed value. Absent options and nulls inside maps are left out.
///
/// The order of a struct's fields is the order of `k8s::order`, applied by the caller through
/// `arrange`, which is given the struct's name and its map.
pub fn to_tree<T: Serialize + ?Sized>(value: &T, arrange: Arrange) -> Tree {
    value
        .serialize(Serializer { arrange })
        .expect("internal error: a typed struct has string keys and finite numbers")
        .unwrap_or(Tree::Map(Map::new()))
}

/// Puts the fields of the struct of this name into people's order.
pub type Arrange = fn(&'static str, &mut Map);

#[derive(Clone, Copy)]
struct Serializer {
    arrange: Arrange,
}

/// A value that has no place in Kubernetes' data model.
#[derive(Debug)]
pub struct Unfit(String);

impl std::fmt::Display for Unfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unfit {}

impl ser::Error for Unfit {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

type Maybe = Result<Option<Tree>, Unfit>;

fn unfit<T>(what: &str) -> Result<T, Unfit> {
    Err(Unfit(format!("{what} has no place in a tree")))
}

macro_rules! integers {
    ($($method:ident: $type:ty),*) => {$(
        fn $method(self, value: $type) -> Maybe {
            Ok(Some(Tree::Int(i64::from(value))))
        }
    )*};
}

impl ser::Serializer for Serializer {
    type Ok = Option<Tree>;
    type Error = Unfit;
    type SerializeSeq = Items;
    type SerializeTuple = Items;
    type SerializeTupleStruct = Items;
    type SerializeTupleVariant = ser::Impossible<Option<Tree>, Unfit>;
    type SerializeMap = Entries;
    type SerializeStruct = Fields;
    type SerializeStructVariant = ser::Impossible<Option<Tree>, Unfit>;

    integers!(serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
              serialize_u8: u8, serialize_u16: u16, serialize_u32: u32);

    fn serialize_bool(self, value: bool) -> Maybe {
        Ok(Some(Tree::Bool(value)))
    }

    fn serialize_u64(self, value: u64) -> Maybe {
        i64::try_from(value).map_or_else(|_| unfit("a number over 2^63"), |v| Ok(Some(Tree::Int(v))))
    }

    fn serialize_f32(self, value: f32) -> Maybe {
        self.serialize_f64(f64::from(value))
    }

    fn serialize_f64(self, value: f64) -> Maybe {
        if value.is_finite() { Ok(Some(Tree::Float(value))) } else { unfit("a number that is not finite") }
    }

    fn serialize_char(self, value: char) -> Maybe {
        Ok(Some(Tree::Str(value.to_string())))
    }

    fn serialize_str(self, value: &str) -> Maybe {
        Ok(Some(Tree::Str(value.to_owned())))
    }

    fn serialize_bytes(self, _: &[u8]) -> Maybe {
        unfit("a byte string")
    }

    fn serialize_none(self) -> Maybe {
        Ok(None)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Maybe {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Maybe {
        Ok(None)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Maybe {
        Ok(None)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Maybe {
        Ok(Some(Tree::Str(variant.to_owned())))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Maybe {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Maybe {
        let mut map = Map::new();
        if let Some(value) = value.serialize(self)? {
            map.push(variant, value);
        }
        Ok(Some(Tree::Map(map)))
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Items, Unfit> {
        Ok(Items { to: self, items: Vec::with_capacity(len.unwrap_or(0)) })
    }

    fn serialize_tuple(self, len: usize) -> Result<Items, Unfit> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Result<Items, Unfit> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Unfit> {
        unfit("a tuple variant")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Entries, Unfit> {
        Ok(Entries { to: self, key: None, map: Map::new() })
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Fields, Unfit> {
        Ok(Fields { to: self, name, map: Map::new() })
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Unfit> {
        unfit("a struct variant")
    }
}

struct Items {
    to: Serializer,
    items: Vec<Tree>,
}

impl ser::SerializeSeq for Items {
    type Ok = Option<Tree>;
    type Error = Unfit;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        self.items.extend(value.serialize(self.to)?);
        Ok(())
    }

    fn end(self) -> Maybe {
        Ok(Some(Tree::List(self.items)))
    }
}

impl ser::SerializeTuple for Items {
    type Ok = Option<Tree>;
    type Error = Unfit;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        ser::SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Maybe {
        ser::SerializeSeq::end(self)
    }
}

impl ser::SerializeTupleStruct for Items {
    type Ok = Option<Tree>;
    type Error = Unfit;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        ser::SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Maybe {
        ser::SerializeSeq::end(self)
    }
}

struct Entries {
    to: Serializer,
    key: Option<String>,
    map: Map,
}

impl ser::SerializeMap for Entries {
    type Ok = Option<Tree>;
    type Error = Unfit;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unfit> {
        match key.serialize(self.to)? {
            Some(Tree::Str(key)) => self.key = Some(key),
            _ => return unfit("a key that is not text"),
        }
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unfit> {
        let key = self.key.take().expect("internal error: serde gives the key first");
        if let Some(value) = value.serialize(self.to)? {
            self.map.push(Key::Owned(key), value);
        }
        Ok(())
    }

    fn end(self) -> Maybe {
        Ok(Some(Tree::Map(self.map)))
    }
}

struct Fields {
    to: Serializer,
    name: &'static str,
    map: Map,
}

impl ser::SerializeStruct for Fields {
    type Ok = Option<Tree>;
    type Error = Unfit;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Unfit> {
        if let Some(value) = value.serialize(self.to)? {
            self.map.push(Key::Borrowed(key), value);
        }
        Ok(())
    }

    fn end(mut self) -> Maybe {
        (self.to.arrange)(self.name, &mut self.map);
        Ok(Some(Tree::Map(self.map)))
    }
}
