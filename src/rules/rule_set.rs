use std::collections::HashMap;

use super::rule::Trigger;
use super::{Event, EventKind, Rule};

use crate::value::{Instant, Name};

/// Checked rules, found by what triggers them.
#[derive(Debug, Clone, Default)]
pub struct RuleSet {
    version: u32,
    // INVARIANT: in the order of (priority, key).
    rules: Vec<Rule>,
    by_key: HashMap<Name, u32>,
    /// By object: the rules that listen to events.
    listening: HashMap<u16, Vec<u32>>,
    /// By object: the rules that wait for a time.
    timed: HashMap<u16, Vec<u32>>,
}

impl RuleSet {
    pub(super) fn new(mut rules: Vec<Rule>) -> Self {
        rules.sort_by(|a, b| (a.priority, &a.key).cmp(&(b.priority, &b.key)));
        let mut made = Self::default();
        for (number, rule) in (0_u32..).zip(&rules) {
            made.by_key.insert(rule.key.clone(), number);
            let list = if rule.trigger.is_timed() { &mut made.timed } else { &mut made.listening };
            list.entry(rule.object).or_default().push(number);
        }
        made.rules = rules;
        made
    }

    /// Returns the same rules as those of this version of the definition; version 0 unless it is told.
    #[must_use]
    pub fn with_version(mut self, version: u32) -> Self {
        self.version = version;
        self
    }

    /// Returns the version of the definition that the rules are of.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Returns the rules in the order of priority and key.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Returns the rule with this key.
    pub fn rule(&self, key: &str) -> Option<&Rule> {
        self.by_key.get(key).and_then(|&number| self.at(number))
    }

    /// Returns the names of the events that rules of the object with this number answer, in the order of the rules.
    pub fn events(&self, object: u16) -> impl Iterator<Item = &Name> + Clone {
        let listening = self.listening.get(&object).into_iter().flatten();
        listening.filter_map(|&number| match &self.at(number)?.trigger {
            Trigger::Named(name) => Some(name),
            _ => None,
        })
    }

    /// Returns the rules of an object that wait for a time.
    pub(super) fn timed(&self, object: u16) -> impl Iterator<Item = &Rule> {
        self.timed.get(&object).into_iter().flatten().filter_map(|&number| self.at(number))
    }

    /// Returns the numbers of the rules that an event triggers at `now`, in the order of priority and key.
    pub(super) fn triggered(&self, event: &Event, now: Instant) -> Vec<u32> {
        let is_active = |number: u32| self.at(number).filter(|rule| rule.is_active(now));
        if let EventKind::Due(key) = &event.kind {
            return self.by_key.get(key).copied().into_iter().filter(|&number| is_active(number).is_some()).collect();
        }
        let object = event.after.object().number();
        let listening = self.listening.get(&object).into_iter().flatten().copied();
        listening.filter(|&number| is_active(number).is_some_and(|rule| listens(rule, event))).collect()
    }

    pub(super) fn at(&self, number: u32) -> Option<&Rule> {
        usize::try_from(number).ok().and_then(|number| self.rules.get(number))
    }
}

fn listens(rule: &Rule, event: &Event) -> bool {
    let touches = |slots: &[u16]| {
        slots.is_empty()
            || event
                .before
                .as_ref()
                .is_some_and(|before| slots.iter().any(|&slot| before.at(slot) != event.after.at(slot)))
    };
    match (&rule.trigger, &event.kind) {
        (Trigger::Commented, EventKind::Commented)
        | (Trigger::Created, EventKind::Created)
        | (Trigger::Deleted, EventKind::Deleted)
        | (Trigger::Restored, EventKind::Restored)
        | (Trigger::Saved(_), EventKind::Created) => true,
        (Trigger::Saved(slots) | Trigger::Updated(slots), EventKind::Updated) => touches(slots),
        (Trigger::Named(name), EventKind::Named(told)) => name == told,
        _ => false,
    }
}
