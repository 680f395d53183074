use std::fmt;

use serde::Serialize;

/// What is wrong with one field of a draft or a patch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldProblem {
    field: String,
    code: ProblemCode,
    message: String,
}

/// The kind of a field problem, for screens that speak another language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProblemCode {
    /// Several records are what the field refers to.
    Ambiguous,
    /// The pipeline does not let the record enter the stage.
    Blocked,
    /// The field refers to a record that does not exist.
    Dangling,
    /// Another record already has this value.
    Duplicate,
    /// The value does not follow the field's format.
    Format,
    /// The value cannot be read, or does not fit the others.
    Malformed,
    /// The value is below the minimum or above the maximum.
    OutOfRange,
    /// Only rules, or guanxi itself, may write the field.
    ReadOnly,
    /// The field must have a value.
    Required,
    /// The value is longer or has more items than allowed.
    TooLong,
    /// The object has no such field.
    UnknownField,
    /// The definition has no such object.
    UnknownObject,
    /// The field has no such option.
    UnknownOption,
    /// The value is of another type.
    WrongType,
}

impl ProblemCode {
    /// Returns the kind in a word, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ambiguous => "ambiguous",
            Self::Blocked => "blocked",
            Self::Dangling => "dangling",
            Self::Duplicate => "duplicate",
            Self::Format => "format",
            Self::Malformed => "malformed",
            Self::OutOfRange => "out_of_range",
            Self::ReadOnly => "read_only",
            Self::Required => "required",
            Self::TooLong => "too_long",
            Self::UnknownField => "unknown_field",
            Self::UnknownObject => "unknown_object",
            Self::UnknownOption => "unknown_option",
            Self::WrongType => "wrong_type",
        }
    }
}

impl FieldProblem {
    /// Returns the problem `code` of `field`, in words.
    pub fn new(field: impl Into<String>, code: ProblemCode, message: impl Into<String>) -> Self {
        Self { field: field.into(), code, message: message.into() }
    }

    /// Returns the key of the field.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// Returns the kind of the problem.
    pub fn code(&self) -> ProblemCode {
        self.code
    }

    /// Returns what is wrong and what was expected.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for FieldProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.field, self.message)
    }
}

impl Serialize for ProblemCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
