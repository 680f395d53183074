//! Normalisers of names, companies, phones, e-mail addresses and identifiers.
//!
//! **What lives here**: one type for each kind of text that follows rules. It is parsed once, keeps
//! what was written, and offers a canonical form to store and a key to compare by. The functions of
//! [`clean`] do the same for text without rules of its own.
//!
//! **What never does**: fields and schemas (they choose a normaliser, they do not write one),
//! comparing two values by degree, guessing. Where the text does not say, the answer is `None`, and
//! whatever cannot be read is an [`Unreadable`] that says why.
//!
//! Equality is literal: two values are equal when they were *written* the same. To ask whether they
//! *mean* the same, compare their keys or canonical forms. ([`Uscc`] and [`CallingCode`] keep no
//! spelling, so for them the two coincide.)
//!
//! Every function takes time linear in its input and no recursion; parsers refuse text of more than
//! [`MAX_BYTES`] bytes.
//!
//! # Example: one customer, written twice
//! ```
//! use guanxi::text::{CallingCode, CompanyName, Phone};
//!
//! let web: CompanyName = "上海云舟科技有限公司".parse()?;
//! let card: CompanyName = "云舟科技（上海）".parse()?;
//! assert_eq!(web.key(), card.key());
//!
//! let home = Some(CallingCode::CHINA);
//! let web: Phone = "021-6235 1234".parse()?;
//! let card: Phone = "+86 21 62351234".parse()?;
//! assert_eq!(web.canonical(home), card.canonical(home));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod clean;

mod calling_code;
mod china_phone;
mod company;
mod company_eastern;
mod company_western;
mod email;
mod export_cell;
mod folded;
mod legal_form;
mod person;
mod person_eastern;
mod person_title;
mod person_western;
mod phone;
mod phone_written;
mod region;
mod script;
mod surname;
mod unreadable;
mod unseen;
mod uscc;

pub use self::calling_code::CallingCode;
pub use self::company::{CompanyName, CompanyProblem};
pub use self::email::{Email, EmailProblem};
pub use self::export_cell::{Safety, export_cell};
pub use self::person::{NameOrder, PersonName, PersonProblem};
pub use self::phone::{Phone, PhoneProblem};
pub use self::unreadable::{MAX_BYTES, Unreadable};
pub use self::uscc::{Uscc, UsccProblem};
