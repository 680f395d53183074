//! A small company's policy that the unit tests of this room share.

use std::sync::Arc;

use super::{AccessTable, Principal, RoleDef, RoleSet, SealDef, Standing};
use crate::record::{Fields, Origin, Record, entry};
use crate::schema::{Object, ObjectDef, Schema, Settings};
use crate::value::{Name, Value};

pub(super) struct Company {
    pub(super) schema: Schema,
    pub(super) table: AccessTable,
}

impl Company {
    pub(super) fn new(roles: &str, seals: &str) -> Self {
        let roles: Vec<RoleDef> = serde_json::from_str(roles).unwrap();
        let seals: Vec<SealDef> = serde_json::from_str(seals).unwrap();
        let schema = schema();
        let table = AccessTable::compile(&roles, &seals, &schema).unwrap();
        Self { schema, table }
    }

    pub(super) fn deal(&self) -> &Arc<Object> {
        self.schema.object("deal").unwrap()
    }

    pub(super) fn slot(&self, key: &str) -> u16 {
        self.deal().field(key).unwrap().slot()
    }

    pub(super) fn roles(&self, names: &[&str]) -> RoleSet {
        let user = Principal::user("li.na".parse().unwrap());
        let user = names.iter().fold(user, |user, name| user.with_role(name.parse().unwrap()));
        assert_eq!(self.table.unknown_roles(&user), Vec::<&Name>::new());
        self.table.roles(&user)
    }

    /// A deal of `owner` in team `east`, shared with `zhou`.
    pub(super) fn deal_of(&self, owner: &str, sealed: bool) -> Record {
        let shared = Value::List(crate::value::List::new([Value::text("zhou")]).unwrap());
        let fields: Fields = [
            ("owner", Value::text(owner)),
            ("team", Value::text("east")),
            ("shared_with", shared),
            ("sealed", Value::Bool(sealed)),
            ("stage", Value::text("open")),
            ("name", Value::text("云舟 2026")),
            ("margin", Value::text("40 %")),
        ]
        .into_iter()
        .map(|(key, value)| (key.parse().unwrap(), Some(value)))
        .collect();
        entry::create(&self.schema, self.deal(), "d-1".parse().unwrap(), &fields, &origin(), entry::Writer::Caller)
            .unwrap()
    }
}

pub(super) fn origin() -> Origin {
    Origin::new("wang.wei", "app", "2026-03-02T09:00:00Z".parse().unwrap())
}

pub(super) fn standing(user: &str) -> Standing {
    Standing::new(user.parse().unwrap())
}

/// A deal with its ownership and one field of class `sales` and one of `sensitive`, and a note without owner.
pub(super) fn schema() -> Schema {
    let objects: Vec<ObjectDef> = serde_json::from_str(
        r#"[
            {"key": "deal", "title": "name", "stage": "stage",
             "ownership": {"owner": "owner", "team": "team", "shared_with": "shared_with", "sealed": "sealed"},
             "fields": [
                {"key": "owner", "type": "reference", "to": "user", "class": "status"},
                {"key": "team", "type": "reference", "to": "team", "class": "status"},
                {"key": "shared_with", "type": {"list": "reference"}, "to": "user", "class": "status"},
                {"key": "sealed", "type": "bool", "class": "status"},
                {"key": "stage", "type": "enum", "options": ["open", "won"], "class": "status"},
                {"key": "name", "type": "text", "class": "sales"},
                {"key": "margin", "type": "text", "class": "sensitive"}
             ]},
            {"key": "note", "fields": [{"key": "text", "type": "text"}]},
            {"key": "user", "ids": "host", "fields": []},
            {"key": "team", "ids": "host", "fields": []}
        ]"#,
    )
    .unwrap();
    Schema::compile(&objects, &Settings::default()).unwrap()
}
