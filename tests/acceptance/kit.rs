//! What the documents promise around the manifests. That scripts work and that every command runs is
//! proven in `tests/kit`; here is that they are there, and say what each document asks for.

use crate::kgen::root;
use serde_yaml::Value;
use std::path::PathBuf;

fn ops(platform: &str) -> PathBuf {
    root().join("platforms").join(platform).join("out/ops")
}

fn read(platform: &str, path: &str) -> String {
    let path = ops(platform).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Whether each of the texts is there.
fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
}

#[test]
fn a001_a05_deployment_guide_and_runbook() {
    let guide = read("my-saas-chat", "docs/deployment.md");
    has(
        &guide,
        &[
            "out/ops/secrets/app-secrets.yaml.example",
            "kubectl apply -n production -f app-secrets.yaml",
            "out/ops/deploy.sh deploy prod",
            "kubectl -n production rollout status statefulset/postgres",
            "an ingress controller of the class `nginx`",
        ],
    );
    // F09, C09: rules and settings, databases, services, the edge; each wave is waited for.
    let order = ["2. config, policy", "4. postgres, redis,", "6. auth-service, chat-service,", "7. api"];
    let places = order.map(|wave| guide.find(wave).unwrap_or_else(|| panic!("no `{wave}`")));
    assert!(places.is_sorted(), "{places:?}");
    assert!(!read("my-saas-chat", "deploy.sh").contains("--for=condition=ready pod"));
    // F12: the chart, into its namespace, with its values.
    has(&guide, &["-n production --create-namespace -f out/helm/my-saas-chat/values-prod.yaml"]);
    let runbook = read("my-saas-chat", "docs/runbook.md");
    has(
        &runbook,
        &["## Scale", "## Update", "## Roll back", "## Logs", "## Status", "## Does it heal itself?"],
    );
    has(&runbook, &["patch hpa auth-service-hpa", "update prod auth-service=", "rollback prod chat-service"]);
    // C24: a plain delete; C23: no port in the background that is killed by its number.
    assert!(!runbook.contains("--force") && !runbook.contains("kill %"));
}

#[test]
fn a001_a05_the_workflow_is_without_the_faults_of_c25() {
    let text = read("my-saas-chat", "ci/deploy.yml");
    let workflow: Value = serde_yaml::from_str(&text).unwrap();
    let jobs = &workflow["jobs"];
    assert_eq!(workflow["on"]["push"]["branches"][0], "main");
    let steps = |job: &str| -> String {
        let steps = jobs[job]["steps"].as_sequence().unwrap_or_else(|| panic!("no job {job}"));
        steps.iter().filter_map(|step| step["run"].as_str()).collect::<Vec<_>>().join("\n")
    };
    has(&steps("check"), &["kgen validate", "kgen render --check", "git diff --stat", "gh pr comment"]);
    has(&steps("images"), &["docker login ghcr.io", "build-images.sh --push --tag \"$GITHUB_SHA\""]);
    has(&steps("deploy"), &["kgen render prod", "deploy.sh deploy prod --undo", "deploy.sh status prod"]);
    assert_eq!(jobs["images"]["permissions"]["packages"], "write");
    assert_eq!(workflow["permissions"]["contents"], "read");
    assert_eq!(jobs["deploy"]["needs"], "images");
    assert_eq!(jobs["deploy"]["environment"], "prod");
    assert!(
        text.lines()
            .filter(|line| line.contains("kubectl"))
            .all(|line| line.contains("--namespace production"))
    );
}

#[test]
fn a001_c22_load_comes_from_the_namespace_and_asks_a_real_endpoint() {
    let load: serde_json::Value = serde_json::from_str(&read("my-saas-chat", "load/load.json")).unwrap();
    assert_eq!(load["url"], "http://auth-service.production.svc:80");
    assert_eq!(load["users"][0]["requests"][0]["path"], "/login");
    let runbook = read("my-saas-chat", "docs/runbook.md");
    has(&runbook, &["kubectl -n production set env --local -f out/ops/load/in-cluster.yaml TEST=load"]);
    assert!(!runbook.contains("kubectl run"));
}

#[test]
fn a003_a05_scripts_dockerfiles_and_dockerignore() {
    let script = read("evolution-todo", "build-images.sh");
    has(&script, &["evolution-todo-frontend 1.0.0", "NEXT_PUBLIC_API_URL=/api"]);
    has(&read("evolution-todo", "deploy.sh"), &["deploy()", "rollback()", "namespace=evolution-todo\n"]);
    for (service, port) in [("frontend", "3000"), ("backend", "8000"), ("mcp", "8001")] {
        let file = read("evolution-todo", &format!("docker/{service}/Dockerfile"));
        has(&file, &["\nUSER 1000:1000\n", &format!("\nEXPOSE {port}\n")]);
        has(
            &read("evolution-todo", &format!("docker/{service}/Dockerfile.dockerignore")),
            &["node_modules", ".env"],
        );
    }
    // C16: a supported Node, standalone output, no deprecated flag.
    let frontend = read("evolution-todo", "docker/frontend/Dockerfile");
    has(&frontend, &["FROM node:24-alpine", ".next/standalone", "ARG NEXT_PUBLIC_API_URL"]);
    assert!(!frontend.contains("node:18") && !frontend.contains("--production"));
    let backend = read("evolution-todo", "docker/backend/Dockerfile");
    has(&backend, &["FROM python:3.13-slim", "\"uvicorn\"", "\"--port\", \"8000\""]);
    // C14: the question to the database is no plain string.
    has(
        &read("evolution-todo", "docker/backend/readiness.py"),
        &["execute(text(\"SELECT 1\"))", "\"/readiness\""],
    );
}

#[test]
fn a000_c23_every_workload_is_waited_for_and_every_command_names_its_namespace() {
    let guide = read("ez-platform", "docs/deployment.md");
    let runbook = read("ez-platform", "docs/runbook.md");
    for service in ["filediscovery", "fileprocessor", "validation", "output", "scheduling", "frontend"] {
        has(&guide, &[&format!("kubectl -n ez-platform rollout status deployment/{service}")]);
    }
    // F13: installed by Helm, into its namespace, with its values.
    has(&guide, &["-n ez-platform --create-namespace -f out/helm/ez-platform/values-prod.yaml"]);
    // A pod asks another one with a container that brings its own curl.
    has(&runbook, &["debug \"$pod\" --image=curlimages/curl:", "--profile=restricted"]);
    for line in guide.lines().chain(runbook.lines()).filter(|line| line.starts_with("kubectl ")) {
        let exempt = ["kubectl version", "kubectl get nodes", "kubectl apply --server-side -f out/raw"];
        assert!(
            line.contains("-n ez-platform") || exempt.iter().any(|start| line.starts_with(start)),
            "no namespace: {line}"
        );
    }
}

#[test]
fn a002_a09_load_tests_with_the_stated_figures() {
    let load: serde_json::Value = serde_json::from_str(&read("tartware", "load/load.json")).unwrap();
    // F10: smoke with 100 virtual users (30 s: proven in tests/kit), load with 20k a second and 5000 of them.
    assert_eq!((&load["smokeUsers"], &load["virtualUsers"]), (&100.into(), &5000.into()));
    assert_eq!(load["rate"].as_f64(), Some(20_000.0));
    // The objectives of the alerts are the thresholds of the tests (F07).
    assert_eq!(load["thresholds"]["http_req_failed"][0], "rate<0.05");
    assert_eq!(load["thresholds"]["http_req_duration"], serde_json::json!(["p(95)<500", "p(99)<1000"]));
    let kinds: Vec<_> =
        load["users"].as_array().unwrap().iter().map(|user| user["name"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["regular", "power", "admin"]);
    for script in ["smoke.js", "load.js", "stress.js", "spike.js", "locustfile.py"] {
        read("tartware", &format!("load/{script}"));
    }
    let compose: Value = serde_yaml::from_str(&read("tartware", "load/compose.yaml")).unwrap();
    for service in ["influxdb", "grafana", "k6", "locust-master", "locust-worker"] {
        assert!(compose["services"].get(service).is_some(), "no {service}");
    }
}

#[test]
fn a002_a09_settings_and_documents() {
    has(&read("tartware", ".env.example"), &["KUBE_CONTEXT=", "REGISTRY=ghcr.io/tartware", "#BASE_URL="]);
    // C18: nothing asks; C24: no promise of how long it takes; C27: no `open`.
    let guide = read("tartware", "docs/deployment.md");
    let runbook = read("tartware", "docs/runbook.md");
    has(
        &guide,
        &[
            "out/ops/deploy.sh deploy prod",
            "what brings `Cluster`, `Pooler`, `ScheduledBackup` of `postgresql.cnpg.io/v1`",
        ],
    );
    has(&runbook, &["## Load tests", "k6 run out/ops/load/spike.js"]);
    for text in [guide, runbook, read("tartware", "README.md"), read("tartware", "deploy.sh")] {
        assert!(!text.contains("read -p") && !text.contains("minutes\"") && !text.contains("\nopen "));
    }
}
