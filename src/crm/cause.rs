use super::{Command, said};
use crate::record::Origin;
use crate::value::{Id, Key, Name, TenantId};

/// What a decision follows from: a command as somebody sent it, or a timer. Whatever a decision leaves behind is kept
/// under a key that derives from its cause, so that a second run of the same command meets what the first one left.
///
/// The same command comes from the same person through the same system with the same time and seed, and says the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cause(Vec<u8>);

impl Cause {
    pub(super) fn of_command(origin: &Origin, seed: u64, command: &Command) -> Self {
        // The JSON of a command is stable, so that a host may run a command again after it was upgraded.
        let json = serde_json::to_vec(command).unwrap_or_default();
        let (at, seed) = (origin.at().millis().to_be_bytes(), seed.to_be_bytes());
        let digest = Id::of_parts(&[&at, &seed, origin.by().as_bytes(), origin.source().as_bytes(), &json]);
        Self(digest.uuid_bytes().into_iter().flatten().copied().collect())
    }

    /// Returns the cause of what a firing of a timer does, which `bytes` tell from every other firing.
    pub(super) fn of_timer(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns the key of the `n`-th thing of a kind that the decision leaves behind.
    pub(super) fn key(&self, tenant: &TenantId, kind: &'static str, n: u64) -> Key {
        let id = Id::of_parts(&[kind.as_bytes(), &self.0, &n.to_be_bytes()]);
        Key::new(tenant.clone(), Name::known(kind), id)
    }

    /// Returns the key of what is there once the command was committed and changed anything.
    pub(super) fn receipt(&self, tenant: &TenantId, command: &Command) -> Key {
        let kind = match command {
            Command::Comment(_) => said::COMMENT,
            Command::Event(_) => said::EVENT,
            _ => super::audit::AUDIT,
        };
        self.key(tenant, kind, 0)
    }
}
