//! `kgen capacity`: what has no limit is not shown as nothing.

use super::shop;
use insta::assert_snapshot;

#[test]
fn no_limit_is_no_nought() {
    let folder = shop();
    let spec = std::fs::read_to_string(folder.path("shop/platform.yaml")).unwrap();
    let other = "\n  job:\n    image: nginxinc/nginx-unprivileged:1.27-alpine\n    port: 8080\n    \
                 resources: { requests: { cpu: 50m, memory: 64Mi }, limits: { memory: 64Mi } }\n";
    folder.write("shop/platform.yaml", &(spec + other));
    assert_snapshot!(folder.run("capacity prod -p shop"), @r#"
    exit 0
    --- out
    shop: prod

                            pods   CPU requests   CPU limits   memory requests   memory limits   claims   storage
    web                        2            0.1          0.4            128 Mi         0.25 Gi        0         0
    job                        1           0.05         none             64 Mi           64 Mi        0         0
    total                      3           0.15         0.4+            192 Mi        0.312 Gi        0         0
    while all is replaced     +2           +0.1         +0.2           +128 Mi         +192 Mi

    `none` and `+`: containers without a limit may use what their node has
    "#);
    let (_, json, _) = folder.kgen("capacity prod -p shop --format json");
    assert!(json.contains("\"cpuUnlimited\": true") && !json.contains("\"memoryUnlimited\": true"));
}
