use std::fmt;

use serde::Serialize;

use crate::access::{ChangeView, View};
use crate::model::{Typed, WrongObject};
use crate::record::{Draft, Fields};
use crate::rules::{Effect, EffectKey, Priority, Trace};
use crate::value::{Id, Instant, Name, Revision};

/// What a command did, and why, as far as the caller may see it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    pub(super) command: &'static str,
    pub(super) object: Name,
    pub(super) id: Id,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) revision: Option<Revision>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) record: Option<View>,
    pub(super) changes: Vec<ChangeView>,
    pub(super) effects: Vec<EffectView>,
    pub(super) timers: Vec<TimerView>,
    pub(super) trace: Trace,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) unanswered: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) done_before: bool,
    #[serde(skip)]
    pub(super) did: Did,
    /// How many records were made that the command refers to.
    #[serde(skip)]
    pub(super) related_created: u64,
    #[serde(skip)]
    pub(super) fetches: u32,
    #[serde(skip)]
    pub(super) tries: u32,
}

/// An effect that a command emitted, shown to callers who may see all that its rule reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EffectView {
    key: EffectKey,
    kind: Name,
    rule: Name,
    priority: Priority,
    to: String,
    title: String,
}

/// When a rule will look at a record again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TimerView {
    /// The rule.
    pub rule: Name,
    /// The record.
    pub record: Id,
    /// When; `None` when it no longer will.
    #[serde(rename = "due_at")]
    pub due: Option<Instant>,
}

/// What a command did to the record that it was about. This enum is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Did {
    Created,
    Nothing,
    Updated,
}

impl Outcome {
    /// Returns the outcome of a command that did nothing.
    pub(super) fn new(command: &'static str, object: Name, id: Id, record: Option<View>) -> Self {
        let revision = record.as_ref().map(View::revision);
        let (changes, effects, timers, trace) = (Vec::new(), Vec::new(), Vec::new(), Trace::default());
        let done_before = false;
        let did = Did::Nothing;
        Self {
            did,
            related_created: 0,
            command,
            object,
            id,
            revision,
            record,
            changes,
            effects,
            timers,
            trace,
            unanswered: None,
            done_before,
            fetches: 0,
            tries: 1,
        }
    }

    /// Returns the object of the record that the command was about.
    pub fn object(&self) -> &Name {
        &self.object
    }

    /// Returns the record that the command was about; a new one where it created one.
    pub fn id(&self) -> &Id {
        &self.id
    }

    /// Returns the revision of the record after the command; `None` when the caller may not see the record.
    pub fn revision(&self) -> Option<Revision> {
        self.revision
    }

    /// Returns what the caller may see of the record after the command.
    pub fn record(&self) -> Option<&View> {
        self.record.as_ref()
    }

    /// Returns the record as a typed view: what the caller may not see reads like a missing value.
    ///
    /// # Errors
    /// [`WrongObject`] when the record is of another object.
    pub fn view<T: Typed>(&self) -> Result<T::View, WrongObject> {
        let fields: Fields = match &self.record {
            None => Fields::new(),
            Some(view) => view.fields().map(|(key, value)| (key.clone(), Some(value.clone()))).collect(),
        };
        T::View::try_from(Draft::new(self.object.clone()).with_id(self.id.clone()).with_fields(fields))
    }

    /// Returns everything that changed, as far as the caller may see it; empty when nothing did, as when the command was
    /// done before.
    pub fn changes(&self) -> &[ChangeView] {
        &self.changes
    }

    /// Returns what the host shall do; it waits in the outbox.
    pub fn effects(&self) -> &[EffectView] {
        &self.effects
    }

    /// Returns the timers that were set, moved or cancelled.
    pub fn timers(&self) -> &[TimerView] {
        &self.timers
    }

    /// Returns which rules fired, and why.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// Returns why things are as they are, in English: one line for each rule, or that none answers the event.
    pub fn why(&self) -> String {
        match &self.unanswered {
            Some(unanswered) => unanswered.clone(),
            None => self.trace.to_string(),
        }
    }

    /// Returns that no rule answers the event that the command told of, and which one may have been meant: a slip in its name
    /// would otherwise pass in silence, since names of events are not declared. The event is kept all the same.
    ///
    /// # Example
    /// ```
    /// use guanxi::model::Lead;
    /// use guanxi::{Command, Context, MemoryStore};
    ///
    /// let mut definition = guanxi::standard();
    /// definition.add_json(r#"{"rules": [{"key": "warm", "object": "lead", "on": {"event": "visited_website"},
    ///     "then": [{"set": {"fields": {"status": "'qualified'"}}}]}]}"#);
    /// let crm = definition.compile()?;
    /// let mut store = MemoryStore::new();
    /// let ctx = Context::system("acme".parse()?, "web", "2026-03-02T09:00:00+08:00".parse()?, 7)?;
    /// let lead = crm.run(&mut store, &ctx, &Command::create(Lead::new("上海云舟科技有限公司")))?;
    /// let visited = Command::event("lead".parse()?, lead.id().clone(), "visited_webiste".parse()?);
    /// assert_eq!(
    ///     crm.run(&mut store, &ctx.next(), &visited)?.unanswered(),
    ///     Some("no rule of `lead` answers `visited_webiste`; did you mean `visited_website`?"),
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn unanswered(&self) -> Option<&str> {
        self.unanswered.as_deref()
    }

    /// Returns whether the command was found to have been done before, in the same context: then nothing was done now, and
    /// the record is told as it is. Where doing it again would change nothing, nobody looks: see [`Outcome::changes`].
    pub fn was_done_before(&self) -> bool {
        self.done_before
    }

    /// Returns how often the store was asked in the try that was committed.
    pub fn fetches(&self) -> u32 {
        self.fetches
    }

    /// Returns how often the decision was made until it could be committed.
    pub fn tries(&self) -> u32 {
        self.tries
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} `{}`: {} changed", self.command, self.object, self.id, self.changes.len())?;
        match self.effects.len() {
            0 => Ok(()),
            1 => f.write_str(", 1 effect"),
            several => write!(f, ", {several} effects"),
        }
    }
}

impl EffectView {
    pub(super) fn new(effect: &Effect) -> Self {
        Self {
            key: effect.key().clone(),
            kind: effect.kind().clone(),
            rule: effect.rule().clone(),
            priority: effect.priority(),
            to: effect.to().to_owned(),
            title: effect.title().to_owned(),
        }
    }

    /// Returns the identity of the effect.
    pub fn key(&self) -> &EffectKey {
        &self.key
    }

    /// Returns what kind of thing to do.
    pub fn kind(&self) -> &Name {
        &self.kind
    }

    /// Returns the rule that emitted it.
    pub fn rule(&self) -> &Name {
        &self.rule
    }

    /// Returns how urgent it is.
    pub fn priority(&self) -> Priority {
        self.priority
    }

    /// Returns who receives it.
    pub fn to(&self) -> &str {
        &self.to
    }

    /// Returns its title.
    pub fn title(&self) -> &str {
        &self.title
    }
}
