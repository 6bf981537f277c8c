//! Templates of workflows: YAML with words to put in, and lines to put in or leave out.

use serde_json::Value;
use std::collections::BTreeMap;

/// A line of this kind is replaced by a block, as far indented as it is itself.
const BLOCK: &str = "#: ";

/// What is put into templates.
#[derive(Debug, Default)]
pub(super) struct Parts {
    words: BTreeMap<String, String>,
    blocks: BTreeMap<String, Vec<String>>,
}

impl Parts {
    /// Puts `text` wherever a template says `<<name>>`.
    pub(super) fn word(&mut self, name: &str, text: String) {
        self.words.insert(format!("<<{name}>>"), text);
    }

    /// Puts `lines` wherever a line of a template says `#: name`; none of them, and the line is left out.
    pub(super) fn block(&mut self, name: &str, lines: Vec<String>) {
        self.blocks.insert(name.to_owned(), lines);
    }
}

/// The template with everything put in.
pub(super) fn fill(template: &str, parts: &Parts) -> String {
    let mut text = String::new();
    for line in template.lines() {
        let indent = &line[..line.len() - line.trim_start().len()];
        match line.trim_start().strip_prefix(BLOCK).and_then(|name| parts.blocks.get(name)) {
            Some(block) => block.iter().for_each(|line| push(&mut text, indent, line)),
            None => push(&mut text, "", &worded(line, parts)),
        }
    }
    text
}

fn worded(line: &str, parts: &Parts) -> String {
    if !line.contains("<<") {
        return line.to_owned();
    }
    parts.words.iter().fold(line.to_owned(), |line, (name, text)| line.replace(name, text))
}

fn push(text: &mut String, indent: &str, line: &str) {
    if !line.is_empty() {
        text.push_str(indent);
    }
    text.push_str(line);
    text.push('\n');
}

/// A text as YAML that means exactly this text: what JSON writes, YAML reads.
pub(super) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}
