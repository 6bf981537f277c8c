//! Tables, each in a box that scrolls by itself where the screen is too narrow.

use super::write::Writer;
use pulldown_cmark::Alignment;

/// The table that is being written.
#[derive(Default)]
pub(super) struct Table {
    alignments: Vec<Alignment>,
    is_head: bool,
    column: usize,
}

impl Writer<'_> {
    pub(super) fn begin_table(&mut self, alignments: &[Alignment]) {
        self.flow.table = Table { alignments: alignments.to_vec(), is_head: true, column: 0 };
        self.html.begin("div");
        self.html.attribute("class", "table-box");
        self.html.attribute("role", "region");
        self.html.attribute("tabindex", "0");
        self.html.attribute("aria-label", self.context.tongue.table());
        self.html.end_of_tag();
        self.html.open("table");
    }

    pub(super) fn begin_table_head(&mut self) {
        self.html.open("thead");
        self.html.open("tr");
    }

    pub(super) fn end_table_head(&mut self) {
        self.html.close();
        self.html.close_block();
        self.html.open("tbody");
        self.html.push_raw("\n");
        self.flow.table.is_head = false;
    }

    pub(super) fn begin_table_row(&mut self) {
        self.flow.table.column = 0;
        self.html.open("tr");
    }

    pub(super) fn begin_table_cell(&mut self) {
        let table = &mut self.flow.table;
        let alignment = table.alignments.get(table.column);
        let (name, style) = (if table.is_head { "th" } else { "td" }, alignment.and_then(style));
        table.column += 1;
        self.html.begin(name);
        if let Some(style) = style {
            self.html.attribute("style", style);
        }
        self.html.end_of_tag();
    }

    pub(super) fn end_table(&mut self) {
        self.html.close();
        self.html.close();
        self.html.close_block();
    }
}

fn style(alignment: &Alignment) -> Option<&'static str> {
    match alignment {
        Alignment::None => None,
        Alignment::Left => Some("text-align:left"),
        Alignment::Center => Some("text-align:center"),
        Alignment::Right => Some("text-align:right"),
    }
}
