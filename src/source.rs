//! The text of a spec as one arena of marked nodes: every node knows where it was written.

/// A range of bytes in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Index of the file in [`Sources`].
    pub file: u32,
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
}
/// stub
pub type NodeId = u32;
/// stub
#[derive(Debug)]
pub struct Sources;
