use std::collections::BTreeMap;
use std::sync::Arc;

use super::parser::Parser;
use super::{Columns, Empty};
use crate::expr::nearest::nearest;
use crate::schema::Problems;
use crate::value::{Name, Value};

/// A checked import: what turns rows into commands. It holds no data, and is `Send + Sync`.
///
/// [`Crm::import`](crate::Crm::import) makes it of an [`ImportDef`](super::ImportDef); [`Import::columns`] checks the header
/// of a file.
#[derive(Debug, Clone)]
pub struct Import {
    pub(super) key: Name,
    pub(super) object: Name,
    /// What tells this import from every other, other versions of it included.
    pub(super) fingerprint: [u8; 16],
    /// The columns that are used, each once.
    pub(super) columns: Vec<String>,
    pub(super) ignored: Vec<String>,
    pub(super) external: External,
    pub(super) id: Option<usize>,
    pub(super) fields: Vec<Filling>,
    /// The field with the stage, where the object has one.
    pub(super) stage: Option<Name>,
    pub(super) entered: Vec<Entered>,
    pub(super) folds: BTreeMap<usize, BTreeMap<String, String>>,
    /// The longest text of a cell, in bytes.
    pub(super) longest: usize,
}

/// By what a row is known.
#[derive(Debug, Clone)]
pub(super) struct External {
    pub(super) system: Name,
    pub(super) columns: Vec<usize>,
}

/// What fills a field.
#[derive(Debug, Clone)]
pub(super) struct Filling {
    pub(super) field: Name,
    pub(super) columns: Vec<usize>,
    pub(super) how: How,
    pub(super) empty: Empty,
    pub(super) later: bool,
}

/// When a record came into one of these stages, and what is filled then.
#[derive(Debug, Clone)]
pub(super) struct Entered {
    pub(super) stages: Vec<Arc<str>>,
    pub(super) column: usize,
    pub(super) at: Parser,
    pub(super) fields: Vec<Filling>,
}

/// How a field is filled.
#[derive(Debug, Clone)]
pub(super) enum How {
    Cell(Parser),
    Constant(Value),
    Lookup(Box<Finding>),
}

/// How a text finds a record, and what one is made of where there is none.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    pub(super) by: FindBy,
    pub(super) or_create: Option<NewRecord>,
}

/// By what a record is found.
#[derive(Debug, Clone)]
pub(super) enum FindBy {
    External(Name),
    Field(Name, Parser),
}

/// What a record is made of.
#[derive(Debug, Clone)]
pub(super) struct NewRecord {
    pub(super) id: Option<usize>,
    pub(super) fields: Vec<Filling>,
}

impl Import {
    /// Returns the key of the import.
    pub fn key(&self) -> &Name {
        &self.key
    }

    /// Returns the object whose records the rows are.
    pub fn object(&self) -> &Name {
        &self.object
    }

    /// Checks the header of a file, and returns where the import finds its cells.
    ///
    /// White space around a name, and a byte order mark before the first one, are no part of it.
    ///
    /// # Errors
    /// Every column that is missing, that is there twice, that has no name, or that the import neither uses nor ignores.
    ///
    /// # Example: a column that nobody has thought of
    /// ```
    /// use guanxi::crm::import::ImportDef;
    ///
    /// let accounts: ImportDef = serde_json::from_str(r#"{
    ///     "key": "erp-accounts", "object": "account", "external": {"system": "erp", "column": "No"},
    ///     "fields": [{"field": "name", "column": "Customer"}]
    /// }"#)?;
    /// let accounts = guanxi::standard().compile()?.import(&accounts)?;
    /// assert!(accounts.columns(&["No", "Customer"]).is_ok());
    /// let problems = accounts.columns(&["No", "customer", "Fax"]).unwrap_err();
    /// assert!(problems.to_string().starts_with("columns: has no `Customer`"));
    /// assert_eq!(problems.len(), 3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn columns<S: AsRef<str>>(&self, header: &[S]) -> Result<Columns<'_>, Problems> {
        let header: Vec<&str> = header.iter().map(|name| tidy(name.as_ref())).collect();
        let mut problems = Problems::default();
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for (place, &name) in header.iter().enumerate() {
            let path = format!("columns[{place}]");
            if name.is_empty() {
                problems.add(path, "has no name");
            } else if let Some(first) = places.insert(name, place) {
                places.insert(name, first);
                problems.add(path, format_args!("`{name}` is there twice: first as column {}", first + 1));
            }
        }
        let mut positions = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            match places.get(column.as_str()) {
                Some(&place) => positions.push(place),
                None => {
                    let unused = places.keys().copied().filter(|name| !self.knows(name));
                    let hint = nearest(column, unused).map(|near| format!("; is it `{near}`?"));
                    problems.add("columns", format_args!("has no `{column}`{}", hint.unwrap_or_default()));
                }
            }
        }
        for (name, place) in places.iter().filter(|(name, _)| !self.knows(name)) {
            let message = format_args!("`{name}` is neither used nor ignored");
            problems.add(format!("columns[{place}]"), message);
        }
        let width = header.len();
        problems.into_result(Columns::new(self, positions, width))
    }

    fn knows(&self, column: &str) -> bool {
        self.columns.iter().chain(&self.ignored).any(|known| known == column)
    }

    /// Returns the names of columns at their positions.
    pub(super) fn column(&self, position: usize) -> Option<&str> {
        self.columns.get(position).map(String::as_str)
    }

    /// Returns the column to which a problem of a field belongs: `account.name` is the field of a record that was to be
    /// made where a lookup found none.
    pub(super) fn column_of(&self, field: &str) -> Option<&str> {
        let (own, rest) = match field.split_once('.') {
            Some((own, rest)) => (own, Some(rest)),
            None => (field, None),
        };
        let first = |columns: &[usize]| columns.first().copied();
        let position = match own {
            "external" => first(&self.external.columns),
            "id" => self.id,
            _ => {
                let entered = self.entered.iter().flat_map(|entered| &entered.fields);
                let filling = self.fields.iter().chain(entered).find(|filling| filling.field == *own)?;
                let inner = rest.and_then(|rest| match &filling.how {
                    How::Lookup(finding) => {
                        let made = finding.or_create.as_ref()?;
                        let inner = made.fields.iter().find(|inner| inner.field == *rest);
                        inner.and_then(|inner| first(&inner.columns)).or(made.id.filter(|_| rest == "id"))
                    }
                    _ => None,
                });
                inner.or_else(|| first(&filling.columns))
            }
        };
        self.column(position?)
    }
}

/// Returns the name of a column as it is compared.
pub(super) fn tidy(name: &str) -> &str {
    name.trim_start_matches('\u{feff}').trim()
}
