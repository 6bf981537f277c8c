//! Tables: aligned for people, as Markdown for comments, by keys for programs.

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// What people read above it.
    pub heading: &'static str,
    /// What its cells are called in the output for programs.
    pub key: &'static str,
}

/// Rows of as many cells as there are columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The columns, from left to right.
    pub columns: Vec<Column>,
    /// The rows, from top to bottom.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these columns: the heading and the key of each.
    pub fn new(columns: &[(&'static str, &'static str)], rows: Vec<Vec<String>>) -> Self {
        let columns = columns.iter().map(|(heading, key)| Column { heading, key });
        Self { columns: columns.collect(), rows }
    }

    /// A line for the headings and one for each row. Columns are as wide as their widest cell; numbers stand at the right.
    pub(super) fn lines(&self) -> Vec<String> {
        let cells: Vec<Vec<&str>> = self.cells().collect();
        let width = |column: usize| cells.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let is_number =
            |column: usize| self.rows.iter().all(|row| row[column].starts_with(|c: char| c.is_ascii_digit()));
        let columns: Vec<(usize, bool)> =
            (0..self.columns.len()).map(|column| (width(column), is_number(column))).collect();
        let cell = |(text, (width, is_number)): (&&str, &(usize, bool))| {
            if *is_number { format!("{text:>width$}") } else { format!("{text:<width$}") }
        };
        let line =
            |row: &Vec<&str>| row.iter().zip(&columns).map(cell).collect::<Vec<_>>().join("  ").trim_end().to_owned();
        cells.iter().map(line).collect()
    }

    /// The same as Markdown.
    pub(super) fn markdown(&self) -> String {
        let mut lines: Vec<String> = self.cells().map(|row| format!("| {} |", row.join(" | "))).collect();
        lines.insert(1, format!("|{}", " --- |".repeat(self.columns.len())));
        lines.join("\n")
    }

    /// The headings, then the rows.
    fn cells(&self) -> impl Iterator<Item = Vec<&str>> {
        let headings = self.columns.iter().map(|column| column.heading).collect();
        std::iter::once(headings).chain(self.rows.iter().map(|row| row.iter().map(String::as_str).collect()))
    }
}
