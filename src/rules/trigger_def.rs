use serde::{Deserialize, Serialize};

use crate::calendar::LocalTime;
use crate::value::Name;

/// What makes a rule look at a record.
///
/// In a definition: `"created"`, `{"updated":["stage"]}`, `{"event":"visited_website"}`,
/// `{"inactive":{"days":3,"since":["last_touch_at","assigned_at"]}}`, `{"date":{"field":"expires_on","ahead_days":30}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TriggerDef {
    /// A comment was added to a record.
    Commented,
    /// A record was created.
    Created,
    /// A date of the record comes near.
    Date(DateTriggerDef),
    /// A record was deleted.
    Deleted,
    /// The host told of something, by name. No list says which names there are: what no rule answers is kept in the timeline
    /// of the record, and the outcome says that nothing answers it, with the name that it may be a slip of.
    Event(Name),
    /// Nothing happened with the record for a while.
    Inactive(InactiveDef),
    /// A deleted record was restored.
    Restored,
    /// A record was changed: one of these fields, or any where the list is empty.
    Updated(Vec<Name>),
    /// A record was created or changed: one of these fields, or any where the list is empty.
    Saved(Vec<Name>),
}

/// Due a number of days after the latest of some moments of the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InactiveDef {
    /// How many days after, at the same time of day; 1 to 36,500.
    pub(super) days: u32,
    /// The calendar whose working days are counted; calendar days when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) calendar: Option<Name>,
    /// The fields that hold the moments; the latest counts, missing ones do not.
    pub(super) since: Vec<Name>,
}

/// Due at a time of day, a number of days before the date in a field.
///
/// It comes once for each date of a record: one that is moved away and back again has no second notice, another date has
/// one of its own. The latest 32 notices of a record are remembered; once there were so many, an earlier one counts as
/// given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DateTriggerDef {
    /// The field that holds the date or the moment.
    pub(super) field: Name,
    /// How many calendar days before; 0 to 36,500.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) ahead_days: u32,
    /// The local time of day.
    #[serde(default = "nine_in_the_morning")]
    pub(super) at: LocalTime,
    /// Whether it comes back every year, like a birthday.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) yearly: bool,
}

fn nine_in_the_morning() -> LocalTime {
    LocalTime::new(9, 0).unwrap_or(LocalTime::MIDNIGHT)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_zero(days: &u32) -> bool {
    *days == 0
}
