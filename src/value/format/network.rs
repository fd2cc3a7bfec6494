//! Formats of addresses.

use super::super::Invalid;
use super::super::text::Format;
use super::invalid;
use std::net::IpAddr;

/// A range of addresses.
#[derive(Clone, Debug)]
pub struct Cidr;

impl Format for Cidr {
    const NAME: &'static str = "cidr";
    const DOC: &'static str = "A range of addresses: `ADDRESS/BITS`.";
    const EXAMPLE: &'static str = "10.0.0.0/8";

    fn check(text: &str) -> Result<(), Invalid> {
        let Some((address, bits)) = text.split_once('/') else {
            return match text.parse::<IpAddr>() {
                Ok(address) => invalid(
                    format!("`{text}` is one address, not a range"),
                    format!("write `{text}/{}`", width(address)),
                ),
                Err(_) => invalid(
                    format!("`{text}` is not a range of addresses"),
                    "write `ADDRESS/BITS`, such as `10.0.0.0/8`",
                ),
            };
        };
        let Ok(address) = address.parse::<IpAddr>() else {
            return invalid(format!("`{address}` is not an address"), "write one such as `10.0.0.0/8`");
        };
        let Some(bits) = bits.parse::<u8>().ok().filter(|bits| *bits <= width(address)) else {
            return invalid(
                format!("`{bits}` is not a number of bits from 0 to {}", width(address)),
                format!("write `{address}/{}` for one address", width(address)),
            );
        };
        let first = network(address, bits);
        if first != address {
            return invalid(
                format!("`{text}` has bits set beyond the first {bits}"),
                format!("write `{first}/{bits}`"),
            );
        }
        Ok(())
    }
}

const fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// The first address of a range.
fn network(address: IpAddr, bits: u8) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
            IpAddr::V4((u32::from(address) & mask).into())
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
            IpAddr::V6((u128::from(address) & mask).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        for good in ["10.0.0.0/8", "0.0.0.0/0", "192.168.1.7/32", "::/0", "fc00::/7"] {
            assert!(Cidr::check(good).is_ok(), "{good}");
        }
        let help = |text| Cidr::check(text).unwrap_err().help.unwrap();
        assert_eq!(help("10.1.2.3/8"), "write `10.0.0.0/8`");
        assert_eq!(help("10.1.2.3"), "write `10.1.2.3/32`");
        assert_eq!(help("fe80::1"), "write `fe80::1/128`");
        assert_eq!(help("10.0.0.0/33"), "write `10.0.0.0/32` for one address");
        assert_eq!(help("ten/8"), "write one such as `10.0.0.0/8`");
    }
}
