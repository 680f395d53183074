//! Records, patches, changes, provenance and entry.
