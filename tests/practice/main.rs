//! Practice, row by row, as a company would state it: the standard definition behind the public API, nothing else.

mod access;
mod closing;
mod customers;
mod entry;
mod following;
mod leads;
mod office;
mod payments;
mod service;
