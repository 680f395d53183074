use super::Lack;
use crate::store::Found;
use crate::value::{Key, TenantId};

/// Checks that every entry leads to something of these kinds of the tenant: the bytes of one object read as another's
/// might well make a record, which nobody has ever written.
///
/// # Errors
/// [`Lack::Corrupt`] with the first that leads elsewhere.
pub fn check_places(found: &Found, tenant: &TenantId, kinds: &[&str]) -> Result<(), Lack> {
    let is_fine = |key: &Key| key.tenant() == tenant && kinds.iter().any(|kind| *key.object() == **kind);
    match found.entries().find(|entry| !is_fine(&entry.key)) {
        Some(entry) => Err(Lack::Corrupt(entry.key.clone())),
        None => Ok(()),
    }
}
