//! Tests of the program as a whole; each file is about one thing.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod cli;
