//! Stub: helm.
