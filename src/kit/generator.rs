//! The load generator inside the cluster: a Job that runs k6 in the namespace, and leave to reach its target.

use super::Made;
use super::inventory::Content;
use super::load::{K6, Target};
use crate::k8s::Object;
use crate::tree::yaml;
use k8s_openapi::api::{batch::v1 as batch, core::v1 as core, networking::v1 as networking};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use std::collections::BTreeMap;

/// Name of the Job, and label `app` of its pod.
pub(super) const NAME: &str = "load-test";
/// The user of the image.
const USER: i64 = 12345;

/// The Job, and leave to reach the target where the namespace has policies.
pub(super) fn files(header: &str, main: &Content, target: &Target<'_>) -> Vec<Made> {
    let mut files = vec![made("in-cluster", header, &[Object::new(NAME, &job(target))])];
    if guarded(main) {
        let policies = policies(target).map(|policy| Object::new(NAME, &policy));
        files.push(made("policies", header, &policies));
    }
    files
}

/// Whether policies of the network rule in the namespace.
pub(super) fn guarded(main: &Content) -> bool {
    main.kind("NetworkPolicy").any(|entry| entry.id.api_version == "networking.k8s.io/v1")
}

/// Objects as one stream of YAML.
fn made(name: &str, header: &str, objects: &[Object]) -> Made {
    let mut text = header.to_owned();
    for (n, object) in objects.iter().enumerate() {
        if n > 0 {
            text += "---\n";
        }
        yaml::write(&object.tree, &mut text);
    }
    Made::text(&format!("load/{name}.yaml"), text)
}

fn labels(app: &str) -> BTreeMap<String, String> {
    [("app".to_owned(), app.to_owned())].into()
}

fn meta(name: &str) -> ObjectMeta {
    ObjectMeta { name: Some(name.to_owned()), labels: Some(labels(NAME)), ..ObjectMeta::default() }
}

fn job(target: &Target<'_>) -> batch::Job {
    let amounts = |cpu: &str, memory: &str| {
        Some(
            [("cpu", cpu), ("memory", memory)]
                .map(|(key, value)| (key.to_owned(), Quantity(value.to_owned())))
                .into(),
        )
    };
    let env = |name: &str, value: &str| core::EnvVar {
        name: name.to_owned(),
        value: Some(value.to_owned()),
        ..core::EnvVar::default()
    };
    let mount = |name: &str, path: &str, read_only: Option<bool>| core::VolumeMount {
        name: name.to_owned(),
        mount_path: path.to_owned(),
        read_only,
        ..core::VolumeMount::default()
    };
    let container = core::Container {
        name: "k6".to_owned(),
        image: Some(K6.to_owned()),
        args: Some(vec!["run".to_owned(), "/load/$(TEST).js".to_owned()]),
        env: Some(vec![env("TEST", "smoke"), env("BASE_URL", &target.url), env("HOME", "/tmp")]),
        resources: Some(core::ResourceRequirements {
            requests: amounts("1", "1Gi"),
            limits: amounts("4", "4Gi"),
            claims: None,
        }),
        security_context: Some(core::SecurityContext {
            allow_privilege_escalation: Some(false),
            read_only_root_filesystem: Some(true),
            capabilities: Some(core::Capabilities { drop: Some(vec!["ALL".to_owned()]), add: None }),
            ..core::SecurityContext::default()
        }),
        volume_mounts: Some(vec![mount("load", "/load", Some(true)), mount("tmp", "/tmp", None)]),
        ..core::Container::default()
    };
    let volumes = vec![
        core::Volume {
            name: "load".to_owned(),
            config_map: Some(core::ConfigMapVolumeSource {
                name: "load-tests".to_owned(),
                ..core::ConfigMapVolumeSource::default()
            }),
            ..core::Volume::default()
        },
        core::Volume {
            name: "tmp".to_owned(),
            empty_dir: Some(core::EmptyDirVolumeSource::default()),
            ..core::Volume::default()
        },
    ];
    let pod = core::PodSpec {
        automount_service_account_token: Some(false),
        restart_policy: Some("Never".to_owned()),
        security_context: Some(core::PodSecurityContext {
            run_as_non_root: Some(true),
            run_as_user: Some(USER),
            run_as_group: Some(USER),
            seccomp_profile: Some(core::SeccompProfile {
                type_: "RuntimeDefault".to_owned(),
                localhost_profile: None,
            }),
            ..core::PodSecurityContext::default()
        }),
        containers: vec![container],
        volumes: Some(volumes),
        ..core::PodSpec::default()
    };
    batch::Job {
        metadata: meta(NAME),
        spec: Some(batch::JobSpec {
            // A test that failed is not repeated: its figures are the result.
            backoff_limit: Some(0),
            ttl_seconds_after_finished: Some(3600),
            template: core::PodTemplateSpec {
                metadata: Some(ObjectMeta { labels: Some(labels(NAME)), ..ObjectMeta::default() }),
                spec: Some(pod),
            },
            ..batch::JobSpec::default()
        }),
        status: None,
    }
}

/// Leave to go out to the target and to DNS, and to come in at the target.
fn policies(target: &Target<'_>) -> [networking::NetworkPolicy; 2] {
    let selector = |app: &str| LabelSelector { match_labels: Some(labels(app)), ..LabelSelector::default() };
    let app = target.service.tree.at(&["spec", "selector", "app"]).and_then(|app| app.as_str());
    let app = app.unwrap_or(&target.service.folder);
    let peer = |app: &str| networking::NetworkPolicyPeer {
        pod_selector: Some(selector(app)),
        ..networking::NetworkPolicyPeer::default()
    };
    let port = |protocol: &str| networking::NetworkPolicyPort {
        port: Some(IntOrString::Int(53)),
        protocol: Some(protocol.to_owned()),
        end_port: None,
    };
    let egress = vec![
        networking::NetworkPolicyEgressRule { to: Some(vec![peer(app)]), ports: None },
        networking::NetworkPolicyEgressRule { to: None, ports: Some(vec![port("UDP"), port("TCP")]) },
    ];
    let ingress = vec![networking::NetworkPolicyIngressRule { from: Some(vec![peer(NAME)]), ports: None }];
    let policy = |name: &str, of: &str, kind: &str| networking::NetworkPolicy {
        metadata: meta(name),
        spec: Some(networking::NetworkPolicySpec {
            pod_selector: Some(selector(of)),
            policy_types: Some(vec![kind.to_owned()]),
            ..networking::NetworkPolicySpec::default()
        }),
    };
    let mut out = policy(NAME, NAME, "Egress");
    let mut into = policy(&format!("{NAME}-to-{app}"), app, "Ingress");
    out.spec.iter_mut().for_each(|spec| spec.egress = Some(egress.clone()));
    into.spec.iter_mut().for_each(|spec| spec.ingress = Some(ingress.clone()));
    [out, into]
}
