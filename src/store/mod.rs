//! The storage traits, what a decision asks and what it commits.
//!
//! **Lives here:** the two methods that a host implements ([`Store`], or [`AsyncStore`] where waiting is asynchronous);
//! what a decision still has to see ([`Asks`]) and what the store answered ([`Facts`]); ordered index entries ([`Term`]);
//! the conditions that must still hold when a decision is committed ([`Guard`]) and the writes that go with them
//! ([`ChangeSet`]).
//!
//! **Never here:** decisions. A store keeps bytes and finds them by terms; it knows no object, field or rule.
//!
//! # Example: a record is found under its term
//! ```
//! use guanxi::store::{Asks, ChangeSet, Found, MemoryStore, Put, Range, Store, Term};
//! use guanxi::value::{Key, Revision};
//!
//! let mut store = MemoryStore::new();
//! let key = Key::new("acme".parse()?, "lead".parse()?, "l-1".parse()?);
//! let term = Term::new("lead.region".parse()?, b"east");
//! let put = Put::new(key.clone(), Revision::FIRST, b"body".as_slice(), [term]);
//! store.commit(&ChangeSet::new().absent(key.clone()).put(put))?;
//!
//! let east = Range::exact("acme".parse()?, "lead.region".parse()?, b"east").keys();
//! let facts = store.fetch(&Asks::new().range(east.clone()))?;
//! assert_eq!(facts.range(&east).map(Found::len), Some(1));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod asks;
mod change_set;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod facts;
mod guard;
mod layer;
mod memory;
mod overlay;
mod range;
mod reader;
mod term;
mod traits;

pub use asks::Asks;
pub use change_set::{ChangeSet, Put, Write};
pub use facts::{Entry, Facts, Found, Stored};
pub use guard::{Digest, Guard};
pub use memory::MemoryStore;
pub use overlay::{AsyncOverlay, Overlay};
pub use range::{Direction, Position, Range, Scope, Want};
pub use reader::Reader;
pub use term::Term;
pub use traits::{AsyncStore, CommitError, Conflict, Store};
