//! Reading a body under caps, unpacking as it comes.

use std::io::{self, Write};

use bytes::{Bytes, BytesMut};

use crate::Error;

/// From this many bytes on, the ratio of unpacked to packed is watched.
const RATIO_FROM: usize = 1 << 20;
/// Most bytes out for one byte in.
const MAX_RATIO: usize = 100;

/// Collects a body.
pub(crate) struct Body {
    sink: Sink,
    received: usize,
}

enum Sink {
    /// The first chunk is kept as it is: most bodies are one chunk.
    Plain {
        first: Bytes,
        rest: BytesMut,
        max: usize,
    },
    Gzip(Box<flate2::write::MultiGzDecoder<Capped>>),
    Deflate(Box<flate2::write::ZlibDecoder<Capped>>),
    Brotli(Box<brotli_decompressor::DecompressorWriter<Capped>>),
}

/// Takes bytes up to a cap.
struct Capped {
    bytes: Vec<u8>,
    max: usize,
    over: bool,
}

impl Capped {
    fn new(max: usize) -> Self {
        Self {
            bytes: Vec::new(),
            max,
            over: false,
        }
    }
}

impl Write for Capped {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + data.len() > self.max {
            self.over = true;
            return Err(io::Error::other("over the cap"));
        }
        self.bytes.extend_from_slice(data);
        Ok(data.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Body {
    /// A collector for a body of `encoding` (the `content-encoding` header) that yields at most `max` bytes. `None`
    /// for an encoding that was not asked for.
    pub(crate) fn new(encoding: Option<&str>, max: usize) -> Option<Self> {
        let sink = match encoding
            .map(|encoding| encoding.trim().to_ascii_lowercase())
            .as_deref()
        {
            None | Some("" | "identity") => Sink::Plain {
                first: Bytes::new(),
                rest: BytesMut::new(),
                max,
            },
            Some("gzip" | "x-gzip") => Sink::Gzip(Box::new(flate2::write::MultiGzDecoder::new(
                Capped::new(max),
            ))),
            Some("deflate") => {
                Sink::Deflate(Box::new(flate2::write::ZlibDecoder::new(Capped::new(max))))
            }
            Some("br") => Sink::Brotli(Box::new(brotli_decompressor::DecompressorWriter::new(
                Capped::new(max),
                4096,
            ))),
            Some(_) => return None,
        };
        Some(Self { sink, received: 0 })
    }

    /// Takes the next bytes off the wire.
    pub(crate) fn push(&mut self, chunk: Bytes) -> Result<(), Error> {
        self.received += chunk.len();
        let outcome = match &mut self.sink {
            Sink::Plain { first, rest, max } => {
                if self.received > *max {
                    return Err(Error::TooLarge { what: "body" });
                }
                if first.is_empty() {
                    *first = chunk;
                } else {
                    rest.extend_from_slice(&chunk);
                }
                return Ok(());
            }
            Sink::Gzip(decoder) => decoder.write_all(&chunk),
            Sink::Deflate(decoder) => decoder.write_all(&chunk),
            Sink::Brotli(decoder) => decoder.write_all(&chunk),
        };
        let written = self.capped().map_or(0, |capped| capped.bytes.len());
        if written > RATIO_FROM && written / MAX_RATIO > self.received {
            return Err(Error::TooLarge {
                what: "compression ratio",
            });
        }
        outcome.map_err(|error| self.failure(error))
    }

    /// The whole body.
    pub(crate) fn finish(mut self) -> Result<Bytes, Error> {
        if self.received == 0 {
            return Ok(Bytes::new());
        }
        let outcome = match &mut self.sink {
            Sink::Plain { .. } => Ok(()),
            Sink::Gzip(decoder) => decoder.try_finish(),
            Sink::Deflate(decoder) => decoder.try_finish(),
            Sink::Brotli(decoder) => decoder.close(),
        };
        outcome.map_err(|error| self.failure(error))?;
        Ok(match self.sink {
            Sink::Plain { first, rest, .. } if rest.is_empty() => first,
            Sink::Plain { first, rest, .. } => {
                let mut whole = BytesMut::with_capacity(first.len() + rest.len());
                whole.extend_from_slice(&first);
                whole.extend_from_slice(&rest);
                whole.freeze()
            }
            Sink::Gzip(mut decoder) => std::mem::take(&mut decoder.get_mut().bytes).into(),
            Sink::Deflate(mut decoder) => std::mem::take(&mut decoder.get_mut().bytes).into(),
            Sink::Brotli(mut decoder) => std::mem::take(&mut decoder.get_mut().bytes).into(),
        })
    }

    fn capped(&self) -> Option<&Capped> {
        match &self.sink {
            Sink::Plain { .. } => None,
            Sink::Gzip(decoder) => Some(decoder.get_ref()),
            Sink::Deflate(decoder) => Some(decoder.get_ref()),
            Sink::Brotli(decoder) => Some(decoder.get_ref()),
        }
    }

    fn failure(&self, error: io::Error) -> Error {
        if self.capped().is_some_and(|capped| capped.over) {
            Error::TooLarge { what: "body" }
        } else {
            Error::Protocol(error.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gzip(data: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    fn read(encoding: Option<&str>, packed: &[u8], max: usize) -> Result<Bytes, Error> {
        let mut body = Body::new(encoding, max).unwrap();
        for chunk in packed.chunks(1000) {
            body.push(Bytes::copy_from_slice(chunk))?;
        }
        body.finish()
    }

    #[test]
    fn a_packed_body_comes_out_whole() {
        let text: Vec<u8> = (0..60_000_u32)
            .flat_map(|n| (n * 7919).to_le_bytes())
            .collect();
        assert_eq!(read(Some("gzip"), &gzip(&text), 1 << 20).unwrap(), text);
        assert_eq!(read(None, &text, 1 << 20).unwrap(), text);
        assert_eq!(read(Some("gzip"), &[], 10).unwrap(), Bytes::new());
    }

    #[test]
    fn net_8_a_body_over_the_cap_is_refused_packed_or_not() {
        let text = vec![b'x'; 3000];
        assert!(matches!(
            read(None, &text, 2999),
            Err(Error::TooLarge { what: "body" })
        ));
        assert!(read(None, &text, 3000).is_ok());
        assert!(matches!(
            read(Some("gzip"), &gzip(&text), 2999),
            Err(Error::TooLarge { what: "body" })
        ));
    }

    #[test]
    fn net_8_a_bomb_is_stopped_by_its_ratio() {
        let bomb = gzip(&vec![0; 9 << 20]);
        assert!(bomb.len() < 10_000);
        assert!(matches!(
            read(Some("gzip"), &bomb, 10 << 20),
            Err(Error::TooLarge {
                what: "compression ratio"
            })
        ));
    }

    #[test]
    fn a_cut_off_packed_body_is_an_error() {
        let packed = gzip(&[b'y'; 5000]);
        assert!(matches!(
            read(Some("gzip"), &packed[..packed.len() / 2], 1 << 20),
            Err(Error::Protocol(_))
        ));
        assert!(Body::new(Some("zstd"), 10).is_none());
    }
}
