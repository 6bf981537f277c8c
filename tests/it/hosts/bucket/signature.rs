//! Whether a request was signed by someone who knows the secret, for exactly what was sent: AWS Signature Version 4.

use crate::hosts::message::Request;
use jiff::Timestamp;
use ring::hmac;
use sha2::{Digest, Sha256};

/// A status, a code and a message.
type Refusal = (u16, &'static str, &'static str);

const WRONG: Refusal =
    (403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided.");

/// Signed requests are taken for so many seconds.
const FRESH: i64 = 15 * 60;

pub(super) fn check(request: &Request, key: &str, secret: &str, now: Timestamp) -> Result<(), Refusal> {
    let denied = (403, "AccessDenied", "Access Denied");
    let terms =
        request.header("authorization").and_then(|value| value.strip_prefix("AWS4-HMAC-SHA256 ")).ok_or(denied)?;
    let term =
        |name: &str| terms.split(',').find_map(|term| term.trim().strip_prefix(name)?.strip_prefix('=')).ok_or(WRONG);
    let (credential, signed, signature) = (term("Credential")?, term("SignedHeaders")?, term("Signature")?);
    let scope: Vec<&str> = credential.split('/').collect();
    let [id, day, region, "s3", "aws4_request"] = scope[..] else { return Err(WRONG) };
    if id != key {
        return Err((403, "InvalidAccessKeyId", "The access key ID you provided does not exist in our records."));
    }
    let moment = request.header("x-amz-date").ok_or(denied)?;
    let signed_at = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", moment).map_err(|_| denied)?;
    let signed_at = signed_at.to_zoned(jiff::tz::TimeZone::UTC).map_err(|_| denied)?.timestamp();
    if (now.as_second() - signed_at.as_second()).abs() > FRESH || !moment.starts_with(day) {
        return Err((
            403,
            "RequestTimeTooSkewed",
            "The difference between the request time and the server's time is too large.",
        ));
    }
    let payload = request.header("x-amz-content-sha256").ok_or(denied)?;
    if payload != hex(&Sha256::digest(&request.body)) {
        return Err((
            400,
            "XAmzContentSHA256Mismatch",
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
        ));
    }
    let canonical = canonical(request, signed, payload).ok_or(WRONG)?;
    let scope = format!("{day}/{region}/s3/aws4_request");
    let text = format!("AWS4-HMAC-SHA256\n{moment}\n{scope}\n{}", hex(&Sha256::digest(canonical)));
    let start = format!("AWS4{secret}").into_bytes();
    let signing = [day, region, "s3", "aws4_request"].iter().fold(start, |key, part| mac(&key, part.as_bytes()));
    if hex(&mac(&signing, text.as_bytes())) == signature { Ok(()) } else { Err(WRONG) }
}

/// The request in the one form that is signed; none if it leaves out what has to be signed, or is written in another form.
fn canonical(request: &Request, signed: &str, payload: &str) -> Option<Vec<u8>> {
    let names: Vec<&str> = signed.split(';').collect();
    let must = request
        .headers
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| *name == "host" || name.starts_with("x-amz-"));
    if !names.is_sorted() || must.into_iter().any(|name| !names.contains(&name)) {
        return None;
    }
    let mut headers = String::new();
    for name in &names {
        headers += &format!("{name}:{}\n", request.header(name)?);
    }
    let path = encoded(&decoded(&request.path)?);
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Some(format!(
            "{}={}",
            encoded(&of_query(name)?).replace('/', "%2F"),
            encoded(&of_query(value)?).replace('/', "%2F")
        ))
    };
    let pairs = request.query.split('&').filter(|text| !text.is_empty());
    let mut query = pairs.map(pair).collect::<Option<Vec<String>>>()?;
    query.sort_unstable();
    if path != request.path {
        return None;
    }
    Some(format!("{}\n{path}\n{}\n{headers}\n{signed}\n{payload}", request.method, query.join("&")).into_bytes())
}

fn mac(key: &[u8], text: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text).as_ref().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A name or value of a query, in which a space may be written as a plus.
pub(super) fn of_query(text: &str) -> Option<String> {
    decoded(&text.replace('+', " "))
}

pub(super) fn decoded(text: &str) -> Option<String> {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((first, others)) = rest.split_first() {
        rest = others;
        match first {
            b'%' => {
                bytes.push(u8::from_str_radix(std::str::from_utf8(rest.get(..2)?).ok()?, 16).ok()?);
                rest = &rest[2..];
            }
            byte => bytes.push(*byte),
        }
    }
    String::from_utf8(bytes).ok()
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || byte == b'/';
    let one = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(one).collect()
}
