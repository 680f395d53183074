use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::{Pipeline, StageKind};
use crate::schema::Problems;
use crate::value::Name;

/// Where the stages of one version of a pipeline go in another: every old stage has exactly one new one.
///
/// # Example: a stage is merged into the next
/// ```
/// use guanxi::pipeline::{Migration, compile};
/// use guanxi::schema::{ObjectDef, Schema, Settings};
///
/// let deal: ObjectDef = serde_json::from_str(r#"{"key": "deal", "stage": "stage", "fields": [
///     {"key": "stage", "type": "enum", "options": ["talking", "quoting", "won", "lost"]}]}"#)?;
/// let schema = Schema::compile(&[deal], &Settings::default())?;
/// let defs = serde_json::from_str::<Vec<_>>(r#"[
///     {"key": "sales", "object": "deal", "version": 1, "stages": [
///         {"key": "talking", "kind": "open"}, {"key": "quoting", "kind": "open"},
///         {"key": "won", "kind": "won"}, {"key": "lost", "kind": "lost"}]},
///     {"key": "sales", "object": "deal", "version": 2, "stages": [
///         {"key": "talking", "kind": "open"},
///         {"key": "won", "kind": "won"}, {"key": "lost", "kind": "lost"}]}]"#)?;
/// let pipelines = compile(&defs, &schema)?;
/// let (old, new) = (pipelines.get("sales", 1).ok_or("no 1")?, pipelines.get("sales", 2).ok_or("no 2")?);
///
/// let problems = Migration::plan(old, new, &[].into()).unwrap_err();
/// assert_eq!(problems.to_string(), "mapping.quoting: missing: the stage is gone in version 2");
/// let plan = Migration::plan(old, new, &[("quoting".to_owned(), "talking".to_owned())].into())?;
/// assert_eq!(plan.stage("quoting").map(|stage| &**stage), Some("talking"));
/// assert_eq!(plan.renamed().count(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Migration {
    /// The pipeline.
    pub pipeline: Name,
    /// The version that records leave.
    pub from: u32,
    /// The version that they go to.
    pub to: u32,
    /// The new stage of every old one.
    pub stages: BTreeMap<Arc<str>, Arc<str>>,
}

impl Migration {
    /// Plans the migration between two versions of a pipeline. `mapping` says where a stage goes that is gone, and may say
    /// so of any other; what it does not name keeps its key.
    ///
    /// # Errors
    /// Every problem with its path: two different pipelines; a stage that is gone and not mapped; a key that is none; a
    /// stage that would become one of another kind, since no migration wins, loses or reopens a record.
    pub fn plan(old: &Pipeline, new: &Pipeline, mapping: &BTreeMap<String, String>) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        if old.key != new.key || old.object != new.object {
            let message = format_args!("`{}` is another pipeline than `{}`", new.key, old.key);
            problems.add("pipeline", message);
            return Err(problems);
        }
        for (from, to) in mapping {
            for (pipeline, key) in [(old, from), (new, to)] {
                if pipeline.stage(key).is_none() {
                    let key: String = key.chars().take(40).collect();
                    let message = format_args!("`{key}` is no stage of version {}", pipeline.version);
                    problems.add(format!("mapping.{}", from.chars().take(40).collect::<String>()), message);
                }
            }
        }
        let mut stages = BTreeMap::new();
        for stage in &old.stages {
            let at = format!("mapping.{}", stage.key);
            let mapped = mapping.get(&*stage.key);
            match new.stage(mapped.map_or(&stage.key, |to| to.as_str())) {
                Some(to) if to.kind != stage.kind => {
                    let (is, would) = (named(stage.kind), named(to.kind));
                    let message = format_args!("is {is}, but `{}` of version {} is {would}", to.key, new.version);
                    problems.add(at, message);
                }
                Some(to) => {
                    stages.insert(Arc::clone(&stage.key), Arc::clone(&to.key));
                }
                None if mapped.is_some() => {}
                None => problems.add(at, format_args!("missing: the stage is gone in version {}", new.version)),
            }
        }
        problems.into_result(Self { pipeline: old.key.clone(), from: old.version, to: new.version, stages })
    }

    /// Returns where the old stage `key` goes.
    pub fn stage(&self, key: &str) -> Option<&Arc<str>> {
        self.stages.get(key)
    }

    /// Returns the old and the new key of every stage whose key changes.
    pub fn renamed(&self) -> impl Iterator<Item = (&Arc<str>, &Arc<str>)> {
        self.stages.iter().filter(|(old, new)| old != new)
    }
}

fn named(kind: StageKind) -> &'static str {
    match kind {
        StageKind::Open => "open",
        StageKind::Won => "won",
        StageKind::Lost => "lost",
    }
}
