//! Objects that must wait: in memory up to a limit, beyond it in a file that has no name and goes away with us. Nothing is dropped.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

/// Where an object waits.
#[derive(Debug)]
pub(super) enum Kept {
    /// here
    Memory(Vec<u8>),
    /// there: offset and length
    Disk(u64, u32),
}

/// The store.
pub(super) struct Spill {
    directory: PathBuf,
    limit: u64,
    used: u64,
    file: Option<File>,
    end: u64,
    /// bytes that went to disk in all
    pub spilled: u64,
}

impl Spill {
    pub(super) fn new(directory: PathBuf, limit: u64) -> Spill {
        Spill { directory, limit, used: 0, file: None, end: 0, spilled: 0 }
    }

    /// Keeps an object; gives it back with the reason when there is no room on disk.
    pub(super) fn keep(&mut self, bytes: Vec<u8>) -> Result<Kept, (Vec<u8>, io::Error)> {
        let size = bytes.len() as u64;
        if self.used + size <= self.limit {
            self.used += size;
            return Ok(Kept::Memory(bytes));
        }
        match self.write(&bytes) {
            Ok(offset) => Ok(Kept::Disk(offset, bytes.len() as u32)),
            Err(e) => Err((bytes, e)),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<u64> {
        if self.file.is_none() {
            self.file = Some(nameless(&self.directory)?);
        }
        let Some(file) = &mut self.file else { return Err(io::ErrorKind::NotFound.into()) };
        let offset = self.end;
        file.seek(SeekFrom::Start(offset))?;
        file.write_all(bytes)?;
        self.end += bytes.len() as u64;
        self.spilled += bytes.len() as u64;
        Ok(offset)
    }

    /// Gives an object back.
    pub(super) fn take(&mut self, kept: Kept) -> io::Result<Vec<u8>> {
        match kept {
            Kept::Memory(bytes) => {
                self.used -= bytes.len() as u64;
                Ok(bytes)
            }
            Kept::Disk(offset, length) => {
                let Some(file) = &mut self.file else { return Err(io::ErrorKind::NotFound.into()) };
                let mut bytes = vec![0; length as usize];
                file.seek(SeekFrom::Start(offset))?;
                file.read_exact(&mut bytes)?;
                Ok(bytes)
            }
        }
    }
}

/// A new file that only its owner can read, without a name as soon as the system allows.
fn nameless(directory: &std::path::Path) -> io::Result<File> {
    for attempt in 0..16u32 {
        let path = directory.join(format!(".audit-{}-{attempt}", std::process::id()));
        let mut options = std::fs::OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&path) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(e),
            Ok(file) => {
                std::fs::remove_file(&path)?;
                return Ok(file);
            }
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_goes_to_disk_and_comes_back() {
        let directory = tempfile::tempdir().unwrap();
        let mut spill = Spill::new(directory.path().to_owned(), 10);
        let kept: Vec<Kept> = (0..5u8).map(|i| spill.keep(vec![i; 4]).unwrap()).collect();
        assert_eq!(spill.spilled, 12);
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0, "the file has no name");
        for (i, k) in kept.into_iter().enumerate().rev() {
            assert_eq!(spill.take(k).unwrap(), vec![i as u8; 4]);
        }
        assert_eq!(spill.used, 0);
    }

    #[test]
    fn a_full_disk_gives_the_object_back() {
        let mut spill = Spill::new("/nonexistent/directory".into(), 0);
        let (bytes, _) = spill.keep(vec![1, 2]).unwrap_err();
        assert_eq!(bytes, [1, 2]);
    }
}
