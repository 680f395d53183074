use super::drive::{drive, drive_async};
use super::{Context, Crm, RunError, TenantCursor, Tenants, Waiting};
use crate::rules::Timer;
use crate::store::{AsyncStore, Store};
use crate::value::Id;

impl Crm {
    /// Returns which tenants have timers that are due, the longest due first, up to `limit`. Fire the timers of each with
    /// [`Crm::tick`], in a context of that tenant.
    ///
    /// # Example: the host's clock strikes
    /// ```
    /// use guanxi::{Context, MemoryStore};
    ///
    /// let crm = guanxi::standard().compile()?;
    /// let mut store = MemoryStore::new();
    /// let now = "2026-03-02T09:00:00+08:00".parse()?;
    /// let scan = Context::system("of-the-host".parse()?, "clock", now, 7)?;
    /// let mut after = None;
    /// loop {
    ///     let found = crm.due_tenants(&mut store, &scan, 100, after.as_ref())?;
    ///     for tenant in found.tenants {
    ///         let ctx = Context::system(tenant, "clock", now, 7)?;
    ///         while crm.tick(&mut store, &ctx, 100)?.more {}
    ///     }
    ///     after = found.next;
    ///     if after.is_none() {
    ///         break;
    ///     }
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// The tenant of `ctx` does not count. A scan ends after 16 pages or `limit` tenants: go on at [`Tenants::next`] until there
    /// is none, or a tenant with very many timers that do not fire hides all others. A tenant comes again until nothing of
    /// it is due: also when all that is left has to wait for a newer definition.
    ///
    /// # Errors
    /// [`RunError::Rejected`] unless the caller is the host's own automation, [`RunError::Store`] when the store fails.
    pub fn due_tenants<S: Store + ?Sized>(
        &self,
        store: &mut S,
        ctx: &Context,
        limit: u32,
        after: Option<&TenantCursor>,
    ) -> Result<Tenants, RunError<S::Error>> {
        Ok(drive(store, ctx, |facts| self.decide_due_tenants(ctx, limit, after, facts))?.answer)
    }

    /// Returns which tenants have effects that wait, the longest waiting first and those of whom a lease is over last, up to
    /// `limit`. Take the effects of each with
    /// [`Crm::claim`], in a context of that tenant.
    ///
    /// # Example: a worker for all tenants
    /// ```
    /// use guanxi::value::Duration;
    /// use guanxi::{Context, MemoryStore};
    ///
    /// let crm = guanxi::standard().compile()?;
    /// let mut store = MemoryStore::new();
    /// let now = "2026-03-02T09:00:00+08:00".parse()?;
    /// let scan = Context::system("of-the-host".parse()?, "worker", now, 7)?;
    /// let mut after = None;
    /// loop {
    ///     let found = crm.pending_tenants(&mut store, &scan, 100, after.as_ref())?;
    ///     for tenant in found.tenants {
    ///         let ctx = Context::system(tenant, "worker", now, 7)?;
    ///         for effect in crm.claim(&mut store, &ctx, 100, Duration::from_hours(1))? {
    ///             // Perform it, then:
    ///             crm.settle(&mut store, &ctx, effect.key())?;
    ///         }
    ///     }
    ///     after = found.next;
    ///     if after.is_none() {
    ///         break;
    ///     }
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// The tenant of `ctx` does not count. A scan ends after 16 pages or `limit` tenants: go on at [`Tenants::next`] until there
    /// is none, or a tenant with very many effects that nobody takes hides all others. A tenant comes again until no effect
    /// of it waits: also when all that is left follows on effects that others have taken, or cannot be read.
    ///
    /// # Errors
    /// [`RunError::Rejected`] unless the caller is the host's own automation, [`RunError::Store`] when the store fails.
    pub fn pending_tenants<S: Store + ?Sized>(
        &self,
        store: &mut S,
        ctx: &Context,
        limit: u32,
        after: Option<&TenantCursor>,
    ) -> Result<Tenants, RunError<S::Error>> {
        Ok(drive(store, ctx, |facts| self.decide_pending_tenants(ctx, limit, after, facts))?.answer)
    }

    /// Returns timers that failed too often to be tried again, each with its last error, the longest parked first.
    ///
    /// # Errors
    /// [`RunError::Rejected`] unless the caller is the host's own automation, [`RunError::Store`] when the store fails.
    pub fn parked<S: Store + ?Sized>(
        &self,
        store: &mut S,
        ctx: &Context,
        limit: u32,
    ) -> Result<Waiting<Timer>, RunError<S::Error>> {
        Ok(drive(store, ctx, |facts| self.decide_parked(ctx, limit, facts))?.answer)
    }

    /// Lets a parked timer be tried again with the next tick; one that is not parked stays as it is.
    ///
    /// # Errors
    /// [`RunError::Rejected`] unless the caller is the host's own automation and there is such a timer,
    /// [`RunError::Store`] when the store fails.
    pub fn revive<S: Store + ?Sized>(
        &self,
        store: &mut S,
        ctx: &Context,
        timer: &Id,
    ) -> Result<(), RunError<S::Error>> {
        drive(store, ctx, |facts| self.decide_revive(ctx, timer, facts))?;
        Ok(())
    }

    /// Returns which tenants have timers that are due in an asynchronous store, as [`Crm::due_tenants`] does.
    ///
    /// # Errors
    /// The same as [`Crm::due_tenants`].
    pub async fn due_tenants_async<S: AsyncStore>(
        &self,
        store: &mut S,
        ctx: &Context,
        limit: u32,
        after: Option<&TenantCursor>,
    ) -> Result<Tenants, RunError<S::Error>> {
        Ok(drive_async(store, ctx, |facts| self.decide_due_tenants(ctx, limit, after, facts)).await?.answer)
    }

    /// Returns which tenants have effects that wait in an asynchronous store, as [`Crm::pending_tenants`] does.
    ///
    /// # Errors
    /// The same as [`Crm::pending_tenants`].
    pub async fn pending_tenants_async<S: AsyncStore>(
        &self,
        store: &mut S,
        ctx: &Context,
        limit: u32,
        after: Option<&TenantCursor>,
    ) -> Result<Tenants, RunError<S::Error>> {
        Ok(drive_async(store, ctx, |facts| self.decide_pending_tenants(ctx, limit, after, facts)).await?.answer)
    }

    /// Returns parked timers of an asynchronous store, as [`Crm::parked`] does.
    ///
    /// # Errors
    /// The same as [`Crm::parked`].
    pub async fn parked_async<S: AsyncStore>(
        &self,
        store: &mut S,
        ctx: &Context,
        limit: u32,
    ) -> Result<Waiting<Timer>, RunError<S::Error>> {
        Ok(drive_async(store, ctx, |facts| self.decide_parked(ctx, limit, facts)).await?.answer)
    }

    /// Lets a parked timer be tried again on an asynchronous store, as [`Crm::revive`] does.
    ///
    /// # Errors
    /// The same as [`Crm::revive`].
    pub async fn revive_async<S: AsyncStore>(
        &self,
        store: &mut S,
        ctx: &Context,
        timer: &Id,
    ) -> Result<(), RunError<S::Error>> {
        drive_async(store, ctx, |facts| self.decide_revive(ctx, timer, facts)).await?;
        Ok(())
    }
}
