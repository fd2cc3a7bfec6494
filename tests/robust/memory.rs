//! What specs may cost: a stated amount of memory.

use crate::kgen::kgen;
use std::path::Path;
use std::time::Duration;

/// Size of the hostile specs, in bytes: a quarter of what kgen reads.
const SIZE: usize = 4 * 1024 * 1024;
/// Most memory of a run, in kilobytes: 96 bytes for each byte of a hostile spec, and what the program itself needs.
const MOST: u64 = 96 * 4 * 1024 + 64 * 1024;

/// Runs kgen in a folder and returns its exit code; what takes more memory than it may is ended.
pub(super) fn bounded(folder: &Path, verb: &str) -> i32 {
    let output = std::fs::File::create(folder.join("out.txt")).unwrap();
    let mut child =
        kgen(folder).arg(verb).stderr(output.try_clone().unwrap()).stdout(output).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    loop {
        let peak = std::fs::read_to_string(&status).unwrap_or_default();
        let peak = peak.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak: u64 = peak.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0);
        if peak > MOST {
            child.kill().unwrap();
            panic!("`kgen {verb}` took {peak} kB of memory");
        }
        if let Some(status) = child.try_wait().unwrap() {
            return status.code().unwrap_or(-1);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn hostile_specs_are_refused_within_bounds() {
    let fill = |piece: &str| piece.repeat(SIZE / piece.len());
    let row = |n: u32| format!("x{n}: &x{n} [{}]\n", vec![format!("*x{}", n - 1); 10].join(", "));
    let bomb: String = (1..20).map(row).collect();
    let specs = [
        ("brackets", format!("platform: {}", fill("["))),
        ("list", format!("platform: shop\nx:\n{}", fill("- a\n"))),
        ("text", format!("platform: {}\n", fill("a"))),
        ("comments", format!("platform: shop\n{}", fill("# kgen: allow[a]\n"))),
        ("bomb", format!("platform: shop\nx0: &x0 [lol]\n{bomb}")),
        ("anchors", format!("platform: shop\nx: [{}]\n", fill("&a b,"))),
    ];
    for (name, spec) in specs {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("platform.yaml"), spec).unwrap();
        assert_eq!(bounded(folder.path(), "validate"), 1, "{name}");
    }
}
