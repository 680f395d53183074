//! Objects and fields as data, entry standards, unique keys and limits.
