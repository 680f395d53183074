use std::collections::BTreeSet;

use super::outbox::{EFFECT_LEASED, EFFECT_PENDING, until_now};
use super::timers::TIMER_DUE;
use super::waiting::MOST_PAGES;
use super::{Context, Crm, Rejected, Step};
use crate::store::{ChangeSet, Facts, Position, Reader};
use crate::value::TenantId;

/// Tenants whose timers are due or whose effects wait, as far as one scan has seen.
///
/// # Example: nothing waits yet
/// ```
/// use guanxi::{Context, MemoryStore};
///
/// let crm = guanxi::standard().compile()?;
/// let scan = Context::system("of-the-host".parse()?, "worker", "2026-03-02T09:00:00+08:00".parse()?, 7)?;
/// let found = crm.pending_tenants(&mut MemoryStore::new(), &scan, 100, None)?;
/// assert!(found.tenants.is_empty() && found.next.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tenants {
    /// The tenants, each once, the longest waiting first.
    pub tenants: Vec<TenantId>,
    /// Where the scan has ended; `None` when it has seen everything. What stands behind it is found by going on there: who
    /// always begins anew sees only the tenants in front, however long the others wait.
    pub next: Option<TenantCursor>,
}

/// Where a scan for tenants has ended: hand it back to the method that gave it, to go on from there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantCursor {
    index: &'static str,
    position: Option<Position>,
}

impl Crm {
    /// Decides which tenants have timers that are due at the context's time, the longest due first, up to `limit`; `after`
    /// is where an earlier scan has ended. The context's own tenant does not count. Nothing but this and
    /// [`Crm::decide_pending_tenants`] ever reads of several tenants at once. A scan ends after 16 pages.
    ///
    /// # Errors
    /// [`Rejected`] when the caller is no automation of the host.
    pub fn decide_due_tenants(
        &self,
        ctx: &Context,
        limit: u32,
        after: Option<&TenantCursor>,
        facts: &Facts,
    ) -> Result<Step<Tenants>, Rejected> {
        self.tenants(ctx, &[TIMER_DUE], limit, after, facts)
    }

    /// Decides which tenants have effects that wait at the context's time, up to `limit`: first those that nobody has taken,
    /// the longest waiting first, then those whose lease is over; `after` is where an earlier scan has ended. The context's
    /// own tenant does not count. A scan ends after 16 pages.
    ///
    /// # Errors
    /// [`Rejected`] when the caller is no automation of the host.
    pub fn decide_pending_tenants(
        &self,
        ctx: &Context,
        limit: u32,
        after: Option<&TenantCursor>,
        facts: &Facts,
    ) -> Result<Step<Tenants>, Rejected> {
        self.tenants(ctx, &[EFFECT_PENDING, EFFECT_LEASED], limit, after, facts)
    }

    /// Returns the tenants that have an entry in one of these indexes of moments up to the context's time.
    fn tenants(
        &self,
        ctx: &Context,
        indexes: &[&'static str],
        limit: u32,
        after: Option<&TenantCursor>,
        facts: &Facts,
    ) -> Result<Step<Tenants>, Rejected> {
        self.check_automation(ctx)?;
        let done = |tenants, next| Ok(Step::Done(ChangeSet::new(), Tenants { tenants, next }));
        let page = self.schema.limits().page;
        let mut reader = Reader::new(facts);
        let (mut tenants, mut known, mut pages) = (Vec::new(), BTreeSet::new(), 0..MOST_PAGES);
        for &index in indexes.iter().skip_while(|index| after.is_some_and(|after| after.index != **index)) {
            let start = after.filter(|after| after.index == index).cloned();
            let mut cursor = start.unwrap_or(TenantCursor { index, position: None });
            loop {
                if pages.next().is_none() {
                    return done(tenants, Some(cursor));
                }
                let range = until_now(ctx, index).of_all_tenants().keys().limit(page);
                let range = cursor.position.iter().fold(range, |range, position| range.after(position.clone()));
                let Some(found) = reader.range(&range) else { return Ok(Step::Ask(reader.into_asks())) };
                for entry in found.entries() {
                    if known.insert(entry.key.tenant()) {
                        if tenants.len() == limit as usize {
                            return done(tenants, Some(cursor));
                        }
                        tenants.push(entry.key.tenant().clone());
                    }
                    cursor.position = Some(entry.position());
                }
                if found.len() < page as usize {
                    break;
                }
            }
        }
        done(tenants, None)
    }
}
