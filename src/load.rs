//! From marked trees to typed values: first the shape is checked against the schema, then serde decodes.

mod decode;
mod shape;
mod strict;

pub use decode::{DecodeError, Resolved, decode, resolve};
pub use shape::{Lacks, Shape, ours};
pub use strict::{Misfit, Reading, decode_strict};
