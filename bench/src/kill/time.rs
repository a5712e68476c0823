//! One clock for all processes of a case: the machine's, and how far it is ahead, in a file that they follow.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use valetkey_sdk::clock::Clock;

pub struct Time {
    clock: Clock,
    file: File,
    pub path: PathBuf,
}

impl Time {
    pub fn at(path: PathBuf, offset_ms: i64) -> std::io::Result<Self> {
        let file = File::create(&path)?;
        let time = Self { clock: Clock::system(), file, path };
        time.write(offset_ms)?;
        Ok(time)
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Everybody's clock goes on by this much at once. Only while nobody is in the middle of something.
    pub fn jump(&self, seconds: i64) -> std::io::Result<()> {
        self.write(self.clock.offset_ms() + seconds * 1_000)
    }

    pub fn offset_ms(&self) -> i64 {
        self.clock.offset_ms()
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    fn write(&self, offset_ms: i64) -> std::io::Result<()> {
        self.clock.set_offset_ms(offset_ms);
        self.file.write_all_at(format!("{offset_ms:>20}").as_bytes(), 0)
    }
}
