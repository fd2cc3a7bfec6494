//! Tests of the program as a whole; each file is about one thing.

mod cli;
