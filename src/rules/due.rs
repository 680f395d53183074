use super::rule::Trigger;
use super::{Rule, RuleSet, Timer};
use crate::calendar::{Zone, yearly_on};
use crate::expr::{Env, Scope};
use crate::record::{Change, Record};
use crate::schema::Hop;
use crate::value::{Date, Duration, Id, Instant, Name, Value};
use chrono::Datelike;

/// What becomes of a timer when a record changes. This enum is complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimerChange {
    /// The timer of this rule is no longer wanted.
    Cancel {
        /// The rule.
        rule: Name,
        /// The timer.
        id: Id,
    },
    /// The timer is wanted, instead of whatever the record had for the rule.
    Schedule(Timer),
}

/// When a timed rule wants to look at a record, and for which occasion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Due {
    /// When it wakes up.
    pub at: Instant,
    /// What it wakes up for: when its trigger alone would have woken it, be that before the rule is in force.
    pub occasion: Instant,
}

/// Returns how the timers of a record change with it.
///
/// A timer follows from the record alone, so nothing has to be read: where the change does not move a rule's due time,
/// the timer stays as it is.
pub fn timer_changes(rules: &RuleSet, change: &Change, now: Instant, zone: &Zone) -> Vec<TimerChange> {
    let after = change.after();
    let mut changes = Vec::new();
    for rule in rules.timed(after.object().number()) {
        let was = change.before().and_then(|before| due(rule, before, now, zone));
        let is = due(rule, after, now, zone);
        match (was, is) {
            (was, Some(due)) if was != Some(due) => {
                let (object, record) = (after.object().name().clone(), after.id().clone());
                let timer = Timer::new(rule.key().clone(), object, record, due.at, rules.version());
                changes.push(TimerChange::Schedule(timer));
            }
            (Some(_), None) => {
                let id = Timer::id_of(rule.key(), after.object().name(), after.id());
                changes.push(TimerChange::Cancel { rule: rule.key().clone(), id });
            }
            _ => {}
        }
    }
    changes
}

/// Returns when and for what a timed rule wants to look at a record, or `None` when it does not.
///
/// A date that is over when it is written wakes nobody; a date whose notice should already have been given does at once.
/// A yearly date means its next anniversary at or after `now`. What comes due before the rule is in force waits until it
/// is; what would come due after that wakes nobody.
pub fn due(rule: &Rule, record: &Record, now: Instant, zone: &Zone) -> Option<Due> {
    if record.is_deleted() || !may_hold(rule, record, now, zone) {
        return None;
    }
    let from = rule.active_from.unwrap_or(Instant::MIN);
    let occasion = triggered_at(rule, record, now.max(from), zone)?;
    let at = occasion.max(from);
    rule.active_until.is_none_or(|until| at < until).then_some(Due { at, occasion })
}

/// Returns when the trigger alone wants to look at a record.
fn triggered_at(rule: &Rule, record: &Record, now: Instant, zone: &Zone) -> Option<Instant> {
    match &rule.trigger {
        Trigger::Inactive { days, calendar, since } => {
            let latest = since.iter().filter_map(|&slot| record.at(slot).and_then(Value::as_instant)).max()?;
            let days = i32::try_from(*days).ok()?;
            match calendar {
                None => latest.plus(Duration::from_days(days)),
                Some(calendar) => {
                    // As long after the beginning of the day, be it that clocks are changed in between.
                    let zone = calendar.zone();
                    let day = zone.date_at(latest);
                    let moved = calendar.add_working_days(day, days)?;
                    zone.start_of_day(moved).plus(latest.since(zone.start_of_day(day)))
                }
            }
        }
        Trigger::Date { slot, ahead_days, at, yearly } => {
            let date = match record.at(*slot)? {
                Value::Date(date) => *date,
                Value::Instant(at) => zone.date_at(*at),
                _ => return None,
            };
            let ahead = i32::try_from(*ahead_days).ok()?;
            let notice = |date: Date| date.plus_days(-ahead).map(|day| zone.instant_at(day, *at));
            if *yearly {
                let (month, day) = (date.to_chrono().month(), date.to_chrono().day());
                let this_year = zone.date_at(now).to_chrono().year();
                // A long notice may belong to the anniversary after the next one.
                (this_year..=this_year + 101)
                    .filter_map(|year| notice(yearly_on(month, day, year)?))
                    .find(|notice| *notice >= now)
            } else {
                let is_over = zone.date_at(now) > date;
                notice(date).filter(|_| !is_over)
            }
        }
        _ => None,
    }
}

/// A condition over the record alone is asked now, so that most records never need a timer; any other when it is due.
fn may_hold(rule: &Rule, record: &Record, now: Instant, zone: &Zone) -> bool {
    let Some(when) = &rule.when else { return true };
    if when.reads_time()
        || when.reads_old()
        || !when.aggregates().is_empty()
        || when.slots().iter().any(|&slot| Hop::of(slot).is_some())
    {
        return true;
    }
    let env = Env::new(now).with_zone(zone.clone());
    when.test(Scope::new(record, &env)).is_true()
}
