//! The front door: a definition becomes a Crm that decides commands and answers queries.
