//! What sites may set tokens to.

use super::Theme;
use crate::diag::{Code, Diagnostic, list, nearest};
use crate::model::SiteSpec;
use lightningcss::traits::Parse;
use lightningcss::values::color::{CssColor, RGBA};
use lightningcss::values::length::LengthPercentage;

/// What a token may be, besides what its default value tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rule {
    /// The only values there are; none if it is no choice.
    pub choices: Vec<String>,
    /// The token with the colour of the ground that it has to be read on.
    pub on: Option<String>,
}

/// What a value has to be.
enum Kind<'a> {
    Text,
    Color,
    Length,
    Choice(&'a [String]),
}

/// The least contrast at which text is read well, as WCAG 2 has it.
const LEAST_CONTRAST: f64 = 4.5;

/// Names those of the tokens that a site sets which no theme of the chain declares, and those set to something that they cannot be.
pub fn check_tokens(spec: &SiteSpec, theme: &Theme) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (name, value) in &spec.tokens {
        let fault = match theme.tokens.get(name) {
            None => Some(unknown(name, theme)),
            Some(default) => wrong(name, value, &kind(name, default, theme)).or_else(|| pale(spec, theme, name)),
        };
        let place = || spec.declared.setting(&format!("tokens.{name}"));
        found.extend(fault.map(|fault| fault.at_setting(place())));
    }
    found
}

fn unknown(name: &str, theme: &Theme) -> Diagnostic {
    let known = || theme.tokens.keys().map(String::as_str);
    let hint = match nearest(name, known()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None if theme.tokens.is_empty() => {
            format!(
                "the theme has no tokens; remove it, or add it under `[tokens]` to the theme.toml of `{}`",
                theme.name
            )
        }
        None => format!("its tokens are {}", list(known())),
    };
    Diagnostic::error(Code::UnknownToken, format!("theme `{}` has no token `{name}`", theme.name)).hint(hint)
}

/// A default that can only be a colour or a length tells what the token is.
fn kind<'a>(name: &str, default: &str, theme: &'a Theme) -> Kind<'a> {
    let is_written_as_color = default.starts_with('#') || default.contains('(');
    match theme.rules.get(name) {
        Some(rule) if !rule.choices.is_empty() => Kind::Choice(&rule.choices),
        _ if is_written_as_color && is_color(default) => Kind::Color,
        _ if default.ends_with(|c: char| c.is_ascii_alphabetic() || c == '%') && is_length(default) => Kind::Length,
        _ => Kind::Text,
    }
}

fn wrong(name: &str, value: &str, kind: &Kind<'_>) -> Option<Diagnostic> {
    let (message, hint) = match kind {
        Kind::Color if !is_color(value) => {
            (format!("`{name}` is not a colour: `{value}`"), "write it like `\"#0a7d55\"`".to_owned())
        }
        Kind::Length if !is_length(value) => {
            (format!("`{name}` is not a length: `{value}`"), "write it like `\"0.5rem\"` or `\"8px\"`".to_owned())
        }
        Kind::Choice(choices) if !choices.iter().any(|choice| choice == value) => {
            let choices = choices.iter().map(String::as_str);
            let hint = match nearest(value, choices.clone()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("it is one of {}", list(choices)),
            };
            (format!("`{name}` cannot be `{value}`"), hint)
        }
        _ => return None,
    };
    Some(Diagnostic::error(Code::BadToken, message).hint(hint))
}

/// What is to be said of a text that is hard to read on its ground, at the token that the site sets: the text, or else the ground.
fn pale(spec: &SiteSpec, theme: &Theme, set: &str) -> Option<Diagnostic> {
    let value = |name: &str| spec.tokens.get(name).or_else(|| theme.tokens.get(name)).map(String::as_str);
    let pairs = theme.rules.iter().filter_map(|(text, rule)| Some((text.as_str(), rule.on.as_deref()?)));
    let mut own = pairs.filter(|(text, ground)| *text == set || (*ground == set && !spec.tokens.contains_key(*text)));
    own.find_map(|(text, ground)| {
        let (text_value, ground_value) = (value(text)?, value(ground)?);
        let (light, dark) = (brightness(text_value)?, brightness(ground_value)?);
        let contrast = (light.max(dark) + 0.05) / (light.min(dark) + 0.05);
        if contrast >= LEAST_CONTRAST {
            return None;
        }
        let message = format!(
            "`{text}`, `{text_value}`, is hard to read on `{ground}`, `{ground_value}`: their contrast is {contrast:.1}, not {LEAST_CONTRAST}"
        );
        let other = if dark > 0.18 { "darker" } else { "lighter" };
        Some(Diagnostic::warning(Code::BadToken, message).hint(format!("make `{text}` {other}, or change `{ground}`")))
    })
}

/// Whether CSS takes it for a colour; of one that is made of others, nobody knows before it is shown.
fn is_color(value: &str) -> bool {
    value.contains("var(") || CssColor::parse_string(value).is_ok()
}

fn is_length(value: &str) -> bool {
    value.contains('(') || LengthPercentage::parse_string(value).is_ok()
}

/// The relative luminance of a colour that lets nothing through, as WCAG 2 has it.
fn brightness(value: &str) -> Option<f64> {
    let color = RGBA::try_from(&CssColor::parse_string(value).ok()?).ok().filter(|color| color.alpha == u8::MAX)?;
    let linear = |part: u8| match f64::from(part) / 255.0 {
        part if part <= 0.040_45 => part / 12.92,
        part => ((part + 0.055) / 1.055).powf(2.4),
    };
    Some(0.2126 * linear(color.red) + 0.7152 * linear(color.green) + 0.0722 * linear(color.blue))
}
