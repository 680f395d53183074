//! The roles of the standard definition decide every cell of a matrix that another policy engine decided before.

use guanxi::Crm;
use guanxi::access::{AccessTable, Action, Principal, Relation, Relations, RoleSet};

const MATRIX: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/analytics/access/matrix.csv");

fn crm() -> Crm {
    guanxi::standard().compile().unwrap_or_else(|problems| panic!("{problems}"))
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
    let crm = crm();
    let (schema, table) = (crm.schema(), crm.access());
    let (mut cells, mut allowed) = (0, 0);
    for line in matrix.lines().skip(1) {
        let [names, entity, action, class, relations, sealed, expected] =
            line.split(',').collect::<Vec<_>>().try_into().unwrap();
        let object = schema.object(if entity == "customer" { "account" } else { entity }).unwrap();
        let action: Action = serde_json::from_value(action.into()).unwrap();
        let class = schema.classes().number(if class == "contact_pii" { "contact" } else { class }).unwrap();
        let relations: Relations = relations.split('|').filter(|name| !name.is_empty()).map(relation).collect();
        let (roles, sealed) = (roles(table, names), sealed == "1");

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
    let crm = crm();
    let (schema, table) = (crm.schema(), crm.access());
    let number = |object: &str| schema.object(object).unwrap().number();
    let everything = |names: &str, object: &str, action: Action| {
        table.classes(roles(table, names), number(object), action, Relations::ALL, false)
    };
    assert!(everything("sales", "lead", Action::Delete).is_empty());
    assert!(!everything("sales", "lead", Action::Edit).is_empty());
    // A comment changes nothing.
    let changing = |action: &Action| !matches!(action, Action::View | Action::Comment);
    for object in ["deal", "ticket", "account"] {
        for action in Action::ALL.into_iter().filter(changing) {
            assert!(everything("marketing", object, action).is_empty(), "{action} {object}");
        }
    }
}

#[test]
fn the_findings_about_the_standard_roles_are_the_intended_powers() {
    let findings: Vec<_> = crm().findings().iter().map(ToString::to_string).collect();
    assert_eq!(
        findings,
        [
            "role `marketing` may delete `lead` and is no admin",
            // A manager in sales who also has the role of marketing: to be known, not forbidden.
            "role `marketing` with `sales` may delete any `lead` that it may assign, by assigning it to itself",
            "role `marketing` with `sales_manager` may delete any `lead` that it may assign, by assigning it to itself",
        ]
    );
}
