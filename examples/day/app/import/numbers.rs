//! What the store says once everything is there: every number is the answer to a query.

use std::collections::BTreeMap;

use guanxi::access::View;
use guanxi::crm::RunError;
use guanxi::pipeline::StageKind;
use guanxi::schema::Object;
use guanxi::store::Store;
use guanxi::value::{Id, Name, Value, ValueType};
use guanxi::{Context, Crm, Query};

use super::mapping::ReportDef;
use super::tally::Tally;

/// How many records a page has.
const PAGE: u32 = 500;

/// The numbers of a report.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// How many records are in each stage, in the order of the pipeline.
    pub stages: Vec<(String, u64)>,
    /// All of them.
    pub all: Tally,
    /// By the quarter in which they were won or lost, which their history tells.
    pub quarters: BTreeMap<String, Tally>,
    /// By what they refer to: of each, what it is called, with its id where several are called the same.
    pub groups: Vec<(String, BTreeMap<String, Tally>)>,
    /// How many have no value in a field.
    pub without: Vec<(Name, u64)>,
}

/// Returns what is wrong with a report.
pub fn check(crm: &Crm, report: &ReportDef) -> Vec<String> {
    let Some(object) = crm.schema().object(report.object.as_str()) else {
        return vec![format!("report.object: unknown object `{}`", report.object)];
    };
    let mut problems = Vec::new();
    if crm.pipelines().of_object(object.number()).next().is_none() {
        problems.push(format!("report.object: `{}` has no pipeline", report.object));
    }
    if object.field(report.amount.as_str()).is_none_or(|field| *field.value_type() != ValueType::Money) {
        problems
            .push(format!("report.amount: `{}` is no field of `{}` that holds money", report.amount, report.object));
    }
    for (position, field) in report.without.iter().enumerate() {
        if object.field(field.as_str()).is_none() {
            problems.push(format!("report.without[{position}]: `{field}` is no field of `{}`", report.object));
        }
    }
    for (position, path) in report.by.iter().enumerate() {
        let mut at = Some(object.as_ref());
        let leads = path.split('.').all(|key| match at.and_then(|object| object.field(key)) {
            Some(field) => {
                at = field.target().and_then(|name| crm.schema().object(name.as_str())).map(AsRef::as_ref);
                true
            }
            None => false,
        });
        if !leads {
            problems.push(format!("report.by[{position}]: `{path}` leads nowhere"));
        }
    }
    problems
}

impl Numbers {
    /// Asks for the numbers.
    pub fn ask<S: Store>(crm: &Crm, store: &mut S, ctx: &Context, report: &ReportDef) -> Result<Self, String> {
        Asking { crm, store, ctx, known: BTreeMap::new() }.numbers(report)
    }
}

/// What stands where a path leads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Called {
    name: String,
    /// Of a record, since others may be called the same.
    id: Option<Id>,
}

struct Asking<'a, S> {
    crm: &'a Crm,
    store: &'a mut S,
    ctx: &'a Context,
    /// What records refer to, looked up once.
    known: BTreeMap<(Name, Id), View>,
}

impl<S: Store> Asking<'_, S> {
    fn numbers(&mut self, report: &ReportDef) -> Result<Numbers, String> {
        let crm = self.crm;
        let no = || format!("`{}` has no stages", report.object);
        let object = crm.schema().object(report.object.as_str()).ok_or_else(no)?;
        let pipeline = crm.pipelines().of_object(object.number()).next().ok_or_else(no)?;
        let stage = object.stage().ok_or_else(no)?;
        let mut numbers = Numbers {
            stages: pipeline.stages().iter().map(|stage| (stage.key().to_string(), 0)).collect(),
            without: report.without.iter().map(|field| (field.clone(), 0)).collect(),
            ..Numbers::default()
        };
        let mut groups: Vec<BTreeMap<Called, Tally>> = report.by.iter().map(|_| BTreeMap::new()).collect();
        let mut query = Query::list(report.object.clone()).page_size(PAGE);
        loop {
            let page = crm.ask(self.store, self.ctx, &query).map_err(refused)?;
            for view in &page.records {
                let key = view.at(stage).and_then(Value::as_str).unwrap_or_default();
                let kind = pipeline.stage(key).map(|stage| stage.kind()).ok_or_else(|| {
                    format!("{} `{}` is in stage `{key}`, which its pipeline does not have", report.object, view.id())
                })?;
                let amount = match view.get(report.amount.as_str()) {
                    Some(Value::Money(amount)) => Some(*amount),
                    _ => None,
                };
                numbers.stages.iter_mut().filter(|(stage, _)| stage == key).for_each(|(_, count)| *count += 1);
                numbers.all.add(kind, amount)?;
                if kind != StageKind::Open {
                    let quarter = self.quarter(&report.object, view)?;
                    numbers.quarters.entry(quarter).or_default().add(kind, amount)?;
                }
                for (path, tallies) in report.by.iter().zip(&mut groups) {
                    let called = self.called(object, view, path)?;
                    tallies.entry(called).or_default().add(kind, amount)?;
                }
                let lacking = numbers.without.iter_mut().filter(|(field, _)| view.get(field.as_str()).is_none());
                lacking.for_each(|(_, count)| *count += 1);
            }
            match page.next {
                None => {
                    numbers.groups = report.by.iter().cloned().zip(groups.into_iter().map(told_apart)).collect();
                    return Ok(numbers);
                }
                Some(next) => query = query.after(next),
            }
        }
    }

    /// Returns the quarter in which a record came into its stage.
    fn quarter(&mut self, object: &Name, view: &View) -> Result<String, String> {
        let query = Query::stages(object.clone(), view.id().clone());
        let history = self.crm.ask(self.store, self.ctx, &query).map_err(refused)?.history;
        let day = self.crm.schema().zone().date_at(history.entered_at()).to_string();
        let (year, month) = (&day[..4], day[5..7].parse::<u32>().unwrap_or(1));
        Ok(format!("{year}Q{}", month.div_ceil(3)))
    }

    /// Returns what stands where a path leads, as people call it.
    fn called(&mut self, object: &Object, view: &View, path: &str) -> Result<Called, String> {
        let plain = |name: String| Called { name, id: None };
        let (key, rest) = match path.split_once('.') {
            Some((key, rest)) => (key, Some(rest)),
            None => (path, None),
        };
        let target = object.field(key).and_then(|field| field.target());
        let target = target.and_then(|name| self.crm.schema().object(name.as_str()));
        match (view.get(key), target) {
            (Some(Value::Reference(id)), Some(target)) => {
                let found = self.record(target.name(), id)?;
                match rest {
                    Some(rest) => self.called(target, &found, rest),
                    None => Ok(Called { name: found.title(), id: Some(id.clone()) }),
                }
            }
            (Some(value), _) if rest.is_none() => Ok(plain(value.to_string())),
            _ => Ok(plain("(none)".into())),
        }
    }

    fn record(&mut self, object: &Name, id: &Id) -> Result<View, String> {
        let place = (object.clone(), id.clone());
        if let Some(known) = self.known.get(&place) {
            return Ok(known.clone());
        }
        let found = self.crm.ask(self.store, self.ctx, &Query::get(object.clone(), id.clone())).map_err(refused)?;
        self.known.insert(place, found.clone());
        Ok(found)
    }
}

/// Returns the tallies by names, with the id where a name is not one record's alone.
fn told_apart(tallies: BTreeMap<Called, Tally>) -> BTreeMap<String, Tally> {
    let mut holders: BTreeMap<String, usize> = BTreeMap::new();
    tallies.keys().for_each(|called| *holders.entry(called.name.clone()).or_default() += 1);
    let name = |Called { name, id }: Called| match id {
        Some(id) if holders[&name] > 1 => format!("{name} ({id})"),
        _ => name,
    };
    tallies.into_iter().map(|(called, tally)| (name(called), tally)).collect()
}

fn refused<E: std::error::Error>(error: RunError<E>) -> String {
    match error {
        RunError::Store(error) => super::failed(&error),
        other => format!("the store was not asked: {}", other.rejected().map_or_else(String::new, ToString::to_string)),
    }
}
