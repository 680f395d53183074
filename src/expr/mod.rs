//! The condition language: syntax, types, compiled form, evaluation and explanation.
