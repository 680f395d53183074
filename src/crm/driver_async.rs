use super::drive::drive_async;
use super::entered::Entered;
use super::question::Question;
use super::{Command, Context, Crm, Outcome, RunError, Settled, Ticked, Waiting};
use crate::rules::{Effect, EffectKey};
use crate::store::AsyncStore;
use crate::value::Duration;

impl Crm {
    /// Returns effects that wait on an asynchronous store, as [`Crm::pending`] does.
    ///
    /// # Errors
    /// The same as [`Crm::pending`].
    pub async fn pending_async<S: AsyncStore>(
        &self,
        store: &mut S,
        ctx: &Context,
        limit: u32,
    ) -> Result<Waiting<Effect>, RunError<S::Error>> {
        Ok(drive_async(store, ctx, |facts| self.decide_pending(ctx, limit, facts)).await?.answer)
    }

    /// Takes effects that wait on an asynchronous store, as [`Crm::claim`] does.
    ///
    /// # Errors
    /// The same as [`Crm::claim`].
    pub async fn claim_async<S: AsyncStore>(
        &self,
        store: &mut S,
        ctx: &Context,
        limit: u32,
        lease: Duration,
    ) -> Result<Waiting<Effect>, RunError<S::Error>> {
        Ok(drive_async(store, ctx, |facts| self.decide_claim(ctx, limit, lease, facts)).await?.answer)
    }

    /// Notes on an asynchronous store that an effect was performed, as [`Crm::settle`] does.
    ///
    /// # Errors
    /// The same as [`Crm::settle`].
    pub async fn settle_async<S: AsyncStore>(
        &self,
        store: &mut S,
        ctx: &Context,
        key: &EffectKey,
    ) -> Result<Settled, RunError<S::Error>> {
        Ok(drive_async(store, ctx, |facts| self.decide_settle(ctx, key, facts)).await?.answer)
    }

    /// Fires timers that are due on an asynchronous store, as [`Crm::tick`] does.
    ///
    /// # Errors
    /// The same as [`Crm::tick`].
    pub async fn tick_async<S: AsyncStore>(
        &self,
        store: &mut S,
        ctx: &Context,
        limit: u32,
    ) -> Result<Ticked, RunError<S::Error>> {
        let due = drive_async(store, ctx, |facts| self.due_timers(ctx, limit, facts)).await?.answer;
        let mut ticked = Ticked { more: due.more, skipped: due.skipped, ..Ticked::default() };
        for timer in due.items {
            // Whatever the seed of the tick: two pages of one tick must not make the same ids.
            let ctx = ctx.because_of(&timer.cause());
            let done = drive_async(store, &ctx, |facts| self.decide_due(&ctx, &timer, facts)).await;
            if let Some(rejected) = ticked.note(done)? {
                let (set, timer) = self.decide_failed(&ctx, &timer, &rejected.to_string());
                ticked.note_failed(timer, rejected, store.commit(&set).await)?;
            }
        }
        Ok(ticked)
    }

    /// Runs a command on an asynchronous store, as [`Crm::run`] does.
    ///
    /// # Errors
    /// The same as [`Crm::run`].
    pub async fn run_async<S: AsyncStore>(
        &self,
        store: &mut S,
        ctx: &Context,
        command: &Command,
    ) -> Result<Outcome, RunError<S::Error>> {
        let mut entered = Entered::default();
        let done = drive_async(store, ctx, |facts| self.decide_with(ctx, command, facts, &mut entered)).await?;
        Ok(Outcome { fetches: done.fetches, tries: done.tries, ..done.answer })
    }

    /// Answers a query from an asynchronous store, as [`Crm::ask`] does.
    ///
    /// # Errors
    /// The same as [`Crm::ask`].
    pub async fn ask_async<S: AsyncStore, Q: Question + Sync>(
        &self,
        store: &mut S,
        ctx: &Context,
        question: &Q,
    ) -> Result<Q::Answer, RunError<S::Error>> {
        Ok(drive_async(store, ctx, |facts| question.answer(self, ctx, facts)).await?.answer)
    }
}
