use std::collections::VecDeque;
use std::sync::Arc;

use super::cursor::PageCursor;
use super::held::TOO_MANY;
use super::list_plan::Stretch;
use crate::record::Record;
use crate::rules::{Lack, Workset, check_places};
use crate::schema::Object;
use crate::store::{Direction, Position, Range};
use crate::value::{Key, TenantId};

/// Several stretches read as one, in their common order.
#[derive(Debug)]
pub(super) struct Streams {
    streams: Vec<Stream>,
    direction: Direction,
    last: Option<PageCursor>,
}

impl Streams {
    /// Returns the stretches, ready to be read from `after` on.
    pub(super) fn new(
        stretches: Vec<Stretch>,
        tenant: &TenantId,
        direction: Direction,
        after: Option<&PageCursor>,
        object: &Object,
    ) -> Self {
        let stream = |stretch| Stream::new(stretch, tenant, direction, after, object);
        Self { streams: stretches.into_iter().map(stream).collect(), direction, last: None }
    }

    /// Returns records at their places, from `after` on, as if they were read.
    pub(super) fn of(
        mut places: Vec<(PageCursor, Arc<Record>)>,
        direction: Direction,
        after: Option<&PageCursor>,
    ) -> Self {
        let is_later = |cursor: &PageCursor| match direction {
            Direction::Ascending => after.is_none_or(|after| cursor > after),
            Direction::Descending => after.is_none_or(|after| cursor < after),
        };
        places.retain(|(cursor, _)| is_later(cursor));
        places.sort_by(|(a, _), (b, _)| a.cmp(b));
        if direction == Direction::Descending {
            places.reverse();
        }
        Self { streams: vec![Stream { rest: None, rows: places.into(), read: 0 }], direction, last: None }
    }

    /// Returns the next record, with its place; one that two stretches hold comes once.
    pub(super) fn next(
        &mut self,
        object: &Arc<Object>,
        work: &mut Workset<'_>,
    ) -> Result<Option<(PageCursor, Arc<Record>)>, Lack> {
        while let Some((cursor, record)) = self.first(object, work)? {
            // It comes from both, one directly after the other.
            if self.last.as_ref() != Some(&cursor) {
                self.last = Some(cursor.clone());
                return Ok(Some((cursor, record)));
            }
        }
        Ok(None)
    }

    /// Returns whether the next record is known without asking the store.
    pub(super) fn is_at_hand(&self) -> bool {
        self.streams.iter().all(|stream| stream.rest.is_none() || !stream.rows.is_empty())
    }

    fn first(
        &mut self,
        object: &Arc<Object>,
        work: &mut Workset<'_>,
    ) -> Result<Option<(PageCursor, Arc<Record>)>, Lack> {
        let mut asked = false;
        for stream in &mut self.streams {
            // All streams ask together, so that one round fills them.
            match stream.fill(object, work) {
                Ok(()) => {}
                Err(Lack::Asked) => asked = true,
                Err(lack) => return Err(lack),
            }
        }
        if asked {
            return Err(Lack::Asked);
        }
        let heads = self.streams.iter_mut().filter(|stream| stream.head().is_some());
        let first = match self.direction {
            Direction::Ascending => heads.min_by(|a, b| a.head().cmp(&b.head())),
            Direction::Descending => heads.max_by(|a, b| a.head().cmp(&b.head())),
        };
        Ok(first.and_then(Stream::take))
    }
}

/// One stretch, read page by page.
#[derive(Debug)]
struct Stream {
    /// What is still to be read, and how long the prefix is that all of it shares; `None` at the end.
    rest: Option<(Range, usize)>,
    rows: VecDeque<(PageCursor, Arc<Record>)>,
    read: u32,
}

/// How many entries are read at once.
pub(super) const PAGE: u32 = 200;
/// How many entries are read at once after that, and then ever twice as many: whoever reads far begins anew with every
/// round.
pub(super) const MORE: u32 = 1_000;

impl Stream {
    fn new(
        stretch: Stretch,
        tenant: &TenantId,
        direction: Direction,
        after: Option<&PageCursor>,
        object: &Object,
    ) -> Self {
        let mut range = stretch.range(tenant);
        let prefix = stretch.prefix;
        if direction == Direction::Descending {
            range = range.descending();
        }
        if let Some(after) = after {
            let key = Key::new(tenant.clone(), object.name().clone(), after.id.clone());
            let bytes = [prefix.as_slice(), &after.bytes].concat().into();
            range = range.after(Position { bytes, key });
        }
        Self { rest: Some((range.limit(PAGE), prefix.len())), rows: VecDeque::new(), read: 0 }
    }

    /// Reads on when everything that was read is taken.
    fn fill(&mut self, object: &Arc<Object>, work: &mut Workset<'_>) -> Result<(), Lack> {
        let Some((range, prefix)) = self.rest.as_ref().filter(|_| self.rows.is_empty()) else { return Ok(()) };
        let found = work.found(range)?;
        check_places(found, work.tenant(), &[object.name().as_str()])?;
        let records = work.records_in(object, range)?;
        for (entry, record) in found.entries().zip(records) {
            let rest = entry.bytes.get(*prefix..).unwrap_or_default().to_vec();
            self.rows.push_back((PageCursor { bytes: rest, id: entry.key.id().clone() }, record));
        }
        let last = found.entries().last().filter(|_| found.len() == range.page_size() as usize);
        self.rest = last.map(|last| {
            let position = last.position();
            self.read = self.read.saturating_add(range.page_size());
            let more = range.page_size().saturating_mul(2).max(MORE).min(TOO_MANY.saturating_sub(self.read));
            (range.clone().after(position).limit(more), *prefix)
        });
        Ok(())
    }

    fn head(&self) -> Option<&PageCursor> {
        self.rows.front().map(|(cursor, _)| cursor)
    }

    fn take(&mut self) -> Option<(PageCursor, Arc<Record>)> {
        self.rows.pop_front()
    }
}
