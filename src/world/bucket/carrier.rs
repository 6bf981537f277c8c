//! Carries what the S3 protocol says over the same web as everything else.

use super::BucketFault;
use crate::world::{Answer, Call, Method, Web, WebFault};
use hyper::Response;
use hyper::body::{Body, Bytes};
use hyper::http::request::Parts;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody, HttpResponse, HttpService,
};
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// How long nothing may happen.
const PATIENCE: Duration = Duration::from_secs(25);

/// What is read of one object.
const MOST: usize = 64 << 20;

/// Whoever carries calls, in the shape that the protocol wants.
#[derive(Clone)]
pub(super) struct Carrier(pub(super) Arc<dyn Web>);

impl HttpConnector for Carrier {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

impl HttpService for Carrier {
    /// Blocks: every operation has the thread of its caller for itself.
    fn call<'a, 'b>(
        &'a self,
        request: HttpRequest,
    ) -> Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'b>>
    where
        'a: 'b,
        Self: 'b,
    {
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let body = whole(body).await?;
            self.carry(&head, body).map_err(|fault| HttpError::new(HttpErrorKind::Unknown, fault))
        })
    }
}

impl Carrier {
    fn carry(&self, head: &Parts, body: Bytes) -> Result<HttpResponse, BucketFault> {
        let answer = self.0.send(&call(head, body)?).map_err(|fault| match fault {
            WebFault::Unreachable(why) => BucketFault::Unreachable(why),
            WebFault::Lost(why) => BucketFault::Lost(why),
            WebFault::TooLarge { .. } => BucketFault::Rejected(fault.to_string()),
        })?;
        match fault(&answer) {
            Some(fault) => Err(fault),
            None => response(answer),
        }
    }
}

/// What goes wrong without the protocol having a name for it; what it has a name for is left to it.
fn fault(answer: &Answer) -> Option<BucketFault> {
    let (code, said) = said(answer);
    match (answer.status, code.as_str()) {
        (200..300 | 304 | 412, _) => None,
        (404, "NoSuchBucket" | "ContainerNotFound") => Some(BucketFault::NoBucket(said)),
        (404, _) => None,
        (401 | 403, _) => Some(BucketFault::Refused(said)),
        // Two put the same key at the same moment; one of them was faster.
        (409, "ConditionalRequestConflict") => Some(BucketFault::Changed),
        // Azure says so where something lies already; the protocol knows it.
        (409, "BlobAlreadyExists") => None,
        (408 | 425 | 429 | 503, _) => Some(BucketFault::Busy(said)),
        (500.., _) => Some(BucketFault::Lost(said)),
        _ => Some(BucketFault::Rejected(said)),
    }
}

/// `<Code>` and `<Message>` of an answer, with its status and what the host calls the request.
fn said(answer: &Answer) -> (String, String) {
    let text = String::from_utf8_lossy(&answer.body);
    let part = |name: &str| {
        let (_, rest) = text.split_once(&format!("<{name}>"))?;
        rest.split_once("</").map(|(part, _)| part.chars().filter(|c| !c.is_control()).take(300).collect::<String>())
    };
    let (code, message) = (part("Code").unwrap_or_default(), part("Message").unwrap_or_default());
    let request = answer.header("x-amz-request-id").or_else(|| answer.header("x-ms-request-id"));
    let request = request.map(|id| format!(", request `{id}`")).unwrap_or_default();
    let words = [code.as_str(), message.as_str()].join(" ");
    let said = format!("it answers {} {}{request}", answer.status, words.trim());
    (code, said.trim_end().to_owned())
}

fn call(head: &Parts, body: Bytes) -> Result<Call, BucketFault> {
    let method = match head.method.as_str() {
        "GET" => Method::Get,
        "HEAD" => Method::Head,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "DELETE" => Method::Delete,
        other => return Err(BucketFault::Rejected(format!("there is no method {other}"))),
    };
    let call = Call { most: MOST, ..Call::new(method, head.uri.to_string(), PATIENCE) }.body(body);
    // The length is that of the body, and is said with it.
    let told = head.headers.iter().filter(|(name, _)| *name != "content-length");
    Ok(told.fold(call, |call, (name, value)| call.with(name.as_str(), value.to_str().unwrap_or_default())))
}

/// A body in one piece, as it was handed over.
async fn whole(mut body: HttpRequestBody) -> Result<Bytes, HttpError> {
    let mut pieces = Vec::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        pieces.extend(frame?.into_data().ok().filter(|piece| !piece.is_empty()));
    }
    match pieces.len() {
        0 | 1 => Ok(pieces.pop().unwrap_or_default()),
        _ => Ok(pieces.concat().into()),
    }
}

fn response(answer: Answer) -> Result<HttpResponse, BucketFault> {
    let head = Response::builder().status(answer.status);
    let head = answer.headers.iter().fold(head, |head, (name, value)| head.header(name, value));
    head.body(answer.body.into()).map_err(|error| BucketFault::Lost(error.to_string()))
}

impl fmt::Debug for Carrier {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a web")
    }
}
