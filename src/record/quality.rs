use serde::Serialize;

use super::Record;
use crate::schema::{Field, Freshness};
use crate::value::{Instant, Name, Value};

/// How complete and fresh a record is, with what would raise the score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct QualityScore {
    /// From 0 (nothing there) to 1,000 (everything there and fresh).
    pub per_mille: u16,
    /// Fields that count and have no value.
    pub missing: Vec<Name>,
    /// Fields whose value is older than their freshness allows.
    pub stale: Vec<Name>,
}

/// Returns the quality score of a record at `now`.
///
/// Every field counts by its weight: fully when it has a fresh value, half when its value is stale, not at all when it
/// is missing. The score is the reached share of all weight, rounded down; a record whose fields all weigh nothing is
/// complete. A value is stale by its field's [`Freshness`], judged by when it was set.
///
/// # Example: a missing phone number costs its weight
/// ```
/// use guanxi::record::{Draft, Origin, entry, quality_score};
/// use guanxi::schema::{ObjectDef, Schema, Settings};
/// use guanxi::value::Id;
///
/// let person: ObjectDef = serde_json::from_str(r#"{"key":"person","fields":[
///     {"key":"name","type":"text","weight":3}, {"key":"phone","type":"text","weight":1}]}"#)?;
/// let schema = Schema::compile(&[person], &Settings::default())?;
/// let person = schema.object("person").ok_or("declared above")?;
/// let origin = Origin::new("li.na", "app", "2026-03-02T09:00:00Z".parse()?);
/// let draft = Draft::new("person".parse()?).set("name", "王伟");
/// let writer = entry::Writer::Caller;
/// let record = entry::create(&schema, person, Id::new("p-1")?, draft.fields(), &origin, writer).map_err(|p| p[0].to_string())?;
///
/// let score = quality_score(&record, origin.at());
/// assert_eq!(score.per_mille, 750);
/// assert_eq!(score.missing, ["phone"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn quality_score(record: &Record, now: Instant) -> QualityScore {
    let (mut missing, mut stale) = (Vec::new(), Vec::new());
    let (mut reached, mut all) = (0_u64, 0_u64);
    for field in record.object().declared_fields().filter(|field| field.weight() > 0) {
        let weight = u64::from(field.weight());
        all += 2 * weight;
        if record.at(field.slot()).is_none() {
            missing.push(field.key().clone());
        } else if is_stale(record, field, now) {
            stale.push(field.key().clone());
            reached += weight;
        } else {
            reached += 2 * weight;
        }
    }
    let per_mille = (reached * 1_000).checked_div(all).unwrap_or(1_000);
    QualityScore { per_mille: u16::try_from(per_mille).unwrap_or(1_000), missing, stale }
}

fn is_stale(record: &Record, field: &Field, now: Instant) -> bool {
    let Some(set_at) = record.origin(field.slot()).map(super::Origin::at) else { return false };
    match field.freshness() {
        None | Some(Freshness::RealTime) => false,
        Some(Freshness::Within(span)) => now.since(set_at) > span,
        Some(Freshness::PerContact) => {
            let touched = record.object().last_touch().and_then(|slot| record.at(slot)).and_then(Value::as_instant);
            touched.is_some_and(|touch| set_at < touch)
        }
    }
}
