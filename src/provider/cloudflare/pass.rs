//! The short-lived tokens by which files are sent.

use crate::provider::{FaultKind, HostFault};
use crate::world::Secret;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::Value;

/// A token for assets.
pub(super) struct Pass {
    pub(super) secret: Secret,
    /// When it runs out, in seconds since 1970, if it says so.
    until: Option<i64>,
}

/// A token that is good for less than this, in seconds, is not worth beginning with.
const MARGIN: i64 = 60;

impl Pass {
    /// Takes the token out of the field `jwt` of a result.
    pub(super) fn of(doing: &str, result: &Value) -> Result<Self, HostFault> {
        let none = |said: String| HostFault::new(FaultKind::Nonsense, doing, said);
        let text = result["jwt"].as_str().ok_or_else(|| none("the answer holds no token".to_owned()))?;
        let secret = Secret::new(text).map_err(|fault| none(fault.to_string()))?;
        Ok(Self { secret, until: until(text) })
    }

    /// Whether it is out of date, or will be before much is done.
    pub(super) fn is_old(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until - now.as_second() < MARGIN)
    }
}

/// The second of the three parts can be read by everyone.
fn until(token: &str) -> Option<i64> {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice::<Value>(&claims).ok()?["exp"].as_i64()
}
