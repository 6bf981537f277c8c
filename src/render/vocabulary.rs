//! The functions and filters that hectare adds to templates, with their arguments.

/// Functions and their arguments, by name.
pub(super) const FUNCTIONS: [(&str, &[&str]); 21] = [
    ("asset", &["path"]),
    ("backlinks", &[]),
    ("breadcrumbs", &[]),
    ("children", &[]),
    ("data", &["name"]),
    ("feeds", &[]),
    ("head", &[]),
    ("image", &["path"]),
    ("integrity", &["path"]),
    ("menu", &["name"]),
    ("next", &[]),
    ("page", &["path"]),
    ("pages", &["section", "recursive", "of", "taxonomy", "term", "kind", "sort", "reverse", "limit", "offset"]),
    ("paginator", &[]),
    ("previous", &[]),
    ("range", &["start", "end", "step_by"]),
    ("related", &["limit"]),
    ("section", &["path"]),
    ("taxonomies", &[]),
    ("terms", &["taxonomy", "page"]),
    ("url", &["path", "absolute"]),
];

/// Functions of which an argument may have any name, or that are Tera's own.
pub(super) const OTHER_FUNCTIONS: [&str; 3] = ["super", "t", "throw"];

/// Functions that answer with a text, which is escaped where it is printed.
pub(super) const TEXT_FUNCTIONS: [&str; 4] = ["asset", "integrity", "t", "url"];

/// Filters and their arguments, by name.
pub(super) const FILTERS: [(&str, &[&str]); 14] = [
    ("absolute", &[]),
    ("date", &["format"]),
    ("group_by", &["attribute"]),
    ("indent", &["width", "indentation", "first", "blank"]),
    ("join", &["sep"]),
    ("json", &[]),
    ("markdown", &["inline"]),
    ("number", &["decimals"]),
    ("replace", &["from", "to"]),
    ("slugify", &[]),
    ("strip_tags", &[]),
    ("unique", &[]),
    ("url_encode", &[]),
    ("where", &["attribute", "value"]),
];

/// Filters of Tera that stay as they are.
pub(super) const OTHER_FILTERS: [&str; 32] = [
    "abs",
    "capitalize",
    "default",
    "escape",
    "escape_html",
    "escape_xml",
    "first",
    "float",
    "get",
    "int",
    "keys",
    "last",
    "length",
    "lower",
    "newlines_to_br",
    "nth",
    "pairs",
    "pluralize",
    "reverse",
    "round",
    "safe",
    "sort",
    "split",
    "str",
    "title",
    "trim",
    "trim_end",
    "trim_start",
    "truncate",
    "upper",
    "values",
    "wordcount",
];

/// The tests of Tera.
pub(super) const TESTS: [&str; 17] = [
    "array",
    "bool",
    "containing",
    "defined",
    "divisible_by",
    "ending_with",
    "even",
    "float",
    "integer",
    "iterable",
    "map",
    "none",
    "number",
    "odd",
    "starting_with",
    "string",
    "undefined",
];

/// The arguments of a function of hectare.
pub(super) fn arguments_of_function(name: &str) -> Option<&'static [&'static str]> {
    arguments(&FUNCTIONS, name)
}

/// The arguments of a filter of hectare.
pub(super) fn arguments_of_filter(name: &str) -> Option<&'static [&'static str]> {
    arguments(&FILTERS, name)
}

fn arguments(table: &[(&str, &'static [&'static str])], name: &str) -> Option<&'static [&'static str]> {
    table.iter().find(|(known, _)| *known == name).map(|(_, arguments)| *arguments)
}
