//! The storage traits, what a decision asks and what it commits.
