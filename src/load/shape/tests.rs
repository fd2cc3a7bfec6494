use super::*;
use crate::diagnostic::{
    Findings,
    format::{Format, render},
};
use crate::load::decode;
use schemars::JsonSchema;
use serde::Deserialize;

#[expect(dead_code, reason = "only ever decoded")]
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Sample {
    small: Option<i32>,
    tiny: Option<u8>,
    wide: Option<u64>,
    ratio: Option<f64>,
    list: Option<Vec<String>>,
    #[schemars(range(min = 1, max = 7))]
    few: Option<u32>,
}

/// The findings, one a line; what has none must decode, and what is out of range must not.
fn check(text: &str) -> String {
    let (mut sources, mut findings) = (Sources::new(), Findings::default());
    let root = sources.add("p", text.as_bytes(), &mut findings).expect("the sample is YAML");
    let schema = serde_json::to_value(schemars::schema_for!(Sample)).expect("the sample has a schema");
    Shape::new(&schema, Box::new(|_| None)).check(&sources, root, &mut findings);
    sources.refuse(findings.places());
    if render(Format::Concise, &findings, &sources, false).contains("out-of-range") {
        assert!(decode::<Sample>(&sources, root).is_err(), "{text}");
    }
    if findings.errors() == 0 {
        decode::<Sample>(&sources, root).expect("what has the shape decodes");
    }
    render(Format::Concise, &findings, &sources, false)
}

#[test]
fn what_has_the_shape_decodes() {
    let good =
        ["small: -2147483648", "tiny: 255", "wide: 9223372036854775807", "ratio: 1e3", "list: [a, 1, '']"];
    for text in good {
        assert_eq!(check(text), "", "{text}");
    }
    let ranges =
        ["small: 2147483648", "small: -2147483649", "tiny: 256", "tiny: -1", "wide: -1", "few: 0", "few: 8"];
    for text in ranges {
        assert!(check(text).contains("error[out-of-range]"), "{text}");
    }
    let types = [
        "wide: 99999999999999999999",
        "ratio: inf",
        "ratio: nan",
        "ratio: 1e999",
        "list: [a, ~]",
        "list: [a, null]",
    ];
    for text in types {
        assert!(check(text).contains("error[wrong-type]"), "{text}");
    }
}

#[test]
fn thousands_of_unknown_fields_take_no_time() {
    let text: String = (0..20_000).map(|n| n.to_string() + ": x\n").collect();
    assert!(check(&text).ends_with("100 errors\n"));
}
