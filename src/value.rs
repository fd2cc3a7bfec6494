//! Stub: value.
