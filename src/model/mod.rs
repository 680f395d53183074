//! The standard objects of a CRM, as data and as typed drafts and views.
//!
//! **Lives here:** one JSON file an object ([`OBJECTS`]) that says everything about its fields, and two newtypes an object
//! over the same dynamic draft: what you *write* is a [`Lead`], what you *read* is a [`LeadView`]. Both know the fields by
//! name and type, and both keep every field they do not know, so custom fields lose nothing.
//!
//! **Never here:** what happens to a record, who may see it, custom objects.
//!
//! **Why two types.** `lead.phone("…")` can set a phone number or return one, and Rust allows only one method of that
//! name. So setters live on the type that you hand in and getters on the type that you get back, both named after the
//! field, and no name needs `with_` or `get_`. [`Typed`] joins the two: asking for the view of a `Lead` gives a `LeadView`.
//! Setters never fail: whatever a field cannot hold is refused at entry, together with everything else that is wrong.
//!
//! **What getters return.** Text, options and the ids of users and teams are `Option<&str>`; references to other records
//! are `Option<Id>`; tags and lists of people are a `Vec<&str>` that is empty when there is none. A view also reads fields
//! that came as JSON, where dates, amounts and ids are text.
//!
//! # Example: written as a `Lead`, read as a `LeadView`
//! ```
//! use guanxi::model::{Lead, LeadView};
//! use guanxi::record::Draft;
//!
//! let lead = Lead::new("上海云舟科技有限公司").phone("021-6235 1234").region("east").set("trade_fair", "hall 3");
//! let view = LeadView::try_from(Draft::from(lead))?;
//!
//! assert_eq!(view.region(), Some("east"));
//! assert_eq!(view.owner(), None);
//! assert_eq!(view.get("trade_fair").and_then(|value| value.as_str()), Some("hall 3"));
//! # Ok::<(), guanxi::model::WrongObject>(())
//! ```

mod accessors;
mod account;
mod activity;
mod contact;
mod deal;
mod lead;
mod objects;
mod order;
mod payment;
mod reading;
mod task;
mod team;
mod ticket;
mod typed;
mod user;
mod wrong_object;

pub use account::{Account, AccountView};
pub use activity::{Activity, ActivityView};
pub use contact::{Contact, ContactView};
pub use deal::{Deal, DealView};
pub use lead::{Lead, LeadView};
pub use objects::OBJECTS;
pub use order::{Order, OrderView};
pub use payment::{Payment, PaymentView};
pub use task::{Task, TaskView};
pub use team::{Team, TeamView};
pub use ticket::{Ticket, TicketView};
pub use typed::Typed;
pub use user::{User, UserView};
pub use wrong_object::WrongObject;
