# The habits of this repository. `just ci` is what a pull request must pass.

kgen := "target/debug/kgen"

default: fmt lint test

# Formats the sources.
fmt:
    cargo fmt --all

# Lints as strictly as CI does.
lint:
    cargo clippy --all-targets -- -D warnings

# Runs all tests, with the real tools as judges.
test *args:
    tests/run {{args}}

# Writes the output of all platforms and examples anew, and the published schema.
bless:
    cargo build
    mkdir -p schema
    {{kgen}} schema > schema/platform.schema.json
    for spec in platforms/*/platform.yaml examples/*/platform.yaml; do {{kgen}} render --force -p "${spec%/platform.yaml}"; done

# Builds the program without shared libraries, which starts sooner. The flag is for the last step alone: macros
# of the compiler cannot be static.
release:
    cargo rustc --release --bin kgen -- -C target-feature=+crt-static

# Measures, and writes docs/performance.md.
bench *args: release
    benches/run {{args}}

# Everything that CI checks.
ci:
    .ci/run
