//! The standard definition as data.
