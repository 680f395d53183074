use std::sync::Arc;

use super::Command;
use super::audit::{AUDIT, AuditEntry};
use super::said::{COMMENT, EVENT};
use super::words::words;
use crate::record::Origin;
use crate::value::stored::{Corrupt, Reader};
use crate::value::{Id, Key, Name, TenantId};

/// What a decision follows from: a command as somebody sent it, or a timer. Whatever a decision leaves behind is kept
/// under a key that derives from its cause, so that a second run of the same command meets what the first one left.
///
/// The same command comes from the same person through the same system with the same time and seed, and says the same.
/// What it says is no part of the keys: they may be seen by those who may not see everything that was said, and another
/// command in the same context shall meet what the first one left. It is kept beside.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cause<'a> {
    bytes: Vec<u8>,
    command: Option<&'a Command>,
}

impl<'a> Cause<'a> {
    pub(super) fn of_command(origin: &Origin, seed: u64, command: &'a Command) -> Self {
        let (at, seed) = (origin.at().millis().to_be_bytes(), seed.to_be_bytes());
        let (by, source) = (origin.by().as_bytes(), origin.source().as_bytes());
        let parts = [&at, &seed, by, source, kept_as(command).as_bytes()];
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
        let words = self.command.map(words).unwrap_or_default();
        digest(&[&words]).into_iter().take(8).fold(0, |words, byte| words << 8 | i64::from(byte))
    }

    /// Returns the key of the `n`-th thing of a kind that the decision leaves behind.
    pub(super) fn key(&self, tenant: &TenantId, kind: &'static str, n: u64) -> Key {
        let id = Id::of_parts(&[kind.as_bytes(), &self.bytes, &n.to_be_bytes()]);
        Key::new(tenant.clone(), Name::known(kind), id)
    }

    /// Returns the key of what is there once the command was committed and changed anything.
    pub(super) fn receipt(&self, tenant: &TenantId, command: &Command) -> Key {
        self.key(tenant, kept_as(command), 0)
    }

    /// Returns whether the command that left `receipt` said the same as this one.
    pub(super) fn says_the_same(&self, receipt: &[u8]) -> Result<bool, Corrupt> {
        let mut reader = Reader::new(receipt);
        // Every receipt begins with its form and the words of its command.
        reader.byte()?;
        Ok(reader.signed()? == self.words())
    }

    /// Returns the kind of the command that left `receipt` at `key`. That is all that may be told of it: which records it
    /// has changed, whoever runs the next one need not know.
    pub(super) fn kind_of(key: &Key, receipt: &[u8]) -> Result<Arc<str>, Corrupt> {
        if *key.object() == *AUDIT { Ok(AuditEntry::from_stored(receipt)?.command) } else { Ok(key.object().shared()) }
    }
}

/// Returns as what kind of thing it is kept that a command was done.
fn kept_as(command: &Command) -> &'static str {
    match command {
        Command::Comment(_) => COMMENT,
        Command::Event(_) => EVENT,
        _ => AUDIT,
    }
}

fn digest(parts: &[&[u8]]) -> Vec<u8> {
    Id::of_parts(parts).uuid_bytes().into_iter().flatten().copied().collect()
}
