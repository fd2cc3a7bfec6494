//! Jobs of a component: work that is done once for everything that it is to reach.
//!
//! A Job cannot change, so its name ends with a digest of what it does: `kubectl apply`, Kustomize and Helm make a new
//! Job for every change, leave it alone otherwise, and the old one deletes itself.

use super::Readymade;
use crate::k8s::Object;
use crate::scope::{Scope, digest};
use crate::tree::{Tree, yaml};
use crate::value::Text;
use crate::workload::Kind;

impl Readymade {
    /// Makes it a Job that runs under this service account of the component.
    pub fn once(&mut self, account: &str) {
        self.workload.kind = Kind::Job;
        self.workload.job.backoff_limit = Some(10);
        self.pod.service_account = Some(Text::known(account));
    }

    /// Its objects as a Job of the component; `name` is the label `app` of its pods, which its name starts with.
    pub fn job_of(&self, component: &str, name: &str, scope: &Scope) -> Vec<Object> {
        let mut objects = self.objects_of(component, name, scope);
        objects.iter_mut().for_each(rename);
        objects
    }
}

/// Puts the digest of what a Job does behind its name. The digests of its configs are annotations of its pods.
fn rename(object: &mut Object) {
    let mut text = String::new();
    if let Some(spec) = object.tree.get("spec") {
        yaml::write(spec, &mut text);
    }
    let digest = &digest(&[("job".to_owned(), text)].into())[..8];
    let metadata = object.tree.get_mut("metadata");
    if let Some(Tree::Str(name)) = metadata.and_then(|metadata| metadata.get_mut("name")) {
        *name = format!("{name}-{digest}");
    }
}
