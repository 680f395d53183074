use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{AssignDef, EmitDef, TriggerDef};
use crate::expr::Expr;
use crate::schema::Label;
use crate::value::{Instant, Name};

/// A rule, as a definition declares it: when it is looked at, what must be true, what it does.
///
/// # In a definition
/// | key | what it says |
/// |---|---|
/// | `key` | the name of the rule |
/// | `object` | the object whose records it is about |
/// | `on` | when it is looked at, as [`TriggerDef`]: `"created"`, `{"inactive":{"days":3,"since":["assigned_at"]}}` |
/// | `when` | what must be true, in the [condition language](crate::expr): `"region == 'east'"`; always unless it says otherwise |
/// | `then` | what it does, one after the other, as [`OperationDef`] |
/// | `once` | `newly_true` (unless it says otherwise) or `every_time`, as [`Once`] |
/// | `priority` | rules with a smaller number go first, 0 unless it says otherwise; of two that write one field the first one's value stays |
/// | `label` | what people read, by language |
/// | `run_as`, `author` | by whose rights it acts, as [`RunAs`], and the role of its author |
/// | `active_from`, `active_until` | instants between which it is looked at |
///
/// Only `key`, `object`, `on` and `then` must be there.
///
/// # Example: a lead from the east goes to sales, who are reminded after three days
/// ```
/// let mut ours = guanxi::standard().without_rule("lead-route").without_rule("lead-second-reminder");
/// ours.add_json(r#"{"rules": [
///     {
///         "key": "east-assign", "object": "lead", "on": "created", "when": "region == 'east'", "priority": -10,
///         "then": [{"assign": {
///             "field": "owner", "from": "user", "match": {"region": "region"},
///             "where": "active && role == 'sales'", "strategy": "round_robin"
///         }}]
///     },
///     {
///         "key": "east-remind", "object": "lead", "on": {"inactive": {"days": 3, "since": ["last_touch_at", "assigned_at"]}},
///         "when": "region == 'east' && status == 'assigned' && has(owner)",
///         "then": [{"emit": {"kind": "mail", "to": "owner", "title": "Please call {company}"}}]
///     }
/// ]}"#);
/// assert!(ours.compile()?.rules().rule("east-remind").is_some());
/// # Ok::<(), guanxi::schema::Problems>(())
/// ```
///
/// # Example: welcome every web lead
/// ```
/// use guanxi::rules::RuleDef;
///
/// let welcome: RuleDef = serde_json::from_str(r#"{
///     "key": "welcome", "object": "lead", "on": "created", "when": "source == 'web_form'",
///     "then": [{"emit": {"kind": "mail", "to": "email", "title": "Welcome, {contact_name|dear customer}"}}]
/// }"#)?;
/// assert_eq!(welcome.key().as_str(), "welcome");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleDef {
    pub(super) key: Name,
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub(super) label: Label,
    pub(super) object: Name,
    pub(super) on: TriggerDef,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) when: Option<Expr>,
    #[serde(default, skip_serializing_if = "Once::is_default")]
    pub(super) once: Once,
    pub(super) then: Vec<OperationDef>,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) priority: i32,
    #[serde(default, skip_serializing_if = "RunAs::is_default")]
    pub(super) run_as: RunAs,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) author: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) active_from: Option<Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) active_until: Option<Instant>,
}

/// How often a rule fires while its condition stays true.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Once {
    /// With every event that it listens to.
    EveryTime,
    /// When its condition was not true before the change and is true now.
    #[default]
    NewlyTrue,
}

/// By whose rights a rule acts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RunAs {
    /// Those of its author's role, which are checked when the definition is compiled; a seal that binds it is asked when
    /// the rule acts. Without an author, the authority of the definition itself: it may do everything.
    #[default]
    Author,
    /// Those of whoever caused the event; an operation that these do not allow is left out and reported. Not for rules that
    /// wait for a time, which nobody causes.
    Caller,
}

/// What a rule does.
///
/// Values are expressions over the record (`"owner"`, `"now + days(1)"`, `"'open'"`) or templates
/// (`{"template":"Call {company}"}`); `null` clears a field. A text that is meant as it stands has quotes of its own,
/// `"'li.na'"`; without them it names a field. A value that is unknown, because something it is made of is missing,
/// changes nothing.
///
/// In a definition, each an object with one key: `{"assign":{…}}`, `{"create":{"object":"task","fields":{…}}}`,
/// `{"emit":{…}}`, `{"set":{"fields":{…}}}`; with `"on":"account"`, `set` writes the record that the reference `account`
/// points to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OperationDef {
    /// Chooses a person and writes it into a field.
    Assign(AssignDef),
    /// Creates a record.
    Create(CreateDef),
    /// Describes something that the host shall do.
    Emit(EmitDef),
    /// Writes fields.
    Set(SetDef),
}

/// Writes fields of the record, or of the one that a reference of it points to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetDef {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) on: Option<Name>,
    pub(super) fields: BTreeMap<Name, ValueDef>,
}

/// Creates a record of an object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateDef {
    pub(super) object: Name,
    pub(super) fields: BTreeMap<Name, ValueDef>,
}

/// Where the value of an operation comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a value: an expression such as `owner` or, in quotes of its own, `'open'`; {\"template\":\"…\"}; or null"
)]
#[non_exhaustive]
pub enum ValueDef {
    /// `null`: the field is cleared.
    Clear,
    /// A text with placeholders.
    Template(TemplateDef),
    /// An expression over the record.
    Expression(Expr),
}

/// A text with `{placeholders}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateDef {
    pub(super) template: String,
}

impl RuleDef {
    /// Returns the key.
    pub fn key(&self) -> &Name {
        &self.key
    }

    /// Returns the object whose records the rule is about.
    pub fn object(&self) -> &Name {
        &self.object
    }
}

impl Once {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl RunAs {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_zero(number: &i32) -> bool {
    *number == 0
}
