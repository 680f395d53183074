//! Folders to import, and what came of it.

use std::fs;
use std::path::{Path, PathBuf};

use guanxi::{Crm, Definition, MemoryStore};
use serde_json::Value as Json;

use crate::app::import::Wanted;
use crate::app::import::batches::Batches;
use crate::app::import::telling::{Form, Telling};

/// The files that come with the example: a definition, a mapping and a few rows.
pub(crate) const BUNDLED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/day/maven");

/// A folder of its own, which is taken away again.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("guanxi-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// The bundled files in a folder of their own.
    pub(crate) fn bundled(name: &str) -> Self {
        let made = Self::new(name);
        for entry in fs::read_dir(BUNDLED).unwrap() {
            let entry = entry.unwrap();
            made.write(entry.file_name().to_str().unwrap(), &fs::read(entry.path()).unwrap());
        }
        made
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.0.join(name), bytes).unwrap();
    }

    /// Adds a line to a file.
    pub(crate) fn add(&self, name: &str, line: &[u8]) {
        let mut bytes = fs::read(self.0.join(name)).unwrap();
        bytes.extend(line);
        bytes.push(b'\n');
        self.write(name, &bytes);
    }

    pub(crate) fn wanted(&self) -> Wanted {
        let folder = self.0.to_str().unwrap().to_owned();
        Wanted { folder, mapping: None, dry_run: false, refused: None, seed: 1 }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn crm() -> Crm {
    let definition = fs::read_to_string(Path::new(BUNDLED).join("definition.json")).unwrap();
    Definition::from_json(&definition).compile().unwrap_or_else(|problems| panic!("{problems}"))
}

/// What was told of an import, line by line.
#[derive(Debug, PartialEq)]
pub(crate) struct Told {
    pub(crate) lines: Vec<Json>,
    /// How many rows were refused or stayed incomplete.
    pub(crate) left: u64,
}

impl Told {
    pub(crate) fn report(&self) -> &Json {
        &self.lines.last().unwrap()["report"]
    }

    /// What became of the rows of a file.
    pub(crate) fn imported(&self, file: &str) -> &Json {
        &self.lines.iter().find(|line| line["file"] == file && line["imported"].is_object()).unwrap()["imported"]
    }

    /// The rows of a file that were refused: number, column, reason.
    pub(crate) fn refused(&self) -> Vec<String> {
        let rows = self.lines.iter().filter(|line| line["refused"].is_object());
        let told = |line: &Json| {
            let (row, problem) = (&line["refused"], &line["refused"]["problems"][0]);
            let column = problem["column"].as_str().unwrap_or("-").to_owned();
            format!(
                "{} {} {column}: {}",
                line["file"].as_str().unwrap(),
                row["row"],
                problem["message"].as_str().unwrap()
            )
        };
        rows.map(told).collect()
    }
}

pub(crate) fn import<S: Batches>(store: &mut S, wanted: &Wanted) -> Result<Told, String> {
    let mut out = Vec::new();
    let left = crate::app::import::run(wanted, &crm(), store, &mut Telling::new(&mut out, Form::Json, true))?;
    let lines = String::from_utf8(out).unwrap();
    Ok(Told { lines: lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), left })
}

pub(crate) fn import_text(wanted: &Wanted) -> String {
    let mut out = Vec::new();
    let telling = &mut Telling::new(&mut out, Form::Text, false);
    crate::app::import::run(wanted, &crm(), &mut MemoryStore::new(), telling).unwrap();
    String::from_utf8(out).unwrap()
}
