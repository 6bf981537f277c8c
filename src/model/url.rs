//! Percent-coding of addresses.

use std::borrow::Cow;

/// What a text is to become a part of; it says which bytes stand for themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UrlPart {
    /// A path inside a site, not encoded yet: its slashes stay.
    Path,
    /// One piece of a path or query, not encoded yet: whatever means something in an address is encoded.
    Piece,
    /// A whole address as people write it: what is encoded stays, and only what no address may hold is encoded.
    Address,
}

impl UrlPart {
    fn holds(self, byte: u8) -> bool {
        HELD[self as usize][usize::from(byte)]
    }
}

/// For each kind of part, the bytes that stand for themselves: looking them up costs less than comparing them on every link.
static HELD: [[bool; 256]; 3] = [held(b"-._~/!$&'()*+,;=:@"), held(b"-._~"), held(b"-._~/!$&'()*+,;=:@%#?[]")];

/// Letters, digits and these signs.
const fn held(signs: &[u8]) -> [bool; 256] {
    let mut held = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        held[byte] = (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    let mut at = 0;
    while at < signs.len() {
        held[signs[at] as usize] = true;
        at += 1;
    }
    held
}

/// Percent-encodes what may not stand in `part` of an address.
pub fn encode_url(text: &str, part: UrlPart) -> Cow<'_, str> {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    if text.bytes().all(|byte| part.holds(byte)) {
        return text.into();
    }
    let mut encoded = String::with_capacity(text.len() + 16);
    for byte in text.bytes() {
        if part.holds(byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.extend(['%', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
    }
    encoded.into()
}

/// What `text` was before it was percent-encoded; as it is if that is not text.
pub fn decode_url(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return text.into();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        match (first, after) {
            (b'%', [high, low, beyond @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                bytes.push(digit(*high) << 4 | digit(*low));
                rest = beyond;
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).map_or(text.into(), Into::into)
}

fn digit(hex: u8) -> u8 {
    match hex {
        b'0'..=b'9' => hex - b'0',
        b'a'..=b'f' => hex - b'a' + 10,
        _ => hex - b'A' + 10,
    }
}

#[cfg(test)]
mod tests {
    use super::{UrlPart, decode_url, encode_url};

    #[test]
    fn each_part_keeps_its_own_signs() {
        let text = "/Käse & Brot?#100%";
        assert_eq!(encode_url(text, UrlPart::Path), "/K%C3%A4se%20&%20Brot%3F%23100%25");
        assert_eq!(encode_url(text, UrlPart::Piece), "%2FK%C3%A4se%20%26%20Brot%3F%23100%25");
        assert_eq!(encode_url(text, UrlPart::Address), "/K%C3%A4se%20&%20Brot?#100%");
    }

    #[test]
    fn only_two_hex_digits_are_decoded() {
        assert_eq!(decode_url("/K%C3%a4se"), "/Käse");
        for kept in ["/%+f", "/%-1", "/% 1", "/%g0", "/100%", "/%2", "/%ff"] {
            assert_eq!(decode_url(kept), kept);
        }
    }
}
