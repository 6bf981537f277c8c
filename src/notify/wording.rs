//! A message in the words of whoever gets it.

use super::{News, Occasion, Style};
use serde_json::{Value, json};

/// More sites are counted, not named.
const NAMED: usize = 20;

/// The body of a message.
pub(super) fn body(news: &News, style: Style) -> Value {
    match style {
        Style::Slack => slack(news),
        Style::Discord => discord(news),
        Style::Json => plain(news),
    }
}

fn slack(news: &News) -> Value {
    let quiet = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let headline = quiet(&news.headline);
    let title = format!("{} *{}*: {headline}", mark(news.occasion), quiet(&news.fleet));
    let facts = news.facts.iter().take(10);
    let fields: Vec<Value> = facts
        .map(|(what, much)| json!({ "type": "mrkdwn", "text": format!("*{}*\n{}", quiet(what), quiet(much)) }))
        .collect();
    let mut blocks = vec![json!({ "type": "section", "text": { "type": "mrkdwn", "text": title } })];
    if !fields.is_empty() {
        blocks.push(json!({ "type": "section", "fields": fields }));
    }
    if let Some(sites) = named(news) {
        let elements = [json!({ "type": "mrkdwn", "text": quiet(&sites) })];
        blocks.push(json!({ "type": "context", "elements": elements }));
    }
    json!({ "text": format!("{}: {headline}", quiet(&news.fleet)), "blocks": blocks })
}

fn discord(news: &News) -> Value {
    let facts = news.facts.iter().take(25);
    let fields: Vec<Value> = facts.map(|(what, much)| json!({ "name": what, "value": much, "inline": true })).collect();
    let embed = json!({
        "title": format!("{} {}", mark(news.occasion), news.fleet),
        "description": named(news).map_or_else(|| news.headline.clone(), |sites| format!("{}\n{sites}", news.headline)),
        "color": colour(news.occasion),
        "timestamp": news.at.to_string(),
        "footer": { "text": news.run },
        "fields": fields,
    });
    // Nobody is called by a name that stands in a headline.
    json!({ "embeds": [embed], "allowed_mentions": { "parse": [] } })
}

fn plain(news: &News) -> Value {
    let facts: serde_json::Map<String, Value> =
        news.facts.iter().map(|(what, much)| (what.clone(), Value::String(much.clone()))).collect();
    json!({
        "version": 1,
        "event": format!("run.{}", news.occasion.name()),
        "fleet": news.fleet,
        "run": news.run,
        "at": news.at.to_string(),
        "headline": news.headline,
        "facts": facts,
        "sites": news.sites,
    })
}

/// The sites, on one line.
fn named(news: &News) -> Option<String> {
    let first = news.sites.get(..NAMED.min(news.sites.len()))?.join(", ");
    match news.sites.len() {
        0 => None,
        many if many > NAMED => Some(format!("{first} and {} more", many - NAMED)),
        _ => Some(first),
    }
}

fn mark(occasion: Occasion) -> &'static str {
    match occasion {
        Occasion::Started => "▶",
        Occasion::Finished => "✔",
        Occasion::Failed => "✖",
        Occasion::RolledBack => "↩",
        Occasion::ApprovalNeeded => "✋",
    }
}

fn colour(occasion: Occasion) -> u32 {
    match occasion {
        Occasion::Started => 0x0047_8bd6,
        Occasion::Finished => 0x002e_a043,
        Occasion::Failed => 0x00da_3633,
        Occasion::RolledBack => 0x00d2_9922,
        Occasion::ApprovalNeeded => 0x00a3_71f7,
    }
}
