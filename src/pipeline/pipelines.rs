use std::sync::Arc;

use super::Pipeline;
use crate::value::Name;

/// All checked pipelines of a definition, each in one version or several.
///
/// A record stays on the version with which it started until it is migrated; a new one starts on the latest.
#[derive(Debug, Clone, Default)]
pub struct Pipelines {
    pub(super) list: Vec<Arc<Pipeline>>,
}

impl Pipelines {
    /// Returns the pipeline `key` in this version.
    pub fn get(&self, key: &str, version: u32) -> Option<&Arc<Pipeline>> {
        self.list.iter().find(|pipeline| pipeline.key == *key && pipeline.version == version)
    }

    /// Returns the pipeline `key` in its greatest version.
    pub fn latest(&self, key: &str) -> Option<&Arc<Pipeline>> {
        self.list.iter().filter(|pipeline| pipeline.key == *key).max_by_key(|pipeline| pipeline.version)
    }

    /// Returns the pipelines of the object with this number, each in its greatest version, in the order of the definition.
    pub fn of_object(&self, object: u16) -> impl Iterator<Item = &Arc<Pipeline>> {
        let is_latest = |one: &Pipeline| self.latest(one.key.as_str()).is_some_and(|last| last.version == one.version);
        self.list.iter().filter(move |pipeline| pipeline.object == object && is_latest(pipeline))
    }

    /// Returns the pipeline through which a record of the object with this number goes that is in `version`: that version,
    /// otherwise the next later one that is there, otherwise the latest.
    pub fn running(&self, object: u16, version: u32) -> Option<&Arc<Pipeline>> {
        let ours = || self.list.iter().filter(|pipeline| pipeline.object == object);
        let later = ours().filter(|pipeline| pipeline.version >= version).min_by_key(|pipeline| pipeline.version);
        later.or_else(|| ours().max_by_key(|pipeline| pipeline.version))
    }

    /// Returns all pipelines in all versions, in the order of the definition.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Arc<Pipeline>> {
        self.list.iter()
    }

    pub(super) fn knows(&self, key: &Name) -> Option<&Arc<Pipeline>> {
        self.list.iter().find(|pipeline| pipeline.key == *key)
    }
}
