//! Waiting for connections, and what nobody may do with one.

use super::body::Body;
use super::{Request, Response};
use hyper::body::Incoming;
use hyper::header::{HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, UdpSocket};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::sync::oneshot;

/// Whoever has not said what they want by then is let go.
const PATIENCE: Duration = Duration::from_secs(8);

/// Connections at once; a browser takes six for each site.
const MOST_CONNECTIONS: usize = 1_000;

/// The longest head of a request.
const LONGEST_HEAD: usize = 16 << 10;

/// The most headers of a request.
const MOST_HEADERS: usize = 64;

/// Ports that are tried after the first one.
const MORE_PORTS: u16 = 50;

/// What those are told that find all connections taken.
const BUSY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// Who can reach a listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Openness {
    /// This machine alone.
    Loopback,
    /// Other machines of the same network, too.
    Network,
}

/// Sockets that wait.
#[derive(Debug)]
pub struct Socket {
    sockets: Vec<TcpListener>,
    port: u16,
    network: Option<Ipv4Addr>,
}

/// Why nobody can be waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListenFault {
    /// Someone else listens there.
    Taken,
    /// This machine is on no network.
    NoNetwork,
    /// The system refused.
    System(String),
}

/// What answers requests.
pub(super) type Handler = dyn Fn(&Request) -> Response + Send + Sync;

/// A server at work; it stops when it is dropped.
#[derive(Debug)]
pub struct Server {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Socket {
    /// Listens at `port`; with `seek`, at the next free one if that is taken. Port 0 is any free one.
    pub fn bind(port: u16, seek: bool, openness: Openness) -> Result<Self, ListenFault> {
        let network = match openness {
            Openness::Loopback => None,
            Openness::Network => Some(own_address().ok_or(ListenFault::NoNetwork)?),
        };
        let last = if seek { port.saturating_add(MORE_PORTS) } else { port };
        let mut fault = ListenFault::Taken;
        for port in port..=last {
            match listen(port, network) {
                Ok(listener) => return Ok(listener),
                Err(error) if error.kind() == ErrorKind::AddrInUse => fault = ListenFault::Taken,
                Err(error) => return Err(ListenFault::System(super::super::disk::plain(&error))),
            }
        }
        Err(fault)
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// This machine's address in its network, if others may come from there.
    pub fn network(&self) -> Option<Ipv4Addr> {
        self.network
    }

    /// Answers everyone with `handler` until the server is dropped.
    pub fn serve(self, handler: Arc<Handler>) -> io::Result<Server> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
        let (stop, stopped) = oneshot::channel();
        let work = move || {
            runtime.block_on(async {
                let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
                for socket in self.sockets {
                    tokio::spawn(accept(socket, Arc::clone(&handler), Arc::clone(&places)));
                }
                let _ = stopped.await;
            });
            runtime.shutdown_background();
        };
        let thread = std::thread::Builder::new().name("server".to_owned()).spawn(work)?;
        Ok(Server { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Browsers try either address of `localhost`; a machine without IPv6 has only one.
fn listen(port: u16, network: Option<Ipv4Addr>) -> io::Result<Socket> {
    let first = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    let port = first.local_addr()?.port();
    let mut sockets = vec![first];
    match TcpListener::bind((Ipv6Addr::LOCALHOST, port)) {
        Ok(socket) => sockets.push(socket),
        Err(error) if error.kind() == ErrorKind::AddrInUse => return Err(error),
        Err(_) => {}
    }
    if let Some(address) = network {
        sockets.push(TcpListener::bind((address, port))?);
    }
    for socket in &sockets {
        socket.set_nonblocking(true)?;
    }
    Ok(Socket { sockets, port, network })
}

/// The address by which this machine would speak to others. Nothing is sent: the address asked about belongs to nobody.
fn own_address() -> Option<Ipv4Addr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect(SocketAddr::from((Ipv4Addr::new(192, 0, 2, 1), 9))).ok()?;
    match socket.local_addr().ok()?.ip() {
        IpAddr::V4(address) if !address.is_loopback() && !address.is_unspecified() => Some(address),
        _ => None,
    }
}

async fn accept(socket: TcpListener, handler: Arc<Handler>, places: Arc<Semaphore>) {
    let Ok(socket) = tokio::net::TcpListener::from_std(socket) else { return };
    loop {
        let Ok((stream, _)) = socket.accept().await else {
            // The system is out of files; connections that end give some back.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            tokio::spawn(refuse(stream));
            continue;
        };
        let handler = Arc::clone(&handler);
        tokio::spawn(async move {
            converse(stream, handler).await;
            drop(place);
        });
    }
}

async fn refuse(stream: TcpStream) {
    if stream.writable().await.is_ok() {
        let _ = stream.try_write(BUSY);
    }
}

/// One connection from beginning to end; what goes wrong on it is the other side's loss.
async fn converse(stream: TcpStream, handler: Arc<Handler>) {
    let _ = stream.set_nodelay(true);
    let answer = service_fn(|request| {
        let response = answer(&request, &*handler);
        async { Ok::<_, Infallible>(response) }
    });
    let mut protocol = http1::Builder::new();
    protocol.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    protocol.max_buf_size(LONGEST_HEAD).max_headers(MOST_HEADERS);
    let _ = protocol.serve_connection(TokioIo::new(stream), answer).await;
}

fn answer(request: &hyper::Request<Incoming>, handler: &Handler) -> hyper::Response<Body> {
    let text = |value: &HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let asked = Request {
        method: request.method().to_string(),
        target: request.uri().to_string(),
        headers: request.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
    };
    let Response { status, headers, payload } = handler(&asked);
    let mut response = hyper::Response::new(Body::of(payload, asked.method == "GET"));
    *response.status_mut() = hyper::StatusCode::from_u16(status).unwrap_or_default();
    for (name, value) in headers {
        let header = HeaderName::try_from(name).ok().zip(HeaderValue::try_from(value).ok());
        if let Some((name, value)) = header {
            response.headers_mut().append(name, value);
        }
    }
    response
}
