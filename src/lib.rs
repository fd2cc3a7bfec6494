//! kgen: one typed platform spec to raw Kubernetes YAML, Kustomize and Helm that agree.
//!
//! The modules stand in the order of the program, from the text of a spec to files on disk.
//! Each may use those above it; `tests/architecture.rs` holds that line. See ARCHITECTURE.md.

pub mod fill;
pub mod tree;

pub mod diagnostic;
pub mod source;

pub mod value;

pub mod load;

pub mod header;
pub mod k8s;

pub mod needs;
pub mod pod;
pub mod scope;
pub mod workload;

pub mod component;
pub mod spec;

pub mod platform;

pub mod output;

pub mod kit;

pub mod render;

pub mod write;

pub mod cli;
