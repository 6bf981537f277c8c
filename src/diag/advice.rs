//! The words of parsers in words that help.

/// What is wrong with data in a notation, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// What is wrong, as a fragment.
    pub message: String,
    /// What to do.
    pub hint: &'static str,
}

const CLOSE_QUOTE: &str = "close the text with the quote that it begins with, on the same line";
const ALIASES: &str = "write the values out, or take the aliases (`*name`) apart";

/// What a parser says (a part of it), what that means (nothing if it says so itself), and what to do.
const KNOWN: [(&str, &str, &str); 18] = [
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

/// Explains what a parser of `notation` (`TOML`, `YAML` or `JSON`) said.
pub fn explain(notation: &str, said: &str) -> Advice {
    let usual = match notation {
        "TOML" => "write `key = value`, one on each line, with texts in double quotes",
        "YAML" => "write `key: value`, indent with spaces, and put texts that hold `: ` or `#` in quotes",
        _ => "write keys and texts in double quotes, and a comma between two entries",
    };
    match KNOWN.iter().find(|(words, _, _)| said.contains(words)) {
        Some((_, "", hint)) => Advice { message: said.to_owned(), hint },
        Some((_, meaning, hint)) => Advice { message: (*meaning).to_owned(), hint },
        None => Advice { message: said.to_owned(), hint: usual },
    }
}
