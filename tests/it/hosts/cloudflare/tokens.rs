//! The short-lived tokens for assets: three parts, readable by the client, signed by the host.

use super::envelope::Refusal;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Value, json};

/// Signs and checks tokens.
#[derive(Debug)]
pub(super) struct Mint {
    key: [u8; 32],
}

impl Mint {
    pub(super) fn new() -> Self {
        Self { key: *blake3::hash(b"a key of the double").as_bytes() }
    }

    /// A token that says `claims` until a moment.
    pub(super) fn issue(&self, mut claims: Value, until: Timestamp) -> String {
        claims["exp"] = json!(until.as_second());
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encode(&json!({ "alg": "HS256", "typ": "JWT" })), encode(&claims));
        let signature = blake3::keyed_hash(&self.key, signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_bytes()))
    }

    /// What a token says, if it is one of ours, of this kind, and not out of date.
    pub(super) fn read(&self, token: Option<&str>, kind: &str, now: Timestamp) -> Result<Value, Refusal> {
        let unauthorized = || Refusal::new(401, 8_000_013, "Authorization failed");
        let (signed, signature) = token.and_then(|token| token.rsplit_once('.')).ok_or_else(unauthorized)?;
        let expected = blake3::keyed_hash(&self.key, signed.as_bytes());
        if URL_SAFE_NO_PAD.encode(expected.as_bytes()) != signature {
            return Err(unauthorized());
        }
        let claims = signed.split_once('.').and_then(|(_, claims)| URL_SAFE_NO_PAD.decode(claims).ok());
        let claims: Value = serde_json::from_slice(&claims.ok_or_else(unauthorized)?).map_err(|_| unauthorized())?;
        if claims["kind"] != kind {
            return Err(unauthorized());
        }
        let until = claims["exp"].as_i64().unwrap_or_default();
        if now.as_second() >= until { Err(Refusal::Expired) } else { Ok(claims) }
    }
}
