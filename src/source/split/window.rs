//! A window on a stream: the bytes that are still needed, and where in the file they stand.

use std::io::{self, Read};

const CHUNK: usize = 64 << 10;
const LARGE_CHUNK: usize = 1 << 20;

pub(super) struct Window<'r> {
    reader: Box<dyn Read + 'r>,
    buffer: Vec<u8>,
    /// start of the bytes that are still needed
    from: usize,
    /// end of the bytes that were read
    to: usize,
    /// offset of `from` in the file
    pub base: u64,
    /// line of `from`, from 1
    pub line: u32,
    /// characters between the start of the line and `from`
    pub column: u32,
    eof: bool,
}

impl<'r> Window<'r> {
    pub fn new(reader: Box<dyn Read + 'r>) -> Window<'r> {
        Window { reader, buffer: Vec::new(), from: 0, to: 0, base: 0, line: 1, column: 0, eof: false }
    }

    /// The bytes at hand.
    pub fn data(&self) -> &[u8] {
        &self.buffer[self.from..self.to]
    }

    /// Whether the stream has nothing beyond [`Window::data`].
    pub fn at_end(&self) -> bool {
        self.eof
    }

    /// Reads more; `false` at the end of the stream.
    pub fn fill(&mut self) -> io::Result<bool> {
        if self.eof {
            return Ok(false);
        }
        let len = self.to - self.from;
        if self.from > 0 && self.from >= len {
            self.buffer.copy_within(self.from..self.to, 0);
            (self.from, self.to) = (0, len);
        }
        let chunk = len.clamp(CHUNK, LARGE_CHUNK);
        if self.buffer.len() < self.to + chunk {
            self.buffer.resize(self.to + chunk, 0);
        }
        loop {
            match self.reader.read(&mut self.buffer[self.to..self.to + chunk]) {
                Ok(0) => {
                    self.eof = true;
                    return Ok(false);
                }
                Ok(n) => {
                    self.to += n;
                    return Ok(true);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Reads until there are `n` bytes at hand, or the end.
    pub fn need(&mut self, n: usize) -> io::Result<()> {
        while self.to - self.from < n && self.fill()? {}
        Ok(())
    }

    /// Gives up the first `n` bytes.
    pub fn consume(&mut self, n: usize) {
        let gone = &self.buffer[self.from..self.from + n];
        let mut line_from = 0;
        if let Some(last) = memchr::memrchr(b'\n', gone) {
            self.line = self.line.saturating_add(memchr::memchr_iter(b'\n', gone).count() as u32);
            self.column = 0;
            line_from = last + 1;
        }
        let characters = gone[line_from..].iter().filter(|b| **b & 0xC0 != 0x80).count();
        self.column = self.column.saturating_add(characters as u32);
        self.from += n;
        self.base += n as u64;
    }
}
