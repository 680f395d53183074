use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use super::pipeline::Lost;
use super::route::Permitted;
use super::{
    Expected, GateDef, Leeway, LostDef, Pipeline, PipelineDef, Pipelines, Stage, StageDef, StageGate, StageKind, graph,
};
use crate::expr::nearest::nearest;
use crate::schema::{Field, Object, Problems, RecordNames, Schema, slots};
use crate::value::{Name, ValueType};

/// The most pipelines of a definition, all versions counted.
const MAX_PIPELINES: usize = 1_000;

/// Checks pipelines against the schema, and their graphs: nothing about them can fail when a record moves.
///
/// # Errors
/// Every problem of every pipeline, with its path: unknown options, fields and stages, keys given twice, a stage that no
/// move leads to, an open stage from which nothing can be won or lost.
pub fn compile(defs: &[PipelineDef], schema: &Schema) -> Result<Pipelines, Problems> {
    let mut problems = Problems::default();
    if defs.len() > MAX_PIPELINES {
        problems.add("pipelines", format_args!("{} pipelines: expected at most {MAX_PIPELINES}", defs.len()));
        return Err(problems);
    }
    let mut made = Pipelines::default();
    for (position, def) in defs.iter().enumerate() {
        let path = format!("pipelines[{position}]");
        if made.get(def.key.as_str(), def.version).is_some() {
            let message = format_args!("version {} of `{}` is declared twice", def.version, def.key);
            problems.add(format!("{path}.version"), message);
        }
        let Some(object) = schema.object(def.object.as_str()) else {
            let hint = schema.nearest_object(def.object.as_str()).map(|near| format!("; did you mean `{near}`?"));
            let message = format_args!("unknown object `{}`{}", def.object, hint.unwrap_or_default());
            problems.add(format!("{path}.object"), message);
            continue;
        };
        if made.knows(&def.key).is_some_and(|other| other.object != object.number()) {
            let message = format_args!("another version of `{}` is of another object", def.key);
            problems.add(format!("{path}.object"), message);
        }
        let mut check = Check { def, path, schema, object, problems: &mut problems };
        made.list.extend(check.pipeline().map(Arc::new));
    }
    // What could not be compiled may well hold the option that seems to be missing.
    if problems.is_empty() {
        check_options(defs, schema, &made, &mut problems);
    }
    problems.into_result(made)
}

/// An option that is a stage of no pipeline would be a stage that no record can leave.
fn check_options(defs: &[PipelineDef], schema: &Schema, made: &Pipelines, problems: &mut Problems) {
    for object in schema.objects() {
        let is_ours = |def: &PipelineDef| def.object == *object.name();
        let Some(last) = defs.iter().rposition(is_ours) else { continue };
        let Some(field) = object.stage().and_then(|slot| object.at(slot)) else { continue };
        let ours = made.iter().filter(|pipeline| pipeline.object == object.number());
        let known: HashSet<&str> = ours.flat_map(|pipeline| &pipeline.stages).map(|stage| &*stage.key).collect();
        for option in field.options().iter() {
            if !known.contains(&**option) {
                let message = format_args!("missing: `{option}` is an option of `{}.{}`", object.name(), field.key());
                problems.add(format!("pipelines[{last}].stages"), message);
            }
        }
    }
}

/// The check of one pipeline.
struct Check<'a> {
    def: &'a PipelineDef,
    path: String,
    schema: &'a Schema,
    object: &'a Arc<Object>,
    problems: &'a mut Problems,
}

impl Check<'_> {
    fn pipeline(&mut self) -> Option<Pipeline> {
        let def = self.def;
        let known_problems = self.problems.len();
        if def.version == 0 {
            self.problem("version", "is 0: expected at least 1");
        }
        let Some(field) = self.object.stage().and_then(|slot| self.object.at(slot)) else {
            self.problem("object", format_args!("`{}` has no stage", def.object));
            return None;
        };
        if def.stages.len() > Pipeline::MAX_STAGES {
            let most = Pipeline::MAX_STAGES;
            self.problem("stages", format_args!("{} stages: expected at most {most}", def.stages.len()));
            return None;
        }
        self.stage_keys(field);
        for (kind, what) in [(StageKind::Open, "open"), (StageKind::Won, "won"), (StageKind::Lost, "lost")] {
            if !def.stages.iter().any(|stage| stage.kind == kind) {
                self.problem("stages", format_args!("missing: expected at least one stage of kind `{what}`"));
            }
        }
        let stages = def.stages.iter().enumerate().map(|(place, stage)| self.stage(place, stage)).collect();
        let next = def.stages.iter().enumerate().map(|(place, stage)| self.next(place, stage)).collect();
        let ranks = ranks(&def.stages);
        let made = Pipeline {
            key: def.key.clone(),
            label: def.label.clone(),
            object: self.object.number(),
            version: def.version,
            stages,
            next,
            reopen_to: self.reopen_to(),
            skips: self.permitted("skips", &def.skips, &ranks),
            back: self.permitted("back", &def.back, &ranks),
            lost: def.lost.as_ref().and_then(|lost| self.lost(lost)),
            ranks,
        };
        // The graph of a pipeline with other mistakes would be blamed for them.
        if self.problems.len() > known_problems {
            return None;
        }
        graph::check(&made, &self.path, self.problems);
        Some(made)
    }

    fn stage_keys(&mut self, field: &Field) {
        let mut seen = HashSet::new();
        for (place, stage) in self.def.stages.iter().enumerate() {
            let at = format!("stages[{place}].key");
            if !seen.insert(&stage.key) {
                self.problem(&at, format_args!("`{}` is declared twice", start_of(&stage.key)));
            }
            if !field.options().iter().any(|option| **option == *stage.key) {
                let hint = hint(&stage.key, field.options().iter().map(AsRef::as_ref));
                let (object, field) = (self.object.name(), field.key());
                let message = format!("`{}` is no option of `{object}.{field}`{hint}", start_of(&stage.key));
                self.problem(&at, message);
            }
        }
    }

    fn stage(&mut self, place: usize, def: &StageDef) -> Stage {
        if let Some(Expected { min_days, max_days, .. }) = def.expected {
            let most = Expected::MAX_DAYS;
            if min_days > max_days {
                let message = format_args!("is {min_days}: expected at most `max_days`, {max_days}");
                self.problem(&format!("stages[{place}].expected.min_days"), message);
            }
            if max_days > most {
                let message = format_args!("is {max_days}: expected at most {most}");
                self.problem(&format!("stages[{place}].expected.max_days"), message);
            }
        }
        Stage {
            key: def.key.as_str().into(),
            label: def.label.clone(),
            about: def.about.clone(),
            kind: def.kind,
            expected: def.expected,
            survival: def.survival,
            pass_rate: def.pass_rate,
            win_probability: def.win_probability,
            gate: self.gate(&def.gate, &format!("stages[{place}].gate")),
            playbook: def.playbook.clone(),
        }
    }

    fn gate(&mut self, def: &GateDef, at: &str) -> StageGate {
        let names = RecordNames::new(self.schema, self.object);
        let mut when = None;
        match def.when.as_ref().map(|when| when.condition(&names)) {
            None => {}
            Some(Ok(program)) if program.reads_old() => {
                self.problem(&format!("{at}.when"), "expected a condition of the record as it is, not of what changed");
            }
            Some(Ok(program)) => when = Some(program),
            Some(Err(wrong)) => wrong.iter().for_each(|problem| self.problem(&format!("{at}.when"), problem)),
        }
        let mut required = Vec::with_capacity(def.required.len());
        for (position, key) in def.required.iter().enumerate() {
            let field = self.field(key, &format!("{at}.required[{position}]"), None);
            required.extend(field.map(|slot| (slot, key.clone())));
        }
        StageGate { label: def.label.clone(), when, required }
    }

    fn next(&mut self, place: usize, def: &StageDef) -> Vec<usize> {
        let stages = &self.def.stages;
        let of_kind = |kind| move |at: &usize| stages.get(*at).is_some_and(|stage| stage.kind == kind);
        let places = || 0..stages.len();
        match &def.next {
            None if def.kind != StageKind::Open => Vec::new(),
            None => {
                let later = places().skip(place.saturating_add(1)).find(of_kind(StageKind::Open));
                let forward: Vec<_> = match later {
                    Some(next) => vec![next],
                    None => places().filter(of_kind(StageKind::Won)).collect(),
                };
                forward.into_iter().chain(places().filter(of_kind(StageKind::Lost))).collect()
            }
            Some(keys) => {
                let mut made = Vec::with_capacity(keys.len());
                for (position, key) in keys.iter().enumerate() {
                    let at = format!("stages[{place}].next[{position}]");
                    let Some(to) = self.known(key, &at) else { continue };
                    if to == place {
                        self.problem(&at, format_args!("`{}` cannot follow itself", start_of(key)));
                    } else if made.contains(&to) {
                        self.problem(&at, format_args!("`{}` is listed twice", start_of(key)));
                    } else if def.kind != StageKind::Open && of_kind(StageKind::Open)(&to) {
                        self.problem(&at, "a closed record is reopened: list the stage in `reopen_to`");
                    }
                    made.push(to);
                }
                made
            }
        }
    }

    fn reopen_to(&mut self) -> Vec<usize> {
        let mut made = Vec::new();
        for (position, key) in self.def.reopen_to.iter().enumerate() {
            let at = format!("reopen_to[{position}]");
            let Some(to) = self.known(key, &at) else { continue };
            if self.def.stages.get(to).is_some_and(|stage| stage.kind != StageKind::Open) {
                self.problem(&at, format_args!("`{}` is closed: expected an open stage", start_of(key)));
            }
            made.push(to);
        }
        made
    }

    fn permitted(&mut self, what: &str, leeway: &Leeway, ranks: &[Option<usize>]) -> Permitted {
        let moves = match leeway {
            Leeway::No => return Permitted::No,
            Leeway::Any => return Permitted::Any,
            Leeway::Listed(moves) => moves,
        };
        let mut made = BTreeSet::new();
        for (position, leap) in moves.iter().enumerate() {
            let at = format!("{what}.listed[{position}]");
            let to = self.known(&leap.to, &format!("{at}.to"));
            let from = leap.from.as_ref().map(|from| self.known(from, &format!("{at}.from")));
            let (Some(to), false) = (to, from == Some(None)) else { continue };
            let from = from.flatten();
            let is_open = |at: usize| self.def.stages.get(at).is_some_and(|stage| stage.kind == StageKind::Open);
            if from.is_some_and(|from| !is_open(from)) {
                self.problem(&format!("{at}.from"), "expected an open stage");
                continue;
            }
            let rank = |at: usize| ranks.get(at).copied().flatten();
            let fits = match (what, from.and_then(rank), rank(to)) {
                ("skips", None, _) => true,
                ("skips", Some(here), Some(there)) => there > here,
                (_, Some(here), Some(there)) => there < here,
                _ => false,
            };
            if !fits {
                let expected = if what == "skips" { "a later stage, won ones last" } else { "an earlier stage" };
                self.problem(&format!("{at}.to"), format_args!("expected {expected}"));
            }
            made.insert((from, to));
        }
        Permitted::Listed(made)
    }

    fn lost(&mut self, def: &LostDef) -> Option<Lost> {
        let reason = self.field(&def.reason, "lost.reason", Some(&ValueType::Enum));
        let note = def.note.as_ref().map(|note| self.field(note, "lost.note", Some(&ValueType::Text)));
        let field = self.object.at(reason?)?;
        let options = field.options();
        let mut codes = |keys: &[String], known: &[Arc<str>], what: &str| -> Vec<Arc<str>> {
            let mut made = Vec::with_capacity(keys.len());
            for (position, key) in keys.iter().enumerate() {
                match known.iter().find(|option| ***option == **key) {
                    Some(option) => made.push(Arc::clone(option)),
                    None => {
                        let hint = hint(key, known.iter().map(AsRef::as_ref));
                        let message = format!("`{}` is no reason of `{}`{hint}", start_of(key), def.reason);
                        self.problem(&format!("lost.{what}[{position}]"), message);
                    }
                }
            }
            made
        };
        let reasons = match def.reasons.is_empty() {
            true => options.to_vec(),
            false => codes(&def.reasons, options, "reasons"),
        };
        let note_for = codes(&def.note_for, &reasons, "note_for");
        if def.note.is_none() && !def.note_for.is_empty() {
            self.problem("lost.note", "missing: `note_for` needs the field that holds the note");
        }
        let note = note.flatten().zip(def.note.clone());
        Some(Lost { reason: (reason?, def.reason.clone()), reasons, note, note_for })
    }

    /// Returns the slot of a declared field, of the type that is wanted.
    fn field(&mut self, key: &Name, at: &str, wanted: Option<&ValueType>) -> Option<u16> {
        let Some(field) = self.object.field(key.as_str()) else {
            let hint = self.object.nearest_key(key.as_str()).map(|near| format!("; did you mean `{near}`?"));
            let message = format!("unknown field `{key}` of `{}`{}", self.object.name(), hint.unwrap_or_default());
            self.problem(at, message);
            return None;
        };
        if field.slot() < slots::FIRST_DECLARED {
            self.problem(at, format_args!("`{key}` is kept by guanxi itself"));
        }
        if let Some(wanted) = wanted.filter(|wanted| *wanted != field.value_type()) {
            self.problem(at, format_args!("`{key}` is {}: expected {wanted}", field.value_type()));
            return None;
        }
        Some(field.slot())
    }

    /// Returns the place of the stage `key`.
    fn known(&mut self, key: &str, at: &str) -> Option<usize> {
        let found = self.def.stages.iter().position(|stage| stage.key == key);
        if found.is_none() {
            let hint = hint(key, self.def.stages.iter().map(|stage| stage.key.as_str()));
            self.problem(at, format!("unknown stage `{}`{hint}", start_of(key)));
        }
        found
    }

    fn problem(&mut self, at: &str, message: impl std::fmt::Display) {
        self.problems.add(format!("{}.{at}", self.path), message);
    }
}

fn ranks(stages: &[StageDef]) -> Vec<Option<usize>> {
    let open = stages.iter().filter(|stage| stage.kind == StageKind::Open).count();
    let mut next_open = 0..open;
    let rank = |stage: &StageDef| match stage.kind {
        StageKind::Open => next_open.next(),
        StageKind::Won => Some(open),
        StageKind::Lost => None,
    };
    stages.iter().map(rank).collect()
}

fn hint<'a>(key: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(key, known).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
}

/// An absurdly long text must not come back in full.
fn start_of(text: &str) -> String {
    text.chars().take(40).collect()
}
