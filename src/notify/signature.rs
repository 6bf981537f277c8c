//! How a receiver knows that a message came from here, and when.

use crate::world::Secret;
use ring::hmac;

/// The value of `x-hectare-signature`: `v1=` and the HMAC-SHA256 of the time (`x-hectare-timestamp`), a full stop and the body.
pub fn signature(secret: &Secret, timestamp: &str, body: &[u8]) -> String {
    let mut signing = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, secret.reveal().as_bytes()));
    signing.update(timestamp.as_bytes());
    signing.update(b".");
    signing.update(body);
    let digits: String = signing.sign().as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("v1={digits}")
}
