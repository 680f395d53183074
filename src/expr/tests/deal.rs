//! The object that the tests speak of.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::calendar::{CalendarDef, Weekday};
use crate::expr::{Aggregate, Collection, Env, Expr, Names, Program, Related, Row, Slot, Type};
use crate::value::Value;

pub(super) const FIELDS: [&str; 14] = [
    "region",
    "title",
    "amount",
    "budget",
    "count",
    "rate",
    "due_on",
    "closed_at",
    "delay",
    "hot",
    "owner",
    "tags",
    "phones",
    "account.grade",
];

pub(super) struct Deal;

impl Names for Deal {
    fn resolve(&self, path: &[&str]) -> Option<(Slot, Type)> {
        let path = path.join(".");
        let slot = FIELDS.iter().position(|field| *field == path)?;
        let ty = match path.as_str() {
            "region" => Type::options(["east", "west", "north"]),
            "title" => Type::Text,
            "amount" => Type::Money(None),
            "budget" => Type::Money(Some("CNY".parse().unwrap())),
            "count" => Type::Integer,
            "rate" => Type::Decimal,
            "due_on" => Type::Date,
            "closed_at" => Type::Instant,
            "delay" => Type::Duration,
            "hot" => Type::Bool,
            "owner" => Type::Reference("user".parse().unwrap()),
            "tags" => Type::Tags,
            "phones" => Type::List(Type::Text.into()),
            _ => Type::options(["A", "B", "C"]),
        };
        Some((Slot::new(u32::try_from(slot).unwrap()), ty))
    }

    fn definition(&self, path: &[&str]) -> Option<Expr> {
        let text = match path {
            ["is_eastern"] => "region in ['east']",
            ["rank"] => "region == 'east' ? 1 : region == 'west' ? 2 : 3",
            ["circle"] => "circle > 1",
            _ => return None,
        };
        text.parse().ok()
    }

    fn collection(&self, name: &str) -> Option<Collection<'_>> {
        (name == "activities").then(|| Collection::new(3, &Activity))
    }

    fn known(&self) -> Vec<String> {
        FIELDS.iter().map(ToString::to_string).chain(["activities".into()]).collect()
    }
}

pub(super) struct Activity;

impl Names for Activity {
    fn resolve(&self, path: &[&str]) -> Option<(Slot, Type)> {
        Some(match path {
            ["is_touch"] => (Slot::new(0), Type::Bool),
            ["at"] => (Slot::new(1), Type::Instant),
            ["minutes"] => (Slot::new(2), Type::Integer),
            ["cost"] => (Slot::new(3), Type::Money(None)),
            _ => return None,
        })
    }

    fn definition(&self, path: &[&str]) -> Option<Expr> {
        (path == ["is_long"]).then(|| "minutes >= 60".parse().ok()).flatten()
    }

    fn known(&self) -> Vec<String> {
        ["is_touch", "at", "minutes", "cost"].map(Into::into).into()
    }
}

/// A deal with its activities.
#[derive(Debug, Clone, Default)]
pub(super) struct DealRow {
    pub(super) values: Vec<Option<Value>>,
    pub(super) activities: Vec<Vec<Option<Value>>>,
}

impl DealRow {
    pub(super) fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        let slot = FIELDS.iter().position(|known| *known == field).unwrap();
        self.values.resize(FIELDS.len(), None);
        self.values[slot] = Some(value.into());
        self
    }
}

impl Row for DealRow {
    fn get(&self, slot: Slot) -> Option<&Value> {
        Row::get(&self.values, slot)
    }

    fn related(&self, aggregate: &Aggregate, visit: &mut dyn FnMut(&dyn Row) -> ControlFlow<()>) -> Related {
        assert_eq!((aggregate.collection(), aggregate.name()), (3, "activities"));
        for activity in &self.activities {
            if visit(activity).is_break() {
                break;
            }
        }
        Related::Shown
    }
}

pub(super) fn condition(text: &str) -> Program {
    text.parse::<Expr>()
        .unwrap_or_else(|e| panic!("{text}: {e}"))
        .condition(&Deal)
        .unwrap_or_else(|e| panic!("{text}: {e}"))
}

pub(super) fn monday() -> Env {
    let week = CalendarDef::new("plain", "+08:00".parse().unwrap(), Weekday::MON_TO_FRI).compile().unwrap();
    Env::new("2026-03-02T01:00:00Z".parse().unwrap()).with_offset(480).with_calendar(Arc::new(week))
}
