use super::drive::drive;
use super::entered::Entered;
use super::question::Question;
use super::{Command, Context, Crm, Outcome, RunError, Settled, Ticked, Waiting};
use crate::rules::{Effect, EffectKey};
use crate::store::{Asks, ChangeSet, CommitError, Facts, Store};
use crate::value::Duration;

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
        let mut entered = Entered::default();
        let done = drive(store, ctx, |facts| self.decide_with(ctx, command, facts, &mut entered))?;
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
    /// What was done is not looked for: a command that was run with this context already is decided as if it were new.
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
    /// # Example: a mailer takes what waits for five minutes, and settles what it sent
    /// ```
    /// use guanxi::model::{Lead, User};
    /// use guanxi::{Command, Context, MemoryStore};
    ///
    /// let crm = guanxi::standard().compile()?;
    /// let mut store = MemoryStore::new();
    /// let ctx = Context::system("acme".parse()?, "mailer", "2026-03-02T09:00:00+08:00".parse()?, 7)?;
    /// crm.run(&mut store, &ctx, &Command::create(User::new("li.na").role("sales").region("east")))?;
    /// let lead = Lead::new("上海云舟科技有限公司").region("east").owner("li.na");
    /// crm.run(&mut store, &ctx.next(), &Command::create(lead))?;
    ///
    /// let mut sent = Vec::new();
    /// let taken = crm.claim(&mut store, &ctx, 100, "PT5M".parse()?)?;
    /// assert!(crm.claim(&mut store, &ctx, 100, "PT5M".parse()?)?.is_empty());
    /// for effect in taken {
    ///     sent.push((effect.key().clone(), effect.to().to_owned())); // a key never changes: send each once
    ///     crm.settle(&mut store, &ctx, effect.key())?;
    /// }
    /// assert_eq!(sent[0].1, "li.na");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
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
}

/// Returns what tells one row of a bulk from the others.
fn row(ctx: &Context, n: u64) -> Vec<u8> {
    [ctx.seed(), n].into_iter().flat_map(u64::to_be_bytes).collect()
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
