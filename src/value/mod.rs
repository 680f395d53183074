//! Values, money, ids and times, and the byte encoding whose order is the value's order.
//!
//! **Lives here:** the closed set of things a field can hold ([`Value`], typed by [`ValueType`]), their exact arithmetic
//! ([`Money`], [`MoneySum`]), the names and ids of records ([`Id`], [`TenantId`], [`Name`], [`Key`]), points and spans
//! of time ([`Date`], [`Instant`], [`Duration`]), and two byte forms: [`ordered`], whose byte order is the value's
//! order, and [`stored`], compact and self-describing.
//!
//! **Never here:** floats, clocks, time zones, anything that knows an object or a field.
//!
//! # Example: money stays exact
//! ```
//! use guanxi::value::Money;
//!
//! let invoice: Money = "CNY 100.00".parse()?;
//! let parts = invoice.allocate(&[1, 1, 1])?;
//! assert_eq!(parts.iter().map(ToString::to_string).collect::<Vec<_>>(), ["CNY 33.34", "CNY 33.33", "CNY 33.33"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

#[cfg(test)]
pub(crate) mod arbitrary;
mod currency;
mod date;
mod duration;
mod id;
mod instant;
mod invisible;
mod json;
mod key;
mod list;
mod money;
mod money_sum;
mod name;
pub mod ordered;
pub mod stored;
mod stored_reader;
mod tags;
#[expect(clippy::module_inception, reason = "the room is named after its main type")]
mod value;
mod value_type;

pub use currency::{Currency, UnknownCurrency};
pub use date::{Date, InvalidDate};
pub use duration::{Duration, InvalidDuration};
pub use id::{Id, InvalidId};
pub use instant::{Instant, InvalidInstant};
pub(crate) use invisible::is_invisible;
pub use json::WrongType;
pub use key::{Key, Revision, TenantId};
pub use list::{List, NestedList};
pub use money::{Money, MoneyError};
pub use money_sum::MoneySum;
pub use name::{InvalidName, Name};
pub use tags::Tags;
pub use value::Value;
pub use value_type::ValueType;
