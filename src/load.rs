//! From marked trees to typed values: the shape is checked as a whole, then serde decodes.

mod decode;
mod raw;
mod scalar;
mod shape;
mod strict;

pub use decode::{DecodeError, decode};
pub use raw::{Raw, check_raw, to_tree};
pub use shape::{Extent, Shape};
pub use strict::decode_strict;
