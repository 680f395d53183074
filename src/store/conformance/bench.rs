use std::fmt::Debug;

use super::Subject;
use super::report::Broken;
use super::sample::Row;
use crate::store::{Asks, ChangeSet, CommitError, Facts, Found, Put, Range, Store};
use crate::value::Key;

/// The checks of one law.
pub(super) struct Law<S: Subject> {
    pub(super) area: &'static str,
    pub(super) text: &'static str,
    pub(super) checks: Vec<(&'static str, Check<S>)>,
}

pub(super) type Check<S> = for<'s> fn(Bench<'s, S>) -> Verdict;
pub(super) type Verdict = Result<(), Broken>;

/// Lists the checks of a law under their own names.
macro_rules! law {
    ($area:literal, $text:literal, [$($check:ident),+ $(,)?]) => {
        pub(super) fn law<S: $crate::store::conformance::Subject>() -> $crate::store::conformance::Law<S> {
            $crate::store::conformance::Law {
                area: $area,
                text: $text,
                checks: vec![$((stringify!($check), $check as $crate::store::conformance::Check<S>)),+],
            }
        }
    };
}
pub(super) use law;

/// One of the two handles that a check works through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Handle {
    A,
    B,
}

pub(super) use Handle::{A, B};

/// What became of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Committed,
    Refused { guard: Option<usize> },
}

/// An empty database with two handles on it, and the ways to look at it.
pub(super) struct Bench<'s, S: Subject> {
    subject: &'s mut S,
    a: S::Store,
    b: S::Store,
}

impl<'s, S: Subject> Bench<'s, S> {
    pub(super) fn open(subject: &'s mut S) -> Self {
        let (a, b) = (subject.open(), subject.open());
        Self { subject, a, b }
    }

    /// Closes both handles and opens two new ones.
    pub(super) fn reopened(self) -> Self {
        let Self { subject, a, b } = self;
        drop((a, b));
        Self::open(subject)
    }

    pub(super) fn fetch(&mut self, who: Handle, asks: &Asks) -> Result<Facts, Broken> {
        self.handle(who).fetch(asks).map_err(|error| Broken {
            asked: format!("a fetch through handle {who:?}"),
            expected: "answers".to_owned(),
            found: format!("the store failed: {error}"),
        })
    }

    pub(super) fn commit(&mut self, who: Handle, changes: &ChangeSet) -> Result<Outcome, Broken> {
        match self.handle(who).commit(changes) {
            Ok(()) => Ok(Outcome::Committed),
            Err(CommitError::Conflict(conflict)) => Ok(Outcome::Refused { guard: conflict.guard() }),
            Err(CommitError::Store(error)) => Err(Broken {
                asked: asked(who, changes),
                expected: "to be committed, or a conflict".to_owned(),
                found: format!("the store failed: {error}"),
            }),
        }
    }

    /// Commits what must be accepted.
    pub(super) fn accepts(&mut self, who: Handle, changes: &ChangeSet) -> Verdict {
        match self.commit(who, changes)? {
            Outcome::Committed => Ok(()),
            refused @ Outcome::Refused { .. } => broken(asked(who, changes), "to be committed", refused),
        }
    }

    /// Commits what must be refused because of the guard at this position.
    pub(super) fn refuses(&mut self, who: Handle, changes: &ChangeSet, guard: usize) -> Verdict {
        match self.commit(who, changes)? {
            Outcome::Refused { guard: None } => Ok(()),
            Outcome::Refused { guard: Some(named) } if named == guard => Ok(()),
            other => broken(asked(who, changes), format!("a conflict on guard {guard}"), other),
        }
    }

    /// Puts records without guards.
    pub(super) fn has(&mut self, puts: &[Put]) -> Verdict {
        self.accepts(A, &puts.iter().cloned().fold(ChangeSet::new(), ChangeSet::put))
    }

    /// Expects a record as it was put, through both handles.
    pub(super) fn sees(&mut self, put: &Put) -> Verdict {
        self.expects_record(put.key(), Some((put.revision().number(), put.body())))
    }

    /// Expects no record at `key`, through both handles.
    pub(super) fn misses(&mut self, key: &Key) -> Verdict {
        self.expects_record(key, None)
    }

    /// Expects the value of a counter, through both handles.
    pub(super) fn counts(&mut self, key: &Key, expected: i64) -> Verdict {
        for who in [A, B] {
            let found = self.fetch(who, &Asks::new().counter(key.clone()))?.counter(key);
            same(|| format!("counter {key} through handle {who:?}"), &Some(expected), &found)?;
        }
        Ok(())
    }

    /// Expects exactly these rows in a range: counted, as keys and as records, through both handles.
    pub(super) fn finds(&mut self, range: &Range, expected: &[Row<'_>]) -> Verdict {
        let (count, keys) = (range.clone().count(), range.clone().keys());
        for who in [A, B] {
            let found = self.found(who, range)?;
            let rows = found.records().iter().map(|(entry, stored)| {
                (entry.bytes.to_vec(), entry.key.clone(), stored.revision, stored.body.to_vec())
            });
            let wanted = expected
                .iter()
                .map(|(bytes, put)| (bytes.to_vec(), put.key().clone(), put.revision(), put.body().to_vec()));
            same(|| format!("{} through handle {who:?}", describe(range)), &Shown::rows(wanted), &Shown::rows(rows))?;

            let found = self.found(who, &keys)?;
            let entries = found.entries().map(|entry| (entry.bytes.to_vec(), entry.key.clone()));
            let wanted = expected.iter().map(|(bytes, put)| (bytes.to_vec(), put.key().clone()));
            same(
                || format!("{} through handle {who:?}", describe(&keys)),
                &Shown::keys(wanted),
                &Shown::keys(entries),
            )?;

            let found = self.found(who, &count)?;
            let wanted = Found::Count(u64::try_from(expected.len()).unwrap_or(u64::MAX));
            same(|| format!("{} through handle {who:?}", describe(&count)), &wanted, &found)?;
        }
        Ok(())
    }

    /// Returns what a range holds, in the form that it wants.
    pub(super) fn found(&mut self, who: Handle, range: &Range) -> Result<Found, Broken> {
        let facts = self.fetch(who, &Asks::new().range(range.clone()))?;
        let asked = || format!("{} through handle {who:?}", describe(range));
        let Some(found) = facts.range(range) else {
            return Err(Broken { asked: asked(), expected: "an answer".to_owned(), found: "none".to_owned() });
        };
        let form = std::mem::discriminant(&Found::nothing(range.want()));
        same(asked, &form, &std::mem::discriminant(found))?;
        Ok(found.clone())
    }

    fn expects_record(&mut self, key: &Key, expected: Option<(u64, &[u8])>) -> Verdict {
        for who in [A, B] {
            let facts = self.fetch(who, &Asks::new().record(key.clone()))?;
            let found = facts.record(key).map(|stored| stored.map(|stored| (stored.revision.number(), &*stored.body)));
            let show = |record: Option<(u64, &[u8])>| match record {
                None => "no record".to_owned(),
                Some((revision, body)) => format!("revision {revision} with body {}", bytes_shown(body)),
            };
            if found != Some(expected) {
                let found = found.map_or("no answer".to_owned(), show);
                let asked = format!("record {key} through handle {who:?}");
                return Err(Broken { asked, expected: show(expected), found });
            }
        }
        Ok(())
    }

    fn handle(&mut self, who: Handle) -> &mut S::Store {
        match who {
            A => &mut self.a,
            B => &mut self.b,
        }
    }
}

/// Expects two things to be the same.
pub(super) fn same<T: PartialEq + Debug>(asked: impl FnOnce() -> String, expected: &T, found: &T) -> Verdict {
    if expected == found { Ok(()) } else { broken(asked(), format!("{expected:?}"), found) }
}

fn broken(asked: String, expected: impl Into<String>, found: impl Debug) -> Verdict {
    Err(Broken { asked, expected: expected.into(), found: format!("{found:?}") })
}

fn asked(who: Handle, changes: &ChangeSet) -> String {
    format!("a commit through handle {who:?} of {} writes under {:?}", changes.writes().len(), changes.guards())
}

fn describe(range: &Range) -> String {
    let to = range.to().map_or("the end".to_owned(), bytes_shown);
    let after = range.continued_after();
    let after = after.map_or(String::new(), |at| format!(", after {} of {}", bytes_shown(&at.bytes), at.key));
    let (scope, index, from) = (range.scope(), range.index(), bytes_shown(range.from()));
    let (want, direction, limit) = (range.want(), range.direction(), range.page_size());
    format!("{want:?} of {scope:?} {index} from {from} to {to}{after}, {direction:?}, at most {limit}")
}

fn bytes_shown(bytes: &[u8]) -> String {
    match bytes.get(..40) {
        Some(start) if bytes.len() > 40 => format!("`{}…` ({} bytes)", start.escape_ascii(), bytes.len()),
        _ => format!("`{}`", bytes.escape_ascii()),
    }
}

/// Rows as a failure shows them.
#[derive(PartialEq)]
struct Shown(Vec<String>);

impl Shown {
    fn rows(rows: impl Iterator<Item = (Vec<u8>, Key, crate::value::Revision, Vec<u8>)>) -> Self {
        let show = |(bytes, key, revision, body): (Vec<u8>, _, _, Vec<u8>)| {
            format!("{} {key} revision {revision} {}", bytes_shown(&bytes), bytes_shown(&body))
        };
        Self(rows.map(show).collect())
    }

    fn keys(rows: impl Iterator<Item = (Vec<u8>, Key)>) -> Self {
        Self(rows.map(|(bytes, key)| format!("{} {key}", bytes_shown(&bytes))).collect())
    }
}

impl Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} entries", self.0.len())?;
        for (separator, row) in std::iter::once(": ").chain(std::iter::repeat("; ")).zip(self.0.iter().take(12)) {
            write!(f, "{separator}{row}")?;
        }
        if self.0.len() > 12 { f.write_str("; …") } else { Ok(()) }
    }
}
