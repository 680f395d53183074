use std::collections::{BTreeMap, BTreeSet};

use super::audit::entries_of;
use super::waiting::Waiting;
use super::{Context, Crm, Rejected, Step};
use crate::access::PrincipalKind;
use crate::record::ProblemCode;
use crate::rules::{Effect, EffectKey, leads_to};
use crate::store::{ChangeSet, Facts, Put, Range, Reader, Stored, Term};
use crate::value::{Duration, Id, Instant, Key, Name, Revision, TenantId, Value, ordered};

/// The object name under which effects are stored.
pub(super) const EFFECT: &str = "effect";
/// Effects that nobody has taken, by when they were emitted.
pub(super) const EFFECT_PENDING: &str = "effect.pending";
/// Effects that somebody has taken and nobody has settled yet, by the end of the lease.
pub(super) const EFFECT_LEASED: &str = "effect.leased";
/// The same effects, by their record and their place among its effects.
const EFFECT_TAKEN: &str = "effect.taken";
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
    put(tenant, effect, Revision::FIRST, [at_moment(EFFECT_PENDING, effect.at(), effect)])
}

fn taken(tenant: &TenantId, effect: &Effect, revision: Revision, until: Instant) -> Put {
    let place = Term::new(Name::known(EFFECT_TAKEN), &taken_at(effect));
    put(tenant, effect, revision, [at_moment(EFFECT_LEASED, until, effect), place])
}

fn put(tenant: &TenantId, effect: &Effect, revision: Revision, terms: impl IntoIterator<Item = Term>) -> Put {
    Put::new(effect_key(tenant, effect.key()), revision, effect.to_stored(), terms)
}

/// Returns the term of an effect in an index of moments.
fn at_moment(index: &'static str, moment: Instant, effect: &Effect) -> Term {
    let mut bytes = ordered::encode(&Value::Instant(moment));
    push_place(&mut bytes, effect);
    Term::new(Name::known(index), &bytes)
}

/// Returns the bytes at which an effect stands while it is taken.
fn taken_at(effect: &Effect) -> Vec<u8> {
    let mut bytes = entries_of(effect.object(), effect.record());
    push_place(&mut bytes, effect);
    bytes
}

/// Adds the place of an effect among those of its record, which is that of its emission.
fn push_place(bytes: &mut Vec<u8>, effect: &Effect) {
    ordered::push(bytes, Some(&Value::Instant(effect.at())));
    bytes.extend(effect.turn().revision.number().to_be_bytes());
    bytes.extend(effect.turn().position.to_be_bytes());
}

/// Returns where an effect is stored.
pub(super) fn effect_key(tenant: &TenantId, key: &EffectKey) -> Key {
    Key::new(tenant.clone(), Name::known(EFFECT), key.id().clone())
}

impl Crm {
    /// Decides which effects wait at the context's time, without taking them: those whose lease is over, then those that
    /// nobody has taken, the longest waiting first; also those that follow on one of their record that somebody has taken.
    ///
    /// # Errors
    /// [`Rejected`] when the caller is no automation of the host.
    pub fn decide_pending(&self, ctx: &Context, limit: u32, facts: &Facts) -> Result<Step<Waiting<Effect>>, Rejected> {
        self.check_automation(ctx)?;
        let mut reader = Reader::new(facts);
        let ranges = [EFFECT_LEASED, EFFECT_PENDING].map(|index| until_now(ctx, index));
        let page = self.schema.limits().page;
        let waiting =
            Waiting::read(EFFECT, ranges, limit, page, &mut reader, |_, key, stored| read(key, stored).map(Some));
        Ok(match waiting {
            None => Step::Ask(reader.into_asks()),
            Some(waiting) => Step::Done(ChangeSet::new(), waiting),
        })
    }

    /// Decides to take effects that wait: nobody else is given them until the lease is over.
    ///
    /// Effects of one record leave in the order of their emission, which is that of the times of the commands, at one
    /// time that of the record's revisions, and within one command that of the rules. While an effect of a record is taken
    /// and not settled, the record's other effects are passed over unless they are taken together with it: no two who keep
    /// their leases hold effects of one record. When a lease is over, what it covers is taken first, and from its beginning.
    /// Two commands of the same millisecond that leave the record as it is stand in no order, nor do effects of different
    /// records; what a host with a slower clock emits after a later effect was taken comes after that one.
    ///
    /// Settle also what cannot be performed: it holds up what follows on its record, and nothing else. Settle what was
    /// skipped, too: it holds up its record only where somebody has taken it before, for whose it is cannot be read. A
    /// scan ends after 16 pages of each, of what was taken and of what never was; what stands behind them comes when those
    /// in front have left.
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
        self.check_automation(ctx)?;
        let mut reader = Reader::new(facts);
        let ranges = [EFFECT_LEASED, EFFECT_PENDING].map(|index| until_now(ctx, index));
        let page = self.schema.limits().page;
        let (mut chosen, mut relied, mut passed) = (BTreeSet::new(), BTreeMap::new(), Vec::new());
        let waiting = Waiting::read(EFFECT, ranges, limit, page, &mut reader, |reader, key, stored| {
            let effect = read(key, stored)?;
            let of_record = self.taken_of_record(ctx, &effect);
            let Some(taken) = reader.range(&of_record) else { return Ok(None) };
            // Of an effect that is taken itself, only those before it count.
            let mut others = taken.entries().take_while(|taken| taken.key != *key);
            if others.all(|taken| chosen.contains(&taken.key)) {
                chosen.insert(key.clone());
                relied.insert(of_record, taken.digest());
                return Ok(Some((effect, stored.revision)));
            }
            if taken.entries().any(|taken| taken.key == *key) {
                passed.push((effect, stored.revision));
            }
            Ok(None)
        });
        let Some(waiting) = waiting else { return Ok(Step::Ask(reader.into_asks())) };
        // Others must not have taken effects of the same records meanwhile.
        let set = relied.into_iter().fold(ChangeSet::new(), |set, (range, digest)| set.same(range, digest));
        let until = ctx.now().plus(lease).unwrap_or(Instant::MAX);
        let set = waiting.items.iter().fold(set, |set, (effect, revision)| {
            let put = taken(ctx.tenant(), effect, revision.next(), until);
            set.version(put.key().clone(), *revision).put(put)
        });
        // What follows on effects that were taken anew stands in front of them, however long. Before it fills the scan,
        // some of it goes to the end.
        let to_end = if passed.len() > page as usize { page as usize } else { 0 };
        let set = passed.iter().take(to_end).fold(set, |set, (effect, revision)| {
            let put = taken(ctx.tenant(), effect, revision.next(), ctx.now());
            set.version(put.key().clone(), *revision).put(put)
        });
        Ok(Step::Done(set, waiting.map(|(effect, _)| effect)))
    }

    /// Returns the range of the effects of the same record that are taken. Those beyond the limit cannot matter: fewer
    /// than a page are chosen.
    fn taken_of_record(&self, ctx: &Context, effect: &Effect) -> Range {
        let of_record = entries_of(effect.object(), effect.record());
        let range = Range::prefix(ctx.tenant().clone(), Name::known(EFFECT_TAKEN), &of_record);
        range.keys().limit(self.schema.limits().page)
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
        // An entry may lead astray: nothing else is removed, however old.
        let is_settled = |key: &Key, body: &[u8]| leads_to(key, ctx.tenant(), &[EFFECT]) && body == SETTLED;
        let old = old.records().iter().filter(|(entry, old)| is_settled(&entry.key, &old.body));
        let set = old.fold(set, |set, (entry, old)| {
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

    /// Effects show what rules wrote into them, whoever it is for: only the host's own automation handles them.
    pub(super) fn check_automation(&self, ctx: &Context) -> Result<(), Rejected> {
        match ctx.principal().kind() {
            PrincipalKind::System => Ok(()),
            _ => Err(Rejected::NotAutomation),
        }
    }
}

fn read(key: &Key, stored: &Stored) -> Result<Effect, Rejected> {
    let effect = Effect::from_stored(EffectKey::new(key.id().clone()), &stored.body);
    effect.map_err(|_| Rejected::corrupt(key.clone()))
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
