//! `deploy.sh`: what it calls, in which order, and when it stops.

use super::bench::{Bench, projects};
use crate::kgen::root;
use crate::projects::Project;

fn platform(name: &str) -> Bench {
    Bench::of(&Project::new(&root().join("platforms").join(name)))
}

fn example() -> Bench {
    Bench::of(&Project::new(&root().join("examples/kit")))
}

#[test]
fn every_environment_deploys_in_every_form() {
    for project in projects() {
        let bench = Bench::of(&project);
        for environment in project.environments() {
            let verbs =
                ["check", "deploy", "status", "update", "rollback --all", "destroy --yes --with-data"];
            for (form, verb) in ["raw", "kustomize", "helm"].iter().flat_map(|f| verbs.map(|v| (f, v))) {
                let (verb, options) = verb.split_once(' ').unwrap_or((verb, ""));
                let command =
                    format!("out/ops/deploy.sh {verb} {} {options} --form {form}", environment.name);
                let ran = bench.run(&command).exits(0);
                assert!(!ran.calls.is_empty(), "{command} called nothing");
                // Every call names the namespace, unless it asks what the current context is.
                for call in &ran.calls {
                    let named = call.contains(&format!("--namespace {} ", environment.namespace))
                        || call.contains("--namespace ");
                    assert!(named || call.ends_with("config current-context"), "{command}: {call}");
                }
            }
        }
    }
}

#[test]
fn what_is_needed_comes_first_and_is_waited_for() {
    let ran = platform("my-saas-chat").run("out/ops/deploy.sh deploy prod").exits(0);
    let order = [
        "--filename out/raw/prod/cluster",
        "--filename out/raw/prod/config",
        "--filename out/raw/prod/postgres",
        "rollout status statefulset/postgres",
        "--filename out/raw/prod/auth-service",
        "rollout status deployment/auth-service",
        "--filename out/raw/prod/api",
    ]
    .map(|part| ran.call(part));
    assert!(order.is_sorted(), "{order:?} in {:#?}", ran.calls);
    assert!(ran.lacks("sleep"));
    let applies = ran.calls.iter().filter(|call| call.contains(" apply ")).count();
    let server = ran.calls.iter().filter(|call| call.contains(" apply --server-side ")).count();
    assert_eq!(applies, server);
}

#[test]
fn a_namespace_beside_the_platforms_own_is_made_awaited_and_removed() {
    let bench = platform("evolution-todo");
    let ran = bench.run("out/ops/deploy.sh deploy prod").exits(0);
    let order = [
        "--namespace evolution-todo apply --server-side --force-conflicts --filename out/raw/prod/cluster/namespace-logging.yaml",
        "--namespace evolution-todo-logging apply --server-side --force-conflicts --filename out/raw/prod/fluent-bit/daemonset.yaml",
        "--namespace evolution-todo-logging rollout status daemonset/fluent-bit",
    ]
    .map(|part| ran.call(part));
    assert!(order.is_sorted(), "{order:?} in {:#?}", ran.calls);
    // A chart takes over what somebody may have made before, to put secrets there.
    let ran = bench.run("out/ops/deploy.sh deploy prod --form helm").exits(0);
    let order = [
        "annotate namespace evolution-todo-logging --overwrite meta.helm.sh/release-name=evolution-todo",
        "upgrade --install",
    ];
    assert!(order.map(|part| ran.call(part)).is_sorted(), "{:#?}", ran.calls);
    let ran = bench.run("out/ops/deploy.sh destroy prod --yes").exits(0);
    assert!(ran.lacks("delete namespace"), "{:#?}", ran.calls);
    let ran = bench.run("out/ops/deploy.sh destroy prod --yes --with-data").exits(0);
    ran.call("delete namespace evolution-todo-logging");
}

#[test]
fn pods_find_their_accounts_when_they_come() {
    let ran = example().run("out/ops/deploy.sh deploy prod").exits(0);
    let applied = &ran.calls[ran.call("api/deployment.yaml")];
    let at = |file: &str| applied.find(file).unwrap_or_else(|| panic!("{file} is not in {applied}"));
    assert!(at("api/serviceaccount.yaml") < at("api/deployment.yaml"), "{applied}");
    assert!(at("api/service.yaml") < at("api/deployment.yaml"), "{applied}");
}

#[test]
fn what_operators_look_after_need_not_be_waited_for() {
    let bench = platform("tartware");
    let ran = bench.run("out/ops/deploy.sh deploy prod").exits(0);
    let ready = ran.call("wait --for=condition=Ready cluster.postgresql.cnpg.io/postgres");
    assert!(ready < ran.call("rollout status deployment/api-gateway"), "{:#?}", ran.calls);
    // An authority may want the edge before it signs.
    assert!(ran.lacks("issuer.cert-manager.io/") && ran.lacks("certificate.cert-manager.io/"));
    let ran = bench.run("out/ops/deploy.sh deploy prod --workloads-only").exits(0);
    assert!(ran.lacks("--for=condition=Ready"), "{:#?}", ran.calls);
    ran.call("rollout status deployment/api-gateway");
}

#[test]
fn nothing_is_applied_while_something_is_missing() {
    let bench = platform("my-saas-chat");
    let secrets = bench.told("secrets").replace("production app-secrets AUTH_SECRET\n", "");
    bench.tell("secrets", &secrets);
    let kinds = bench.told("kinds").replace("cert-manager.io/v1 Issuer\n", "");
    bench.tell("kinds", &kinds);
    let ran = bench.run("out/ops/deploy.sh deploy prod").exits(1);
    assert!(
        ran.said.contains("the secret app-secrets has no AUTH_SECRET in namespace production"),
        "{}",
        ran.said
    );
    assert!(ran.said.contains("does not serve Issuer (cert-manager.io/v1)"), "{}", ran.said);
    assert!(ran.lacks(" apply "), "{:#?}", ran.calls);
}

#[test]
fn what_changed_goes_back_if_something_does_not_get_ready() {
    let bench = platform("my-saas-chat");
    bench.tell("fails", "rollout status deployment/chat-service\n");
    let ran = bench.run("out/ops/deploy.sh deploy prod --undo").exits(1);
    let undone = ran.call("rollout undo deployment/auth-service --to-revision=2");
    assert!(ran.call("rollout status deployment/chat-service") < undone);
    let ran = platform("my-saas-chat").run("out/ops/deploy.sh deploy prod --undo").exits(0);
    assert!(ran.lacks("undo"));
}

#[test]
fn a_job_that_differs_is_made_anew_and_one_that_fails_is_told() {
    let bench = example();
    bench.tell("jobs", "migrate\n");
    let ran = bench.run("out/ops/deploy.sh deploy prod").exits(0);
    assert!(ran.lacks("delete job"));
    bench.tell("immutable", "");
    let ran = bench.run("out/ops/deploy.sh deploy prod").exits(0);
    assert!(ran.call("delete job migrate") < ran.call("wait --for=condition=complete job/migrate"));
    bench.tell("failed", "");
    let ran = bench.run("out/ops/deploy.sh deploy prod").exits(1);
    assert!(ran.said.contains("the job/migrate did not complete"), "{}", ran.said);
    ran.call("logs job/migrate");
}

#[test]
fn images_are_set_by_name_and_undone_by_name() {
    let bench = platform("my-saas-chat");
    let ran = bench.run("out/ops/deploy.sh update prod auth-service=auth-service:1.1.0").exits(0);
    let set = ran.call("set image deployment/auth-service main=auth-service:1.1.0");
    assert!(set < ran.call("rollout status deployment/auth-service"));
    let ran = bench.run("out/ops/deploy.sh rollback prod auth-service").exits(0);
    ran.call("rollout undo deployment/auth-service");
    bench.run("out/ops/deploy.sh rollback prod nobody").exits(2);
    bench.run("out/ops/deploy.sh rollback prod").exits(2);
}

#[test]
fn destroy_wants_yes_and_keeps_what_is_not_to_be_had_again() {
    let bench = platform("my-saas-chat");
    let ran = bench.run("out/ops/deploy.sh destroy prod").exits(2);
    assert!(ran.calls.is_empty());
    let ran = bench.run("out/ops/deploy.sh destroy prod --yes").exits(0);
    assert!(ran.lacks("pvc.yaml") && ran.lacks("namespace.yaml") && ran.lacks("delete namespace"));
    assert!(ran.call("api/ingress.yaml") < ran.call("postgres/statefulset.yaml"));
    let ran = bench.run("out/ops/deploy.sh destroy prod --yes --with-data").exits(0);
    ran.call("grafana/pvc.yaml");
    ran.call("delete namespace production");
    bench.run("out/ops/deploy.sh destroy prod --yes --form helm").exits(2);
}

#[test]
fn wrong_arguments_are_told_before_anything_is_called() {
    let bench = platform("evolution-todo");
    for arguments in
        ["", "deploy", "deploy nowhere", "fly prod", "deploy prod --fast", "deploy prod --timeout 5m"]
    {
        let ran = bench.run(&format!("out/ops/deploy.sh {arguments}")).exits(2);
        assert!(ran.calls.is_empty(), "{arguments}: {:#?}", ran.calls);
        assert!(ran.said.contains("deploy.sh help says more"), "{}", ran.said);
    }
    assert!(bench.run("out/ops/deploy.sh help").exits(0).out.starts_with("usage: deploy.sh VERB ENV"));
}

#[test]
fn settings_come_from_a_file_or_from_options() {
    let bench = platform("evolution-todo");
    let ran = bench.run("echo KUBE_CONTEXT=lab >.env; out/ops/deploy.sh deploy prod").exits(0);
    assert!(ran.calls.iter().all(|call| call.contains("--context lab")), "{:#?}", ran.calls);
    let ran = bench.run("out/ops/deploy.sh deploy prod --context other").exits(0);
    assert!(ran.calls.iter().all(|call| call.contains("--context other")), "{:#?}", ran.calls);
}

#[test]
fn the_traffic_goes_to_the_other_color_when_it_is_ready() {
    let bench = Bench::of(&Project::new(&root().join("examples/blue-green")));
    for (now, next) in [("blue", "green"), ("green", "blue")] {
        bench.tell("color", now);
        let ran = bench.run("out/ops/deploy.sh switch prod backend").exits(0);
        let order = [
            format!("scale deployment/backend-{next} --replicas=3"),
            format!("rollout status deployment/backend-{next}"),
            format!(
                "patch service backend --type=merge --patch={{\"spec\":{{\"selector\":{{\"color\":\"{next}\"}}}}}}"
            ),
            format!(
                "patch service backend-preview --type=merge --patch={{\"spec\":{{\"selector\":{{\"color\":\"{now}\"}}}}}}"
            ),
            format!(
                "patch horizontalpodautoscaler backend-hpa --type=merge --patch={{\"spec\":{{\"scaleTargetRef\":{{\"name\":\"backend-{next}\"}}}}}}"
            ),
        ];
        assert!(order.map(|part| ran.call(&part)).is_sorted(), "{:#?}", ran.calls);
    }
    bench.tell("fails", "rollout status deployment/backend-blue\n");
    let ran = bench.run("out/ops/deploy.sh switch prod backend").exits(1);
    assert!(ran.lacks("patch service"), "{:#?}", ran.calls);
    bench.run("out/ops/deploy.sh switch prod frontend").exits(2);
}

#[test]
fn a_rollout_is_waited_for_until_it_is_healthy_or_paused() {
    let bench = Bench::of(&Project::new(&root().join("examples/blue-green")));
    let deploy = "out/ops/deploy.sh deploy prod --timeout 0";
    let ran = bench.run(deploy).exits(0);
    let order = [
        "--filename out/raw/prod/frontend/rollout.yaml",
        "wait --for=jsonpath={.status.observedGeneration}=4 rollout.argoproj.io/frontend",
        "wait --for=jsonpath={.status.phase}=Healthy rollout.argoproj.io/frontend",
    ]
    .map(|part| ran.call(part));
    assert!(order.is_sorted(), "{:#?}", ran.calls);
    assert!(ran.lacks("rollout status rollout"));
    // A new revision that somebody looks at first is no failure; one that does not come is.
    for (phase, code, said) in [
        ("Paused", 0, "waits to be promoted"),
        ("Degraded", 1, "did not get ready"),
        ("Progressing", 1, "still Progressing"),
    ] {
        bench.tell("phase", phase);
        let ran = bench.run(deploy).exits(code);
        assert!(ran.said.contains(said), "{phase}: {}", ran.said);
    }
    bench.run("out/ops/deploy.sh status prod").exits(1);
}
