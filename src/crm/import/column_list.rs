use serde::{Deserialize, Serialize};

/// One column or several: `"no"` or `["country","no"]` in JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Form", into = "Form")]
pub struct ColumnList {
    names: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged, expecting = "expected the name of a column, or a list of them")]
enum Form {
    One(String),
    Several(Vec<String>),
}

impl ColumnList {
    /// Returns the names of the columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

impl From<Form> for ColumnList {
    fn from(form: Form) -> Self {
        Self {
            names: match form {
                Form::One(name) => vec![name],
                Form::Several(names) => names,
            },
        }
    }
}

impl From<ColumnList> for Form {
    fn from(ColumnList { names }: ColumnList) -> Self {
        match <[String; 1]>::try_from(names) {
            Ok([name]) => Self::One(name),
            Err(names) => Self::Several(names),
        }
    }
}
