//! Stub: write.
