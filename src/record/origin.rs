use std::sync::Arc;

use serde::Serialize;

use crate::value::Instant;

/// Where a value comes from: who set it, through which system, and when (provenance).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Origin {
    by: Arc<str>,
    source: Arc<str>,
    at: Instant,
}

impl Origin {
    /// Returns the origin of what `by` sets through the system `source` at `at`.
    pub fn new(by: impl Into<Arc<str>>, source: impl Into<Arc<str>>, at: Instant) -> Self {
        Self { by: by.into(), source: source.into(), at }
    }

    /// Returns the same as of another moment.
    #[must_use]
    pub fn as_of(&self, at: Instant) -> Self {
        Self { by: Arc::clone(&self.by), source: Arc::clone(&self.source), at }
    }

    /// Returns who set it: a user's id, or the name of an automation.
    pub fn by(&self) -> &Arc<str> {
        &self.by
    }

    /// Returns the system through which it was set: `web-form`, `erp`, `app`.
    pub fn source(&self) -> &Arc<str> {
        &self.source
    }

    /// Returns when it was set.
    pub fn at(&self) -> Instant {
        self.at
    }
}
