use std::collections::BTreeSet;

use super::outbox::{EFFECT_PENDING, until_now};
use super::timers::TIMER_DUE;
use super::waiting::MOST_PAGES;
use super::{Context, Crm, Rejected, Step};
use crate::store::{ChangeSet, Facts, Position, Reader};
use crate::value::TenantId;

impl Crm {
    /// Decides which tenants have timers that are due at the context's time, the longest due first, up to `limit`. The
    /// context's own tenant does not count. Nothing but this and [`Crm::decide_pending_tenants`] ever reads of several
    /// tenants at once. The scan ends after 16 pages: the timers behind them come when those in front have fired.
    ///
    /// # Errors
    /// [`Rejected`] when the caller is no automation of the host.
    pub fn decide_due_tenants(
        &self,
        ctx: &Context,
        limit: u32,
        facts: &Facts,
    ) -> Result<Step<Vec<TenantId>>, Rejected> {
        self.tenants(ctx, TIMER_DUE, limit, facts)
    }

    /// Decides which tenants have effects that wait at the context's time, the longest waiting first, up to `limit`. The
    /// context's own tenant does not count. The scan ends after 16 pages: the effects behind them come when those in front
    /// have left.
    ///
    /// # Errors
    /// [`Rejected`] when the caller is no automation of the host.
    pub fn decide_pending_tenants(
        &self,
        ctx: &Context,
        limit: u32,
        facts: &Facts,
    ) -> Result<Step<Vec<TenantId>>, Rejected> {
        self.tenants(ctx, EFFECT_PENDING, limit, facts)
    }

    /// Returns the tenants that have an entry in an index of moments up to the context's time.
    fn tenants(
        &self,
        ctx: &Context,
        index: &'static str,
        limit: u32,
        facts: &Facts,
    ) -> Result<Step<Vec<TenantId>>, Rejected> {
        self.check_automation(ctx)?;
        let page = self.schema.limits().page;
        let mut range = until_now(ctx, index).of_all_tenants().keys().limit(page);
        let mut reader = Reader::new(facts);
        let (mut tenants, mut known) = (Vec::new(), BTreeSet::new());
        for _ in 0..MOST_PAGES {
            let Some(found) = reader.range(&range) else { return Ok(Step::Ask(reader.into_asks())) };
            for tenant in found.entries().map(|entry| entry.key.tenant()) {
                if tenants.len() < limit as usize && known.insert(tenant) {
                    tenants.push(tenant.clone());
                }
            }
            let is_last = found.len() < page as usize || tenants.len() >= limit as usize;
            let Some(last) = found.entries().last().filter(|_| !is_last) else { break };
            range = range.after(Position { bytes: (*last.bytes).into(), key: last.key.clone() });
        }
        Ok(Step::Done(ChangeSet::new(), tenants))
    }
}
