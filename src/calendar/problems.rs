use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt::Display;
use std::str::FromStr;

use super::{CalendarProblem, InvalidCalendar};

/// What is wrong with a definition, gathered while it is read.
#[derive(Default)]
pub(super) struct Problems(Vec<CalendarProblem>);

impl Problems {
    /// Reads entries and where each stands; one that is there already is a problem.
    pub(super) fn read_list<T: FromStr<Err: Display> + Ord>(
        &mut self,
        list: &str,
        texts: &[String],
    ) -> BTreeMap<T, String> {
        let mut places = BTreeMap::new();
        for (place, text) in texts.iter().enumerate() {
            let path = format!("{list}[{place}]");
            if let Some(entry) = self.read(&path, text) {
                self.place(&mut places, entry, text, path);
            }
        }
        places
    }

    /// Notes where an entry stands, and returns whether it is the first of its kind; if not, that is a problem.
    pub(super) fn place<T: Ord>(
        &mut self,
        places: &mut BTreeMap<T, String>,
        entry: T,
        text: &str,
        path: String,
    ) -> bool {
        match places.entry(entry) {
            Entry::Vacant(vacant) => {
                vacant.insert(path);
                true
            }
            Entry::Occupied(first) => {
                let message = format!("`{}` is listed twice, first as `{}`", shown(text), first.get());
                self.add(&path, message);
                false
            }
        }
    }

    /// Reads one value; the errors of single values begin with "not a …".
    pub(super) fn read<T: FromStr<Err: Display>>(&mut self, path: &str, text: &str) -> Option<T> {
        self.keep(path, text.parse().map_err(|error| format!("`{}` is {error}", shown(text))))
    }

    pub(super) fn keep<T>(&mut self, path: &str, result: Result<T, impl Display>) -> Option<T> {
        result.map_err(|error| self.add(path, error.to_string())).ok()
    }

    pub(super) fn add(&mut self, path: &str, message: String) {
        self.0.push(CalendarProblem::new(path.to_owned(), message));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns what was made if nothing was wrong; `what` says of which kind of definition.
    pub(super) fn into_result<T>(self, what: &'static str, made: Option<T>) -> Result<T, InvalidCalendar> {
        match made {
            Some(made) if self.0.is_empty() => Ok(made),
            _ => Err(InvalidCalendar::new(what, self.0)),
        }
    }
}

/// Returns a text as a message shows it: on one line, and short.
pub(super) fn shown(text: &str) -> String {
    text.escape_debug().take(32).collect()
}
