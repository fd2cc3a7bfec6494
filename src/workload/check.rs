//! What can be wrong with a workload by itself.

use super::Blueprint;
use crate::diagnostic::{At, Check};
use crate::scope::Scope;

/// Reports everything.
pub fn check(_: &Blueprint<'_>, _: &At<'_>, _: &Scope, _: &mut Check<'_>) {}
