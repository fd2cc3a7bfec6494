//! The acceptance items of the reference platforms, each a test that is named after it. They look at
//! the committed raw output; `agreement` proves that Kustomize and Helm say the same.

mod capacity;
mod cloudretail;
mod evolution_todo;
mod ez_platform;
mod kit;
mod my_saas_chat;
mod reachability;
mod references;
mod rendered;
mod tartware;
mod ticked;
