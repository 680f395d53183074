//! The host: runs lines on a store.

use guanxi::access::Principal;
use guanxi::crm::{Rejected, RunError, Ticked};
use guanxi::rules::Effect;
use guanxi::store::Store;
use guanxi::value::{Duration, Id, Instant, Name, TenantId};
use guanxi::{Command, Context, Crm, Outcome};
use serde::Deserialize;
use serde_json::Value as Json;

use super::ask::{Answer, Ask};
use super::fetches::Fetches;
use super::handles::{Handles, Missing};
use super::line::{Line, What};
use super::split_mix::SplitMix;

/// How many timers or effects are handled at once.
const BATCH: u32 = 100;

/// Runs lines one after the other. It keeps nothing that the store should keep, beside what handles stand for.
#[derive(Debug)]
pub struct Host<'a> {
    crm: &'a Crm,
    seed: u64,
    handles: Handles,
    fetches: Fetches,
    /// The time of the last line, and how many lines were at that time.
    last: Option<(Instant, u64)>,
}

/// What came of a line.
#[derive(Debug)]
pub struct Told {
    /// When.
    pub at: Instant,
    /// Who.
    pub who: Principal,
    /// What.
    pub what: Happened,
}

/// What came of a line.
#[derive(Debug)]
pub enum Happened {
    /// A command was done.
    Done(Command, Box<Outcome>),
    /// A command or a query was refused.
    Refused(&'static str, Name, Rejected),
    /// Timers fired.
    Ticked(Vec<Ticked>),
    /// Effects were sent.
    Sent(Vec<Effect>),
    /// A query was answered.
    Answered(Ask, Answer),
    /// Nothing was run; why.
    Passed(String),
}

/// Why a line could not be run.
#[derive(Debug)]
pub enum Failed<E> {
    /// It is not right; what was expected.
    Line(String),
    /// The store failed.
    Store(E),
}

impl<'a> Host<'a> {
    /// Returns a host that has run nothing.
    pub fn new(crm: &'a Crm, seed: u64) -> Self {
        Self { crm, seed, handles: Handles::default(), fetches: Fetches::default(), last: None }
    }

    /// Returns how often commands asked the store.
    pub fn fetches(&self) -> &Fetches {
        &self.fetches
    }

    /// Runs a line.
    pub fn run<S: Store>(&mut self, store: &mut S, line: &Line) -> Result<Told, Failed<S::Error>> {
        if let Some((last, _)) = self.last.filter(|(last, _)| *last > line.at) {
            return Err(Failed::Line(format!("`at` is {}: expected {last} or later", line.at)));
        }
        let who = self.handles.fill(&line.who).map_err(|missing| Failed::Line(missing.to_string()))?;
        let who = caller(&who).map_err(Failed::Line)?;
        let json = match &line.what {
            What::Command(json) | What::Ask(json) => match self.handles.fill(json) {
                Ok(json) => json,
                Err(Missing::Unknown(why)) => return Err(Failed::Line(why)),
                Err(Missing::ToldBefore(why)) => {
                    // The lines at the same time keep their contexts.
                    self.context(line.at, &who);
                    return Ok(Told { at: line.at, who, what: Happened::Passed(why) });
                }
            },
            What::Tick | What::Deliver => Json::Null,
        };
        let what = match &line.what {
            What::Command(_) => {
                let command: Command = read(&json, "command")?;
                let ctx = self.context(line.at, &who);
                match self.crm.run(store, &ctx, &command) {
                    Ok(outcome) => {
                        self.handles.learn(line.name.as_deref(), &outcome);
                        self.fetches.note(&command, &outcome);
                        Happened::Done(command, Box::new(outcome))
                    }
                    Err(RunError::Rejected(rejected)) => {
                        Happened::Refused(command.kind(), command.object().clone(), rejected)
                    }
                    Err(error) => return Err(failure(error)),
                }
            }
            What::Ask(_) => {
                let ask: Ask = read(&json, "ask")?;
                let ctx = self.context(line.at, &who);
                match ask.answer(self.crm, store, &ctx) {
                    Ok(answer) => Happened::Answered(ask, answer),
                    Err(RunError::Rejected(rejected)) => Happened::Refused("ask", ask.object().clone(), rejected),
                    Err(error) => return Err(failure(error)),
                }
            }
            What::Tick => {
                let ctx = self.context(line.at, &who);
                Happened::Ticked(self.tick(store, &ctx).map_err(failure)?)
            }
            What::Deliver => {
                let ctx = self.context(line.at, &who);
                Happened::Sent(self.deliver(store, &ctx).map_err(failure)?)
            }
        };
        Ok(Told { at: line.at, who, what })
    }

    /// Fires timers until none is due.
    fn tick<S: Store>(&self, store: &mut S, ctx: &Context) -> Result<Vec<Ticked>, RunError<S::Error>> {
        let mut all = Vec::new();
        let mut ctx = ctx.clone();
        loop {
            let ticked = self.crm.tick(store, &ctx, BATCH)?;
            let more = ticked.more;
            all.push(ticked);
            if !more {
                return Ok(all);
            }
            ctx = Context::new(
                ctx.tenant().clone(),
                ctx.principal().clone(),
                ctx.now(),
                SplitMix::new(ctx.seed()).next(),
            );
        }
    }

    /// Takes the effects that wait and settles them; a real host sends them in between.
    fn deliver<S: Store>(&self, store: &mut S, ctx: &Context) -> Result<Vec<Effect>, RunError<S::Error>> {
        let mut sent = Vec::new();
        loop {
            let taken = self.crm.claim(store, ctx, BATCH, Duration::from_hours(1))?;
            if taken.is_empty() {
                return Ok(sent);
            }
            for effect in taken {
                self.crm.settle(store, ctx, effect.key())?;
                sent.push(effect);
            }
        }
    }

    /// Returns the context of a line. Its seed depends on the time of the line and not on its place, so that a line more
    /// or less elsewhere changes no id here.
    fn context(&mut self, at: Instant, who: &Principal) -> Context {
        let earlier = match self.last {
            Some((last, earlier)) if last == at => earlier + 1,
            _ => 0,
        };
        self.last = Some((at, earlier));
        let mut mixed = SplitMix::new(self.seed);
        let mut mixed = SplitMix::new(mixed.next() ^ u64::from_le_bytes(at.millis().to_le_bytes()));
        let seed = (0..=earlier).map(|_| mixed.next()).fold(0, |_, next| next);
        let source = who.id().to_string();
        let ctx = Context::new(tenant(), who.clone(), at, seed);
        match who.kind() {
            guanxi::access::PrincipalKind::System => ctx.through(&source),
            _ => ctx,
        }
    }
}

/// Returns the tenant of everything that the example does.
pub fn tenant() -> TenantId {
    "day".parse().unwrap_or_else(|_| unreachable!("`day` names a tenant"))
}

fn read<T: serde::de::DeserializeOwned, E>(json: &Json, what: &str) -> Result<T, Failed<E>> {
    T::deserialize(json).map_err(|error| Failed::Line(format!("`{what}`: {error}")))
}

fn failure<E>(error: RunError<E>) -> Failed<E> {
    match error {
        RunError::Store(error) => Failed::Store(error),
        // Ticking and delivering is refused to whoever is no automation.
        other => Failed::Line(other.rejected().map_or_else(|| "refused".into(), ToString::to_string)),
    }
}

/// Reads who asks.
fn caller(json: &Json) -> Result<Principal, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields, expecting = "an object")]
    struct Caller {
        user: Option<Id>,
        system: Option<Id>,
        #[serde(default)]
        roles: Vec<Name>,
    }
    let expected = r#"expected {"user":"…","roles":["…"]} or {"system":"…"}"#;
    match Caller::deserialize(json).map_err(|error| format!("`as`: {error}; {expected}"))? {
        Caller { user: Some(user), system: None, roles } => {
            Ok(roles.into_iter().fold(Principal::user(user), Principal::with_role))
        }
        Caller { user: None, system: Some(system), roles } if roles.is_empty() => Ok(Principal::system(system)),
        _ => Err(format!("`as`: {expected}")),
    }
}
