//! Platforms that differ at random.
