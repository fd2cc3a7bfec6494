//! Stub: load.
