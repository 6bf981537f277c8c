//! Forms with files in them, as `multipart/form-data` writes them.

use crate::model::Digest;
use crate::provider::line::Errand;

/// A form that is being filled in.
#[derive(Default)]
pub(super) struct Form {
    parts: Vec<(String, Vec<u8>)>,
}

impl Form {
    /// A field.
    #[must_use]
    pub(super) fn field(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.parts.push((format!("name=\"{name}\""), value.into()));
        self
    }

    /// A file of a media type.
    #[must_use]
    pub(super) fn file(mut self, name: &str, kind: &str, bytes: impl Into<Vec<u8>>) -> Self {
        let head = format!("name=\"{name}\"; filename=\"{name}\"\r\nContent-Type: {kind}");
        self.parts.push((head, bytes.into()));
        self
    }

    /// The errand with the form in its body.
    pub(super) fn sent_by(self, errand: Errand) -> Errand {
        // A line of the content that were the boundary would end it: it is named after all of the content.
        let digest = Digest::of_parts(self.parts.iter().map(|(_, bytes)| bytes.as_slice()));
        let boundary = format!("hectare-{digest}");
        let mut body = Vec::with_capacity(self.parts.iter().map(|(head, bytes)| head.len() + bytes.len() + 128).sum());
        for (head, bytes) in &self.parts {
            body.extend(format!("--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes());
            body.extend(bytes);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{boundary}--\r\n").as_bytes());
        errand.with("content-type", format!("multipart/form-data; boundary={boundary}")).body(body)
    }
}
