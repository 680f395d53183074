//! Rows that were refused, as a file for whoever corrects them in a spreadsheet.

use std::fs::File;
use std::io::{BufWriter, Write};

use guanxi::crm::import::RefusedRow;
use guanxi::text::{Safety, export_cell};

/// Where refused rows are written: a line for each thing that is wrong.
#[derive(Debug)]
pub struct Refusals {
    file: Option<BufWriter<File>>,
}

impl Refusals {
    /// Writes to `path`, if there is one.
    pub fn new(path: Option<&str>) -> Result<Self, String> {
        let Some(path) = path else { return Ok(Self { file: None }) };
        let file = File::create(path).map_err(|error| format!("`{path}` cannot be written: {error}"))?;
        let mut made = Self { file: Some(BufWriter::new(file)) };
        made.line(&["file", "row", "column", "code", "problem"])?;
        Ok(made)
    }

    /// Writes what is wrong with a row.
    pub fn add(&mut self, file: &str, row: &RefusedRow) -> Result<(), String> {
        let number = row.row().to_string();
        row.problems().iter().try_for_each(|problem| {
            self.line(&[file, &number, problem.column().unwrap_or_default(), problem.code(), problem.message()])
        })
    }

    /// Writes what is still held back.
    pub fn end(&mut self) -> Result<(), String> {
        self.file.as_mut().map_or(Ok(()), |file| file.flush().map_err(failed))
    }

    fn line(&mut self, cells: &[&str]) -> Result<(), String> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let cells: Vec<String> = cells.iter().map(|cell| export_cell(cell, Safety::Spreadsheet)).collect();
        write!(file, "{}\r\n", cells.join(",")).map_err(failed)
    }
}

fn failed(error: std::io::Error) -> String {
    format!("refused rows cannot be written: {error}")
}
