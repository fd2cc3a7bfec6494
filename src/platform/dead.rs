//! Overrides that change nothing.
