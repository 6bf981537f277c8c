//! The real one: calls go out over the network.

use super::near::{self, PublicOnly};
use super::outgoing::{Outgoing, Progress};
use super::{Answer, Call, Method, Reach, Web, WebFault};
use crate::world::disk::plain;
use reqwest::{Body, Client, ClientBuilder, Response, redirect};
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;
use std::error::Error;
use std::io;
use std::sync::{Arc, mpsc};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// How long a machine may take to pick up.
const PICK_UP: Duration = Duration::from_secs(10);

/// Hosts close connections that nobody uses after a minute or more; a call must not meet one that is just being closed.
const UNUSED: Duration = Duration::from_secs(20);

/// The network. Connections are kept and shared by everyone who holds it; calls may be sent from any thread.
#[derive(Debug)]
pub struct Online {
    client: Client,
    /// The same, for calls that must not lead into the own network.
    public: Client,
    /// Why no encrypted connection can be trusted.
    distrust: Option<String>,
    /// What waits for the sockets; the callers wait for it.
    runtime: Runtime,
}

impl Online {
    /// Opens the way out; nothing is sent yet.
    pub fn open() -> io::Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(2).thread_name("network").enable_all().build()?;
        let (tls, distrust) = trust().map_err(io::Error::other)?;
        let ready = |builder: ClientBuilder| builder.build().map_err(io::Error::other);
        let client = ready(connecting(tls.clone()))?;
        let public = ready(connecting(tls).no_proxy().dns_resolver(Arc::new(PublicOnly)))?;
        Ok(Self { client, public, distrust, runtime })
    }
}

impl Web for Online {
    fn send(&self, call: &Call) -> Result<Answer, WebFault> {
        if let Some(why) = self.distrust.as_ref().filter(|_| call.url.starts_with("https:")) {
            return Err(WebFault::Unreachable(why.clone()));
        }
        let (tell, told) = mpsc::sync_channel(1);
        let client = match call.reach {
            Reach::Anywhere => self.client.clone(),
            Reach::Public => near::check(&call.url).map(|()| self.public.clone())?,
        };
        let call = call.clone();
        self.runtime.spawn(async move {
            // Nobody listens any more if the caller's thread is gone.
            let _ = tell.send(exchange(&client, call).await);
        });
        told.recv().unwrap_or_else(|_| Err(WebFault::Lost("the exchange was broken off".into())))
    }
}

fn connecting(tls: ClientConfig) -> ClientBuilder {
    Client::builder()
        .user_agent(concat!("hectare/", env!("CARGO_PKG_VERSION")))
        .tls_backend_preconfigured(tls)
        .http1_only()
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(PICK_UP)
        .pool_idle_timeout(UNUSED)
        .tcp_nodelay(true)
}

/// How encrypted connections are made and whom they trust; with a reason if that is nobody.
fn trust() -> Result<(ClientConfig, Option<String>), rustls::Error> {
    let provider = Arc::new(ring::default_provider());
    let versions = || ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions();
    let (mut tls, distrust) = match versions()?.with_platform_verifier() {
        Ok(trusting) => (trusting.with_no_client_auth(), None),
        Err(error) => {
            let nobody = versions()?.with_root_certificates(RootCertStore::empty());
            (nobody.with_no_client_auth(), Some(format!("this machine trusts no certificate authority: {error}")))
        }
    };
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok((tls, distrust))
}

/// Sends a call and reads its answer, unless that takes too long.
async fn exchange(client: &Client, call: Call) -> Result<Answer, WebFault> {
    let (within, len, progress) = (call.within, call.body.len(), Progress::start());
    let exchange = sent_and_read(client, call, progress.clone());
    tokio::select! {
        answer = exchange => answer,
        () = progress.stalled(within, len) => Err(WebFault::Lost(format!("nothing came for {} s", within.as_secs_f32()))),
    }
}

async fn sent_and_read(client: &Client, call: Call, progress: Progress) -> Result<Answer, WebFault> {
    let mut request = client.request(method(call.method), &call.url);
    for (name, value) in &call.headers {
        request = request.header(name, value);
    }
    if !call.body.is_empty() {
        request = request.body(Body::wrap(Outgoing::new(call.body, progress)));
    } else if !matches!(call.method, Method::Get | Method::Head | Method::Delete) {
        request = request.header("content-length", "0");
    }
    let answer = request.send().await.map_err(|error| {
        if error.is_builder() || error.is_connect() {
            WebFault::Unreachable(why(&error))
        } else {
            WebFault::Lost(why(&error))
        }
    })?;
    read(answer, call.most).await
}

async fn read(mut answer: Response, most: usize) -> Result<Answer, WebFault> {
    let status = answer.status().as_u16();
    let named =
        answer.headers().iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap_or("").to_owned()));
    let headers = named.collect();
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(|error| WebFault::Lost(why(&error)))? {
        if body.len() + piece.len() > most {
            return Err(WebFault::TooLarge { status, most });
        }
        body.extend_from_slice(&piece);
    }
    Ok(Answer { status, headers, body })
}

fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Head => reqwest::Method::HEAD,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    }
}

/// The innermost reason, which is the one that people can do something about; it never holds the address.
fn why(error: &reqwest::Error) -> String {
    let mut innermost = error.source();
    while let Some(deeper) = innermost.and_then(Error::source) {
        innermost = Some(deeper);
    }
    match innermost {
        Some(reason) => reason.downcast_ref().map_or_else(|| reason.to_string(), plain),
        None if error.is_builder() => "the address or a header cannot be sent".to_owned(),
        None => "the connection broke".to_owned(),
    }
}
