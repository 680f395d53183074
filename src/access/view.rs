use std::fmt;
use std::sync::Arc;

use serde::ser::{Serialize, Serializer};

use super::{AccessTable, Action, ClassSet, RoleSet, Standing, is_sealed};
use crate::record::Record;
use crate::schema::{Field, slots};
use crate::value::{Id, Instant, Name, Revision, Value};

/// Returns what somebody may see of a record, or `None` when he may see nothing of it, which callers must answer
/// exactly like a record that does not exist.
///
/// This is the only way to a [`View`]. Values of classes that the caller may not view are not in it, nor is the fact
/// that there is a value.
pub fn project(table: &AccessTable, roles: RoleSet, standing: &Standing, record: &Arc<Record>) -> Option<View> {
    let classes = visible_classes(table, roles, standing, record);
    if classes.is_empty() {
        return None;
    }
    Some(View { record: Arc::clone(record), classes })
}

/// Returns the classes that somebody may view of a record as it stands now.
pub(super) fn visible_classes(table: &AccessTable, roles: RoleSet, standing: &Standing, record: &Record) -> ClassSet {
    let relations = standing.relations_to(record);
    table.classes(roles, record.object().number(), Action::View, relations, is_sealed(record))
}

/// What a caller may see of a record; made by [`project`] alone.
///
/// Object, id and revision are always there. The fields that guanxi keeps belong to the class `system`.
#[derive(Clone)]
pub struct View {
    // INVARIANT: only what is of `classes` leaves here.
    record: Arc<Record>,
    classes: ClassSet,
}

impl View {
    /// Returns the key of the object.
    pub fn object(&self) -> &Name {
        self.record.object().name()
    }

    /// Returns the id of the record.
    pub fn id(&self) -> &Id {
        self.record.id()
    }

    /// Returns the revision of the record that the view shows.
    pub fn revision(&self) -> Revision {
        self.record.revision()
    }

    /// Returns the value of the field `key`; `None` where there is none or the caller may not see it.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.record.object().field(key).and_then(|field| self.shown(field))
    }

    /// Returns the value at a slot; `None` where there is none or the caller may not see it.
    pub fn at(&self, slot: u16) -> Option<&Value> {
        self.record.object().at(slot).and_then(|field| self.shown(field))
    }

    fn shown(&self, field: &Field) -> Option<&Value> {
        self.record.at(field.slot()).filter(|_| self.classes.contains(field.class()))
    }

    /// Returns whether the caller may see the field `key` of this record, whether it has a value or not.
    pub fn shows(&self, key: &str) -> bool {
        self.record.object().field(key).is_some_and(|field| self.shows_slot(field.slot()))
    }

    /// Returns whether the caller may see the field at a slot, whether it has a value or not.
    pub fn shows_slot(&self, slot: u16) -> bool {
        self.record.object().at(slot).is_some_and(|field| self.classes.contains(field.class()))
    }

    /// Returns the declared fields with a value that the caller may see, in the order of the definition.
    pub fn fields(&self) -> impl Iterator<Item = (&Name, &Value)> {
        let fields = self.record.object().declared_fields();
        fields.filter_map(|field| Some((field.key(), self.shown(field)?)))
    }

    /// Returns what names the record to people: its title field where the caller may see it, or its id.
    pub fn title(&self) -> String {
        let title = self.record.object().title().and_then(|slot| self.at(slot));
        title.map_or_else(|| self.id().to_string(), ToString::to_string)
    }

    /// Returns when the record was created.
    pub fn created_at(&self) -> Option<Instant> {
        self.at(slots::CREATED_AT).and_then(Value::as_instant)
    }
}

impl PartialEq for View {
    fn eq(&self, other: &Self) -> bool {
        self.object() == other.object()
            && self.id() == other.id()
            && self.revision() == other.revision()
            && self.classes == other.classes
            && (0..slots::FIRST_DECLARED).all(|slot| self.at(slot) == other.at(slot))
            && self.fields().eq(other.fields())
    }
}

impl Eq for View {}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} r{} ", self.object(), self.id(), self.revision())?;
        f.debug_map().entries(self.fields()).finish()
    }
}

/// `object`, `id`, `revision`, then the system fields that can be seen, then `fields`.
impl Serialize for View {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.record.serialize_shown(serializer, |field| self.classes.contains(field.class()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::fixture::{Company, standing};
    use crate::access::{Relation, Relations};

    const ROLES: &str = r#"[
        {"key": "sales", "grants": [
            {"object": "deal", "actions": ["view"], "relations": ["owner"], "fields": ["*"]},
            {"object": "deal", "actions": ["view"], "relations": ["shared_with"], "fields": ["sales"]}
        ]},
        {"key": "admin", "grants": [
            {"object": "deal", "actions": ["view"], "relations": ["any"], "fields": ["*", "sensitive"]}
        ]}
    ]"#;
    const SEALS: &str = r#"[{"object": "deal", "actions": ["view"], "except": ["admin"]}]"#;

    fn view(company: &Company, roles: &[&str], user: &str, record: &Record) -> Option<serde_json::Value> {
        let view = project(&company.table, company.roles(roles), &standing(user), &Arc::new(record.clone()))?;
        Some(serde_json::to_value(view).unwrap())
    }

    #[test]
    fn a_view_shows_the_classes_of_the_caller_and_nothing_else() {
        let company = Company::new(ROLES, SEALS);
        let deal = company.deal_of("wang.wei", false);
        let shared = view(&company, &["sales"], "zhou", &deal).unwrap();
        let expected = r#"{"object": "deal", "id": "d-1", "revision": 1, "fields": {"name": "云舟 2026"}}"#;
        assert_eq!(shared, serde_json::from_str::<serde_json::Value>(expected).unwrap());

        let owned = view(&company, &["sales"], "wang.wei", &deal).unwrap();
        assert_eq!(owned["created_by"], "wang.wei");
        assert_eq!(owned["fields"]["stage"], "open");
        assert_eq!(owned["fields"].get("margin"), None);
        assert_eq!(view(&company, &["admin"], "boss", &deal).unwrap()["fields"]["margin"], "40 %");
    }

    #[test]
    fn who_may_see_nothing_gets_no_view_at_all() {
        let company = Company::new(ROLES, SEALS);
        let (open, sealed) = (company.deal_of("wang.wei", false), company.deal_of("wang.wei", true));
        assert_eq!(view(&company, &["sales"], "li.na", &open), None);
        assert_eq!(view(&company, &[], "wang.wei", &open), None);
        assert_eq!(view(&company, &["sales"], "wang.wei", &sealed), None);
        assert!(view(&company, &["admin"], "boss", &sealed).is_some());
    }

    #[test]
    fn no_accessor_shows_what_classes_does_not_allow() {
        let company = Company::new(ROLES, SEALS);
        let deal = company.deal_of("wang.wei", false);
        for (roles, user, relation) in [
            ("sales", "wang.wei", Relation::Owner),
            ("sales", "zhou", Relation::SharedWith),
            ("admin", "x", Relation::Any),
        ] {
            let roles = company.roles(&[roles]);
            let relations = Relations::from(relation);
            let classes = company.table.classes(roles, company.deal().number(), Action::View, relations, false);
            let view = project(&company.table, roles, &standing(user), &Arc::new(deal.clone())).unwrap();
            for field in company.deal().fields() {
                let allowed = classes.contains(field.class());
                let key = field.key().as_str();
                assert_eq!(view.shows(key), allowed, "{user} {key}");
                assert_eq!(view.get(key), deal.at(field.slot()).filter(|_| allowed), "{user} {key}");
                assert_eq!(view.fields().any(|(shown, _)| shown == key), allowed && field.slot() >= 8, "{user} {key}");
            }
            let system = classes.contains(crate::schema::ClassNumber::SYSTEM);
            assert_eq!(view.created_at().is_some(), system);
            assert_eq!(view.get("updated_by").and_then(Value::as_str), system.then_some("wang.wei"));
            assert!(!format!("{view:?}").contains("40 %") || user == "x");
        }
    }

    #[test]
    fn a_hidden_title_is_not_shown_as_the_title() {
        let roles = r#"[{"key": "clerk", "grants": [
            {"object": "deal", "actions": ["view"], "relations": ["any"], "fields": ["status"]}
        ]}]"#;
        let company = Company::new(roles, "[]");
        let deal = company.deal_of("wang.wei", false);
        let view =
            project(&company.table, company.roles(&["clerk"]), &standing("li.na"), &Arc::new(deal.clone())).unwrap();
        assert_eq!((deal.title().as_str(), view.title().as_str()), ("云舟 2026", "d-1"));
    }
}
