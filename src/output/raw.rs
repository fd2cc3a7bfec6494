//! Stub: raw.
