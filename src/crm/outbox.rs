use super::waiting::Waiting;
use super::{Context, Crm, Rejected, Step};
use crate::access::PrincipalKind;
use crate::record::ProblemCode;
use crate::rules::{Effect, EffectKey};
use crate::store::{ChangeSet, Facts, Put, Range, Reader, Term};
use crate::value::{Duration, Id, Instant, Key, Name, Revision, TenantId, Value, ordered};

/// The object name under which effects are stored.
pub(super) const EFFECT: &str = "effect";
/// Effects that wait, by the moment from which they may be taken.
pub(super) const EFFECT_PENDING: &str = "effect.pending";
/// Effects that were settled, by a byte of their key and when they were.
const EFFECT_SETTLED: &str = "effect.settled";

/// What remains of an effect that was settled: that there was one with this key.
const SETTLED: &[u8] = &[0];
/// How many old effects are removed with each that is settled: more than one, so that they become fewer.
const SWEPT: u32 = 4;

/// What settling an effect came to. This enum is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// It waited, and waits no longer.
    Now,
    /// It had been settled before: nothing was written.
    Before,
}

/// Returns the write of a new effect, which may be taken at once.
pub(super) fn effect_put(tenant: &TenantId, effect: &Effect) -> Put {
    pending(tenant, effect, Revision::FIRST, effect.at())
}

/// Returns the write of an effect that may be taken from `from` on. After that, those of one record leave in the order in
/// which they were emitted.
fn pending(tenant: &TenantId, effect: &Effect, revision: Revision, from: Instant) -> Put {
    let mut order = ordered::encode(&Value::Instant(from));
    ordered::push(&mut order, Some(&Value::Instant(effect.at())));
    order.extend(effect.turn().revision.number().to_be_bytes());
    order.extend(effect.turn().position.to_be_bytes());
    let term = Term::new(Name::known(EFFECT_PENDING), &order);
    Put::new(effect_key(tenant, effect.key()), revision, effect.to_stored(), [term])
}

/// Returns where an effect is stored.
pub(super) fn effect_key(tenant: &TenantId, key: &EffectKey) -> Key {
    Key::new(tenant.clone(), Name::known(EFFECT), key.id().clone())
}

impl Crm {
    /// Decides which effects wait at the context's time, the longest waiting first, without taking them.
    ///
    /// # Errors
    /// [`Rejected`] when the caller is no automation of the host.
    pub fn decide_pending(&self, ctx: &Context, limit: u32, facts: &Facts) -> Result<Step<Waiting<Effect>>, Rejected> {
        let mut reader = Reader::new(facts);
        Ok(match self.waiting(ctx, limit, &mut reader)? {
            None => Step::Ask(reader.into_asks()),
            Some(waiting) => Step::Done(ChangeSet::new(), waiting.map(|(effect, _)| effect)),
        })
    }

    /// Decides to take effects that wait: nobody else is given them until the lease is over.
    ///
    /// # Errors
    /// [`Rejected`] when the caller is no automation of the host, or the lease is not above zero.
    pub fn decide_claim(
        &self,
        ctx: &Context,
        limit: u32,
        lease: Duration,
        facts: &Facts,
    ) -> Result<Step<Waiting<Effect>>, Rejected> {
        if lease <= Duration::ZERO {
            return Err(Rejected::invalid("lease", ProblemCode::OutOfRange, "is not above zero"));
        }
        let mut reader = Reader::new(facts);
        let Some(waiting) = self.waiting(ctx, limit, &mut reader)? else { return Ok(Step::Ask(reader.into_asks())) };
        let until = ctx.now().plus(lease).unwrap_or(Instant::MAX);
        let set = waiting.items.iter().fold(ChangeSet::new(), |set, (effect, revision)| {
            let put = pending(ctx.tenant(), effect, revision.next(), until);
            set.version(put.key().clone(), *revision).put(put)
        });
        Ok(Step::Done(set, waiting.map(|(effect, _)| effect)))
    }

    /// Decides that an effect was performed: it waits no longer. Settling twice is settling once.
    ///
    /// That it was settled is known for [`Settings::settled_days`](crate::schema::Settings::settled_days): until then an
    /// effect with the same key is no new one. Each settling removes a few whose time is over.
    ///
    /// # Errors
    /// [`Rejected`] when the caller is no automation of the host, or there is no such effect.
    pub fn decide_settle(&self, ctx: &Context, key: &EffectKey, facts: &Facts) -> Result<Step<Settled>, Rejected> {
        self.check_automation(ctx)?;
        let mut reader = Reader::new(facts);
        let at = effect_key(ctx.tenant(), key);
        let shard = shard(key.id());
        let range = self.settled_long_ago(ctx, shard);
        let (Some(stored), Some(old)) = (reader.record(&at), reader.range(&range)) else {
            return Ok(Step::Ask(reader.into_asks()));
        };
        let Some(stored) = stored else {
            return Err(Rejected::NotFound { object: Name::known(EFFECT), id: key.id().clone() });
        };
        if *stored.body == *SETTLED {
            return Ok(Step::Done(ChangeSet::new(), Settled::Before));
        }
        let mut order = vec![shard];
        ordered::push(&mut order, Some(&Value::Instant(ctx.now())));
        let put =
            Put::new(at.clone(), stored.revision.next(), SETTLED, [Term::new(Name::known(EFFECT_SETTLED), &order)]);
        let set = ChangeSet::new().version(at, stored.revision).put(put);
        let set = old.records().iter().fold(set, |set, (entry, old)| {
            // Whoever emitted it anew meanwhile keeps it.
            set.version(entry.key.clone(), old.revision).delete(entry.key.clone())
        });
        Ok(Step::Done(set, Settled::Now))
    }

    /// Returns the effects of a shard that need not be known any longer.
    fn settled_long_ago(&self, ctx: &Context, shard: u8) -> Range {
        let days = i32::try_from(self.schema.settings().settled_days).unwrap_or(i32::MAX);
        let start = ctx.now().plus(Duration::from_days(days.saturating_neg())).unwrap_or(Instant::MIN);
        let mut end = vec![shard];
        ordered::push(&mut end, Some(&Value::Instant(start)));
        Range::between(ctx.tenant().clone(), Name::known(EFFECT_SETTLED), &[shard], &end).limit(SWEPT)
    }

    /// Returns the effects that may be taken, or nothing when the store has to be asked.
    fn waiting(
        &self,
        ctx: &Context,
        limit: u32,
        reader: &mut Reader<'_>,
    ) -> Result<Option<Waiting<(Effect, Revision)>>, Rejected> {
        self.check_automation(ctx)?;
        let page = self.schema.limits().page;
        let range = until_now(ctx, EFFECT_PENDING).limit(limit.min(page));
        Ok(Waiting::read(range, page, reader, |key, stored| {
            let effect = Effect::from_stored(EffectKey::new(key.id().clone()), &stored.body);
            Ok((effect.map_err(|_| Rejected::corrupt(key.clone()))?, stored.revision))
        }))
    }

    /// Effects show what rules wrote into them, whoever it is for: only the host's own automation handles them.
    pub(super) fn check_automation(&self, ctx: &Context) -> Result<(), Rejected> {
        match ctx.principal().kind() {
            PrincipalKind::System => Ok(()),
            _ => Err(Rejected::NotAutomation),
        }
    }
}

/// Returns the entries of an index of moments up to the context's time.
pub(super) fn until_now(ctx: &Context, index: &'static str) -> Range {
    // The end is not part of a range, so a millisecond later keeps what is due right now in.
    let end = Instant::from_millis(ctx.now().millis().saturating_add(1)).unwrap_or(Instant::MAX);
    let end = ordered::encode(&Value::Instant(end));
    Range::between(ctx.tenant().clone(), Name::known(index), &[], &end)
}

/// Who settles at the same time shall not sweep the same place: each sweeps among the keys that share a byte with its own.
fn shard(id: &Id) -> u8 {
    id.uuid_bytes().and_then(|bytes| bytes.last().copied()).unwrap_or_default()
}
