//! Servers of data, known by their images, that keep nothing.

use super::Subject;
use crate::diagnostic::Check;

/// Names of images, and the section that runs the same with everything around it.
const SERVERS: &[(&str, Option<&str>)] = &[
    ("cassandra", None),
    ("couchdb", None),
    ("elasticsearch", Some("elasticsearch")),
    ("influxdb", None),
    ("mariadb", None),
    ("minio", None),
    ("mongo", Some("mongodb")),
    ("mongodb", Some("mongodb")),
    ("mysql", None),
    ("neo4j", None),
    ("opensearch", None),
    ("postgis", Some("postgres")),
    ("postgres", Some("postgres")),
    ("postgresql", Some("postgres")),
    ("rabbitmq", None),
    ("timescaledb", Some("postgres")),
];

/// Reports one without a place for its data. An `emptyDir` is one: who writes it knows that it goes with the pod.
pub(super) fn check(subject: &Subject<'_>, check: &mut Check<'_>) {
    let blueprint = subject.blueprint;
    let image = blueprint.container.image.as_deref().unwrap_or_default();
    let own = image.rsplit('/').next().and_then(|last| last.split([':', '@']).next());
    let Some((server, section)) = SERVERS.iter().find(|(server, _)| Some(*server) == own) else { return };
    let read = ["config", "secret", "projected", "downward"];
    let mut volumes = blueprint.pod.volumes.iter().flat_map(|(_, volume)| volume.kinds());
    let kept = !blueprint.workload.claim_templates.is_empty() || volumes.any(|kind| !read.contains(&kind));
    if kept || !blueprint.workload.kind.stays() {
        return;
    }
    let volume = "add `claimTemplates`, or `volumes: { data: { emptyDir: {} } }` if nobody needs them later";
    check
        .warning(
            "no-volume",
            &subject.at.key("image"),
            format!("`{}` runs {server}, and its data are gone with the pod", blueprint.name),
        )
        .help(match section {
            Some(section) => format!("move it to the section `{section}`, or {volume}"),
            None => volume.to_owned(),
        });
}
