//! Formats that count something: quantities, time spans, versions, schedules.

use super::super::Invalid;
use super::super::text::Format;
use super::invalid;

/// A quantity as the Kubernetes API reads it.
#[derive(Clone, Debug)]
pub struct Quantity;

const SUFFIXES: &[(&str, f64)] = &[
    ("Ki", 1024.0),
    ("Mi", 1_048_576.0),
    ("Gi", 1_073_741_824.0),
    ("Ti", 1_099_511_627_776.0),
    ("Pi", 1_125_899_906_842_624.0),
    ("Ei", 1_152_921_504_606_846_976.0),
    ("n", 1e-9),
    ("u", 1e-6),
    ("m", 1e-3),
    ("k", 1e3),
    ("M", 1e6),
    ("G", 1e9),
    ("T", 1e12),
    ("P", 1e15),
    ("E", 1e18),
];

/// The value of a quantity in its unit (cores, bytes); none if it is no quantity.
#[must_use]
pub fn scaled(text: &str) -> Option<f64> {
    let (digits, factor) = SUFFIXES
        .iter()
        .find_map(|(suffix, factor)| text.strip_suffix(suffix).map(|digits| (digits, *factor)))
        .unwrap_or((text, 1.0));
    let plain = !digits.is_empty()
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
        && digits.chars().filter(|c| *c == '.').count() <= 1
        && digits != ".";
    plain.then(|| digits.parse::<f64>().ok().map(|number| number * factor)).flatten()
}

impl Format for Quantity {
    const NAME: &'static str = "quantity";
    const DOC: &'static str = "A Kubernetes quantity: a number with `m` (thousandths), `k`, `M`, `G` (decimal) or `Ki`, `Mi`, `Gi` (binary).";
    const EXAMPLE: &'static str = "512Mi";
    const NUMERIC: bool = true;
    const PATTERN: &'static str = r"^([0-9]+\.?[0-9]*|\.[0-9]+)([numkMGTPE]|[KMGTPE]i)?$";

    fn check(text: &str) -> Result<(), Invalid> {
        if scaled(text).is_some() {
            return Ok(());
        }
        let number: String = text.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        let unit = text[number.len()..].trim();
        let meant = match unit {
            "mi" | "mb" | "MB" | "MiB" | "mib" | "Mb" | "MI" => "Mi",
            "gi" | "gb" | "GB" | "GiB" | "gib" | "Gb" | "g" | "GI" => "Gi",
            "ki" | "kb" | "KB" | "KiB" | "K" | "KI" => "Ki",
            "ti" | "tb" | "TB" | "TiB" | "t" | "TI" => "Ti",
            "cpu" | "cpus" | "core" | "cores" | "vcpu" => "",
            _ => {
                return invalid(
                    format!("`{text}` is not a quantity"),
                    "write a number with a unit, such as `250m`, `512Mi` or `10Gi`",
                );
            }
        };
        if number.is_empty() {
            return invalid(format!("the quantity `{text}` has no number"), format!("write `1{meant}`"));
        }
        invalid(
            format!("`{text}` is not a quantity: Kubernetes has no unit `{unit}`"),
            format!("write `{number}{meant}`"),
        )
    }
}

/// A whole number or a percentage.
#[derive(Clone, Debug)]
pub struct IntOrPercent;

impl Format for IntOrPercent {
    const NAME: &'static str = "int-or-percent";
    const DOC: &'static str = "A whole number, or a percentage such as `25%`.";
    const EXAMPLE: &'static str = "25%";
    const NUMERIC: bool = true;

    fn check(text: &str) -> Result<(), Invalid> {
        let digits = text.strip_suffix('%').unwrap_or(text);
        if !digits.is_empty()
            && digits.len() <= 9
            && digits.chars().all(|c| c.is_ascii_digit())
            && (digits == "0" || !digits.starts_with('0'))
        {
            return Ok(());
        }
        invalid(
            format!("`{text}` is neither a whole number nor a percentage"),
            "write a number such as `1`, or a percentage such as `25%`",
        )
    }
}

/// A percentage.
#[derive(Clone, Debug)]
pub struct Percent;

impl Format for Percent {
    const NAME: &'static str = "percent";
    const DOC: &'static str = "A percentage such as `25%`.";
    const EXAMPLE: &'static str = "25%";
    const PATTERN: &'static str = "^(0|[1-9][0-9]{0,3})%$";

    fn check(text: &str) -> Result<(), Invalid> {
        let number = text.strip_suffix('%').unwrap_or(text);
        let good = IntOrPercent::check(number).is_ok() && number.len() <= 4;
        if good && text.ends_with('%') {
            return Ok(());
        }
        let help = if good { format!("write `{text}%`") } else { "write one such as `25%`".to_owned() };
        invalid(format!("`{text}` is not a percentage"), help)
    }
}

/// Seconds of the longest time span: it is counted in nanoseconds, in 64 bits.
const LONGEST: f64 = 292.0 * 31_536_000.0;

/// A time span with one unit, as Prometheus writes it.
#[derive(Clone, Debug)]
pub struct Duration;

impl Format for Duration {
    const NAME: &'static str = "duration";
    const DOC: &'static str = "A whole number with `ms`, `s`, `m`, `h`, `d`, `w` or `y`.";
    const EXAMPLE: &'static str = "15d";

    fn check(text: &str) -> Result<(), Invalid> {
        let number: String = text.chars().take_while(char::is_ascii_digit).collect();
        let unit = &text[number.len()..];
        if !number.is_empty() && ["ms", "s", "m", "h", "d", "w", "y"].contains(&unit) {
            if fine_seconds(text) > LONGEST {
                let reason =
                    format!("the time span `{text}` is longer than Prometheus and Kubernetes can count");
                return invalid(reason, "write `292y` or less");
            }
            return Ok(());
        }
        let help = match unit {
            "" if !number.is_empty() => format!("say the unit: `{number}s`"),
            " days" | "days" | " day" | "day" => format!("write `{number}d`"),
            "min" | " min" | " minutes" | "minutes" => format!("write `{number}m`"),
            "sec" | " sec" | " seconds" | "seconds" => format!("write `{number}s`"),
            _ => "write a number with a unit, such as `30s`, `5m` or `15d`".to_owned(),
        };
        invalid(format!("`{text}` is not a time span"), help)
    }
}

/// Seconds of a time span, fractions included.
#[must_use]
pub fn fine_seconds(span: &str) -> f64 {
    let number: String = span.chars().take_while(char::is_ascii_digit).collect();
    let count: f64 = number.parse().unwrap_or(0.0);
    let unit = match &span[number.len()..] {
        "ms" => 0.001,
        "m" => 60.0,
        "h" => 3600.0,
        "d" => 86_400.0,
        "w" => 604_800.0,
        "y" => 31_536_000.0,
        _ => 1.0,
    };
    count * unit
}

/// Oldest Kubernetes minor version that kgen knows.
pub const OLDEST: u32 = 25;
/// Newest Kubernetes minor version that kgen knows.
pub const NEWEST: u32 = 37;

/// The lowest Kubernetes version to support.
#[derive(Clone, Debug)]
pub struct KubernetesVersion;

/// The minor version in `1.N`; none if the text is no version.
#[must_use]
pub fn minor(text: &str) -> Option<u32> {
    text.strip_prefix("1.")
        .filter(|minor| minor.chars().all(|c| c.is_ascii_digit()))
        .and_then(|minor| minor.parse().ok())
}

impl Format for KubernetesVersion {
    const NAME: &'static str = "kubernetes-version";
    const DOC: &'static str = "A Kubernetes version `1.N`, from 1.25 to 1.37.";
    const EXAMPLE: &'static str = "1.30";
    const NUMERIC: bool = true;

    fn check(text: &str) -> Result<(), Invalid> {
        let Some(minor) = minor(text) else {
            let short: String = text.trim_start_matches('v').split('.').take(2).collect::<Vec<_>>().join(".");
            let help = if self::minor(&short).is_some() {
                format!("write \"{short}\"")
            } else {
                "write it as \"1.30\"".to_owned()
            };
            return invalid(format!("`{text}` is not a Kubernetes version"), help);
        };
        if (OLDEST..=NEWEST).contains(&minor) {
            return Ok(());
        }
        let help = if minor < 10 {
            format!(
                "a plain 1.30 is written \"1.30\" (with quotes in most tools); kgen knows 1.{OLDEST} to 1.{NEWEST}"
            )
        } else {
            format!("kgen knows 1.{OLDEST} to 1.{NEWEST}")
        };
        invalid(format!("Kubernetes {text} is not a version that kgen knows"), help)
    }
}

/// The fields of a cron line: name, range, words.
const PARTS: [(&str, u32, u32, &[&str]); 5] = [
    ("minute", 0, 59, &[]),
    ("hour", 0, 23, &[]),
    ("day of the month", 1, 31, &[]),
    ("month", 1, 12, &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
    ("day of the week", 0, 6, &["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
];

/// A cron line of five fields.
#[derive(Clone, Debug)]
pub struct Schedule;

impl Format for Schedule {
    const NAME: &'static str = "schedule";
    const DOC: &'static str =
        "A cron line: minute, hour, day of the month, month, day of the week; or `@daily` and the like.";
    const EXAMPLE: &'static str = "0 3 * * *";
    const PATTERN: &'static str = r"^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|\s*([0-9A-Za-z*?/,-]+\s+){4}[0-9A-Za-z*?/,-]+\s*)$";

    fn check(text: &str) -> Result<(), Invalid> {
        if ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"].contains(&text) {
            return Ok(());
        }
        if text.starts_with("TZ=") || text.starts_with("CRON_TZ=") {
            return invalid(
                format!("the schedule `{text}` holds a time zone"),
                "move it to the field `timeZone`",
            );
        }
        let fields: Vec<&str> = text.split_whitespace().collect();
        if fields.len() != 5 {
            return invalid(
                format!("the schedule `{text}` has {} fields, cron has 5", fields.len()),
                "write minute, hour, day of the month, month, day of the week, such as \"0 3 * * *\"",
            );
        }
        for (field, (what, low, high, names)) in fields.iter().zip(PARTS) {
            if !field.split(',').all(|item| cron_item(item, low, high, names)) {
                return invalid(
                    format!("`{field}` cannot be the {what} in the schedule `{text}`"),
                    format!(
                        "the {what} is `*`, a number from {low} to {high}, a range `a-b`, a step `*/n` or a list of those"
                    ),
                );
            }
        }
        Ok(())
    }
}

fn cron_item(item: &str, low: u32, high: u32, names: &[&str]) -> bool {
    let (range, step) = item.split_once('/').map_or((item, None), |(range, step)| (range, Some(step)));
    let number = |text: &str| {
        let word = text.to_lowercase();
        names
            .iter()
            .position(|name| *name == word)
            .and_then(|at| u32::try_from(at).ok().map(|at| at + low))
            .or_else(|| text.parse::<u32>().ok())
            .filter(|n| (low..=high).contains(n))
    };
    step.is_none_or(|step| step.parse::<u32>().is_ok_and(|n| n > 0))
        && (range == "*"
            || range == "?"
            || range.split_once('-').map_or_else(
                || number(range).is_some(),
                |(from, to)| number(from).zip(number(to)).is_some_and(|(from, to)| from <= to),
            ))
}

/// A semantic version: what Helm demands of a chart.
#[derive(Clone, Debug)]
pub struct SemanticVersion;

impl Format for SemanticVersion {
    const NAME: &'static str = "semantic-version";
    const DOC: &'static str = "A semantic version: `MAJOR.MINOR.PATCH`, perhaps with `-PRERELEASE`.";
    const EXAMPLE: &'static str = "1.4.2";

    fn check(text: &str) -> Result<(), Invalid> {
        let core = text.split(['-', '+']).next().unwrap_or_default();
        let parts: Vec<&str> = core.split('.').collect();
        let whole = |part: &&str| {
            !part.is_empty()
                && part.chars().all(|c| c.is_ascii_digit())
                && (*part == "0" || !part.starts_with('0'))
        };
        let rest = &text[core.len()..];
        if parts.len() == 3
            && parts.iter().all(whole)
            && rest.chars().all(|c| c.is_ascii_alphanumeric() || ".-+".contains(c))
            && rest.len() != 1
        {
            return Ok(());
        }
        let filled = match parts.len() {
            1 if parts.iter().all(whole) => format!("write `{core}.0.0`"),
            2 if parts.iter().all(whole) => format!("write `{core}.0`"),
            _ => "write three numbers, such as `1.4.2`".to_owned(),
        };
        invalid(format!("`{text}` is not a semantic version"), filled)
    }
}

/// Permission bits in octal.
#[derive(Clone, Debug)]
pub struct FileMode;

impl Format for FileMode {
    const NAME: &'static str = "file-mode";
    const DOC: &'static str = "Permission bits in octal, in quotes.";
    const EXAMPLE: &'static str = "0400";

    fn check(text: &str) -> Result<(), Invalid> {
        let digits = text.strip_prefix('0').unwrap_or(text);
        if digits.len() == 3 && digits.chars().all(|c| ('0'..='7').contains(&c)) {
            return Ok(());
        }
        invalid(format!("`{text}` are no permission bits"), "write three octal digits, such as \"0400\"")
    }
}
