use std::sync::Arc;

use crate::access::Principal;
use crate::pipeline::Trust;
use crate::record::Origin;
use crate::text::clean::drop_invisible;
use crate::value::{Id, Instant, InvalidId, TenantId};

/// Who asks, in which tenant, through which system, when: everything a decision knows beside command and facts.
///
/// guanxi reads no clock and draws no random number: the host gives both. The same context and command on the same data
/// always decide the same.
///
/// The same command with the same context is *one* command: a host that does not know whether its store has committed runs
/// it again, and it is done once. So every new command needs a context of its own; [`Context::next`] gives it.
///
/// A second command with the context of another one is refused, whatever record it is about, and told the kind of the
/// first. That is known of contexts of one principal and source, without asking the store for more. Not known is a context
/// whose command changed nothing; and a command that changes records, a comment and an event of the host do not exclude one
/// another, unless their rules create records: these would have the same ids.
///
/// # Example
/// ```
/// use guanxi::Context;
///
/// let ctx = Context::system("acme".parse()?, "web-form", "2026-03-02T09:00:00+08:00".parse()?, 7)?;
/// assert_eq!(ctx.tenant().as_str(), "acme");
/// assert_ne!(ctx.next().seed(), ctx.seed());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Context {
    tenant: TenantId,
    principal: Principal,
    source: Arc<str>,
    now: Instant,
    seed: u64,
    tries: u32,
    explaining: bool,
    trust: Trust,
}

impl Context {
    /// Returns the context of the host's own automation `name`, which may do everything in the tenant.
    ///
    /// # Errors
    /// [`InvalidId`] when `name` cannot be an id.
    pub fn system(tenant: TenantId, name: &str, now: Instant, seed: u64) -> Result<Self, InvalidId> {
        Ok(Self::new(tenant, Principal::system(Id::new(name)?), now, seed).through(name))
    }

    /// Returns the context of `principal`, acting through the host's application.
    pub fn new(tenant: TenantId, principal: Principal, now: Instant, seed: u64) -> Self {
        Self { tenant, principal, source: "app".into(), now, seed, tries: 8, explaining: false, trust: Trust::Ordinary }
    }

    /// Names the system through which the command came: `web-form`, `erp`, `import`.
    #[must_use]
    pub fn through(mut self, source: &str) -> Self {
        self.source = drop_invisible(source).into();
        self
    }

    /// Returns the context of the next command at the same time: with another seed.
    #[must_use]
    pub fn next(&self) -> Self {
        // An odd step visits every seed before it repeats one.
        Self { seed: self.seed.wrapping_add(0x9e37_79b9_7f4a_7c15), ..self.clone() }
    }

    /// Returns the same context with a seed that follows from `cause`: apart from every seed that [`Context::next`] gives.
    pub(super) fn because_of(&self, cause: &[u8]) -> Self {
        let id = Id::of_parts(&[b"seed", cause]);
        let bytes = id.uuid_bytes().into_iter().flatten().take(8);
        Self { seed: bytes.fold(0, |seed, &byte| seed << 8 | u64::from(byte)), ..self.clone() }
    }

    /// Returns the same context at another time.
    #[must_use]
    pub fn at(&self, now: Instant) -> Self {
        Self { now, ..self.clone() }
    }

    /// Sets how often a decision is made again when somebody else was faster: 1 inside a transaction of the host's own.
    #[must_use]
    pub fn with_tries(mut self, tries: u32) -> Self {
        self.tries = tries.max(1);
        self
    }

    /// Also explains the rules that did not fire.
    #[must_use]
    pub fn explaining(mut self) -> Self {
        self.explaining = true;
        self
    }

    /// Lets commands tell when a stage was entered in the past, as an import from another system does. Histories stay in
    /// order: no move comes before the last one, or ahead of now.
    ///
    /// It is for the host to say whose dates it trusts; nothing else is allowed that would not be otherwise.
    #[must_use]
    pub fn trusted_import(mut self) -> Self {
        self.trust = Trust::TrustedImport;
        self
    }

    /// Returns the tenant.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Returns who asks.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// Returns the time of the decision.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// Returns the seed that new ids derive from.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Returns how often a decision is made before the host is told of the conflict.
    pub fn tries(&self) -> u32 {
        self.tries
    }

    pub(super) fn trust(&self) -> Trust {
        self.trust
    }

    pub(super) fn explains(&self) -> bool {
        self.explaining
    }

    pub(super) fn origin(&self) -> Origin {
        Origin::new(self.principal.id().to_shared(), Arc::clone(&self.source), self.now)
    }
}
