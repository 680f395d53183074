use super::{Command, said};
use crate::record::Origin;
use crate::value::stored::{Corrupt, Reader};
use crate::value::{Id, Key, Name, TenantId};

/// What a decision follows from: a command as somebody sent it, or a timer. Whatever a decision leaves behind is kept
/// under a key that derives from its cause, so that a second run of the same command meets what the first one left.
///
/// The same command comes from the same person through the same system with the same time and seed, is about the same
/// record and says the same. What it says is no part of the keys, which may be seen by those who may not see everything
/// that was said; it is kept beside.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cause<'a> {
    bytes: Vec<u8>,
    command: Option<&'a Command>,
}

impl<'a> Cause<'a> {
    pub(super) fn of_command(origin: &Origin, seed: u64, command: &'a Command) -> Self {
        let (at, seed) = (origin.at().millis().to_be_bytes(), seed.to_be_bytes());
        let subject = command.id().map(ToString::to_string).unwrap_or_default();
        let (by, source) = (origin.by().as_bytes(), origin.source().as_bytes());
        let object = command.object().as_str().as_bytes();
        let parts = [&at, &seed, by, source, command.kind().as_bytes(), object, subject.as_bytes()];
        Self { bytes: digest(&parts), command: Some(command) }
    }

    /// Returns the cause of what a firing of a timer does, which `bytes` tell from every other firing.
    pub(super) fn of_timer(bytes: Vec<u8>) -> Self {
        Self { bytes, command: None }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns what the words of the command come to: a digest, which takes some work.
    pub(super) fn words(&self) -> i64 {
        // The JSON of a command is stable, so that a host may run a command again after it was upgraded.
        let json = self.command.and_then(|command| serde_json::to_vec(command).ok()).unwrap_or_default();
        digest(&[&json]).into_iter().take(8).fold(0, |words, byte| words << 8 | i64::from(byte))
    }

    /// Returns the key of the `n`-th thing of a kind that the decision leaves behind.
    pub(super) fn key(&self, tenant: &TenantId, kind: &'static str, n: u64) -> Key {
        let id = Id::of_parts(&[kind.as_bytes(), &self.bytes, &n.to_be_bytes()]);
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

    /// Returns whether the command that left `receipt` said the same as this one.
    pub(super) fn says_the_same(&self, receipt: &[u8]) -> Result<bool, Corrupt> {
        let mut reader = Reader::new(receipt);
        // Every receipt begins with its form and the words of its command.
        reader.byte()?;
        Ok(reader.signed()? == self.words())
    }
}

fn digest(parts: &[&[u8]]) -> Vec<u8> {
    Id::of_parts(parts).uuid_bytes().into_iter().flatten().copied().collect()
}
