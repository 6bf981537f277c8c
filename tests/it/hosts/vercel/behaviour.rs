//! The double is as strict as the service: what must not be taken is not, walls stand, and an answer says why.

use super::files::sha1;
use super::walls::Plan;
use super::{TEAM, TOKEN, Vercel};
use crate::hosts::message::{Reply, Request};
use crate::hosts::server::Host;
use serde_json::{Value, json};
use std::thread;
use std::time::Duration;

fn ask(double: &Vercel, method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let bearer = format!("Bearer {TOKEN}");
    let length = body.len().to_string();
    let own = [("host", "127.0.0.1:1"), ("authorization", bearer.as_str()), ("content-length", length.as_str())];
    let headers = headers.iter().chain(&own).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let (method, path, query) = (method.to_owned(), path.to_owned(), query.to_owned());
    double.answer(&Request { method, path, query, headers: headers.collect(), body: body.to_vec() })
}

fn told(reply: &Reply) -> (u16, Value) {
    (reply.status, serde_json::from_slice(&reply.body).unwrap())
}

fn send(double: &Vercel, bytes: &[u8]) -> String {
    let sha = sha1(bytes);
    assert_eq!(ask(double, "POST", "/v2/files", &[("x-now-digest", &sha)], bytes).status, 200);
    sha
}

const CREATE: &str = "/v13/deployments?prebuilt=1";

/// A deployment of a page, which is sent, with this configuration; what is said about it.
fn deploy(double: &Vercel, config: &str, change: impl Fn(&mut Value)) -> (u16, Value) {
    let file = |path: &str, bytes: &[u8]| json!({ "file": format!(".vercel/output/{path}"), "sha": send(double, bytes), "size": bytes.len(), "mode": 33188 });
    let files = [file("config.json", config.as_bytes()), file("static/index.html", b"one")];
    let mut body = json!({ "name": "demo", "target": "production", "files": files });
    change(&mut body);
    told(&ask(double, "POST", CREATE, &[], body.to_string().as_bytes()))
}

/// The deployment as it is after a while.
fn later(double: &Vercel, id: &str) -> Value {
    thread::sleep(Duration::from_millis(100));
    told(&ask(double, "GET", &format!("/v13/deployments/{id}"), &[], b"")).1
}

const CONFIG: &str = r#"{"version":3}"#;

#[test]
fn a_file_is_taken_by_its_digest_and_size_and_no_other_way() {
    let double = Vercel::new(Plan::Pro);
    let sha = sha1(b"one");
    let status = |headers: &[(&str, &str)]| ask(&double, "POST", "/v2/files", headers, b"one").status;
    assert_eq!(status(&[]), 400);
    assert_eq!(status(&[("x-now-digest", &sha.to_uppercase())]), 400);
    assert_eq!(status(&[("x-now-digest", &sha1(b"two"))]), 400);
    assert_eq!(status(&[("x-vercel-digest", &sha), ("x-now-size", "4")]), 400);
    assert!(double.books().files.is_empty());
    for _ in 0..2 {
        assert_eq!(status(&[("x-vercel-digest", &sha), ("x-now-size", "3")]), 200);
    }
    assert_eq!(double.books().files[&sha].sent, 2);
}

#[test]
fn nobody_gets_in_without_the_token_or_to_another_team() {
    let double = Vercel::new(Plan::Pro);
    let bare = Request {
        method: "GET".into(),
        path: "/v2/user".into(),
        query: String::new(),
        headers: Vec::new(),
        body: Vec::new(),
    };
    assert_eq!(told(&double.answer(&bare)).1["error"]["code"], "forbidden");
    assert_eq!(ask(&double, "GET", "/v2/user?teamId=team_other", &[], b"").status, 403);
    assert_eq!(ask(&double, "GET", &format!("/v2/user?teamId={TEAM}"), &[], b"").status, 200);
}

#[test]
fn a_list_whose_files_are_missing_names_them() {
    let double = Vercel::new(Plan::Pro);
    let lacking = sha1(b"never sent");
    let file = json!({ "file": ".vercel/output/static/a", "sha": lacking, "size": 10 });
    let (status, said) = deploy(&double, CONFIG, |body| body["files"].as_array_mut().unwrap().push(file.clone()));
    assert_eq!(
        (status, &said["error"]["code"], &said["error"]["missing"]),
        (400, &json!("missing_files"), &json!([lacking]))
    );
    assert!(double.books().deployments.is_empty());
}

#[test]
fn a_list_that_does_not_fit_the_description_is_refused() {
    let double = Vercel::new(Plan::Pro);
    let refused = |change: &dyn Fn(&mut Value)| {
        let (status, said) = deploy(&double, CONFIG, change);
        assert_eq!(status, 400, "{said}");
        said["error"]["message"].as_str().unwrap().to_owned()
    };
    let file = |path: &str| json!({ "file": path, "sha": sha1(b"one"), "size": 3 });
    let with = |path: &str| refused(&|body| body["files"].as_array_mut().unwrap().push(file(path)));
    assert!(refused(&|body| body["unknown"] = json!(1)).contains("additional property"));
    assert!(refused(&|body| body["name"] = json!("Upper")).contains("name of a project"));
    assert!(refused(&|body| body["meta"] = json!({ "a": 1 })).contains("`meta.a` should be string"));
    assert!(refused(&|body| body["files"][0]["size"] = json!(1)).contains("size"));
    assert!(refused(&|body| body["files"][0]["data"] = json!("x")).contains("additional property"));
    assert!(with("/absolute").contains("no relative path"));
    assert!(with("a/../b").contains("no relative path"));
    assert!(with(".vercel/output/static/index.html").contains("listed twice"));
    assert!(with(".vercel/output/static").contains("a file and a folder"));
    let many: Vec<Value> = (0..15_001).map(|at| file(&format!("{at}"))).collect();
    let said = refused(&|body| body["files"] = json!(many));
    assert_eq!(said, "Invalid request: `files` should NOT have more than 15000 items, received 15001.");
    assert!(double.books().deployments.is_empty());
}

#[test]
fn a_build_output_that_is_none_ends_in_an_error() {
    let double = Vercel::new(Plan::Pro);
    let long = format!(r#"{{"version":3,"routes":[{{"src":"^/{}$","dest":"/"}}]}}"#, "a".repeat(4_096));
    let many = format!(r#"{{"version":3,"routes":[{}{{"src":"/"}}]}}"#, r#"{"src":"/"},"#.repeat(2_048));
    for config in [
        "no json",
        r#"{"version":2}"#,
        r#"{"version":3,"unknown":1}"#,
        r#"{"version":3,"routes":[{"dest":"/"}]}"#,
        r#"{"version":3,"routes":[{"src":"^(","dest":"/"}]}"#,
        r#"{"version":3,"routes":[{"handle":"nothing"}]}"#,
        r#"{"version":3,"routes":[{"src":"/","headers":{"a":1}}]}"#,
        r#"{"version":3,"overrides":{"none.html":{"path":"none"}}}"#,
        &long,
        &many,
    ] {
        let (status, said) = deploy(&double, config, |_| ());
        assert_eq!((status, &said["readyState"]), (200, &json!("ERROR")), "{config}");
        assert!(!said["errorMessage"].as_str().unwrap().is_empty());
    }
    assert_eq!(double.visit("demo.vercel.app", "/").status, 404);
}

#[test]
fn a_deployment_is_shown_when_it_is_ready_unless_it_is_not_to_be() {
    let double = Vercel::new(Plan::Pro);
    let (_, first) = deploy(&double, CONFIG, |_| ());
    assert_eq!((&first["readyState"], double.visit("demo.vercel.app", "/").status), (&json!("BUILDING"), 404));
    let first = later(&double, first["id"].as_str().unwrap());
    assert_eq!((&first["readyState"], &first["readySubstate"]), (&json!("READY"), &json!("PROMOTED")));
    assert_eq!(double.visit("demo.vercel.app", "/").body, b"one");
    let (_, staged) = deploy(&double, CONFIG, |body| body["autoAssignCustomDomains"] = json!(false));
    let staged = later(&double, staged["id"].as_str().unwrap());
    assert_eq!((&staged["readyState"], &staged["readySubstate"]), (&json!("READY"), &json!("STAGED")));
    assert_eq!(double.books().project("demo").unwrap().live.as_deref(), first["id"].as_str());
}

#[test]
fn hobby_goes_back_one_deployment_only() {
    let double = Vercel::new(Plan::Hobby);
    let ids: Vec<String> = (0..3)
        .map(|_| {
            let id = deploy(&double, CONFIG, |_| ()).1["id"].as_str().unwrap().to_owned();
            later(&double, &id);
            id
        })
        .collect();
    let back = |id: &str| ask(&double, "POST", &format!("/v9/projects/demo/rollback/{id}"), &[], b"{}").status;
    assert_eq!((back(&ids[0]), back(&ids[2]), back(&ids[1])), (402, 422, 201));
}

#[test]
fn one_too_many_is_refused_with_the_name_of_the_limit() {
    let double = Vercel::new(Plan::Hobby);
    let mut answers = (0..61).map(|_| deploy(&double, CONFIG, |_| ()));
    assert!(answers.by_ref().take(60).all(|(status, _)| status == 200));
    let (status, said) = answers.next().unwrap();
    assert_eq!((status, &said["error"]["code"]), (402, &json!("api-deployments-free-per-five-minutes")));
    assert!((1..=300).contains(&said["error"]["retryAfter"].as_i64().unwrap()));
    assert_eq!(double.books().walls.hits, 1);
}
