//! The totals of the five platforms, as the table of the reference material has them: components with stated figures
//! are added up; what the documents say nothing of stands beside them in the report.

use super::rendered::{Rendered, text};
use crate::kgen::{root, succeeds};
use serde_json::Value;

/// Pods, CPU requested and allowed in millicores, memory requested and allowed in MiB.
type Sum = (u64, u64, u64, u64, u64);

/// What `kgen capacity` says of an environment.
struct Report(Value);

impl Report {
    fn of(platform: &str, environment: &str) -> Self {
        let text = succeeds(root(), &["capacity", environment, "-p", platform, "--format", "json"]);
        let json: Value = serde_json::from_str(&text).unwrap();
        Self(json["environments"][0].clone())
    }

    /// The sum of some components, or of all, at the `minimum` or the `maximum`.
    fn sum(&self, at: &str, components: &[&str]) -> Sum {
        let mut sum = (0, 0, 0, 0, 0);
        let mut found = 0;
        for line in self.0["components"].as_array().unwrap() {
            let name = line["name"].as_str().unwrap();
            if !components.is_empty() && !components.contains(&name) {
                continue;
            }
            found += 1;
            let figure = |name: &str| line[at][name].as_u64().unwrap();
            sum.0 += figure("pods");
            sum.1 += figure("cpuRequestsMilli");
            sum.2 += figure("cpuLimitsMilli");
            sum.3 += figure("memoryRequestsBytes") >> 20;
            sum.4 += figure("memoryLimitsBytes") >> 20;
        }
        assert!(components.is_empty() || found == components.len(), "not all of {components:?} are there");
        sum
    }

    fn total(&self, at: &str, figure: &str) -> u64 {
        self.0["total"][at][figure].as_u64().unwrap()
    }

    /// Every claim with whether it holds; those that do not must say why.
    fn claims(&self) -> Vec<(&str, bool)> {
        let claims = self.0["claims"].as_array().unwrap();
        claims
            .iter()
            .map(|claim| {
                let (name, holds) = (claim["name"].as_str().unwrap(), claim["holds"].as_bool().unwrap());
                assert!(holds || claim["because"].is_string(), "{name} differs without a reason");
                (name, holds)
            })
            .collect()
    }
}

const GIB: u64 = 1 << 30;

#[test]
fn a001_a06_pods_and_totals_of_my_saas_chat() {
    let services = ["auth-service", "chat-service", "billing-service"];
    let prod = Report::of("my-saas-chat", "prod");
    assert_eq!(prod.sum("minimum", &services), (9, 2250, 4500, 2304, 4608));
    assert_eq!(prod.sum("maximum", &services), (30, 7500, 15_000, 7680, 15_360));
    assert_eq!((prod.total("minimum", "pods"), prod.total("maximum", "pods")), (14, 35));
    // With the literal minimum of two.
    let staging = Report::of("my-saas-chat", "staging");
    assert_eq!(staging.sum("minimum", &services), (6, 1500, 3000, 1536, 3072));
    assert_eq!(staging.total("minimum", "pods"), 11);
    // Neither end of 15 to 30 is a stated count; three to five nodes are enough.
    assert_eq!(
        prod.claims(),
        [("pods-minimum", false), ("pods-maximum", false), ("nodes", true), ("volumes", false)]
    );
    // Minikube with 4 CPUs and 8192 MB.
    assert_eq!(Report::of("my-saas-chat", "dev").0["nodes"]["minimum"]["fits"], true);
}

#[test]
fn a004_a02_totals_of_cloudretail() {
    let prod = Report::of("cloudretail", "prod");
    assert_eq!(prod.sum("minimum", &[]), (33, 7950, 19_250, 13_568, 27_136));
    assert_eq!(prod.sum("maximum", &[]), (102, 22_600, 62_250, 35_584, 71_168));
    assert_eq!(prod.total("maximum", "storageBytes"), 130 * GIB);
    assert_eq!(prod.total("maximum", "claims"), 12);
    let claims = ["cpu-minimum", "memory-minimum", "cpu-maximum", "memory-maximum", "storage"];
    assert_eq!(prod.claims(), claims.map(|name| (name, false)));
}

#[test]
fn a004_c15_the_quota_admits_the_maximum() {
    admits("cloudretail", "quota");
    let rendered = Rendered::of("cloudretail", "prod");
    let hard = &rendered.one("ResourceQuota", "quota")["spec"]["hard"];
    assert_eq!((text(&hard["persistentvolumeclaims"]), text(&hard["requests.storage"])), ("15", "163Gi"));
    // The range admits the largest container and the largest claim.
    let range = &rendered.one("LimitRange", "limits")["spec"]["limits"];
    assert_eq!((text(&range[0]["max"]["cpu"]), text(&range[0]["max"]["memory"])), ("1", "2Gi"));
    assert_eq!(text(&range[1]["max"]["storage"]), "20Gi");
}

#[test]
fn a002_a10_c14_totals_of_tartware() {
    let services =
        ["api-gateway", "core-service", "reservations", "billing", "guests", "rooms", "housekeeping"];
    let prod = Report::of("tartware", "prod");
    let (least, ..) = prod.sum("minimum", &services);
    let (most, _, cores, _, memory) = prod.sum("maximum", &services);
    assert_eq!((least, most), (34, 410));
    // Beside the claimed 600 cores and 1.2 TB.
    assert_eq!((cores, memory), (590_000, 890 * 1024));
    assert_eq!(prod.claims(), [("pods", false), ("cpu", false), ("memory", false), ("nodes", true)]);
    // The machines of the claim are more than the most pods need, one of them lost.
    assert_eq!(prod.0["nodes"]["nodeLost"]["fits"], true);
}

#[test]
fn a002_c13_the_quota_admits_the_maximum() {
    admits("tartware", "quota");
}

/// Whether the quota has a quarter more than the most pods need while all of them are replaced.
fn admits(platform: &str, quota: &str) {
    let prod = Report::of(platform, "prod");
    let rendered = Rendered::of(platform, "prod");
    let hard = &rendered.one("ResourceQuota", quota)["spec"]["hard"];
    let hard = |name: &str| text(&hard[name]).trim_end_matches("Gi").parse::<u64>().unwrap();
    let most = |figure: &str| prod.total("maximum", figure);
    assert!(hard("pods") * 4 >= (most("pods") + most("surgePods")) * 5);
    assert!(hard("requests.cpu") * 1000 >= most("cpuRequestsMilli") * 5 / 4);
    assert!(hard("limits.cpu") * 1000 >= most("cpuLimitsMilli") * 5 / 4);
    assert!(hard("requests.memory") * GIB >= most("memoryRequestsBytes") * 5 / 4);
    assert!(hard("limits.memory") * GIB >= most("memoryLimitsBytes") * 5 / 4);
    assert!(hard("persistentvolumeclaims") * 4 >= most("claims") * 5);
    assert!(hard("requests.storage") * GIB >= most("storageBytes") * 5 / 4);
}

#[test]
fn a000_a05_totals_of_ez_platform() {
    let services = [
        "filediscovery",
        "fileprocessor",
        "validation",
        "output",
        "datasource-management",
        "metrics-configuration",
        "invalidrecords",
        "scheduling",
        "frontend",
    ];
    let prod = Report::of("ez-platform", "prod");
    let stated = [&services[..], &["mongodb", "kafka"]].concat();
    assert_eq!(prod.sum("minimum", &stated), (28, 19_500, 66_000, 39 * 1024, 132 * 1024));
    // With the cache of three pods of 8Gi: 63 and 156.
    let (_, _, _, requests, limits) = prod.sum("minimum", &[&stated[..], &["hazelcast"]].concat());
    assert_eq!((requests, limits), (63 * 1024, 156 * 1024));
    assert_eq!(prod.total("minimum", "pods"), 36);
    assert_eq!(prod.total("minimum", "storageBytes"), 240 * GIB);
    // The stated nodes hold the fewest pods, and not without one of them.
    assert_eq!(prod.0["nodes"]["minimum"]["fits"], true);
    assert_eq!(prod.0["nodes"]["nodeLost"]["fits"], false);
    assert!(prod.claims().iter().all(|(_, holds)| !holds));
}

#[test]
fn a003_totals_of_evolution_todo() {
    let prod = Report::of("evolution-todo", "prod");
    let services = ["frontend", "backend", "mcp"];
    assert_eq!(prod.sum("minimum", &services), (8, 800, 1600, 1024, 2048));
    assert_eq!(prod.sum("maximum", &services), (15, 1500, 3000, 1920, 3840));
    // The store of logs is one more; the document counts none.
    let stated = [&services[..], &["postgres", "redis"]].concat();
    assert_eq!((prod.sum("minimum", &stated).0, prod.sum("maximum", &stated).0), (10, 17));
    assert_eq!((prod.total("minimum", "pods"), prod.total("maximum", "pods")), (11, 18));
    assert_eq!(prod.total("minimum", "storageBytes"), 20 * GIB);
}
