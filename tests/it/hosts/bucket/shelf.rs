//! What lies in the bucket.

use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

#[derive(Default)]
pub(super) struct Shelf {
    objects: BTreeMap<String, Object>,
    /// Every key that was put, as often as it was.
    pub(super) puts: Vec<String>,
}

pub(super) struct Object {
    pub(super) bytes: Vec<u8>,
    /// What it is handed out with.
    pub(super) headers: Vec<(String, String)>,
    pub(super) tag: String,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Condition {
    None,
    Absent,
    Tagged(String),
}

impl Object {
    /// Equal bytes have equal tags, as with the real ones.
    pub(super) fn of(bytes: Vec<u8>, headers: Vec<(String, String)>) -> Self {
        let digest: String = Sha256::digest(&bytes)[..16].iter().map(|byte| format!("{byte:02x}")).collect();
        Self { bytes, headers, tag: format!("\"{digest}\"") }
    }
}

impl Shelf {
    pub(super) fn objects(&self) -> impl Iterator<Item = (&String, &Object)> {
        self.objects.iter()
    }

    pub(super) fn get(&self, key: &str) -> Option<&Object> {
        self.objects.get(key)
    }

    /// Whether the condition holds; otherwise the status that says so.
    pub(super) fn allows(&self, key: &str, condition: &Condition) -> Result<(), u16> {
        match (condition, self.objects.get(key)) {
            (Condition::None, _) | (Condition::Absent, None) => Ok(()),
            (Condition::Tagged(tag), Some(object)) if *tag == object.tag => Ok(()),
            (Condition::Tagged(_), None) => Err(404),
            (Condition::Absent | Condition::Tagged(_), Some(_)) => Err(412),
        }
    }

    pub(super) fn put(&mut self, key: &str, object: Object) {
        self.puts.push(key.to_owned());
        self.objects.insert(key.to_owned(), object);
    }

    /// Puts what lies here already, without its bytes having travelled.
    pub(super) fn copy(&mut self, key: &str, object: Object) {
        self.objects.insert(key.to_owned(), object);
    }

    pub(super) fn remove(&mut self, key: &str) {
        self.objects.remove(key);
    }

    /// A page of a list: at most `most` keys and folders behind `after`.
    pub(super) fn list(&self, prefix: &str, delimiter: Option<&str>, after: Option<&str>, most: usize) -> String {
        let below = self.objects.range(prefix.to_owned()..).take_while(|(key, _)| key.starts_with(prefix));
        let (mut keys, mut folders, mut last, mut more) = (Vec::new(), BTreeSet::new(), None, false);
        for (key, object) in below {
            let folder = delimiter.and_then(|delimiter| {
                let end = key[prefix.len()..].find(delimiter)?;
                Some(key[..prefix.len() + end + delimiter.len()].to_owned())
            });
            let name = folder.as_ref().unwrap_or(key);
            if after.is_some_and(|after| name.as_str() <= after) || folders.contains(name) {
                continue;
            }
            if keys.len() + folders.len() == most {
                more = true;
                break;
            }
            last = Some(name.clone());
            match folder {
                Some(folder) => drop(folders.insert(folder)),
                None => keys.push((key, object)),
            }
        }
        let mut text = format!("<?xml version=\"1.0\"?><ListBucketResult><IsTruncated>{more}</IsTruncated>");
        if let Some(last) = last.filter(|_| more) {
            write!(text, "<NextContinuationToken>{}</NextContinuationToken>", escaped(&last)).unwrap();
        }
        for (key, object) in keys {
            let (key, tag, size) = (escaped(key), escaped(&object.tag), object.bytes.len());
            let when = "2026-11-26T22:56:41.000Z";
            write!(text, "<Contents><Key>{key}</Key><LastModified>{when}</LastModified><ETag>{tag}</ETag>").unwrap();
            write!(text, "<Size>{size}</Size></Contents>").unwrap();
        }
        for folder in folders {
            write!(text, "<CommonPrefixes><Prefix>{}</Prefix></CommonPrefixes>", escaped(&folder)).unwrap();
        }
        text + "</ListBucketResult>"
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
