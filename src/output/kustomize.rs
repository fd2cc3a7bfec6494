//! Stub: kustomize.
