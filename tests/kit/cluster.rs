//! `cluster.sh`: what it calls in the managing cluster, in which order, and when it stops.

use super::bench::Bench;
use crate::kgen::root;
use crate::projects::Project;

fn tartware() -> Bench {
    Bench::of(&Project::new(&root().join("platforms/tartware")))
}

#[test]
fn rancher_comes_after_what_it_needs_and_machines_after_rancher() {
    let ran = tartware().run("out/ops/cluster.sh apply prod --context management").exits(0);
    let order = [
        "--namespace kube-system apply --server-side --filename out/cluster/prod/tartware/chart-cert-manager.yaml",
        "--namespace kube-system wait --for=condition=complete job/helm-install-cert-manager",
        "--namespace cert-manager wait --for=condition=Available deployment --all",
        "--filename out/cluster/prod/tartware/chart-rancher.yaml",
        "--namespace cattle-system wait --for=condition=Available deployment --all",
        "wait --for=condition=Established crd/clusters.provisioning.cattle.io",
        "--namespace cattle-global-data get secret cc-vsphere",
        "--namespace fleet-default apply --server-side --filename out/cluster/prod/tartware/machines-compute.yaml",
        "--filename out/cluster/prod/tartware/cluster.yaml",
        "wait --for=condition=Ready clusters.provisioning.cattle.io/tartware-prod --timeout=1800s",
    ]
    .map(|part| ran.call(part));
    assert!(order.is_sorted(), "{order:?} in {:#?}", ran.calls);
    // Another cluster than the platform's: every call names it, and none touches what the platform applies.
    for call in &ran.calls {
        assert!(call.starts_with("kubectl --context management --namespace "), "{call}");
    }
    assert!(ran.lacks("out/raw") && ran.lacks("--force-conflicts"));
}

#[test]
fn the_managing_cluster_has_to_be_named() {
    let bench = tartware();
    let ran = bench.run("out/ops/cluster.sh apply prod").exits(2);
    assert!(ran.said.contains("name the context of the managing cluster") && ran.calls.is_empty());
    bench.run("CLUSTER_CONTEXT=management out/ops/cluster.sh status prod").exits(0);
    bench.run("echo CLUSTER_CONTEXT=management >.env; out/ops/cluster.sh check prod").exits(0);
}

#[test]
fn wrong_arguments_are_told_before_anything_is_called() {
    let bench = tartware();
    for (arguments, reason) in [
        ("apply dev --context x", "no cluster is made for dev"),
        ("apply --context x", "a verb and an environment are needed"),
        ("destroy prod --context x", "there is no verb destroy"),
        ("apply prod --context x --timeout soon", "a number of seconds"),
        ("apply prod --force", "there is no option --force"),
    ] {
        let ran = bench.run(&format!("out/ops/cluster.sh {arguments}")).exits(2);
        assert!(ran.said.contains(reason) && ran.calls.is_empty(), "{arguments}: {}", ran.said);
    }
}

#[test]
fn no_machine_is_made_without_a_credential() {
    let bench = tartware();
    bench.tell("secrets", "");
    let ran = bench.run("out/ops/cluster.sh apply prod --context management").exits(1);
    assert!(ran.said.contains("Rancher has no credential cattle-global-data:cc-vsphere"), "{}", ran.said);
    ran.call("chart-rancher.yaml");
    assert!(ran.lacks("machines-"));
}

#[test]
fn a_chart_that_does_not_come_stops_it() {
    let bench = tartware();
    bench.tell("fails", "condition=complete job/helm-install-cert-manager\n");
    let ran = bench.run("out/ops/cluster.sh apply prod --context management").exits(1);
    assert!(ran.said.contains("cert-manager was not installed"), "{}", ran.said);
    assert!(ran.lacks("chart-rancher.yaml"));
    bench.tell("fails", "");
    bench.tell("kinds", "");
    let ran = bench.run("out/ops/cluster.sh check prod --context management").exits(1);
    assert!(ran.said.contains("installs no charts") && ran.lacks(" apply "), "{}", ran.said);
}
