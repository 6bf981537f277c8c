//! Footnotes: numbered in the order in which they are mentioned, collected at the end of the page.

use super::html::Html;
use super::write::Writer;
use std::collections::BTreeMap;

/// The footnotes of a page so far.
#[derive(Default)]
pub(super) struct Footnotes {
    /// By the part of the page they belong to and their label.
    notes: BTreeMap<(usize, String), Note>,
    mentioned: usize,
    /// The page's HTML while a note is written.
    set_aside: Vec<SetAside>,
}

/// One footnote.
#[derive(Default)]
struct Note {
    /// Its number; 0 until the text mentions it.
    number: usize,
    mentions: usize,
    html: String,
}

/// HTML that waits until a note is finished.
struct SetAside {
    key: (usize, String),
    html: String,
    depth: usize,
}

impl Writer<'_> {
    pub(super) fn mention_footnote(&mut self, label: &str) {
        let key = (self.flow.number, label.to_owned());
        let note = self.footnotes.notes.entry(key).or_default();
        if note.number == 0 {
            self.footnotes.mentioned += 1;
            note.number = self.footnotes.mentioned;
        }
        note.mentions += 1;
        let (number, id) = (note.number.to_string(), mention_id(note.number, note.mentions));
        self.html.begin("sup");
        self.html.attribute("class", "footnote-ref");
        self.html.attribute("id", &id);
        self.html.end_of_tag();
        self.html.begin("a");
        self.html.attribute("href", &format!("#fn-{number}"));
        self.html.end_of_tag();
        self.html.push_text(&number);
        self.html.close();
        self.html.close();
    }

    pub(super) fn begin_footnote(&mut self, label: &str) {
        let (html, depth) = (std::mem::take(&mut self.html.text), self.html.depth());
        self.footnotes.set_aside.push(SetAside { key: (self.flow.number, label.to_owned()), html, depth });
    }

    pub(super) fn end_footnote(&mut self) {
        let Some(aside) = self.footnotes.set_aside.pop() else { return };
        let html = std::mem::replace(&mut self.html.text, aside.html);
        self.footnotes.notes.entry(aside.key).or_default().html = html;
    }

    /// Drops notes that were cut off, until only `open` are being written.
    pub(super) fn drop_cut_footnotes(&mut self, open: usize) {
        for aside in self.footnotes.set_aside.drain(open..).rev() {
            self.html.text = aside.html;
            self.html.forget_down_to(aside.depth);
        }
    }

    /// How many notes are being written.
    pub(super) fn open_footnotes(&self) -> usize {
        self.footnotes.set_aside.len()
    }

    /// Writes the notes that the text mentions.
    pub(super) fn write_footnotes(&mut self) {
        let mut notes: Vec<Note> = std::mem::take(&mut self.footnotes.notes).into_values().collect();
        notes.retain(|note| note.number > 0);
        if notes.is_empty() {
            return;
        }
        notes.sort_unstable_by_key(|note| note.number);
        self.html.begin("section");
        self.html.attribute("class", "footnotes");
        self.html.attribute("role", "doc-endnotes");
        self.html.end_of_tag();
        self.html.open("ol");
        self.html.push_raw("\n");
        for note in &notes {
            write_note(&mut self.html, note, self.context.tongue.back_to_text());
        }
        self.html.close_block();
        self.html.close_block();
    }
}

/// Writes a note with its way back at the end of its last paragraph.
fn write_note(html: &mut Html, note: &Note, back_to_text: &str) {
    let inner = note.html.trim_end();
    let (inner, ends) = inner.strip_suffix("</p>").map_or((inner, ""), |inner| (inner, "</p>"));
    html.begin("li");
    html.attribute("id", &format!("fn-{}", note.number));
    html.end_of_tag();
    html.push_raw(inner);
    for mention in 1..=note.mentions {
        html.push_raw(" ");
        html.begin("a");
        html.attribute("class", "footnote-backref");
        html.attribute("href", &format!("#{}", mention_id(note.number, mention)));
        html.attribute("aria-label", back_to_text);
        html.end_of_tag();
        html.push_text("↩");
        html.close();
    }
    html.push_raw(ends);
    html.close_block();
}

fn mention_id(number: usize, mention: usize) -> String {
    match mention {
        1 => format!("fnref-{number}"),
        _ => format!("fnref-{number}-{mention}"),
    }
}
