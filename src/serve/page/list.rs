//! The list of the fleet: every site with its state, searchable.

use super::{LIST_SCRIPT, page};
use crate::model::{push_quoted, push_text};
use crate::serve::board::{Board, Row, State};
use crate::world::Response;

/// How the state of a site is shown: a word for people, one for the style sheet.
struct Badge {
    words: &'static str,
    class: &'static str,
}

/// The list; `address` says where a site is reached.
pub(in crate::serve) fn list(board: &Board, address: &dyn Fn(&str) -> String) -> Response {
    let mut body = String::with_capacity(board.rows.len() * 512 + 2048);
    header(board, &mut body);
    body.push_str("<main id=\"list\">\n");
    if let Some(general) = &board.general {
        body.push_str("<section class=\"general\" aria-labelledby=\"general\"><h2 id=\"general\">sites.toml</h2><pre tabindex=\"0\">");
        push_text(&mut body, general);
        body.push_str("</pre></section>\n");
    }
    totals(board, &mut body);
    body.push_str("<table>\n<caption class=\"unseen\">Sites</caption>\n<thead><tr><th scope=\"col\">Site</th>");
    body.push_str("<th scope=\"col\">Address</th><th scope=\"col\">Theme</th><th scope=\"col\">Content</th>");
    body.push_str("<th scope=\"col\" class=\"number\">Pages</th><th scope=\"col\">State</th></tr></thead>\n");
    for (id, site) in &board.rows {
        row(id, site, address, &mut body);
    }
    body.push_str("</table>\n<p id=\"none\" hidden>No site fits.</p>\n</main>\n");
    let script = format!("<script>{LIST_SCRIPT}</script>");
    page(200, &format!("{} – preview", board.fleet), &body, &script)
}

fn header(board: &Board, out: &mut String) {
    out.push_str("<header>\n<h1>");
    push_text(out, &board.fleet);
    out.push_str("</h1>\n<search><label for=\"search\" class=\"unseen\">Search sites</label>");
    out.push_str("<input id=\"search\" type=\"search\" placeholder=\"Search by name, address, theme or content\" ");
    out.push_str("autocomplete=\"off\" spellcheck=\"false\" autofocus>");
    out.push_str(
        "<label class=\"only\"><input id=\"only\" type=\"checkbox\"> Only problems</label></search>\n</header>\n",
    );
}

fn totals(board: &Board, out: &mut String) {
    let count = |is: fn(&State) -> bool| board.rows.values().filter(|row| is(&row.state)).count();
    let failed = count(|state| matches!(state, State::Failed(_)));
    let remarked = count(|state| matches!(state, State::Built { remarks: Some(_), .. }));
    let waiting = count(|state| *state == State::Waiting);
    let mut parts = vec![counted(board.rows.len(), "site", "sites")];
    parts.extend((failed > 0).then(|| format!("{failed} failed")));
    parts.extend((remarked > 0).then(|| format!("{remarked} with warnings")));
    parts.extend((waiting > 0).then(|| format!("{waiting} being built")));
    out.push_str("<p class=\"totals\" role=\"status\">");
    out.push_str(&parts.join(" · "));
    out.push_str("</p>\n");
}

fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn row(id: &str, site: &Row, address: &dyn Fn(&str) -> String, out: &mut String) {
    let Badge { words, class } = badge(&site.state);
    let said = match &site.state {
        State::Failed(text) | State::Built { remarks: Some(text), .. } => Some(text),
        State::Waiting | State::Built { .. } => None,
    };
    out.push_str("<tbody data-state=\"");
    out.push_str(class);
    out.push_str("\"><tr><th scope=\"row\">");
    match &site.spec {
        Some(spec) => {
            out.push_str("<a href=\"");
            push_quoted(out, &address(id));
            out.push_str("\">");
            push_text(out, id);
            out.push_str("</a><span class=\"title\">");
            push_text(out, &spec.title);
            out.push_str("</span></th><td>");
            push_text(out, &spec.base_url.to_string());
            out.push_str("</td><td>");
            push_text(out, &spec.theme);
            out.push_str("</td><td>");
            push_text(out, &spec.layers.join(", "));
        }
        None => {
            push_text(out, id);
            out.push_str("</th><td></td><td></td><td>");
        }
    }
    out.push_str("</td><td class=\"number\">");
    if let State::Built { pages, .. } = site.state {
        out.push_str(&pages.to_string());
    }
    out.push_str("</td><td><span class=\"badge\">");
    out.push_str(words);
    out.push_str("</span></td></tr>");
    if let Some(said) = said {
        out.push_str(
            "<tr class=\"said\"><td colspan=\"6\"><details><summary>What is wrong</summary><pre tabindex=\"0\">",
        );
        push_text(out, said);
        out.push_str("</pre></details></td></tr>");
    }
    out.push_str("</tbody>\n");
}

fn badge(state: &State) -> Badge {
    match state {
        State::Waiting => Badge { words: "building", class: "waiting" },
        State::Built { remarks: None, .. } => Badge { words: "good", class: "good" },
        State::Built { .. } => Badge { words: "warnings", class: "remarks" },
        State::Failed(_) => Badge { words: "failed", class: "failed" },
    }
}
