use super::{Context, Crm, Rejected, Step};
use crate::access::PrincipalKind;
use crate::record::ProblemCode;
use crate::rules::{Effect, EffectKey};
use crate::store::{ChangeSet, Entry, Facts, Put, Range, Reader, Stored, Term};
use crate::value::{Duration, Instant, Key, Name, Revision, TenantId, Value, ordered};

/// The object name under which effects are stored.
pub(super) const EFFECT: &str = "effect";
/// Effects that wait, by the moment from which they may be taken.
pub(super) const EFFECT_PENDING: &str = "effect.pending";

/// Returns the write of a new effect, which may be taken at once.
pub(super) fn effect_put(tenant: &TenantId, effect: &Effect) -> Put {
    put(tenant, effect, Revision::FIRST, Some(effect.at()))
}

/// Returns where an effect is kept.
pub(super) fn effect_key(tenant: &TenantId, key: &EffectKey) -> Key {
    Key::new(tenant.clone(), Name::known(EFFECT), key.id().clone())
}

fn put(tenant: &TenantId, effect: &Effect, revision: Revision, from: Option<Instant>) -> Put {
    let pending = from.map(|from| Term::new(Name::known(EFFECT_PENDING), &ordered::encode(&Value::Instant(from))));
    Put::new(effect_key(tenant, effect.key()), revision, effect.to_stored(), pending)
}

impl Crm {
    /// Decides which effects wait at the context's time, the longest waiting first, without taking them.
    ///
    /// # Errors
    /// [`Rejected`] when the caller is no automation of the host, or an effect is corrupt.
    pub fn decide_pending(&self, ctx: &Context, limit: u32, facts: &Facts) -> Result<Step<Vec<Effect>>, Rejected> {
        let effects = match self.waiting(ctx, limit, facts)? {
            Err(asks) => return Ok(asks),
            Ok(rows) => rows.into_iter().map(|(effect, _)| effect).collect(),
        };
        Ok(Step::Done(ChangeSet::new(), effects))
    }

    /// Decides to take effects that wait: nobody else is given them until the lease is over.
    ///
    /// # Errors
    /// [`Rejected`] when the caller is no automation of the host, or an effect is corrupt.
    pub fn decide_claim(
        &self,
        ctx: &Context,
        limit: u32,
        lease: Duration,
        facts: &Facts,
    ) -> Result<Step<Vec<Effect>>, Rejected> {
        if lease <= Duration::ZERO {
            return Err(Rejected::invalid("lease", ProblemCode::OutOfRange, "is not above zero"));
        }
        let rows = match self.waiting(ctx, limit, facts)? {
            Err(asks) => return Ok(asks),
            Ok(rows) => rows,
        };
        let until = ctx.now().plus(lease).unwrap_or(Instant::MAX);
        let mut set = ChangeSet::new();
        let mut effects = Vec::with_capacity(rows.len());
        for (effect, revision) in rows {
            let key = effect_key(ctx.tenant(), effect.key());
            set = set.version(key, revision).put(put(ctx.tenant(), &effect, revision.next(), Some(until)));
            effects.push(effect);
        }
        Ok(Step::Done(set, effects))
    }

    /// Decides that an effect was performed: it waits no longer. Settling twice is settling once.
    ///
    /// # Errors
    /// [`Rejected`] when the caller is no automation of the host, or there is no such effect.
    pub fn decide_settle(&self, ctx: &Context, key: &EffectKey, facts: &Facts) -> Result<Step<()>, Rejected> {
        self.check_automation(ctx)?;
        let mut reader = Reader::new(facts);
        let at = effect_key(ctx.tenant(), key);
        let Some(stored) = reader.record(&at) else { return Ok(Step::Ask(reader.into_asks())) };
        let Some(stored) = stored else {
            return Err(Rejected::NotFound { object: Name::known(EFFECT), id: key.id().clone() });
        };
        let effect = Effect::from_stored(key.clone(), &stored.body).map_err(|_| Rejected::corrupt(at.clone()))?;
        let set = ChangeSet::new().version(at, stored.revision);
        Ok(Step::Done(set.put(put(ctx.tenant(), &effect, stored.revision.next(), None)), ()))
    }

    /// Returns the effects that may be taken, or what has to be asked.
    #[expect(clippy::type_complexity, reason = "one caller below, which takes it apart at once")]
    fn waiting<T>(
        &self,
        ctx: &Context,
        limit: u32,
        facts: &Facts,
    ) -> Result<Result<Vec<(Effect, Revision)>, Step<T>>, Rejected> {
        self.check_automation(ctx)?;
        // The end is not part of a range, so a millisecond later keeps what is due right now in.
        let end = Instant::from_millis(ctx.now().millis().saturating_add(1)).unwrap_or(Instant::MAX);
        let end = ordered::encode(&Value::Instant(end));
        let limit = limit.min(self.schema().limits().page);
        let range = Range::between(ctx.tenant().clone(), Name::known(EFFECT_PENDING), &[], &end).limit(limit);
        let mut reader = Reader::new(facts);
        let Some(found) = reader.range(&range) else { return Ok(Err(Step::Ask(reader.into_asks()))) };
        let read = |(entry, stored): &(Entry, Stored)| {
            let effect = Effect::from_stored(EffectKey::new(entry.key.id().clone()), &stored.body);
            Ok((effect.map_err(|_| Rejected::corrupt(entry.key.clone()))?, stored.revision))
        };
        found.records().iter().map(read).collect::<Result<_, _>>().map(Ok)
    }

    /// Effects show what rules wrote into them, whoever it is for: only the host's own automation handles them.
    pub(super) fn check_automation(&self, ctx: &Context) -> Result<(), Rejected> {
        match ctx.principal().kind() {
            PrincipalKind::System => Ok(()),
            _ => Err(Rejected::NotAutomation),
        }
    }
}
