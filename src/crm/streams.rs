use std::collections::VecDeque;
use std::sync::Arc;

use super::cursor::PageCursor;
use super::held::TOO_MANY;
use super::list_plan::Stretch;
use crate::record::Record;
use crate::rules::{Lack, Workset, check_places};
use crate::schema::Object;
use crate::store::{Direction, Facts, Position, Range};
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
        let pages = Pages::of(stretches.len());
        let stream = |stretch| Stream::new(stretch, tenant, direction, after, object, pages);
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
        Self { streams: vec![Stream::read(places.into())], direction, last: None }
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

    /// Returns whether the next record is known without asking the store for more than these facts.
    pub(super) fn is_at_hand(&self, facts: &Facts) -> bool {
        let is_known = |(range, _): &(Range, usize)| facts.range(range).is_some();
        self.streams.iter().all(|stream| !stream.rows.is_empty() || stream.rest.as_ref().is_none_or(is_known))
    }

    /// Returns whether so much was read of single stretches that whoever waits shall be answered with what there is.
    pub(super) fn is_far(&self) -> bool {
        self.streams.iter().map(|stream| stream.pages.saturating_sub(2)).sum::<u32>() > MOST_ALONE
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
            // Who is close to many people needs the next page of each before long: one after the other would never end.
            self.streams.iter().filter(|stream| stream.pages == 1).for_each(|stream| stream.ask_ahead(work));
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
    sizes: Pages,
    pages: u32,
    read: u32,
}

/// How many entries are read at once of one of several stretches: first and second, which all of them may do.
#[derive(Debug, Clone, Copy)]
struct Pages {
    first: u32,
    second: u32,
}

/// How many entries of one stretch are read at once.
pub(super) const PAGE: u32 = 200;
/// How many entries are read at once after that, and then ever twice as many: whoever reads far begins anew with every
/// round.
pub(super) const MORE: u32 = 1_000;
/// How many pages of single stretches are read beyond the second, each of which may take a round. One stretch alone needs
/// four to its end.
const MOST_ALONE: u32 = 8;

impl Pages {
    /// Returns the sizes at which so many stretches together read no more than about what one reads.
    fn of(stretches: usize) -> Self {
        let stretches = u32::try_from(stretches).unwrap_or(u32::MAX).max(1);
        Self { first: (MORE / stretches).clamp(5, PAGE), second: (TOO_MANY / stretches).clamp(5, MORE) }
    }
}

impl Stream {
    fn new(
        stretch: Stretch,
        tenant: &TenantId,
        direction: Direction,
        after: Option<&PageCursor>,
        object: &Object,
        sizes: Pages,
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
        let rest = Some((range.limit(sizes.first), prefix.len()));
        Self { rest, rows: VecDeque::new(), sizes, pages: 0, read: 0 }
    }

    /// Returns a stream of rows that were read before.
    fn read(rows: VecDeque<(PageCursor, Arc<Record>)>) -> Self {
        Self { rest: None, rows, sizes: Pages::of(1), pages: 0, read: 0 }
    }

    /// Asks for the next page while there are rows left.
    fn ask_ahead(&self, work: &mut Workset<'_>) {
        if let Some((range, _)) = &self.rest {
            // What is missing is noted; nothing else is wanted of it yet.
            let _ = work.found(range);
        }
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
        (self.pages, self.read) = (self.pages.saturating_add(1), self.read.saturating_add(range.page_size()));
        let more = match self.pages {
            1 => self.sizes.second,
            _ => range.page_size().saturating_mul(2).max(MORE),
        };
        let more = more.min(TOO_MANY.saturating_sub(self.read));
        let last = found.entries().last().filter(|_| found.len() == range.page_size() as usize);
        self.rest = last.map(|last| (range.clone().after(last.position()).limit(more), *prefix));
        Ok(())
    }

    fn head(&self) -> Option<&PageCursor> {
        self.rows.front().map(|(cursor, _)| cursor)
    }

    fn take(&mut self) -> Option<(PageCursor, Arc<Record>)> {
        self.rows.pop_front()
    }
}
