use super::question::Question;
use super::{Command, Context, Crm, Outcome, Rejected, RunError, Settled, Step, Ticked, Waiting};
use crate::rules::{Effect, EffectKey};
use crate::store::{Asks, AsyncStore, ChangeSet, CommitError, Conflict, Facts, Guard, Store};
use crate::value::Duration;

/// The most rounds of asking in one decision; a definition that needs more asks for too much.
const MAX_FETCHES: u32 = 32;

impl Crm {
    /// Runs a command: decides, asks the store for what is missing, commits, and decides again when somebody was faster.
    ///
    /// # Errors
    /// [`RunError::Rejected`] when the command is refused, [`RunError::Store`] when the store fails.
    pub fn run<S: Store + ?Sized>(
        &self,
        store: &mut S,
        ctx: &Context,
        command: &Command,
    ) -> Result<Outcome, RunError<S::Error>> {
        let done = drive(store, ctx, |facts| self.decide(ctx, command, facts))?;
        Ok(Outcome { fetches: done.fetches, tries: done.tries, ..done.answer })
    }

    /// Runs commands one after the other, each in a commit of its own, and answers each.
    pub fn run_each<S: Store + ?Sized>(
        &self,
        store: &mut S,
        ctx: &Context,
        commands: &[Command],
    ) -> Vec<Result<Outcome, RunError<S::Error>>> {
        let numbered = (0_u64..).zip(commands);
        numbered.map(|(n, command)| self.run(store, &ctx.because_of(&row(ctx, n)), command)).collect()
    }

    /// Decides what a command would do, without doing it.
    ///
    /// # Errors
    /// The same as [`Crm::run`].
    pub fn check<S: Store + ?Sized>(
        &self,
        store: &mut S,
        ctx: &Context,
        command: &Command,
    ) -> Result<Outcome, RunError<S::Error>> {
        let mut dry = DryRun(store);
        self.run(&mut dry, ctx, command)
    }

    /// Answers a query.
    ///
    /// # Errors
    /// [`RunError::Rejected`] when the query is refused, [`RunError::Store`] when the store fails.
    pub fn ask<S: Store + ?Sized, Q: Question>(
        &self,
        store: &mut S,
        ctx: &Context,
        question: &Q,
    ) -> Result<Q::Answer, RunError<S::Error>> {
        Ok(drive(store, ctx, |facts| question.answer(self, ctx, facts))?.answer)
    }

    /// Returns effects that wait, the longest waiting first, without taking them.
    ///
    /// # Errors
    /// [`RunError::Rejected`] unless the caller is the host's own automation, [`RunError::Store`] when the store fails.
    pub fn pending<S: Store + ?Sized>(
        &self,
        store: &mut S,
        ctx: &Context,
        limit: u32,
    ) -> Result<Waiting<Effect>, RunError<S::Error>> {
        Ok(drive(store, ctx, |facts| self.decide_pending(ctx, limit, facts))?.answer)
    }

    /// Takes effects that wait: nobody else is given them until `lease` is over, nor what follows on them of the same record
    /// until they are settled ([`Crm::decide_claim`] says how far the order goes). Perform them in their order, then settle
    /// each, also one that cannot be performed.
    ///
    /// # Errors
    /// [`RunError::Rejected`] unless the caller is the host's own automation, [`RunError::Store`] when the store fails.
    pub fn claim<S: Store + ?Sized>(
        &self,
        store: &mut S,
        ctx: &Context,
        limit: u32,
        lease: Duration,
    ) -> Result<Waiting<Effect>, RunError<S::Error>> {
        Ok(drive(store, ctx, |facts| self.decide_claim(ctx, limit, lease, facts))?.answer)
    }

    /// Notes that an effect was performed, and tells whether that was known before.
    ///
    /// # Errors
    /// [`RunError::Rejected`] unless the caller is the host's own automation and there is such an effect,
    /// [`RunError::Store`] when the store fails.
    pub fn settle<S: Store + ?Sized>(
        &self,
        store: &mut S,
        ctx: &Context,
        key: &EffectKey,
    ) -> Result<Settled, RunError<S::Error>> {
        Ok(drive(store, ctx, |facts| self.decide_settle(ctx, key, facts))?.answer)
    }

    /// Fires up to `limit` timers that are due in the context's tenant, the longest due first, each in a commit of its
    /// own. Call it again while [`Ticked::more`] says so.
    ///
    /// A timer that fails is tried again later and parked with its error after five tries ([`Crm::parked`]). One that
    /// cannot be read, or that a newer definition made, is skipped. Neither blocks the others.
    ///
    /// # Errors
    /// [`RunError::Rejected`] unless the caller is the host's own automation, [`RunError::Store`] when the store fails;
    /// what has fired until then has fired.
    pub fn tick<S: Store + ?Sized>(
        &self,
        store: &mut S,
        ctx: &Context,
        limit: u32,
    ) -> Result<Ticked, RunError<S::Error>> {
        let due = drive(store, ctx, |facts| self.due_timers(ctx, limit, facts))?.answer;
        let mut ticked = Ticked { more: due.more, skipped: due.skipped, ..Ticked::default() };
        for timer in due.items {
            // Whatever the seed of the tick: two pages of one tick must not make the same ids.
            let ctx = ctx.because_of(&timer.cause());
            let done = drive(store, &ctx, |facts| self.decide_due(&ctx, &timer, facts));
            if let Some(rejected) = ticked.note(done)? {
                let (set, timer) = self.decide_failed(&ctx, &timer, &rejected.to_string());
                ticked.note_failed(timer, rejected, store.commit(&set))?;
            }
        }
        Ok(ticked)
    }

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
        let done = drive_async(store, ctx, |facts| self.decide(ctx, command, facts)).await?;
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

/// Returns what tells one row of a bulk from the others.
fn row(ctx: &Context, n: u64) -> Vec<u8> {
    [ctx.seed(), n].into_iter().flat_map(u64::to_be_bytes).collect()
}

/// An answer that was committed.
pub(super) struct Driven<T> {
    pub(super) answer: T,
    pub(super) fetches: u32,
    pub(super) tries: u32,
}

pub(super) fn drive<S: Store + ?Sized, T>(
    store: &mut S,
    ctx: &Context,
    mut decide: impl FnMut(&Facts) -> Result<Step<T>, Rejected>,
) -> Result<Driven<T>, RunError<S::Error>> {
    let mut drive = Drive::new(ctx);
    loop {
        let asks = match decide(&drive.facts)? {
            Step::Ask(asks) => asks,
            Step::Done(changes, answer) if changes.is_empty() => return Ok(drive.done(answer)),
            Step::Done(changes, answer) => match store.commit(&changes) {
                Ok(()) => return Ok(drive.done(answer)),
                Err(CommitError::Conflict(conflict)) => drive.decide_again(&changes, conflict)?,
                Err(CommitError::Store(error)) => return Err(RunError::Store(error)),
            },
        };
        if drive.asks_more(&asks)? {
            drive.facts.merge(store.fetch(&asks).map_err(RunError::Store)?);
        }
    }
}

pub(super) async fn drive_async<S: AsyncStore, T>(
    store: &mut S,
    ctx: &Context,
    mut decide: impl FnMut(&Facts) -> Result<Step<T>, Rejected>,
) -> Result<Driven<T>, RunError<S::Error>> {
    let mut drive = Drive::new(ctx);
    loop {
        let asks = match decide(&drive.facts)? {
            Step::Ask(asks) => asks,
            Step::Done(changes, answer) if changes.is_empty() => return Ok(drive.done(answer)),
            Step::Done(changes, answer) => match store.commit(&changes).await {
                Ok(()) => return Ok(drive.done(answer)),
                Err(CommitError::Conflict(conflict)) => drive.decide_again(&changes, conflict)?,
                Err(CommitError::Store(error)) => return Err(RunError::Store(error)),
            },
        };
        if drive.asks_more(&asks)? {
            drive.facts.merge(store.fetch(&asks).await.map_err(RunError::Store)?);
        }
    }
}

/// Where a decision stands between two calls of the store.
struct Drive {
    facts: Facts,
    fetches: u32,
    tries: u32,
    most_tries: u32,
    looked_twice: bool,
}

impl Drive {
    fn new(ctx: &Context) -> Self {
        Self { facts: Facts::new(), fetches: 0, tries: 1, most_tries: ctx.tries(), looked_twice: false }
    }

    /// Counts a round of asking, if anything is asked.
    fn asks_more(&mut self, asks: &Asks) -> Result<bool, Rejected> {
        if asks.is_empty() {
            return Ok(false);
        }
        if self.fetches >= MAX_FETCHES {
            return Err(Rejected::Limit(format!("the decision would ask the store more than {MAX_FETCHES} times")));
        }
        self.fetches += 1;
        Ok(true)
    }

    /// Begins the next try, on fresh facts: what was expected to be new is looked at first. The same command may have been
    /// committed before, by a run that never heard of it, and then there is nothing left to do; so a first look at what is
    /// there already is no try.
    fn decide_again(&mut self, changes: &ChangeSet, conflict: Conflict) -> Result<Asks, Rejected> {
        let failed = conflict.guard().and_then(|guard| changes.guards().get(guard));
        if matches!(failed, Some(Guard::Absent(_))) && !self.looked_twice {
            (self.looked_twice, self.most_tries) = (true, self.most_tries.saturating_add(1));
        }
        if self.tries >= self.most_tries {
            return Err(Rejected::Contended { tries: self.tries });
        }
        (self.facts, self.fetches, self.tries) = (Facts::new(), 0, self.tries + 1);
        Ok(changes.guards().iter().fold(Asks::new(), |asks, guard| match guard {
            Guard::Absent(key) => asks.record(key.clone()),
            _ => asks,
        }))
    }

    fn done<T>(&self, answer: T) -> Driven<T> {
        Driven { answer, fetches: self.fetches, tries: self.tries }
    }
}

/// A store that forgets what is committed.
struct DryRun<'a, S: ?Sized>(&'a mut S);

impl<S: Store + ?Sized> Store for DryRun<'_, S> {
    type Error = S::Error;

    fn fetch(&mut self, asks: &Asks) -> Result<Facts, S::Error> {
        self.0.fetch(asks)
    }

    fn commit(&mut self, _: &ChangeSet) -> Result<(), CommitError<S::Error>> {
        Ok(())
    }
}
