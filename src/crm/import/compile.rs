use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value as Json;

use super::definition::{ImportDef, ImportFieldDef, LookupDef, NewRecordDef};
use super::import::{External, Filling, FindBy, Finding, How, Import, NewRecord, tidy};
use super::parser::Parser;
use super::{ColumnList, Empty, ParserDef};
use crate::crm::Crm;
use crate::crm::unknown_fields::unknown_field;
use crate::record::entry;
use crate::schema::{Field, IdSource, Object, Problems, Schema, slots};
use crate::value::{Id, Name, Value, ValueType};

impl Crm {
    /// Checks an import against the definition.
    ///
    /// # Errors
    /// Everything that is wrong with it, with its path: an unknown object or field, a field that only guanxi or rules
    /// write, two mappings of one field, a parser that does not make what the field holds, a lookup by what no index has,
    /// patterns and separators that could be misread. After this, only rows can be wrong.
    ///
    /// # Example
    /// ```
    /// use guanxi::crm::import::ImportDef;
    ///
    /// let mistaken: ImportDef = serde_json::from_str(r#"{
    ///     "key": "a", "object": "account", "external": {"system": "erp", "column": "No"},
    ///     "fields": [{"field": "nmae", "column": "Customer"}, {"field": "created_at", "column": "Since"}]
    /// }"#)?;
    /// let problems = guanxi::standard().compile()?.import(&mistaken).unwrap_err();
    /// assert_eq!(problems.iter().map(|p| p.path()).collect::<Vec<_>>(), ["fields[0].field", "fields[1].field"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn import(&self, def: &ImportDef) -> Result<Import, Problems> {
        let mut compiling = Compiling { schema: self.schema(), columns: Vec::new(), problems: Problems::default() };
        let Some(object) = self.schema().object(def.object.as_str()).map(Arc::clone) else {
            let hint =
                self.schema().nearest_object(def.object.as_str()).map(|near| format!("; did you mean `{near}`?"));
            let message = format_args!("unknown object `{}`{}", def.object, hint.unwrap_or_default());
            compiling.problems.add("object", message);
            return Err(compiling.problems);
        };
        let columns = compiling.several(&def.external.column, "external.column");
        let external = External { system: def.external.system.clone(), columns };
        let id = compiling.host_id(&object, def.id.as_deref(), "id");
        let fields = compiling.fillings(&object, &def.fields, "fields", def.empty, Depth::Row);
        let entered = compiling.entered(&object, def);
        let folds = compiling.folds(def);
        let ignored = compiling.ignored(def);
        let Compiling { columns, problems, .. } = compiling;
        // Writing to memory does not fail, and the keys are texts.
        let json = serde_json::to_vec(def).unwrap_or_default();
        let import = Import {
            key: def.key.clone(),
            object: def.object.clone(),
            fingerprint: Id::of_parts(&[b"import", &json]).uuid_bytes().copied().unwrap_or_default(),
            columns,
            ignored,
            external,
            id,
            fields,
            stage: object.stage().and_then(|slot| object.at(slot)).map(|field| field.key().clone()),
            entered,
            folds,
            longest: self.schema().limits().text_bytes,
        };
        problems.into_result(import)
    }
}

/// Which record a field is of, and when it is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// Of the row's own record, with the row.
    Row,
    /// Of the row's own record, when it came into a stage.
    Entered,
    /// Of a record that the row refers to.
    Referred,
}

/// An import on its way, with all that was found to be wrong so far.
pub(super) struct Compiling<'a> {
    pub(super) schema: &'a Schema,
    columns: Vec<String>,
    problems: Problems,
}

impl Compiling<'_> {
    pub(super) fn add(&mut self, path: &str, message: impl std::fmt::Display) {
        self.problems.add(path, message);
    }

    pub(super) fn column(&mut self, name: &str, path: &str) -> usize {
        let name = tidy(name);
        if name.is_empty() {
            self.add(path, "is empty: expected the name of a column");
        }
        match self.columns.iter().position(|known| known == name) {
            Some(position) => position,
            None => {
                self.columns.push(name.to_owned());
                self.columns.len().saturating_sub(1)
            }
        }
    }

    fn several(&mut self, columns: &ColumnList, path: &str) -> Vec<usize> {
        if columns.names().is_empty() {
            self.add(path, "is empty: expected at least one column");
        }
        let positions: Vec<usize> = columns.names().iter().map(|name| self.column(name, path)).collect();
        if positions.iter().collect::<BTreeSet<_>>().len() < positions.len() {
            self.add(path, "has a column twice");
        }
        positions
    }

    fn host_id(&mut self, object: &Object, column: Option<&str>, path: &str) -> Option<usize> {
        match (object.ids(), column) {
            (IdSource::Host, None) => {
                self.add(path, format_args!("is required: the host gives the ids of `{}`", object.name()));
                None
            }
            (IdSource::Derived, Some(_)) => {
                self.add(path, format_args!("must not be given: guanxi derives the ids of `{}`", object.name()));
                None
            }
            (_, column) => column.map(|column| self.column(column, path)),
        }
    }

    pub(super) fn fillings(
        &mut self,
        object: &Object,
        defs: &[ImportFieldDef],
        path: &str,
        empty: Empty,
        depth: Depth,
    ) -> Vec<Filling> {
        let mut seen = BTreeSet::new();
        let mut made = Vec::with_capacity(defs.len());
        for (position, def) in defs.iter().enumerate() {
            let path = format!("{path}[{position}]");
            if !seen.insert(&def.field) {
                self.add(&format!("{path}.field"), format_args!("`{}` is filled twice", def.field));
            }
            made.extend(self.filling(object, def, &path, empty, depth));
        }
        made
    }

    fn filling(
        &mut self,
        object: &Object,
        def: &ImportFieldDef,
        path: &str,
        empty: Empty,
        depth: Depth,
    ) -> Option<Filling> {
        let columns = def.column.as_ref().map(|columns| self.several(columns, &format!("{path}.column")));
        let columns = columns.unwrap_or_default();
        let at = format!("{path}.field");
        let Some(field) = object.field(def.field.as_str()) else {
            let problem = unknown_field(object, def.field.as_str());
            self.add(&at, format_args!("`{}` {}", def.field, problem.message()));
            return None;
        };
        if field.slot() < slots::FIRST_DECLARED {
            self.add(&at, format_args!("`{}` is kept by guanxi itself", def.field));
            return None;
        }
        if field.is_read_only() {
            self.add(&at, format_args!("`{}` is written by rules only", def.field));
            return None;
        }
        let how = match (&def.constant, &def.column) {
            (Some(_), Some(_)) => {
                self.add(path, "has a column and a constant: expected one of them");
                return None;
            }
            (None, None) => {
                self.add(path, "has neither a column nor a constant");
                return None;
            }
            (Some(json), None) => {
                if def.parser.is_some() || def.lookup.is_some() {
                    self.add(path, "has a constant, which is neither read nor looked up");
                }
                How::Constant(self.constant(field, json, &format!("{path}.constant"))?)
            }
            (None, Some(_)) => match &def.lookup {
                Some(lookup) => {
                    if depth == Depth::Referred {
                        self.add(&format!("{path}.lookup"), "a record that a lookup makes cannot look up others");
                        return None;
                    }
                    How::Lookup(Box::new(self.finding(field, def, lookup, path, &columns)?))
                }
                None => {
                    if columns.len() > 1 {
                        self.add(&format!("{path}.column"), "several columns make an external id only: expected one");
                    }
                    How::Cell(self.parser(field, field.value_type(), def.parser.as_ref(), &format!("{path}.as"))?)
                }
            },
        };
        if def.later && depth != Depth::Row {
            self.add(&format!("{path}.later"), "only a field of the row itself is filled later");
        } else if def.later && field.is_required() {
            self.add(&format!("{path}.later"), format_args!("`{}` is required from the start", def.field));
        }
        let empty = def.empty.unwrap_or(empty);
        Some(Filling { field: def.field.clone(), columns, how, empty, later: def.later })
    }

    fn constant(&mut self, field: &Field, json: &Json, path: &str) -> Option<Value> {
        let value = Value::from_json(json, field.value_type()).map_err(|error| error.to_string());
        let value = value.and_then(|value| {
            entry::value_for(self.schema, field, &value).map_err(|problem| problem.message().to_owned())
        });
        match value {
            Ok(Some(value)) => Some(value),
            Ok(None) => {
                self.add(path, "is no value");
                None
            }
            Err(message) => {
                self.add(path, message);
                None
            }
        }
    }

    fn finding(
        &mut self,
        field: &Field,
        def: &ImportFieldDef,
        lookup: &LookupDef,
        path: &str,
        columns: &[usize],
    ) -> Option<Finding> {
        let at = format!("{path}.lookup");
        let target = field.target().filter(|_| *field.value_type() == ValueType::Reference);
        let Some(target) = target.and_then(|name| self.schema.object(name.as_str())).map(Arc::clone) else {
            self.add(&at, format_args!("`{}` is {}: a lookup finds a reference", field.key(), field.value_type()));
            return None;
        };
        let by = match (&lookup.external, &lookup.field) {
            (Some(system), None) => {
                if def.parser.is_some() {
                    self.add(&format!("{path}.as"), "an external id is looked up as it is");
                }
                FindBy::External(system.clone())
            }
            (None, Some(key)) => {
                if columns.len() > 1 {
                    self.add(&format!("{path}.column"), "several columns make an external id only: expected one");
                }
                FindBy::Field(key.clone(), self.finding_field(&target, key, def.parser.as_ref(), path)?)
            }
            _ => {
                self.add(&at, "expected either `external` or `field`");
                return None;
            }
        };
        let or_create = lookup.or_create.as_ref();
        let or_create = or_create.map(|made| self.new_record(&target, made, &by, &format!("{at}.or_create")));
        Some(Finding { by, or_create })
    }

    fn finding_field(&mut self, target: &Object, key: &Name, parser: Option<&ParserDef>, path: &str) -> Option<Parser> {
        let at = format!("{path}.lookup.field");
        let Some(found) = target.field(key.as_str()) else {
            let problem = unknown_field(target, key.as_str());
            self.add(&at, format_args!("`{key}` {}", problem.message()));
            return None;
        };
        let holds_several = matches!(found.value_type(), ValueType::List(_) | ValueType::Tags);
        if found.slot() < slots::FIRST_DECLARED || holds_several || target.index_on(found.slot()).is_none() {
            self.add(
                &at,
                format_args!("`{key}` finds nothing: expected a field of one value with `unique` or `index`"),
            );
            return None;
        }
        self.parser(found, found.value_type(), parser, &format!("{path}.as"))
    }

    fn new_record(&mut self, target: &Object, def: &NewRecordDef, by: &FindBy, path: &str) -> NewRecord {
        let id = self.host_id(target, def.id.as_deref(), &format!("{path}.id"));
        let fields = self.fillings(target, &def.fields, &format!("{path}.fields"), Empty::Leave, Depth::Referred);
        if let FindBy::Field(key, _) = by {
            if let Some(position) = def.fields.iter().position(|field| field.field == *key) {
                let message = format_args!("`{key}` is what was looked for, and is filled with it");
                self.add(&format!("{path}.fields[{position}].field"), message);
            }
        }
        NewRecord { id, fields }
    }

    fn folds(&mut self, def: &ImportDef) -> BTreeMap<usize, BTreeMap<String, String>> {
        let mut made = BTreeMap::new();
        for (column, spellings) in &def.fold {
            let path = format!("fold.{column}");
            let Some(position) = self.columns.iter().position(|known| known == tidy(column)) else {
                self.add(&path, "is no column that is used");
                continue;
            };
            let spellings: BTreeMap<String, String> =
                spellings.iter().map(|(from, to)| (from.trim().to_owned(), to.trim().to_owned())).collect();
            for (from, to) in &spellings {
                if from.is_empty() || to.is_empty() {
                    self.add(&path, "has an empty spelling");
                } else if spellings.contains_key(to) {
                    self.add(&path, format_args!("`{to}` is a right spelling and a wrong one"));
                }
            }
            if made.insert(position, spellings).is_some() {
                self.add(&path, "is there twice");
            }
        }
        made
    }

    fn ignored(&mut self, def: &ImportDef) -> Vec<String> {
        let mut made: Vec<String> = Vec::with_capacity(def.ignore.len());
        for (position, column) in def.ignore.iter().enumerate() {
            let (path, column) = (format!("ignore[{position}]"), tidy(column));
            if self.columns.iter().any(|used| used == column) {
                self.add(&path, format_args!("`{column}` is used"));
            } else if made.iter().any(|known| known == column) {
                self.add(&path, format_args!("`{column}` is there twice"));
            }
            made.push(column.to_owned());
        }
        made
    }
}
