use std::sync::Arc;

use super::{Once, Priority, RunAs, Strategy};
use crate::access::RoleSet;
use crate::calendar::{Calendar, LocalTime};
use crate::expr::{Program, Slot, Template};
use crate::value::{Instant, Name};

/// A checked rule.
#[derive(Debug, Clone)]
pub struct Rule {
    pub(super) key: Name,
    pub(super) object: u16,
    pub(super) trigger: Trigger,
    pub(super) when: Option<Program>,
    pub(super) once: Once,
    pub(super) operations: Vec<Operation>,
    pub(super) priority: i32,
    pub(super) run_as: RunAs,
    /// The author's role; without one the rule has the authority of the definition itself.
    pub(super) author: Option<RoleSet>,
    pub(super) active_from: Option<Instant>,
    pub(super) active_until: Option<Instant>,
    /// Every field of the record, or of one that it refers to, that the rule reads.
    pub(super) reads: Vec<Slot>,
    /// Whether it counts, sums or looks for related records.
    pub(super) reads_related: bool,
}

/// What makes a rule look at a record, in slots.
#[derive(Debug, Clone)]
pub(super) enum Trigger {
    Commented,
    Created,
    Date { slot: u16, ahead_days: u32, at: LocalTime, yearly: bool },
    Deleted,
    Inactive { days: u32, calendar: Option<Arc<Calendar>>, since: Vec<u16> },
    Named(Name),
    Restored,
    Saved(Vec<u16>),
    Updated(Vec<u16>),
}

impl Trigger {
    /// Returns whether it waits for a time, rather than listening to events.
    pub(super) fn is_timed(&self) -> bool {
        matches!(self, Self::Date { .. } | Self::Inactive { .. })
    }
}

/// What a rule does, in slots.
#[derive(Debug, Clone)]
pub(super) enum Operation {
    Assign(Assign),
    Create { object: u16, fields: Vec<(u16, Source)> },
    Emit(Emit),
    Set { on: Option<u16>, fields: Vec<(u16, Source)> },
}

/// Where a value comes from.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// No value: the field is cleared.
    Clear,
    Program(Program),
    Template(Template),
}

/// Whom to choose, in slots.
#[derive(Debug, Clone)]
pub(super) struct Assign {
    pub(super) field: u16,
    pub(super) from: u16,
    /// Slot of the candidate, slot of the record; the first one is indexed.
    pub(super) matching: Vec<(u16, u16)>,
    pub(super) condition: Option<Program>,
    pub(super) strategy: Strategy,
    pub(super) copy: Vec<(u16, u16)>,
    pub(super) otherwise: Option<Program>,
    pub(super) replace: bool,
}

/// What to tell the host, in programs.
#[derive(Debug, Clone)]
pub(super) struct Emit {
    pub(super) kind: Name,
    pub(super) to: Recipient,
    pub(super) title: Template,
    pub(super) body: Template,
    pub(super) priority: Priority,
}

/// Who receives an effect.
#[derive(Debug, Clone)]
pub(super) enum Recipient {
    Program(Program),
    Role(Name),
}

impl Rule {
    /// Returns the key.
    pub fn key(&self) -> &Name {
        &self.key
    }

    /// Returns the number of the object whose records it is about.
    pub fn object(&self) -> u16 {
        self.object
    }

    /// Returns the order among rules of one round: smaller numbers first, then by key.
    pub fn priority(&self) -> i32 {
        self.priority
    }

    /// Returns by whose rights it acts.
    pub fn run_as(&self) -> RunAs {
        self.run_as
    }

    /// Returns every field of the record, or of one that it refers to, that the rule reads.
    pub fn reads(&self) -> &[Slot] {
        &self.reads
    }

    /// Returns whether it looks at records that refer to the record: what it then says of them, only automation may know.
    pub fn reads_related(&self) -> bool {
        self.reads_related
    }

    /// Returns whether it waits for a date that comes back every year.
    pub fn is_yearly(&self) -> bool {
        matches!(self.trigger, Trigger::Date { yearly: true, .. })
    }

    /// Returns whether the rule was in force once and is no longer at `now`.
    pub fn is_over(&self, now: Instant) -> bool {
        self.active_until.is_some_and(|until| until <= now)
    }

    /// Returns whether the rule is in force at `now`.
    pub(super) fn is_active(&self, now: Instant) -> bool {
        self.active_from.is_none_or(|from| from <= now) && self.active_until.is_none_or(|until| now < until)
    }
}
