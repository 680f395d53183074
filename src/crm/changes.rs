use std::sync::Arc;

use serde::Serialize;

use super::audit::{AUDIT, AUDIT_AT, AuditEntry};
use super::cursor::PageCursor;
use super::decision::{Decision, Halt};
use super::get::answered;
use super::question::{Question, sealed::Sealed};
use super::{Context, Crm, Rejected, Step};
use crate::access::FieldChange;
use crate::record::ProblemCode;
use crate::rules::check_places;
use crate::store::{Entry, Facts, Position, Range, Stored};
use crate::value::{Duration, Id, Instant, Key, Name, Revision, Value, ordered};

/// What changed in the tenant, the earliest first, a page at a time: the feed for whoever keeps a copy elsewhere. Made by
/// [`Query::changes`](super::Query::changes).
///
/// **Order.** Changes come in the order of the times that their contexts had, and at one time in the order of revisions. So
/// the changes of one record come in the order in which they were made as long as the clocks of the host agree; where they
/// do not, the revisions tell.
///
/// **Nothing is skipped, nothing comes twice**, whatever is committed between two pages, as long as commits settle: a change
/// is shown [`Changes::settling`] after its time, one minute unless set, because until then somebody may still be about to
/// commit an earlier one. Set it above the longest time from the making of a context to its commit, plus the difference of
/// the host's clocks. What comes even later, such as an import under times of the past, is missed by those who have read
/// on; timelines have it.
///
/// **What is hidden stays hidden.** A page tells nothing of changes that the caller may not see, except when he has to be
/// led past more than 5,000 of them at once: then it is empty or short, says that there is more, and its cursor is the
/// roundest place among the later half of them: a time rounded to what these span, or more than that where all of them have
/// the very same time.
///
/// # Example: reading on where the last page ended
/// ```
/// use guanxi::model::User;
/// use guanxi::{Command, Context, MemoryStore, Query};
///
/// let crm = guanxi::standard().compile()?;
/// let mut store = MemoryStore::new();
/// let ctx = Context::system("acme".parse()?, "sync", "2026-03-02T09:00:00Z".parse()?, 7)?;
/// crm.run(&mut store, &ctx, &Command::create(User::new("li.na")))?;
///
/// assert!(crm.ask(&mut store, &ctx, &Query::changes())?.changes.is_empty(), "it may still be joined by others");
/// let later = ctx.at("2026-03-02T09:02:00Z".parse()?);
/// let page = crm.ask(&mut store, &later, &Query::changes())?;
/// assert_eq!(page.changes[0].command.as_ref(), "create");
/// assert!(crm.ask(&mut store, &later, &Query::changes().after(page.next))?.changes.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Changes {
    after: Option<PageCursor>,
    page_size: u32,
    settling: Duration,
}

/// One page of changes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ChangePage {
    /// What changed, as far as the caller may see it.
    pub changes: Vec<RecordChange>,
    /// Where to read on, now or later.
    pub next: PageCursor,
    /// Whether there may be more already; even where this page is empty, since it looks at 5,000 changes at the most.
    pub more: bool,
}

/// One change of one record.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RecordChange {
    /// When.
    pub at: Instant,
    /// Who changed it.
    pub by: Arc<str>,
    /// The command, or `timer`.
    pub command: Arc<str>,
    /// The object.
    pub object: Name,
    /// The record.
    pub id: Id,
    /// The revision that the change led to.
    pub revision: Revision,
    /// What the caller may see of it; none where the record was created.
    pub fields: Vec<FieldChange>,
}

/// How many entries are read at once.
const AT_ONCE: u32 = 1_000;
/// The most entries that are looked at for one page; when it is reached the page ends early.
const MOST_LOOKED_AT: usize = 5_000;

impl Changes {
    pub(super) fn new() -> Self {
        Self { after: None, page_size: 100, settling: Duration::from_millis(60_000) }
    }

    /// Continues after a page.
    #[must_use]
    pub fn after(mut self, cursor: PageCursor) -> Self {
        self.after = Some(cursor);
        self
    }

    /// Sets how many changes a page has: 1 to the limit of the definition, 100 unless set.
    #[must_use]
    pub fn page_size(mut self, changes: u32) -> Self {
        self.page_size = changes;
        self
    }

    /// Sets how old a change must be to be shown: not below zero, one minute unless set.
    #[must_use]
    pub fn settling(mut self, age: Duration) -> Self {
        self.settling = age;
        self
    }
}

impl Sealed for Changes {}

impl Question for Changes {
    type Answer = ChangePage;

    fn answer(&self, crm: &Crm, ctx: &Context, facts: &Facts) -> Result<Step<ChangePage>, Rejected> {
        let mut decision = Decision::new(crm, ctx, facts)?;
        let page = decision.changes(self);
        answered(decision, page)
    }
}

impl Decision<'_> {
    fn changes(&mut self, wanted: &Changes) -> Result<ChangePage, Halt> {
        let most = self.crm.schema.limits().page;
        if wanted.page_size == 0 || wanted.page_size > most {
            let message = format!("is {}: expected 1 to {most}", wanted.page_size);
            return Err(Rejected::invalid("page_size", ProblemCode::OutOfRange, message).into());
        }
        if wanted.settling < Duration::ZERO {
            return Err(Rejected::invalid("settling", ProblemCode::OutOfRange, "is below zero").into());
        }
        let settled = self.ctx.now().millis().saturating_sub(wanted.settling.millis());
        let settled = Instant::from_millis(settled).unwrap_or(Instant::MIN);
        // The end of what is settled depends on nothing but the time, so it tells nobody what he may not see.
        let end = PageCursor { bytes: ordered::encode(&Value::Instant(settled)), id: Id::first() };
        let mut last = wanted.after.clone();
        let (mut shown, mut middle) = (None, None);
        let tenant = self.ctx.tenant().clone();
        let mut range = Range::between(tenant.clone(), Name::known(AUDIT_AT), &[], &end.bytes).limit(AT_ONCE);
        let mut changes = Vec::new();
        let mut looked_at = 0;
        loop {
            if let Some(PageCursor { bytes, id }) = &last {
                let key = Key::new(tenant.clone(), Name::known(AUDIT), id.clone());
                range = range.after(Position { bytes: bytes.as_slice().into(), key });
            }
            let found = self.work.found(&range)?;
            check_places(found, &tenant, &[AUDIT])?;
            let entries = self.audit_entries(found.records())?;
            for (entry, change) in found.entries().zip(entries) {
                let is_full = changes.len() == wanted.page_size as usize;
                if looked_at == MOST_LOOKED_AT {
                    let next = if is_full { shown } else { past_hidden(shown.max(middle), last) };
                    return Ok(ChangePage { changes, next: next.unwrap_or(end), more: true });
                }
                looked_at += 1;
                last = Some(PageCursor { bytes: entry.bytes.to_vec(), id: entry.key.id().clone() });
                if looked_at == MOST_LOOKED_AT / 2 {
                    middle.clone_from(&last);
                }
                // What the caller may not see counts for nothing: neither as a change nor as more of them.
                let Some(change) = self.record_change(change)? else { continue };
                if is_full {
                    return Ok(ChangePage { changes, next: shown.unwrap_or(end), more: true });
                }
                shown.clone_from(&last);
                changes.push(change);
            }
            if found.len() < range.page_size() as usize {
                return Ok(ChangePage { changes, next: last.into_iter().fold(end, PageCursor::max), more: false });
            }
        }
    }

    /// Reads entries, and asks for the records that they are about all at once.
    fn audit_entries(&mut self, found: &[(Entry, Stored)]) -> Result<Vec<AuditEntry>, Halt> {
        let read = |(entry, stored): &(Entry, Stored)| {
            AuditEntry::from_stored(&stored.body).map_err(|_| Rejected::corrupt(entry.key.clone()))
        };
        let entries = found.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let mut lack = None;
        for entry in &entries {
            if let Some(object) = self.crm.schema.object(entry.object.as_str()).map(Arc::clone) {
                let standing = self.caller.load(self.crm, &object, &mut self.work);
                lack = self.work.record(&object, &entry.record).err().or(standing.err()).or(lack);
            }
        }
        lack.map_or(Ok(entries), |lack| Err(lack.into()))
    }

    /// Returns what the caller may see of a change; nothing of records and objects that are no more.
    fn record_change(&mut self, entry: AuditEntry) -> Result<Option<RecordChange>, Halt> {
        let Some(object) = self.crm.schema.object(entry.object.as_str()).map(Arc::clone) else { return Ok(None) };
        let Some(record) = self.work.record(&object, &entry.record)? else { return Ok(None) };
        let Some(fields) = self.visible_fields(&record, &entry) else { return Ok(None) };
        let AuditEntry { object, record: id, revision, origin, command, .. } = entry;
        Ok(Some(RecordChange { at: origin.at(), by: Arc::clone(origin.by()), command, object, id, revision, fields }))
    }
}

/// Returns where to read on after `done`, with nothing but hidden entries up to `last`: a later place that tells as little
/// of them as it can.
fn past_hidden(done: Option<PageCursor>, last: Option<PageCursor>) -> Option<PageCursor> {
    match (done, last) {
        (Some(done), Some(last)) if done < last => Some(PageCursor::between(&done, &last)),
        (done, _) => done,
    }
}
