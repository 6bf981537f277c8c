//! Whom a request speaks to, by the name that it used.

use crate::world::Ipv4Addr;

/// The names and the port under which the preview is reached. Any other name is refused: it is how a foreign page would reach
/// a server on this machine, by a name of its own that leads here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) port: u16,
    /// This machine's address in its network, if others may come from there.
    pub(super) network: Option<Ipv4Addr>,
}

/// Whom a request speaks to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Addressee {
    /// The whole fleet: `localhost`.
    Fleet,
    /// One site: `<site>.localhost`.
    Site(String),
    /// The site that this browser chose before, or the fleet: a number, which has no room for a site's name.
    Chosen,
}

impl Address {
    /// Whom the `Host` header means; nobody if it is a name that is not ours.
    pub(super) fn addressee(&self, host: &str) -> Option<Addressee> {
        let host = host.to_ascii_lowercase();
        let name = match host.strip_suffix(&format!(":{}", self.port)) {
            Some(name) => name,
            None if self.port == 80 => &host,
            None => return None,
        };
        match name {
            "localhost" => Some(Addressee::Fleet),
            "127.0.0.1" | "[::1]" => Some(Addressee::Chosen),
            _ if self.network.is_some_and(|network| name == network.to_string()) => Some(Addressee::Chosen),
            _ => {
                let site = name.strip_suffix(".localhost")?;
                let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
                (!site.is_empty() && site.bytes().all(fits)).then(|| Addressee::Site(site.to_owned()))
            }
        }
    }

    /// Where a site is reached from this machine.
    pub(super) fn of_site(&self, id: &str) -> String {
        format!("http://{id}.localhost:{}/", self.port)
    }
}
