//! What hostile specs may cost: a stated amount of memory and of time.

use crate::kgen::kgen;
use std::time::{Duration, Instant};

/// Size of the specs, in bytes: a quarter of what kgen reads.
const SIZE: usize = 4 * 1024 * 1024;
/// Most memory of a run over them, in kilobytes: 96 bytes for each byte, and what the program itself needs.
const MOST: u64 = 96 * 4 * 1024 + 64 * 1024;
/// Longest time of such a run, in a debug build on a busy machine.
const LONGEST: Duration = Duration::from_mins(2);

/// Runs `kgen validate` and returns its exit code and the most memory that it had, in kilobytes.
fn cost(spec: &str) -> (i32, u64) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("platform.yaml"), spec).unwrap();
    let output = std::fs::File::create(folder.path().join("out.txt")).unwrap();
    let mut child = kgen(folder.path()).arg("validate").stdout(output).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let (mut most, started) = (0, Instant::now());
    loop {
        let peak = std::fs::read_to_string(&status).unwrap_or_default();
        let peak = peak.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak = peak.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok());
        most = most.max(peak.unwrap_or(0));
        if let Some(status) = child.try_wait().unwrap() {
            return (status.code().unwrap_or(-1), most);
        }
        if started.elapsed() > LONGEST {
            child.kill().unwrap();
            panic!("kgen took longer than {LONGEST:?}");
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
        let (code, peak) = cost(&spec);
        assert_eq!(code, 1, "{name}");
        assert!(peak < MOST, "{name}: {peak} kB");
    }
}
