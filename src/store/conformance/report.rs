use std::fmt;

/// What became of every check.
///
/// Displayed, it is a text to read: each failure with the law it breaks, what was expected and what was found.
#[derive(Debug, Clone, Default)]
#[must_use = "a report that nobody reads accepts every store"]
pub struct Report {
    checks: usize,
    failures: Vec<Failure>,
}

/// One check that failed.
#[derive(Debug, Clone)]
pub struct Failure {
    check: String,
    law: &'static str,
    broken: Broken,
}

/// How a store breaks a law.
#[derive(Debug, Clone)]
pub(super) struct Broken {
    pub(super) asked: String,
    pub(super) expected: String,
    pub(super) found: String,
}

impl Report {
    pub(super) fn add(&mut self, area: &str, name: &str, law: &'static str, verdict: Result<(), Broken>) {
        self.checks += 1;
        if let Err(broken) = verdict {
            self.failures.push(Failure { check: format!("{area}::{name}"), law, broken });
        }
    }

    /// Returns how many checks ran.
    pub fn checks(&self) -> usize {
        self.checks
    }

    /// Returns the checks that failed, in the order in which they ran.
    pub fn failures(&self) -> &[Failure] {
        &self.failures
    }

    /// Returns whether every check passed.
    pub fn is_ok(&self) -> bool {
        self.failures.is_empty()
    }

    /// Does nothing when every check passed.
    ///
    /// # Panics
    /// With the whole report when a check failed.
    #[track_caller]
    #[expect(clippy::panic, reason = "an assertion for tests, as its name says")]
    pub fn assert_ok(&self) {
        if !self.is_ok() {
            panic!("{self}");
        }
    }
}

impl Failure {
    /// Returns the name of the check, such as `versions::the_second_writer_of_a_revision_is_refused`.
    pub fn check(&self) -> &str {
        &self.check
    }

    /// Returns the law that is broken.
    pub fn law(&self) -> &str {
        self.law
    }

    /// Returns what was asked of the store.
    pub fn asked(&self) -> &str {
        &self.broken.asked
    }

    /// Returns what the law lets expect.
    pub fn expected(&self) -> &str {
        &self.broken.expected
    }

    /// Returns what the store answered.
    pub fn found(&self) -> &str {
        &self.broken.found
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for failure in &self.failures {
            writeln!(f, "{failure}")?;
        }
        write!(f, "{} of {} checks passed", self.checks - self.failures.len(), self.checks)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.check)?;
        writeln!(f, "    law:      {}", self.law)?;
        writeln!(f, "    asked:    {}", self.broken.asked)?;
        writeln!(f, "    expected: {}", self.broken.expected)?;
        writeln!(f, "    found:    {}", self.broken.found)
    }
}
