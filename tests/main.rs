//! All integration tests in one binary. The first block is what tests are written with, the
//! second one the tests; `architecture` sees to it that no file is forgotten here.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod judges;
mod kgen;
mod objects;
mod projects;

mod acceptance;
mod accepted;
mod agreement;
mod alerts;
mod architecture;
mod bytes;
mod catalogue;
mod cli;
mod cluster;
mod coverage;
mod definitions;
mod diagnostics;
mod figures;
mod golden;
mod images;
mod kit;
mod knobs;
mod mesh;
mod nasty;
mod reference;
mod robust;
mod scored;
mod through_gateway;
