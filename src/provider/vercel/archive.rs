//! All files of a deployment as one archive: the same files give the same bytes, whenever and wherever they are packed.

use flate2::{Compression, GzBuilder};
use std::io::{self, Write};

/// The largest part.
const LARGEST_PART: usize = 100 << 20;

const BLOCK: usize = 512;

/// Packs files one after the other; parts are handed over as they are full.
pub(super) struct Packer<F: FnMut(Vec<u8>) -> io::Result<()>> {
    gzip: flate2::write::GzEncoder<Parts<F>>,
}

struct Parts<F> {
    part: Vec<u8>,
    hand_over: F,
}

impl<F: FnMut(Vec<u8>) -> io::Result<()>> Packer<F> {
    /// `hand_over` is given each part.
    pub(super) fn new(hand_over: F) -> Self {
        let parts = Parts { part: Vec::new(), hand_over };
        // Neither a moment nor a system stands in the head.
        Self { gzip: GzBuilder::new().mtime(0).operating_system(255).write(parts, Compression::new(6)) }
    }

    /// Adds a file.
    pub(super) fn add(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        match split(path) {
            Some((folder, name)) => self.gzip.write_all(&header(folder, name, bytes.len(), b'0'))?,
            None => {
                let record = record(path);
                self.gzip.write_all(&header("", "path", record.len(), b'x'))?;
                self.padded(record.as_bytes())?;
                self.gzip.write_all(&header("", "file", bytes.len(), b'0'))?;
            }
        }
        self.padded(bytes)
    }

    /// Hands over the last part.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.gzip.write_all(&[0; 2 * BLOCK])?;
        let Parts { part, mut hand_over } = self.gzip.finish()?;
        if part.is_empty() { Ok(()) } else { hand_over(part) }
    }

    fn padded(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.gzip.write_all(bytes)?;
        self.gzip.write_all(&[0; BLOCK][..bytes.len().next_multiple_of(BLOCK) - bytes.len()])
    }
}

impl<F: FnMut(Vec<u8>) -> io::Result<()>> Write for Parts<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let fits = bytes.len().min(LARGEST_PART - self.part.len());
        self.part.extend_from_slice(&bytes[..fits]);
        if self.part.len() == LARGEST_PART {
            (self.hand_over)(std::mem::take(&mut self.part))?;
        }
        Ok(fits)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The path as the two fields of a header; none if it needs a record of its own.
fn split(path: &str) -> Option<(&str, &str)> {
    if !path.is_ascii() {
        return None;
    }
    if path.len() <= 100 {
        return Some(("", path));
    }
    let mut slashes = path.match_indices('/').map(|(at, _)| at);
    let at = slashes.find(|at| *at <= 155 && path.len() - at - 1 <= 100)?;
    Some((&path[..at], &path[at + 1..]))
}

/// A record of an extended header begins with its own length.
fn record(path: &str) -> String {
    let rest = format!(" path={path}\n");
    let mut length = rest.len() + 1;
    while length.to_string().len() + rest.len() != length {
        length = length.to_string().len() + rest.len();
    }
    format!("{length}{rest}")
}

/// A header of the POSIX format; everything that could differ between two machines is zero.
fn header(folder: &str, name: &str, size: usize, kind: u8) -> [u8; BLOCK] {
    let mut header = [0; BLOCK];
    let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, name.as_bytes());
    put(100, b"0000644\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{size:011o}\0").as_bytes());
    put(136, b"00000000000\0");
    put(148, b"        ");
    put(156, &[kind]);
    put(257, b"ustar\x0000");
    put(345, folder.as_bytes());
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}
