//! The files of a folder.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use guanxi::crm::import::{CsvRows, Row, RowError};

/// A file of separated cells.
#[derive(Debug)]
pub struct Source {
    /// Its name.
    pub name: String,
    path: PathBuf,
    separator: char,
}

impl Source {
    /// Returns the file `name` of a folder.
    pub fn new(folder: &Path, name: &str, separator: char) -> Self {
        Self { name: name.to_owned(), path: folder.join(name), separator }
    }

    /// Reads the file to its end and returns its header and how many rows it has; what is wrong with single rows is told
    /// when they are imported.
    pub fn look_through(&self) -> Result<(Vec<String>, u64), Vec<String>> {
        let one = |problem: String| vec![problem];
        let mut rows = self.open().map_err(one)?;
        let header = rows.header().map_err(|error| one(format!("{}: {error}", self.name)))?.to_vec();
        let mut count = 0;
        for row in rows {
            match row {
                Err(error) if matches!(error.code(), "open_quote" | "unreadable") => {
                    return Err(one(format!("{}: {error}", self.name)));
                }
                _ => count += 1,
            }
        }
        Ok((header, count))
    }

    /// Returns the rows, without the header.
    pub fn rows(&self) -> Result<impl Iterator<Item = Result<Row, RowError>> + use<>, String> {
        let mut rows = self.open()?;
        rows.header().map_err(|error| format!("{}: {error}", self.name))?;
        Ok(rows)
    }

    fn open(&self) -> Result<CsvRows<Pieces>, String> {
        let file = File::open(&self.path).map_err(|error| format!("{} cannot be read: {error}", self.name))?;
        let separator = u8::try_from(self.separator).map_err(|_| format!("{}: no separator", self.name))?;
        Ok(CsvRows::new(Pieces(file), separator))
    }
}

/// A file, piece by piece.
struct Pieces(File);

impl Iterator for Pieces {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut piece = vec![0; 65_536];
        match self.0.read(&mut piece) {
            // A signal is no end of a file.
            Err(error) if error.kind() == io::ErrorKind::Interrupted => self.next(),
            Ok(0) => None,
            Ok(read) => {
                piece.truncate(read);
                Some(Ok(piece))
            }
            Err(error) => Some(Err(error)),
        }
    }
}
