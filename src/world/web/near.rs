//! Which addresses are one's own network's: a message to the outside must not be led there by a name.

use super::WebFault;
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// How far a call may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// Wherever its address leads.
    #[default]
    Anywhere,
    /// To machines that everyone can reach, and neither to this one nor to those beside it.
    Public,
}

impl Reach {
    /// What is said about a call that was to go too near.
    pub const REFUSED: &str = "the address leads into the own network";
}

/// Looks names up, and knows only their public addresses.
#[derive(Debug)]
pub(super) struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let public: Vec<SocketAddr> = found.into_iter().filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                Err(io::Error::other(Reach::REFUSED).into())
            } else {
                Ok(Box::new(public.into_iter()) as Addrs)
            }
        })
    }
}

/// Refuses an address that is written as a number; names are looked at when they are looked up.
pub(super) fn check(url: &str) -> Result<(), WebFault> {
    let url = Url::parse(url).map_err(|error| WebFault::Unreachable(error.to_string()))?;
    let host = url.host_str().unwrap_or("").trim_matches(['[', ']']);
    match host.parse::<IpAddr>() {
        Ok(number) if !is_public(number) => Err(WebFault::Unreachable(Reach::REFUSED.to_owned())),
        _ => Ok(()),
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_4(address),
        IpAddr::V6(address) => is_public_6(address),
    }
}

fn is_public_4(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    let shared = first == 100 && (64..128).contains(&second);
    let testing = first == 198 && (second == 18 || second == 19);
    !(first == 0
        || first >= 240
        || shared
        || testing
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation())
}

fn is_public_6(address: Ipv6Addr) -> bool {
    if let Some(inner) = address.to_ipv4() {
        return is_public_4(inner);
    }
    let first = address.segments()[0];
    let embeds_4 = first == 0x2002 || address.segments()[..2] == [0x64, 0xff9b];
    // Only this part of all addresses is given out to the public.
    (first & 0xe000) == 0x2000 && !embeds_4 && address.segments()[..2] != [0x2001, 0xdb8]
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::is_public;

    #[test]
    fn public_addresses_are_told_from_ones_own() {
        let near = [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "198.18.0.1",
            "::1",
            "::",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::7f00:1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
        ];
        for address in near {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in ["1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:1.1.1.1"] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }
}
