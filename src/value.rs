//! Values of the spec that are valid by construction: names, quantities, images, ports.

pub mod command;
pub mod format;
pub mod keyed;
pub mod level;
pub mod raw;
pub mod secrecy;
pub mod short;
pub mod text;

pub use format::FORMATS;
pub use keyed::Keyed;
pub use short::{FromShort, Scalar, Short};
pub use text::Text;

/// Why a text does not have its format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// What is wrong, as the message of the diagnostic.
    pub reason: String,
    /// What to write instead.
    pub help: Option<String>,
}

/// Checks `text` against the format of this name; an unknown format takes everything.
///
/// # Errors
/// The reason and a way out.
pub fn check(format: &str, text: &str) -> Result<(), Invalid> {
    FORMATS.iter().find(|(name, _)| *name == format).map_or(Ok(()), |(_, check)| check(text))
}

/// Name of a component and of most objects.
pub type Name = Text<format::Name>;
/// Name of an object where dots are allowed.
pub type ObjectName = Text<format::ObjectName>;
/// A quantity of CPU, memory or storage.
pub type Quantity = Text<format::Quantity>;
/// A reference to a container image.
pub type Image = Text<format::Image>;
/// `NAME/KEY`: one entry of a config or a secret.
pub type KeyRef = Text<format::KeyRef>;
/// An absolute path in a file system.
pub type AbsolutePath = Text<format::AbsolutePath>;
/// The path part of a URL.
pub type UrlPath = Text<format::UrlPath>;
/// A host name, perhaps with `*.` in front.
pub type Host = Text<format::Host>;
/// An address that begins with `http://` or `https://`.
pub type HttpUrl = Text<format::HttpUrl>;
/// When a CronJob runs.
pub type Schedule = Text<format::Schedule>;
/// A whole number or a percentage.
pub type IntOrPercent = Text<format::IntOrPercent>;
/// A percentage.
pub type Percent = Text<format::Percent>;
/// A range of addresses.
pub type Cidr = Text<format::Cidr>;
/// A time span such as `15d` or `30s`.
pub type Duration = Text<format::Duration>;
/// So many a second, a minute or an hour, such as `22000/s`.
pub type Rate = Text<format::Rate>;
/// The name of a metric of Prometheus.
pub type MetricName = Text<format::MetricName>;
/// The name of a label of Prometheus.
pub type MetricLabel = Text<format::MetricLabel>;
/// A percentage of a whole, such as `99.9%`.
pub type Share = Text<format::Share>;
/// A Kubernetes version, `1.N`.
pub type KubernetesVersion = Text<format::KubernetesVersion>;
/// A semantic version.
pub type SemanticVersion = Text<format::SemanticVersion>;
/// The version of a server.
pub type Version = Text<format::Version>;
/// Permission bits of a file.
pub type FileMode = Text<format::FileMode>;
/// The name or the number of a port.
pub type PortRef = Text<format::PortRef>;
/// A dependency: `COMPONENT`, `COMPONENT:PORT` or `internet:PORT`.
pub type Use = Text<format::Use>;
/// A release of RKE2 or K3s.
pub type RkeRelease = Text<format::RkeRelease>;
/// The value of a label.
pub type LabelValue = Text<format::LabelValue>;
/// Labels by key.
pub type Labels = Keyed<format::LabelKey, LabelValue>;
/// Annotations by key.
pub type Annotations = Keyed<format::LabelKey, Scalar>;
