//! The roles of the standard definition decide every cell of a matrix that another policy engine decided before.

use guanxi::access::{AccessTable, Action, Principal, Relation, Relations, RoleDef, RoleSet, SealDef};
use guanxi::schema::{ObjectDef, Schema, Settings};
use serde::Deserialize;

const MATRIX: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/analytics/access/matrix.csv");
const ROLES: &str = include_str!("../src/standard/roles.json");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Policy {
    roles: Vec<RoleDef>,
    seals: Vec<SealDef>,
}

/// One field of every class that the object has in the matrix, and the ownership fields.
fn schema() -> Schema {
    let object = |key: &str, classes: &[&str]| -> ObjectDef {
        let fields = classes.iter().map(|class| format!(r#"{{"key":"of_{class}","type":"text","class":"{class}"}}"#));
        let fields = fields.collect::<Vec<_>>().join(",");
        serde_json::from_str(&format!(
            r#"{{"key":"{key}",
                "ownership":{{"owner":"owner","team":"team","shared_with":"shared_with","sealed":"sealed"}},
                "fields":[
                    {{"key":"owner","type":"reference","to":"user","class":"status"}},
                    {{"key":"team","type":"reference","to":"team","class":"status"}},
                    {{"key":"shared_with","type":{{"list":"reference"}},"to":"user","class":"status"}},
                    {{"key":"sealed","type":"bool","class":"status"}},
                    {fields}
                ]}}"#
        ))
        .unwrap()
    };
    let people = ["user", "team"].map(|key| ObjectDef::new(key.parse().unwrap()).host_ids());
    let objects = [
        object("lead", &["marketing", "status", "sales", "contact", "sensitive"]),
        object("deal", &["sales", "status", "finance", "sensitive"]),
        object("ticket", &["service", "status", "sensitive"]),
        object("account", &["contact", "marketing", "sales", "service", "sensitive"]),
    ];
    Schema::compile(&[objects.as_slice(), &people].concat(), &Settings::default()).unwrap()
}

fn table(schema: &Schema) -> AccessTable {
    let policy: Policy = serde_json::from_str(ROLES).unwrap();
    AccessTable::compile(&policy.roles, &policy.seals, schema).unwrap()
}

fn roles(table: &AccessTable, names: &str) -> RoleSet {
    let user = Principal::user("li.na".parse().unwrap());
    let user = names.split('+').fold(user, |user, role| user.with_role(role.parse().unwrap()));
    assert!(table.unknown_roles(&user).is_empty(), "{names}");
    table.roles(&user)
}

#[test]
fn every_cell_of_the_matrix_is_decided_alike() {
    let Ok(matrix) = std::fs::read_to_string(MATRIX) else {
        println!("skipped: no {MATRIX}");
        return;
    };
    let schema = schema();
    let table = table(&schema);
    let (mut cells, mut allowed) = (0, 0);
    for line in matrix.lines().skip(1) {
        let [names, entity, action, class, relations, sealed, expected] =
            line.split(',').collect::<Vec<_>>().try_into().unwrap();
        let object = schema.object(if entity == "customer" { "account" } else { entity }).unwrap();
        let action: Action = serde_json::from_value(action.into()).unwrap();
        let class = schema.classes().number(if class == "contact_pii" { "contact" } else { class }).unwrap();
        let relations: Relations = relations.split('|').filter(|name| !name.is_empty()).map(relation).collect();
        let (roles, sealed) = (roles(&table, names), sealed == "1");

        let decision = table.decide(roles, object.number(), action, class, relations, sealed);
        assert_eq!(decision.is_allowed(), expected == "1", "{line}: {decision}");
        let classes = table.classes(roles, object.number(), action, relations, sealed);
        assert_eq!(classes.contains(class), decision.is_allowed(), "{line}");
        cells += 1;
        allowed += usize::from(decision.is_allowed());
    }
    println!("{cells} cells, {allowed} allowed, 0 mismatches");
    assert_eq!((cells, allowed), (22_848, 7_302));
}

fn relation(name: &str) -> Relation {
    match name {
        "owner" => Relation::Owner,
        "shared" => Relation::SharedWith,
        "team" => Relation::SameTeam,
        "manager_of_owner" => Relation::ManagerOfOwner,
        other => panic!("unknown relation {other}"),
    }
}

#[test]
fn sales_never_delete_a_lead_and_marketing_changes_no_sales_or_service_record() {
    let schema = schema();
    let table = table(&schema);
    let number = |object: &str| schema.object(object).unwrap().number();
    let everything = |names: &str, object: &str, action: Action| {
        table.classes(roles(&table, names), number(object), action, Relations::ALL, false)
    };
    assert!(everything("sales", "lead", Action::Delete).is_empty());
    assert!(!everything("sales", "lead", Action::Edit).is_empty());
    for object in ["deal", "ticket", "account"] {
        for action in Action::ALL.into_iter().filter(|action| *action != Action::View) {
            assert!(everything("marketing", object, action).is_empty(), "{action} {object}");
        }
    }
}

#[test]
fn the_findings_about_the_standard_roles_are_the_intended_powers() {
    let findings: Vec<_> = table(&schema()).findings().iter().map(ToString::to_string).collect();
    assert_eq!(
        findings,
        [
            "role `marketing` may delete `lead` and is no admin",
            // A manager in sales who also has the role of marketing: to be known, not forbidden.
            "role `marketing` with `sales` may delete any `lead` that it may assign, by assigning it to itself",
        ]
    );
}
