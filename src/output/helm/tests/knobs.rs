//! Knobs: what a value changes, and what the schema refuses.
