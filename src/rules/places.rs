use super::Lack;
use crate::store::Found;
use crate::value::{Key, TenantId};

/// Returns whether the key of an entry is that of something of these kinds of the tenant.
pub fn leads_to(key: &Key, tenant: &TenantId, kinds: &[&str]) -> bool {
    key.tenant() == tenant && kinds.iter().any(|kind| *key.object() == **kind)
}

/// Checks that every entry leads to something of these kinds of the tenant: the bytes of one object read as another's
/// might well make a record, which nobody has ever written.
///
/// # Errors
/// [`Lack::Corrupt`] with the first that leads elsewhere.
pub fn check_places(found: &Found, tenant: &TenantId, kinds: &[&str]) -> Result<(), Lack> {
    match found.entries().find(|entry| !leads_to(&entry.key, tenant, kinds)) {
        Some(entry) => Err(Lack::Corrupt(entry.key.clone())),
        None => Ok(()),
    }
}
