//! `build-images.sh`: what it builds from what, and what it prints.

use super::bench::Bench;
use crate::kgen::root;
use crate::projects::Project;

fn todo() -> Bench {
    Bench::of(&Project::new(&root().join("platforms/evolution-todo")))
}

#[test]
fn images_are_pushed_and_their_digests_pin_the_next_render() {
    let bench = todo();
    let ran = bench.run("out/ops/build-images.sh --push --registry ghcr.io/acme --tag 9f2c").exits(0);
    let built = ran.call("docker build --pull --tag ghcr.io/acme/evolution-todo-frontend:9f2c");
    assert!(ran.calls[built].contains("--build-arg NEXT_PUBLIC_API_URL=/api"), "{}", ran.calls[built]);
    assert!(ran.calls[built].contains("--file out/ops/docker/frontend/Dockerfile"), "{}", ran.calls[built]);
    assert!(built < ran.call("docker push ghcr.io/acme/evolution-todo-frontend:9f2c"));
    let pins: Vec<_> = ran.out.lines().collect();
    assert_eq!(pins.len(), 3, "{}", ran.out);
    let digest = format!("ghcr.io/acme/evolution-todo-frontend@sha256:{:064}", 7);
    assert_eq!(pins[0], format!("--image=frontend={digest}"));
    bench.run(&format!("kgen render prod {}", pins.join(" "))).exits(0);
    bench.run(&format!("grep -q 'image: {digest}' out/raw/prod/frontend/deployment.yaml")).exits(0);
}

#[test]
fn one_image_is_built_and_nothing_is_pushed_unasked() {
    let bench = todo();
    let ran = bench.run("REGISTRY=localhost:5000 out/ops/build-images.sh mcp").exits(0);
    assert_eq!(ran.calls.len(), 1, "{:#?}", ran.calls);
    ran.call("--tag localhost:5000/evolution-todo-mcp:1.0.0");
    assert_eq!(ran.out, "");
    bench.run("out/ops/build-images.sh nobody").exits(2);
    let ran = bench.run("out/ops/build-images.sh --source nowhere mcp").exits(1);
    assert!(ran.said.contains("there is no source of mcp in nowhere/mcp"), "{}", ran.said);
}
