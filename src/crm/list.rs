use std::sync::Arc;

use serde::Serialize;

use super::cursor::PageCursor;
use super::decision::{Decision, Halt};
use super::get::answered;
use super::held::too_many;
use super::list_plan::Plan;
use super::question::{Question, sealed::Sealed};
use super::streams::{PAGE, Streams};
use super::unknown_fields::unknown_field;
use super::{Context, Crm, Rejected, Step};
use crate::access::{Action, Rows, View};
use crate::expr::{Env, Expr, Program, Scope};
use crate::record::{ProblemCode, Record};
use crate::schema::{Hop, Object, RecordNames};
use crate::store::{Direction, Facts};
use crate::value::Name;

/// The records of an object that the caller may see, filtered, ordered, a page at a time; made by
/// [`Query::list`](super::Query::list).
///
/// Without [`List::sort`] records come in the order of their ids where the filter, or what the caller may see, finds them by
/// an index, and in the order of their creation otherwise. That is the same order unless the host gives the ids.
#[derive(Debug, Clone)]
pub struct List {
    object: Name,
    filter: Option<Filter>,
    sort: Option<Name>,
    direction: Direction,
    page_size: u32,
    after: Option<PageCursor>,
}

/// A filter as text is only read when the query is answered, so that building a query cannot fail.
#[derive(Debug, Clone)]
enum Filter {
    Text(String),
    Expr(Expr),
}

/// What a page is made of.
struct Wanted<'l> {
    object: &'l Arc<Object>,
    filter: Option<&'l Program>,
    /// The fields that the filter and the order use.
    used: &'l [u16],
    env: &'l Env,
    page_size: u32,
}

/// One page of records.
///
/// It is short, or even empty, and yet not the last one where 20,000 records were looked at and a filter has left most of them
/// out: go on at [`Page::next`], or put `"index": true` on a field that the filter fixes, so that only what passes is looked at.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Page {
    /// The records, as the caller may see them.
    pub records: Vec<View>,
    /// Where the next page starts; `None` when this is the last one, however many records it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<PageCursor>,
}

/// What looking for a page came to.
struct Looked {
    page: Page,
    /// Whether the page is whole: full, or the last one. Otherwise it goes on after the last record that the caller may see.
    is_whole: bool,
}

impl Looked {
    /// Returns the page, unless all that was looked at is hidden: a page that went on there would tell where.
    fn into_page(self) -> Result<Page, Halt> {
        if self.is_whole || self.page.next.is_some() { Ok(self.page) } else { Err(too_many().into()) }
    }
}

/// The most records that are looked at for one page.
pub(super) const MAX_LOOKED_AT: usize = 20_000;

impl List {
    pub(super) fn new(object: Name) -> Self {
        Self { object, filter: None, sort: None, direction: Direction::Ascending, page_size: 50, after: None }
    }

    /// Keeps the records for which a condition is true, such as `owner == 'li.na' && status == 'new'`.
    #[must_use]
    pub fn filter(mut self, condition: &str) -> Self {
        self.filter = Some(Filter::Text(condition.to_owned()));
        self
    }

    /// Keeps the records for which a condition is true.
    #[must_use]
    pub fn filter_by(mut self, condition: Expr) -> Self {
        self.filter = Some(Filter::Expr(condition));
        self
    }

    /// Orders by an indexed field; records without a value there are left out.
    #[must_use]
    pub fn sort(mut self, field: Name) -> Self {
        self.sort = Some(field);
        self
    }

    /// Reverses the order: the largest or latest first.
    #[must_use]
    pub fn descending(mut self) -> Self {
        self.direction = Direction::Descending;
        self
    }

    /// Sets how many records a page has: 1 to the limit of the definition, 50 unless set.
    #[must_use]
    pub fn page_size(mut self, records: u32) -> Self {
        self.page_size = records;
        self
    }

    /// Continues after a page.
    #[must_use]
    pub fn after(mut self, cursor: PageCursor) -> Self {
        self.after = Some(cursor);
        self
    }
}

impl Sealed for List {}

impl Question for List {
    type Answer = Page;

    fn answer(&self, crm: &Crm, ctx: &Context, facts: &Facts) -> Result<Step<Page>, Rejected> {
        let mut decision = Decision::new(crm, ctx, facts)?;
        let page = decision.list(self);
        answered(decision, page)
    }
}

impl Decision<'_> {
    fn list(&mut self, list: &List) -> Result<Page, Halt> {
        let object = self.object(&list.object)?;
        let filter = self.filter(&object, list.filter.as_ref())?;
        let sort = self.sort(&object, list)?;
        let used = self.used(&object, filter.as_ref(), sort)?;
        let most = self.crm.schema.limits().page;
        if list.page_size == 0 || list.page_size > most {
            let message = format!("is {}: expected 1 to {most}", list.page_size);
            return Err(Rejected::invalid("page_size", ProblemCode::OutOfRange, message).into());
        }
        self.caller.load(self.crm, &object, &mut self.work)?;
        let visible = self.crm.access.visible(self.caller.roles, &object, &self.caller.standing);
        if visible == Rows::None {
            return Ok(Page { records: Vec::new(), next: None });
        }
        let env = self.crm.schema.env(self.ctx.now());
        let comparisons = filter.as_ref().map(|filter| filter.comparisons_at(&env)).unwrap_or_default();
        let wanted =
            Wanted { object: &object, filter: filter.as_ref(), used: &used, env: &env, page_size: list.page_size };
        let by_filter = Plan::by_filter(&object, &comparisons, sort);
        let held = Plan::by_ownership(&object, &visible);
        let (tenant, direction, after) = (self.ctx.tenant(), list.direction, list.after.as_ref());
        let streams = match (by_filter, held, sort) {
            (None, _, Some(slot)) => {
                let field = object.at(slot).map_or("sort", |field| field.key().as_str());
                let message = r#"cannot be ordered by: put `"index": true` on it in the definition"#;
                return Err(Rejected::invalid(field, ProblemCode::Malformed, message).into());
            }
            (Some(ordered), Some(held), Some(_)) => {
                // What others hold is in the way, but never much longer than it takes to read and sort what the caller holds.
                let size = self.size(&held)?;
                if size > PAGE as usize {
                    let streams = ordered.clone().streams(tenant, direction, after, &object);
                    let looked = self.look(&wanted, streams, size.min(MAX_LOOKED_AT))?;
                    if looked.is_whole || size > MAX_LOOKED_AT {
                        return looked.into_page();
                    }
                }
                let records = self.all_of(&object, &held)?;
                ordered.streams_among(&records, tenant, direction, after)
            }
            (Some(ordered), _, Some(_)) => ordered.streams(tenant, direction, after, &object),
            (Some(filtered), Some(held), None) => {
                self.smaller(filtered, held)?.streams(tenant, direction, after, &object)
            }
            (filtered, held, None) => {
                let plan = filtered.or(held).unwrap_or_else(|| Plan::of_all(&object));
                plan.streams(tenant, direction, after, &object)
            }
        };
        self.look(&wanted, streams, MAX_LOOKED_AT)?.into_page()
    }

    /// Looks at up to `most` records for the first page of what is wanted.
    fn look(&mut self, wanted: &Wanted<'_>, mut streams: Streams, most: usize) -> Result<Looked, Halt> {
        let (mut looked_at, mut asked, mut seen) = (0, false, None);
        let mut records = Vec::new();
        let looked = |records: Vec<(PageCursor, View)>, next, is_whole| {
            let records = records.into_iter().map(|(_, view)| view).collect();
            Ok(Looked { page: Page { records, next }, is_whole })
        };
        while let Some((cursor, record)) = streams.next(wanted.object, &mut self.work)? {
            looked_at += 1;
            if looked_at > most || streams.is_far() {
                // What is asked for may show that the page was full before.
                return if asked { Err(Halt::Ask) } else { looked(records, seen, false) };
            }
            if record.is_deleted() || !self.shows(&record, wanted.used) {
                continue;
            }
            let passes = self.passes(wanted.filter, &record, wanted.env);
            // What records refer to is asked for once for all that are at hand, not record by record.
            if asked || matches!(passes, Err(Halt::Ask)) {
                asked = true;
                if streams.is_at_hand(self.facts) {
                    continue;
                }
                break;
            }
            if !passes? {
                // Who may see what a filter reads of a record may see the record.
                seen = Some(cursor).filter(|_| !wanted.used.is_empty()).or(seen);
                continue;
            }
            let Some(view) = self.see(&record) else { continue };
            if records.len() == wanted.page_size as usize {
                let next = records.last().map(|(cursor, _)| cursor.clone());
                return looked(records, next, true);
            }
            seen = Some(cursor.clone());
            records.push((cursor, view));
        }
        if asked {
            return Err(Halt::Ask);
        }
        looked(records, None, true)
    }

    fn filter(&self, object: &Object, filter: Option<&Filter>) -> Result<Option<Program>, Rejected> {
        let malformed = |message: String| Rejected::invalid("filter", ProblemCode::Malformed, message);
        let expr = match filter {
            None => return Ok(None),
            Some(Filter::Expr(expr)) => expr.clone(),
            Some(Filter::Text(text)) => text.parse().map_err(|error| malformed(format!("cannot be read: {error}")))?,
        };
        let names = RecordNames::new(&self.crm.schema, object);
        let program = expr.condition(&names).map_err(|problems| malformed(format!("cannot be used: {problems}")))?;
        if !program.aggregates().is_empty() || program.reads_old() {
            return Err(malformed("cannot look at related records or at the past".into()));
        }
        Ok(Some(program))
    }

    fn sort(&self, object: &Object, list: &List) -> Result<Option<u16>, Rejected> {
        let Some(key) = &list.sort else { return Ok(None) };
        match object.field(key.as_str()) {
            Some(field) => Ok(Some(field.slot())),
            None => Err(vec![unknown_field(object, key.as_str())].into()),
        }
    }

    /// Returns the fields of a record that a filter and an order use: on a field that the caller may not view they would
    /// tell him its values one question at a time.
    fn used(&self, object: &Object, filter: Option<&Program>, sort: Option<u16>) -> Result<Vec<u16>, Rejected> {
        let (access, roles) = (&self.crm.access, self.caller.roles);
        let mut own: Vec<u16> = sort.into_iter().collect();
        for &slot in filter.map(Program::slots).unwrap_or_default() {
            match Hop::of(slot) {
                None => own.extend(u16::try_from(slot.number())),
                Some(hop) => {
                    own.push(hop.reference);
                    let target = object.at(hop.reference).and_then(|field| field.target());
                    let target = target.and_then(|name| self.crm.schema.object(name.as_str()));
                    if let Some(target) = target {
                        access.may_read_fields(roles, target, &[hop.field])?;
                    }
                }
            }
        }
        access.may_read_fields(roles, object, &own)?;
        Ok(own)
    }

    /// Returns whether the caller may see these fields of a record, whether they have values or not.
    fn shows(&self, record: &Record, slots: &[u16]) -> bool {
        let (relations, sealed) = self.stands(record);
        let number = record.object().number();
        let classes = self.crm.access.classes(self.caller.roles, number, Action::View, relations, sealed);
        let shown = |slot: &u16| record.object().at(*slot).is_some_and(|field| classes.contains(field.class()));
        slots.iter().all(shown)
    }

    fn passes(&mut self, filter: Option<&Program>, record: &Arc<Record>, env: &Env) -> Result<bool, Halt> {
        let Some(filter) = filter else { return Ok(true) };
        let row = self.work.row(filter, record)?;
        for hop in filter.slots().iter().filter_map(|&slot| Hop::of(slot)) {
            // Nobody is told anything of a record that he may not see, not even by what a filter leaves out.
            let Some(target) = self.work.referred(record, hop.reference)? else { continue };
            self.caller.load(self.crm, target.object(), &mut self.work)?;
            if !self.shows(&target, &[hop.field]) {
                return Ok(false);
            }
        }
        Ok(filter.test(Scope::new(&row, env)).is_true())
    }
}
