//! The standard objects as typed views over records.
