//! stub
use crate::source::*;
/// stub
#[derive(Debug)]
pub struct DecodeError {
    /// stub
    pub node: NodeId,
    /// stub
    pub message: String,
}
/// stub
pub fn decode<T: serde::de::DeserializeOwned>(_: &Sources, _: NodeId) -> Result<T, DecodeError> {
    Err(DecodeError { node: 0, message: String::new() })
}
