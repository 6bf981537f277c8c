//! The double refuses what the real service refuses, in its words.

use super::{ACCOUNT, Cloudflare, TOKEN};
use crate::hosts::clock::Clock;
use crate::hosts::message::{Reply, Request};
use crate::hosts::server::Host;
use serde_json::{Value, json};
use std::time::Duration;

/// Asks without a network; the path begins below the account unless it begins with a slash.
fn ask(double: &Cloudflare, method: &str, path: &str, token: &str, body: &Value) -> Reply {
    let path = match path.strip_prefix('/') {
        Some(path) => format!("/client/v4/{path}"),
        None => format!("/client/v4/accounts/{ACCOUNT}/{path}"),
    };
    let headers = vec![("authorization".to_owned(), format!("Bearer {token}"))];
    let (method, query) = (method.to_owned(), String::new());
    double.answer(&Request { method, path, query, headers, body: body.to_string().into_bytes() })
}

fn said(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap_or_default()
}

/// An account with one project, and a token for its files.
fn project(double: &Cloudflare) -> String {
    let wish = json!({ "name": "p", "production_branch": "main" });
    assert_eq!(ask(double, "POST", "pages/projects", TOKEN, &wish).status, 200);
    let token = said(&ask(double, "GET", "pages/projects/p/upload-token", TOKEN, &Value::Null));
    token["result"]["jwt"].as_str().unwrap().to_owned()
}

fn file(key: &str, base64: &str) -> Value {
    json!({ "key": key, "value": base64, "metadata": { "contentType": "text/plain" }, "base64": true })
}

#[test]
fn what_does_not_exist_or_exists_already_is_told_by_its_code() {
    let double = Cloudflare::new();
    let refused = ask(&double, "GET", "pages/projects/p", TOKEN, &Value::Null);
    assert_eq!((refused.status, &said(&refused)["errors"][0]["code"]), (404, &json!(8_000_007)));
    project(&double);
    let again = ask(&double, "POST", "pages/projects", TOKEN, &json!({ "name": "p", "production_branch": "main" }));
    assert_eq!(said(&again)["errors"][0]["code"], 8_000_002);
    let worker = ask(&double, "GET", "workers/services/w", TOKEN, &Value::Null);
    assert_eq!((worker.status, &said(&worker)["errors"][0]["code"]), (404, &json!(10_090)));
    assert_eq!(ask(&double, "GET", "pages/projects", "another token", &Value::Null).status, 401);
}

#[test]
fn a_token_for_files_runs_out_in_plain_text() {
    let double = Cloudflare::new().at(Clock::fast(3600));
    let token = project(&double);
    std::thread::sleep(Duration::from_millis(250));
    let reply = ask(&double, "POST", "/pages/assets/check-missing", &token, &json!({ "hashes": [] }));
    assert_eq!(reply, Reply { headers: reply.headers.clone(), ..Reply::text(403, "Expired JWT") });
    let forged = ask(&double, "POST", "/pages/assets/check-missing", &format!("{token}x"), &json!({ "hashes": [] }));
    assert_eq!((forged.status, &said(&forged)["errors"][0]["code"]), (401, &json!(8_000_013)));
}

#[test]
fn uploads_are_counted_and_measured() {
    let double = Cloudflare::new();
    let token = project(&double);
    let upload = |files: Value| ask(&double, "POST", "/pages/assets/upload", &token, &files).status;
    let key = |number: usize| format!("{number:032x}");
    assert_eq!(upload(json!([file(&key(1), "Zm9v")])), 200);
    assert_eq!(upload(json!([file("short", "Zm9v")])), 400);
    assert_eq!(upload(json!([file(&key(2), "no base64")])), 400);
    assert_eq!(upload((0..2001).map(|at| file(&key(at), "Zm9v")).collect()), 413);
    let large = "AAAA".repeat(7 << 20);
    assert_eq!(upload((0..2).map(|at| file(&key(at), &large)).collect()), 413);
    assert_eq!(upload(json!([file(&key(3), &"AAAA".repeat(9 << 20))])), 413);
    let books = double.books();
    assert_eq!(books.projects["p"].stock.taken.values().sum::<usize>(), 1);
}

#[test]
fn whoever_asks_too_often_waits_for_the_next_window() {
    let double = Cloudflare::new().at(Clock::fast(100)).allowing(3, 60);
    let ask = || ask(&double, "GET", "pages/projects", TOKEN, &Value::Null);
    let refused = (0..8).map(|_| ask()).find(|reply| reply.status == 429).unwrap();
    assert_eq!(said(&refused)["errors"][0]["code"], 971);
    let header = |name: &str| refused.headers.iter().find(|(known, _)| known == name).unwrap().1.clone();
    assert!(header("ratelimit").starts_with("\"default\";r=0;t="));
    assert_eq!(header("ratelimit-policy"), "\"default\";q=3;w=60");
    std::thread::sleep(Duration::from_millis(10 * header("retry-after").parse::<u64>().unwrap() + 20));
    assert_eq!(ask().status, 200);
}
