//! Slugs: what is left of a title or a file's name in a URL or an anchor.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The slug of `text`, as WordPress makes it for German sites: `Das große „Ü“, Teil 2` becomes `das-grosse-ue-teil-2`.
/// Latin letters lose their marks, apostrophes vanish, letters of other scripts stay, anything else becomes one hyphen.
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    if text.is_ascii() {
        text.chars().for_each(|c| push(&mut slug, c));
    } else {
        text.nfc().for_each(|c| push(&mut slug, c));
    }
    if slug.ends_with('-') {
        slug.pop();
    }
    slug
}

fn push(slug: &mut String, c: char) {
    match c {
        'a'..='z' | '0'..='9' => slug.push(c),
        'A'..='Z' => slug.push(c.to_ascii_lowercase()),
        '\'' | '’' | 'ʼ' => {}
        _ => match spelled_out(c) {
            Some(letters) => slug.push_str(letters),
            None if c.is_alphanumeric() => push_folded(slug, c),
            None if is_combining_mark(c) => {}
            None if slug.is_empty() || slug.ends_with('-') => {}
            None => slug.push('-'),
        },
    }
}

/// Letters that stand for several, or that have no mark to take away.
fn spelled_out(c: char) -> Option<&'static str> {
    Some(match c {
        'ä' | 'Ä' | 'æ' | 'Æ' => "ae",
        'ö' | 'Ö' | 'œ' | 'Œ' => "oe",
        'ü' | 'Ü' => "ue",
        'ß' | 'ẞ' => "ss",
        'ø' | 'Ø' => "o",
        'þ' | 'Þ' => "th",
        'ð' | 'Ð' | 'đ' | 'Đ' => "d",
        'ł' | 'Ł' => "l",
        'ħ' | 'Ħ' => "h",
        'ı' => "i",
        'ŋ' | 'Ŋ' => "n",
        _ => return None,
    })
}

fn push_folded(slug: &mut String, c: char) {
    let before = slug.len();
    slug.extend(
        std::iter::once(c).nfkd().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()),
    );
    if slug.len() == before {
        slug.extend(c.to_lowercase().filter(|c| c.is_alphanumeric()));
    }
}
