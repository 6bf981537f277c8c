//! A bucket that speaks the S3 protocol, as strictly as the real ones: every request is signed for its own bytes, conditions hold, lists
//! come in pages. Its books tell what lies there and how often it was put.

mod conversation;
mod shelf;
mod signature;

use super::clock::Clock;
use super::faults::Faults;
use super::message::{Reply, Request};
use super::server::{Host, Server};
use shelf::{Condition, Object, Shelf};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

/// The one who may do everything here.
pub(crate) const KEY: &str = "AKHECTARE";
pub(crate) const SECRET: &str = "s3cr3t/k3y+";
pub(crate) const BUCKET: &str = "fields";

/// The double, with the server in front of it.
pub(crate) struct Bucket {
    pub(crate) server: Server,
    host: Arc<Service>,
}

struct Service {
    shelf: Mutex<Shelf>,
    clock: Clock,
    /// So many of the next conditional requests meet another one that is under way.
    conflicts: AtomicUsize,
    /// So many names are in one page of a list.
    page: AtomicUsize,
}

impl Bucket {
    pub(crate) fn start(faults: Faults) -> Self {
        Self::with(faults, Clock::real())
    }

    pub(crate) fn with(faults: Faults, clock: Clock) -> Self {
        let (conflicts, page) = (AtomicUsize::new(0), AtomicUsize::new(1000));
        let host = Arc::new(Service { shelf: Mutex::default(), clock, conflicts, page });
        Self { server: Server::start(Arc::clone(&host) as Arc<dyn Host>, faults), host }
    }

    /// What lies there: bytes by key.
    pub(crate) fn holds(&self) -> BTreeMap<String, Vec<u8>> {
        self.shelf().objects().map(|(key, object)| (key.clone(), object.bytes.clone())).collect()
    }

    /// What lies under a key.
    pub(crate) fn get(&self, key: &str) -> Option<Vec<u8>> {
        self.shelf().get(key).map(|object| object.bytes.clone())
    }

    /// All keys, sorted.
    pub(crate) fn keys(&self) -> Vec<String> {
        self.shelf().objects().map(|(key, _)| key.clone()).collect()
    }

    /// How a key is handed to browsers: its media type and how long it may be kept.
    pub(crate) fn served(&self, key: &str) -> Option<(String, String)> {
        let shelf = self.shelf();
        let object = shelf.get(key)?;
        let header =
            |name: &str| object.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        Some((header("content-type").unwrap_or_default(), header("cache-control").unwrap_or_default()))
    }

    /// How often each key was put with success, in the order of the first time.
    pub(crate) fn puts(&self) -> Vec<String> {
        self.shelf().puts.clone()
    }

    /// Someone else changes a key.
    pub(crate) fn meddle(&self, key: &str, bytes: &[u8]) {
        self.shelf().put(key, Object::of(bytes.to_vec(), Vec::new()));
    }

    /// So many of the next conditional requests get in the way of another one.
    pub(crate) fn conflict(&self, times: usize) {
        self.host.conflicts.store(times, Ordering::Relaxed);
    }

    /// From now on lists come in pages of so many names.
    pub(crate) fn page(&self, names: usize) {
        self.host.page.store(names, Ordering::Relaxed);
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.host.shelf.lock().unwrap()
    }
}

impl Host for Service {
    fn answer(&self, request: &Request) -> Reply {
        if let Err((status, code, message)) = signature::check(request, KEY, SECRET, self.clock.now()) {
            return error(status, code, message);
        }
        let path = signature::decoded(&request.path).unwrap_or_default();
        let (bucket, key) = path[1..].split_once('/').unwrap_or((&path[1..], ""));
        if bucket != BUCKET {
            return error(404, "NoSuchBucket", "The specified bucket does not exist");
        }
        match (request.method.as_str(), key) {
            ("GET", "") => self.list(request),
            (_, "") => error(405, "MethodNotAllowed", "The specified method is not allowed against this resource"),
            ("GET" | "HEAD", key) => self.get(key),
            ("PUT", key) if request.header("x-amz-copy-source").is_some() => self.copy(key, request),
            ("PUT", key) => self.put(key, request),
            ("DELETE", key) => {
                self.shelf.lock().unwrap().remove(key);
                Reply::empty(204)
            }
            _ => error(405, "MethodNotAllowed", "The specified method is not allowed against this resource"),
        }
    }

    fn failure(&self, status: u16) -> Reply {
        match status {
            429 | 503 => error(status, "SlowDown", "Please reduce your request rate."),
            _ => error(status, "InternalError", "We encountered an internal error. Please try again."),
        }
    }

    fn clock(&self) -> Clock {
        self.clock.clone()
    }
}

impl Service {
    fn get(&self, key: &str) -> Reply {
        let shelf = self.shelf.lock().unwrap();
        let Some(object) = shelf.get(key) else {
            return error(404, "NoSuchKey", "The specified key does not exist.");
        };
        let reply = Reply { status: 200, headers: object.headers.clone(), body: object.bytes.clone() };
        reply.with("etag", &object.tag).with("last-modified", Clock::http_date(self.clock.now()))
    }

    fn copy(&self, key: &str, request: &Request) -> Reply {
        let from = request.header("x-amz-copy-source").and_then(signature::decoded).unwrap_or_default();
        let mut shelf = self.shelf.lock().unwrap();
        let from = from.trim_start_matches('/').strip_prefix(BUCKET).and_then(|from| from.strip_prefix('/'));
        let Some(object) = from.and_then(|from| shelf.get(from)) else {
            return error(404, "NoSuchKey", "The specified key does not exist.");
        };
        let object = Object::of(object.bytes.clone(), object.headers.clone());
        let tag = object.tag.replace('"', "&quot;");
        shelf.copy(key, object);
        let text = format!(
            "<CopyObjectResult><ETag>{tag}</ETag><LastModified>2026-11-26T22:56:41.000Z</LastModified></CopyObjectResult>"
        );
        Reply::bytes(200, "application/xml", text.into_bytes())
    }

    fn put(&self, key: &str, request: &Request) -> Reply {
        if key.len() > 1024 {
            return error(400, "KeyTooLongError", "Your key is too long");
        }
        let condition = match (request.header("if-none-match"), request.header("if-match")) {
            (None, None) => Condition::None,
            (Some("*"), None) => Condition::Absent,
            (None, Some(tag)) => Condition::Tagged(tag.to_owned()),
            _ => {
                return error(
                    501,
                    "NotImplemented",
                    "A header you provided implies functionality that is not implemented",
                );
            }
        };
        let met = |left: usize| left.checked_sub(1);
        if condition != Condition::None
            && self.conflicts.fetch_update(Ordering::Relaxed, Ordering::Relaxed, met).is_ok()
        {
            return error(
                409,
                "ConditionalRequestConflict",
                "The conditional request cannot succeed due to a conflict",
            );
        }
        let kept = |name: &str| matches!(name, "content-type" | "cache-control") || name.starts_with("x-amz-meta-");
        let headers = request.headers.iter().filter(|(name, _)| kept(name)).cloned().collect();
        let mut shelf = self.shelf.lock().unwrap();
        match shelf.allows(key, &condition) {
            Ok(()) => {
                let object = Object::of(request.body.clone(), headers);
                let tag = object.tag.clone();
                shelf.put(key, object);
                Reply::empty(200).with("etag", tag)
            }
            Err(404) => error(404, "NoSuchKey", "The specified key does not exist."),
            Err(status) => error(status, "PreconditionFailed", "At least one of the preconditions did not hold"),
        }
    }

    fn list(&self, request: &Request) -> Reply {
        let parameter = |name: &str| request.parameter(name).and_then(signature::of_query);
        if parameter("list-type").as_deref() != Some("2") {
            return error(501, "NotImplemented", "Only lists of the second version are served here");
        }
        let (prefix, delimiter) = (parameter("prefix").unwrap_or_default(), parameter("delimiter"));
        let most = parameter("max-keys")
            .and_then(|most| most.parse().ok())
            .unwrap_or(1000)
            .min(self.page.load(Ordering::Relaxed));
        let after = parameter("continuation-token").or_else(|| parameter("start-after"));
        let shelf = self.shelf.lock().unwrap();
        Reply::bytes(
            200,
            "application/xml",
            shelf.list(&prefix, delimiter.as_deref(), after.as_deref(), most).into_bytes(),
        )
    }
}

fn error(status: u16, code: &str, message: &str) -> Reply {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    );
    Reply::bytes(status, "application/xml", text.into_bytes()).with("x-amz-request-id", "4442587FB7D0A2F9")
}
