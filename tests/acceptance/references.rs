//! 001-A04: every reference of every object resolves, on every platform and example, in every
//! environment. What comes from outside, such as secrets, is what the spec declares.

use super::rendered::Rendered;
use crate::judges::none;
use crate::projects;
use catalog::Catalog;

mod catalog;
mod objects;
mod pods;

/// What a checker found out.
#[derive(Debug, Default)]
struct Findings {
    /// References that lead nowhere.
    broken: Vec<String>,
    /// References that were looked at.
    seen: usize,
}

impl Findings {
    fn expect(&mut self, fine: bool, complaint: impl FnOnce() -> String) {
        self.seen += 1;
        if !fine {
            self.broken.push(complaint());
        }
    }
}

fn check(rendered: &Rendered) -> Findings {
    let catalog = Catalog::new(rendered);
    let mut findings = Findings::default();
    for (key, object) in &rendered.objects {
        let at = format!("{} {}/{}", rendered.environment, key.kind, key.name);
        pods::check(&catalog, object, &at, &mut findings);
        objects::check(&catalog, object, &at, &mut findings);
    }
    findings
}

#[test]
fn a001_a04_every_reference_resolves() {
    let mut broken = Vec::new();
    for environment in projects::environments() {
        let findings = check(&Rendered::new(environment.clone()));
        assert!(findings.seen > 0, "{environment} refers to nothing");
        broken.extend(findings.broken);
    }
    none(&broken);
}

/// Breaks an object of the production of My-SaaS-Chat and expects a complaint.
fn broken(kind: &str, name: &str, pointer: &[&str], complaint: &str) {
    let mut rendered = Rendered::of("my-saas-chat", "prod");
    let key = rendered.objects.keys().find(|key| key.kind == kind && key.name == name).unwrap().clone();
    if let Some((last, way)) = pointer.split_last() {
        let mut place = rendered.objects.get_mut(&key).unwrap();
        for step in way {
            place = match step.parse::<usize>() {
                Ok(index) => &mut place[index],
                Err(_) => &mut place[*step],
            };
        }
        assert!(place.as_mapping_mut().unwrap().remove(*last).is_some(), "{last} is not there");
    } else {
        rendered.objects.remove(&key);
    }
    let found = check(&rendered).broken;
    assert!(found.iter().any(|line| line.contains(complaint)), "{complaint}: {found:#?}");
}

#[test]
fn a_reference_that_leads_nowhere_is_found() {
    broken("ConfigMap", "app-config", &[], "no ConfigMap `app-config`");
    broken("Service", "auth-service", &[], "no Service `auth-service`");
    broken("Service", "postgres-service", &[], "no Service `postgres-service`");
    broken("ServiceAccount", "chat-service", &[], "no ServiceAccount `chat-service`");
    broken("PersistentVolumeClaim", "grafana-data", &[], "no PersistentVolumeClaim `grafana-data`");
    broken("Deployment", "billing-service", &[], "no Deployment `billing-service`");
    broken("ClusterRole", "production-prometheus", &[], "no ClusterRole `production-prometheus`");
    broken("Issuer", "internal-ca", &[], "no Issuer `internal-ca`");
    broken("StatefulSet", "redis", &["spec", "volumeClaimTemplates"], "no volume `redis-data`");
    let container = ["spec", "template", "spec", "containers", "0"];
    let path: Vec<_> = container.iter().copied().chain(["ports"]).collect();
    broken("Deployment", "auth-service", &path, "no port `http`");
}
