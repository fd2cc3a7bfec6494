//! Formats of what a platform is measured by: rates and percentages.

use super::super::Invalid;
use super::super::text::Format;
use super::invalid;

/// So many a second, a minute or an hour.
#[derive(Clone, Debug)]
pub struct Rate;

/// Units of a rate, and their length in seconds.
const UNITS: &[(&str, f64)] = &[("s", 1.0), ("m", 60.0), ("h", 3600.0)];

/// The rate in units a second; none if the text is no rate.
#[must_use]
pub fn per_second(text: &str) -> Option<f64> {
    let (number, unit) = text.split_once('/')?;
    let (_, seconds) = UNITS.iter().find(|(name, _)| *name == unit)?;
    decimal(number).map(|number| number / seconds)
}

impl Format for Rate {
    const NAME: &'static str = "rate";
    const DOC: &'static str = "So many a second, a minute or an hour: a number with `/s`, `/m` or `/h`.";
    const EXAMPLE: &'static str = "22000/s";

    fn check(text: &str) -> Result<(), Invalid> {
        match per_second(text) {
            Some(rate) if rate > 0.0 => Ok(()),
            Some(_) => invalid(
                format!("`{text}` is nothing at all"),
                "write a rate above zero, or leave the field out",
            ),
            None => {
                let number: String =
                    text.chars().take_while(|c| c.is_ascii_digit() || ".,_ ".contains(*c)).collect();
                let number: String = number.chars().filter(|c| !",_ ".contains(*c)).collect();
                let number = if decimal(&number).is_some() { number } else { "100".to_owned() };
                invalid(
                    format!("`{text}` is not a rate"),
                    format!("write `{number}/s`, `{number}/m` or `{number}/h`"),
                )
            }
        }
    }
}

/// A share of a whole in percent.
#[derive(Clone, Debug)]
pub struct Share;

/// The share from 0 to 1; none if the text is no percentage.
#[must_use]
pub fn share(text: &str) -> Option<f64> {
    text.strip_suffix('%').and_then(decimal).map(|number| number / 100.0).filter(|share| *share <= 1.0)
}

impl Format for Share {
    const NAME: &'static str = "share";
    const DOC: &'static str = "A percentage from `0%` to `100%`, perhaps with decimals.";
    const EXAMPLE: &'static str = "99.9%";

    fn check(text: &str) -> Result<(), Invalid> {
        if share(text).is_some() {
            return Ok(());
        }
        let help = match decimal(text) {
            Some(number) if number <= 100.0 => format!("write `{text}%`"),
            _ => "write a number from 0 to 100 and `%`, such as `99.9%`".to_owned(),
        };
        invalid(format!("`{text}` is not a percentage"), help)
    }
}

/// Name of a metric of Prometheus.
#[derive(Clone, Debug)]
pub struct MetricName;

impl Format for MetricName {
    const NAME: &'static str = "metric-name";
    const DOC: &'static str =
        "Letters, digits, `_` and `:`, not starting with a digit (a metric of Prometheus).";
    const EXAMPLE: &'static str = "http_requests_total";

    fn check(text: &str) -> Result<(), Invalid> {
        if is_word(text, "_:") {
            return Ok(());
        }
        invalid(
            format!("`{text}` is not the name of a metric"),
            "use letters, digits, `_` and `:`, and no digit in front",
        )
    }
}

/// Name of a label of Prometheus.
#[derive(Clone, Debug)]
pub struct MetricLabel;

impl Format for MetricLabel {
    const NAME: &'static str = "metric-label";
    const DOC: &'static str = "Letters, digits and `_`, not starting with a digit (a label of Prometheus).";
    const EXAMPLE: &'static str = "status";

    fn check(text: &str) -> Result<(), Invalid> {
        if is_word(text, "_") {
            return Ok(());
        }
        invalid(
            format!("`{text}` is not the name of a label of Prometheus"),
            "use letters, digits and `_`, and no digit in front",
        )
    }
}

fn is_word(text: &str, marks: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || marks.contains(c);
    !text.is_empty() && text.chars().all(good) && !text.starts_with(|c: char| c.is_ascii_digit())
}

/// The value of plain digits, perhaps with a decimal point between them.
fn decimal(text: &str) -> Option<f64> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, "0"));
    let digits =
        |part: &str| !part.is_empty() && part.len() <= 12 && part.chars().all(|c| c.is_ascii_digit());
    (digits(whole) && digits(rest)).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_by_the_second() {
        assert_eq!(per_second("22000/s"), Some(22_000.0));
        assert_eq!(per_second("90/m"), Some(1.5));
        assert_eq!(per_second("1.5/h"), Some(1.5 / 3600.0));
        for text in ["22000", "/s", "1e3/s", "-1/s", "1./s", "5/d", "22 000/s"] {
            assert_eq!(per_second(text), None, "{text}");
        }
        assert_eq!(
            Rate::check("22,000 RPS").unwrap_err().help.unwrap(),
            "write `22000/s`, `22000/m` or `22000/h`"
        );
        assert!(Rate::check("0/s").is_err());
    }

    #[test]
    fn metrics_and_labels_are_words() {
        assert!(MetricName::check("platform:http_requests:rate5m").is_ok());
        assert!(MetricLabel::check("status_code").is_ok());
        for text in ["", "5xx", "http.requests", "a b"] {
            assert!(MetricName::check(text).is_err() && MetricLabel::check(text).is_err(), "{text}");
        }
        assert!(MetricLabel::check("a:b").is_err());
    }

    #[test]
    fn percentages_end_at_a_hundred() {
        assert_eq!(share("5%"), Some(0.05));
        assert_eq!(share("100%"), Some(1.0));
        for text in ["5", "101%", "%", "-1%", ".5%"] {
            assert_eq!(share(text), None, "{text}");
        }
        assert_eq!(Share::check("5").unwrap_err().help.unwrap(), "write `5%`");
    }
}
