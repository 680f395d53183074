//! Which file becomes what, as data.

use std::fs;
use std::path::Path;

use guanxi::Context;
use guanxi::crm::import::ImportDef;
use guanxi::value::{Instant, Name};
use serde::Deserialize;

/// What a mapping holds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// As of when the files are: what tells no moment of its own has happened then. Nothing in them is later.
    pub as_of: Instant,
    /// The files, in the order in which they are imported.
    pub files: Vec<FileDef>,
    /// What is asked of the store afterwards.
    pub report: Option<ReportDef>,
}

/// One file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileDef {
    /// Its name in the folder.
    pub file: String,
    /// What stands between its cells.
    #[serde(default = "comma")]
    pub separator: char,
    /// Whether its rows are told in the order of time, all of them held in memory.
    #[serde(default)]
    pub in_time_order: bool,
    /// What its rows are.
    pub import: ImportDef,
}

/// What is asked of the store.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportDef {
    /// The object whose records go through a pipeline.
    pub object: Name,
    /// The field with the money that a won one brings.
    pub amount: Name,
    /// By what they are told apart: a field, or one of what it refers to: `owner.manager`.
    #[serde(default)]
    pub by: Vec<String>,
    /// The fields without which records are counted.
    #[serde(default)]
    pub without: Vec<Name>,
}

fn comma() -> char {
    ','
}

impl Mapping {
    /// Reads a mapping.
    pub fn read(path: &Path) -> Result<Self, String> {
        let name = path.display();
        let text = fs::read_to_string(path).map_err(|error| format!("`{name}` cannot be read: {error}"))?;
        let mapping: Self = serde_json::from_str(&text).map_err(|error| format!("`{name}` is no mapping: {error}"))?;
        let wide = mapping.files.iter().find(|file| !file.separator.is_ascii());
        match wide {
            None => Ok(mapping),
            Some(file) => Err(format!("`{name}`: `{}` cannot separate the cells of {}", file.separator, file.file)),
        }
    }

    /// Returns the context of the import: that of a trusted one, at the time of which the files are.
    pub fn context(&self, seed: u64) -> Result<Context, String> {
        let ctx = Context::system(super::super::host::tenant(), "import", self.as_of, seed);
        Ok(ctx.map_err(|error| error.to_string())?.trusted_import())
    }
}
