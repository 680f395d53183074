use super::question::Question;
use super::{Command, Context, Crm, Outcome, Rejected, RunError, Settled, Step, Ticked, Waiting};
use crate::rules::{Effect, EffectKey};
use crate::store::{Asks, AsyncStore, ChangeSet, CommitError, Facts, Guard, Store};
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

    /// Takes effects that wait: nobody else is given them until `lease` is over. Perform them, then settle each.
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
            match drive(store, &ctx, |facts| self.decide_due(&ctx, &timer, facts)) {
                Ok(done) => ticked.note(done.answer, done.fetches, done.tries),
                Err(RunError::Store(error)) => return Err(RunError::Store(error)),
                // Others are at the record right now: the timer is as due as before.
                Err(RunError::Rejected(Rejected::Contended { .. })) => ticked.more = true,
                Err(RunError::Rejected(rejected)) => {
                    let (set, timer) = self.decide_failed(&ctx, &timer, &rejected.to_string());
                    match store.commit(&set) {
                        Ok(()) => ticked.failed.push((timer, rejected)),
                        // Somebody else handled it meanwhile.
                        Err(CommitError::Conflict(_)) => {}
                        Err(CommitError::Store(error)) => return Err(RunError::Store(error)),
                    }
                }
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
            match drive_async(store, &ctx, |facts| self.decide_due(&ctx, &timer, facts)).await {
                Ok(done) => ticked.note(done.answer, done.fetches, done.tries),
                Err(RunError::Store(error)) => return Err(RunError::Store(error)),
                // Others are at the record right now: the timer is as due as before.
                Err(RunError::Rejected(Rejected::Contended { .. })) => ticked.more = true,
                Err(RunError::Rejected(rejected)) => {
                    let (set, timer) = self.decide_failed(&ctx, &timer, &rejected.to_string());
                    match store.commit(&set).await {
                        Ok(()) => ticked.failed.push((timer, rejected)),
                        // Somebody else handled it meanwhile.
                        Err(CommitError::Conflict(_)) => {}
                        Err(CommitError::Store(error)) => return Err(RunError::Store(error)),
                    }
                }
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
    fetches: u32,
    tries: u32,
}

pub(super) fn drive<S: Store + ?Sized, T>(
    store: &mut S,
    ctx: &Context,
    mut decide: impl FnMut(&Facts) -> Result<Step<T>, Rejected>,
) -> Result<Driven<T>, RunError<S::Error>> {
    let mut before = Asks::new();
    for tries in 1..=ctx.tries() {
        let mut facts = Facts::new();
        let mut fetches = 0;
        if !before.is_empty() {
            facts.merge(store.fetch(&before).map_err(RunError::Store)?);
            fetches += 1;
        }
        let (changes, answer) = loop {
            match decide(&facts)? {
                Step::Done(changes, answer) => break (changes, answer),
                Step::Ask(asks) => facts.merge(store.fetch(&asks).map_err(RunError::Store)?),
            }
            fetches = counted(fetches)?;
        };
        match commit_needed(&changes).then(|| store.commit(&changes)) {
            None | Some(Ok(())) => return Ok(Driven { answer, fetches, tries }),
            Some(Err(CommitError::Conflict(_))) => before = expected_absent(&changes),
            Some(Err(CommitError::Store(error))) => return Err(RunError::Store(error)),
        }
    }
    Err(Rejected::Contended { tries: ctx.tries() }.into())
}

pub(super) async fn drive_async<S: AsyncStore, T>(
    store: &mut S,
    ctx: &Context,
    mut decide: impl FnMut(&Facts) -> Result<Step<T>, Rejected>,
) -> Result<Driven<T>, RunError<S::Error>> {
    let mut before = Asks::new();
    for tries in 1..=ctx.tries() {
        let mut facts = Facts::new();
        let mut fetches = 0;
        if !before.is_empty() {
            facts.merge(store.fetch(&before).await.map_err(RunError::Store)?);
            fetches += 1;
        }
        let (changes, answer) = loop {
            match decide(&facts)? {
                Step::Done(changes, answer) => break (changes, answer),
                Step::Ask(asks) => facts.merge(store.fetch(&asks).await.map_err(RunError::Store)?),
            }
            fetches = counted(fetches)?;
        };
        if !commit_needed(&changes) {
            return Ok(Driven { answer, fetches, tries });
        }
        match store.commit(&changes).await {
            Ok(()) => return Ok(Driven { answer, fetches, tries }),
            Err(CommitError::Conflict(_)) => before = expected_absent(&changes),
            Err(CommitError::Store(error)) => return Err(RunError::Store(error)),
        }
    }
    Err(Rejected::Contended { tries: ctx.tries() }.into())
}

/// What was expected to be new is looked at before deciding again: the same command may have been committed before, by a
/// run that never heard of it, and then there is nothing left to do.
fn expected_absent(changes: &ChangeSet) -> Asks {
    changes.guards().iter().fold(Asks::new(), |asks, guard| match guard {
        Guard::Absent(key) => asks.record(key.clone()),
        _ => asks,
    })
}

fn counted(fetches: u32) -> Result<u32, Rejected> {
    if fetches >= MAX_FETCHES {
        return Err(Rejected::Limit(format!("the decision would ask the store more than {MAX_FETCHES} times")));
    }
    Ok(fetches + 1)
}

fn commit_needed(changes: &ChangeSet) -> bool {
    !changes.is_empty()
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
