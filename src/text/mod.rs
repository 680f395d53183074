//! Normalisers of names, companies, phones, e-mail addresses and identifiers.
