//! Load tests: scripts for k6 and Locust, what they read, and where they run.

use super::inventory::{Content, Entry};
use super::lines::block;
use super::{Made, Whole, generator};
use crate::fill::fill;
use crate::header::kit::load::{LoadTests, User};
use crate::pod::probe::seconds;
use crate::tree::Tree;
use serde::Serialize;
use std::collections::BTreeMap;

/// Scripts that read `load.json`.
const SCRIPTS: &[(&str, &str)] = &[
    ("platform.js", include_str!("../../templates/ops/load/platform.js")),
    ("smoke.js", include_str!("../../templates/ops/load/smoke.js")),
    ("load.js", include_str!("../../templates/ops/load/load.js")),
    ("stress.js", include_str!("../../templates/ops/load/stress.js")),
    ("spike.js", include_str!("../../templates/ops/load/spike.js")),
];
const LOCUST: &str = include_str!("../../templates/ops/load/locustfile.py");
const COMPOSE: &str = include_str!("../../templates/ops/load/compose.yaml");

/// The image of k6.
pub(super) const K6: &str = "grafana/k6:1.7.1";

/// Virtual users of the smoke test.
const SMOKE_USERS: u32 = 100;
/// Most virtual users of the others.
const VIRTUAL_USERS: u32 = 5000;
/// Requests a second where nothing is promised.
const RATE: f64 = 100.0;
/// Share of requests that may fail where nothing is promised.
const ERRORS: f64 = 0.01;

/// What the scripts read.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Load<'k> {
    generated: &'k str,
    url: String,
    rate: f64,
    virtual_users: u32,
    smoke_users: u32,
    thresholds: BTreeMap<&'static str, Vec<String>>,
    users: Vec<Kind<'k>>,
}

#[derive(Serialize)]
struct Kind<'k> {
    name: &'k str,
    share: u32,
    pause: f64,
    requests: Vec<Asked<'k>>,
}

#[derive(Serialize)]
struct Asked<'k> {
    method: &'static str,
    path: &'k str,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'k str>,
}

/// The target of the load in an environment.
pub(super) struct Target<'k> {
    /// Its Service.
    pub(super) service: &'k Entry,
    /// Where it is reached inside the cluster.
    pub(super) url: String,
}

/// Scripts, their figures, and where they run.
pub(super) fn files(kit: &Whole<'_>) -> Vec<Made> {
    let (Some(tests), Some(main)) = (&kit.spec.load_tests, kit.main()) else { return Vec::new() };
    let Some(target) = target(main, &tests.service) else { return Vec::new() };
    let header = kit.outline.header();
    let generated = header.trim_start_matches("# ").trim_end();
    let kinds: Vec<_> = tests.users.keys().collect();
    let mut files: Vec<_> = SCRIPTS
        .iter()
        .map(|(name, text)| Made::text(&format!("load/{name}"), fill(text, &[("GENERATED", generated)])))
        .collect();
    files.push(Made::text("load/load.json", figures(kit, tests, &target, generated)));
    let locust = fill(LOCUST, &[("GENERATED", generated), ("USERS", &kinds.join(", "))]);
    files.push(Made::text("load/locustfile.py", locust));
    let compose = fill(
        COMPOSE,
        &[
            ("HEADER", header.trim_end()),
            ("PLATFORM", &kit.outline.platform),
            ("K6", K6),
            ("LOCUST", "locustio/locust:2.43.3"),
            ("INFLUXDB", "influxdb:1.11.8"),
            ("GRAFANA", "grafana/grafana:12.2.1"),
        ],
    );
    files.push(Made::text("load/compose.yaml", compose));
    files.extend(generator::files(&header, main, &target));
    files
}

fn target<'k>(main: &'k Content, name: &str) -> Option<Target<'k>> {
    let service = main.kind("Service").find(|entry| entry.folder == *name)?;
    let Some(Tree::Int(port)) = service.tree.at(&["spec", "ports", "0", "port"]) else { return None };
    let url = format!("http://{}.{}.svc:{port}", service.id.name, main.namespace);
    Some(Target { service, url })
}

fn figures(kit: &Whole<'_>, tests: &LoadTests, target: &Target<'_>, generated: &str) -> String {
    let objectives = &kit.header.objectives;
    let errors = objectives.error_share().unwrap_or(ERRORS);
    let mut thresholds = BTreeMap::from([("http_req_failed", vec![format!("rate<{errors}")])]);
    let (p95, p99) = objectives.latency_seconds();
    let latency: Vec<_> = [(95, p95), (99, p99)]
        .into_iter()
        .filter_map(|(n, limit)| Some(format!("p({n})<{}", limit? * 1000.0)))
        .collect();
    if !latency.is_empty() {
        thresholds.insert("http_req_duration", latency);
    }
    let load = Load {
        generated,
        url: tests.url.clone().unwrap_or_else(|| target.url.clone()),
        rate: tests.rate.map(f64::from).or(objectives.requests_per_second()).unwrap_or(RATE),
        virtual_users: tests.virtual_users.unwrap_or(VIRTUAL_USERS),
        smoke_users: SMOKE_USERS,
        thresholds,
        users: tests.users.iter().map(|(name, user)| kind(name, user)).collect(),
    };
    serde_json::to_string_pretty(&load).expect("internal error: figures are JSON") + "\n"
}

fn kind<'k>(name: &'k str, user: &'k User) -> Kind<'k> {
    Kind {
        name,
        share: user.share.unwrap_or(1),
        pause: user
            .pause
            .as_ref()
            .map_or(1.0, |pause| f64::from(u32::try_from(seconds(pause)).unwrap_or(u32::MAX))),
        requests: user
            .requests
            .iter()
            .map(|request| Asked {
                method: request.method.name(),
                path: &request.path,
                body: request.body.as_deref(),
            })
            .collect(),
    }
}

/// How the load tests are run, for the runbook.
pub(super) fn chapter(kit: &Whole<'_>, main: &Content) -> String {
    let Some(tests) = &kit.spec.load_tests else { return String::new() };
    if target(main, &tests.service).is_none() {
        return String::new();
    }
    let kubectl = |rest: &str| format!("kubectl -n {} {rest}", main.namespace);
    let scripts = format!(
        "{} | {}",
        kubectl("create configmap load-tests --from-file=out/ops/load --dry-run=client -o yaml"),
        kubectl("apply --server-side -f -")
    );
    let job = generator::NAME;
    let run = |test: &str| {
        vec![
            kubectl("delete --ignore-not-found -f out/ops/load/in-cluster.yaml"),
            format!(
                "{} | {}",
                kubectl(&format!("set env --local -f out/ops/load/in-cluster.yaml TEST={test} -o yaml")),
                kubectl("apply --server-side -f -")
            ),
            // Until it ends, also if it fails.
            kubectl(&format!("logs --follow job/{job} --pod-running-timeout=5m")),
            kubectl(&format!("get job {job}")),
        ]
    };
    let outside = |test: &str| format!("k6 run out/ops/load/{test}.js");
    let mut cluster = vec![scripts];
    if generator::guarded(main) {
        cluster.push(kubectl("apply --server-side -f out/ops/load/policies.yaml"));
    }
    cluster.extend(run("smoke"));
    cluster.extend(run("load"));
    format!(
        "\n## Load tests\n\nFour tests for k6 ask `{}`: `smoke` whether it works, `load` at the stated rate, `stress` for the limit, \
         `spike` whether it comes back. A test fails when a threshold is crossed; thresholds are the platform's objectives. \
         From this machine, at the address in `BASE_URL`:\n\n{}\nInside the namespace, where only the cluster is in the way:\n\n{}\nMeanwhile the \
         autoscalers:\n\n{}\nLocust has the same users, and shapes of their number; the Compose file starts both with what shows their \
         figures:\n\n{}",
        tests.service,
        block(&["smoke", "load", "stress", "spike"].map(outside)),
        block(&cluster),
        block(&[kubectl("get hpa"), kubectl("top pods")]),
        block(&[
            "docker compose -f out/ops/load/compose.yaml up -d influxdb grafana".to_owned(),
            "TEST=spike docker compose -f out/ops/load/compose.yaml run --rm k6".to_owned(),
            "SHAPE=wave docker compose -f out/ops/load/compose.yaml up -d --scale locust-worker=4 locust-master locust-worker"
                .to_owned(),
            "docker compose -f out/ops/load/compose.yaml down".to_owned(),
        ]),
    )
}
