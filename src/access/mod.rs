//! Who may do and see what: grants, seals, relations, field masks and projection.
