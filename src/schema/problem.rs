use std::fmt;

use serde::Serialize;

/// One thing that is wrong in a definition, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    path: String,
    message: String,
}

impl Problem {
    /// Returns the problem `message` at `path`, such as `objects[0].fields[2].to`.
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }

    /// Returns where the problem is.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns what is wrong and what was expected.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

/// Everything that is wrong in a definition, at once, in the order in which it was found.
///
/// # Example
/// ```
/// use guanxi::schema::{Problem, Problems};
///
/// let mut problems = Problems::default();
/// problems.add("rules[0].when", "unknown field `regoin`; did you mean `region`?");
/// assert_eq!(problems.len(), 1);
/// assert!(problems.into_result(()).is_err());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Problems {
    list: Vec<Problem>,
}

impl Problems {
    /// Adds the problem `message` at `path`.
    pub fn add(&mut self, path: impl Into<String>, message: impl fmt::Display) {
        self.list.push(Problem::new(path, message.to_string()));
    }

    /// Adds all problems of `more`.
    pub fn extend(&mut self, more: Self) {
        self.list.extend(more.list);
    }

    /// Returns the problems in the order in which they were found.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Problem> {
        self.list.iter()
    }

    /// Returns how many problems there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Returns whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Returns `made` when nothing is wrong.
    ///
    /// # Errors
    /// The problems, when there are any.
    pub fn into_result<T>(self, made: T) -> Result<T, Self> {
        if self.list.is_empty() { Ok(made) } else { Err(self) }
    }
}

impl FromIterator<Problem> for Problems {
    fn from_iter<T: IntoIterator<Item = Problem>>(problems: T) -> Self {
        Self { list: problems.into_iter().collect() }
    }
}

/// One problem a line.
impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, problem) in self.list.iter().enumerate() {
            if position > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
