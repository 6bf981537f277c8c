//! The words of parsers in words that help.

/// What is wrong with data in a notation, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// What is wrong, as a fragment.
    pub message: String,
    /// What to do.
    pub hint: String,
}

const CLOSE_QUOTE: &str = "close the text with the quote that it begins with, on the same line";
const ALIASES: &str = "write the values out, or take the aliases (`*name`) apart";

/// What a parser says (a part of it), what that means (nothing if it says so itself), and what to do.
const KNOWN: [(&str, &str, &str); 19] = [
    ("missing comma", "", "write a comma between two entries, and nothing after the last one"),
    ("invalid basic string", "a text in quotes has no end", CLOSE_QUOTE),
    ("invalid literal string", "a text in quotes has no end", CLOSE_QUOTE),
    ("a text in quotes has no end", "", "close the text with the quote that it begins with"),
    ("EOF while parsing a string", "a text in quotes has no end", "close the text with a `\"`"),
    ("control character", "a text in quotes runs over the end of its line", "close it with a `\"` on the same line"),
    ("escape", "", "write a backslash twice, or use `/` in paths"),
    ("array table", "", "write the name between two pairs of brackets: `[[name]]`"),
    ("unclosed inline table", "", "close the table with a `}`"),
    ("unclosed array", "", "close the list with a `]`"),
    ("unclosed table", "", "close the name with a `]`"),
    ("EOF while parsing", "it ends too early", "close what is open with a `}` or `]`"),
    ("trailing comma", "there is a comma after the last entry", "remove the comma"),
    ("duplicate key", "the same key is given twice", "remove or rename one of them"),
    ("given twice", "", "remove or rename one of them"),
    ("string values must be quoted", "a text has no quotes", "write it in double quotes: `key = \"text\"`"),
    ("repetition limit", "its aliases make it far too large", ALIASES),
    ("aliases", "", ALIASES),
    ("nested", "", "take lists and tables in each other apart"),
];

/// Quotes that word processors make of straight ones.
const TYPOGRAPHIC: [char; 10] = ['“', '”', '„', '‟', '‚', '‘', '’', '«', '»', '‹'];

/// Explains what a parser of `notation` (`TOML`, `YAML` or `JSON`) said about `line`.
pub fn explain(notation: &str, said: &str, line: &str) -> Advice {
    let usual = match notation {
        "TOML" => "write `key = value`, one on each line, with texts in double quotes",
        "YAML" => "write `key: value`, indent with spaces, and put texts that hold `: ` or `#` in quotes",
        _ => "write keys and texts in double quotes, and a comma between two entries",
    };
    let seen = match notation {
        "YAML" if said.contains("mapping values") => unquoted_colon(line),
        _ => typographic_quotes(line),
    };
    let known = || KNOWN.iter().find(|(words, _, _)| said.contains(words));
    seen.unwrap_or_else(|| match known() {
        Some((_, "", hint)) => Advice { message: said.to_owned(), hint: (*hint).to_owned() },
        Some((_, meaning, hint)) => Advice { message: (*meaning).to_owned(), hint: (*hint).to_owned() },
        None => Advice { message: said.to_owned(), hint: usual.to_owned() },
    })
}

/// `title = “Garden”`, as word processors write it.
fn typographic_quotes(line: &str) -> Option<Advice> {
    let sign = line.find(['=', ':'])?;
    let (before, value) = (&line[..=sign], line[sign + 1..].trim());
    let inner = value.strip_prefix(TYPOGRAPHIC)?;
    let hint = match inner.strip_suffix(TYPOGRAPHIC).filter(|inner| !inner.contains('"')) {
        Some(inner) => format!("write straight ones: `{} \"{inner}\"`", before.trim()),
        None => "write straight ones: `\"`".to_owned(),
    };
    Some(Advice { message: "these are typographic quotes".to_owned(), hint })
}

/// `title: Watering: without a hose`, which YAML takes for two keys.
fn unquoted_colon(line: &str) -> Option<Advice> {
    let (key, value) = line.trim().split_once(": ")?;
    let needs_quotes = value.contains(": ") && !value.contains('"');
    let message = "a text that holds `: ` needs quotes".to_owned();
    needs_quotes.then(|| Advice { message, hint: format!("write `{key}: \"{}\"`", value.trim()) })
}
