//! What a row refers to is found, made where that is wanted, and told where it is not there.

use guanxi::crm::Reference;
use guanxi::{Command, Query};
use serde_json::{Value as Json, json};

use crate::company::name;
use crate::fixture::{everything, run, titled, world};

fn upsert(external: &str, references: Json) -> Json {
    json!({"upsert": {"object": "everything", "external": {"system": "erp", "id": external},
        "fields": {"text": external}, "references": references}})
}

#[test]
fn a_record_is_found_by_its_external_id_and_by_a_field() {
    let mut world = world();
    let pro = world.made("product", json!({"name": "GTX Pro", "series": "GTX"}));
    let account = json!({"upsert": {"object": "account", "external": {"system": "erp", "id": "K-1"}, "fields": {"name": "云舟"}}});
    let account = world.ok(account).id().to_string();
    let made = world.ok(upsert(
        "1",
        json!([
        {"field": "account", "to": {"external": {"system": "erp", "id": "K-1"}}},
        {"field": "product", "to": {"having": {"name": "GTX Pro"}}},
        {"field": "series", "to": {"having": {"series": "GTX"}}}]),
    ));
    let view = made.record().unwrap();
    assert_eq!(view.get("account").map(ToString::to_string), Some(account));
    assert_eq!(view.get("product").map(ToString::to_string), Some(pro.clone()));
    assert_eq!(view.get("series").map(ToString::to_string), Some(pro));
}

#[test]
fn what_is_looked_up_takes_no_more_than_one_round_beside_the_records_themselves() {
    let mut world = world();
    world.made("product", json!({"name": "GTX Pro", "series": "GTX"}));
    let references = json!([
        {"field": "product", "to": {"having": {"name": "GTX Pro"}}},
        {"field": "series", "to": {"having": {"series": "GTX"}}},
        {"field": "account", "to": {"external": {"system": "erp", "id": "K-1"}}, "or_create": {"fields": {"name": "云舟"}}}]);
    assert_eq!(world.ok(upsert("1", references.clone())).fetches(), 2);
    assert_eq!(world.ok(upsert("1", references)).fetches(), 2);
}

#[test]
fn none_and_several_are_told_with_what_was_looked_for_beside_all_else_that_is_wrong() {
    let mut world = world();
    for name in ["GTX Pro", "GTX Plus"] {
        world.made("product", json!({"name": name, "series": "GTX"}));
    }
    let mut command = upsert(
        "1",
        json!([
        {"field": "account", "to": {"external": {"system": "erp", "id": "K-1"}}},
        {"field": "product", "to": {"having": {"name": "GTXPro"}}},
        {"field": "series", "to": {"having": {"series": "GTX"}}},
        {"field": "text", "to": {"having": {"name": "x"}}},
        {"field": "prodct", "to": {"having": {"name": "x"}}},
        {"field": "user", "to": {"having": {"name": "x"}}},
        {"field": "itself", "to": {"external": {"system": "erp", "id": "1"}}, "or_create": {}}]),
    );
    command["upsert"]["fields"]["enum"] = json!("maybe");
    let refused = world.refused(command);
    let told: Vec<_> = refused.fields().iter().map(|p| format!("{} {p}", p.code().as_str())).collect();
    assert_eq!(
        told,
        [
            "unknown_option `enum` has no option `maybe`: expected `won`, `lost`",
            "malformed `text` is given twice",
            "unknown_field `prodct` is no field of `everything`; did you mean `product`?",
            "malformed `user` is looked up by `name`, which is neither unique nor indexed",
            "dangling `account` refers to the account that `erp` knows as `K-1`, which does not exist",
            "dangling `product` refers to the product whose `name` is `GTXPro`, which does not exist",
            "ambiguous `series` refers to the product whose `series` is `GTX`, of which there are several",
            "dangling `itself` refers to the everything that `erp` knows as `1`, which does not exist",
        ]
    );
    assert_eq!(world.stored("everything"), 0);
}

#[test]
fn what_is_missing_is_made_once_where_that_is_wanted() {
    let mut world = world();
    let product = json!({"to": {"having": {"name": "GTX Pro"}}, "or_create": {"fields": {"series": "GTX"}}});
    let of = |field: &str| {
        let mut reference = product.clone();
        reference["field"] = json!(field);
        reference
    };
    let ctx = world.system();
    let command = upsert("1", json!([of("product"), of("series")]));
    let made = world.run(&ctx, command.clone()).unwrap();
    assert_eq!(world.stored("product"), 1);
    let view = made.record().unwrap();
    assert_eq!(view.get("product"), view.get("series"));
    assert_eq!(titled(&mut world, "product", "GTX Pro", "series").as_deref(), Some("GTX"));
    // The same command again, and another one that finds what the first has made.
    assert!(world.run(&ctx, command.clone()).unwrap().changes().is_empty());
    assert!(world.ok(command).changes().is_empty());
    assert_eq!(world.stored("product"), 1);

    let user = json!([{"field": "user", "to": {"external": {"system": "hr", "id": "7"}}, "or_create": {"id": "wang", "fields": {"name": "王"}}}]);
    world.ok(upsert("2", user.clone()));
    world.ok(upsert("3", user));
    assert_eq!(titled(&mut world, "user", "王", "external_ids").as_deref(), Some("hr:7"));
}

#[test]
fn what_is_wrong_with_a_record_to_be_made_is_told_as_a_part_of_the_reference() {
    let mut world = world();
    let account = json!([{"field": "account", "to": {"external": {"system": "erp", "id": "K-1"}}, "or_create": {"fields": {"phone": "12"}}}]);
    let refused = world.refused(upsert("1", account));
    let fields: Vec<_> = refused.fields().iter().map(|problem| problem.field()).collect();
    assert_eq!(fields, ["account.phone", "account.name"]);
    assert_eq!(world.stored("everything") + world.stored("account"), 0);
}

#[test]
fn what_the_caller_may_not_see_is_not_there_and_tells_nothing() {
    let definition = json!({
        "objects": [
            {"key": "user", "ids": "host", "fields": [{"key": "name", "type": "text"}]},
            {"key": "account", "title": "name", "ownership": {"owner": "owner"}, "fields": [
                {"key": "name", "type": "text", "index": true}, {"key": "margin", "type": "integer", "index": true, "class": "sensitive"},
                {"key": "owner", "type": "reference", "to": "user", "index": true}]},
            {"key": "deal", "title": "name", "ownership": {"owner": "owner"}, "fields": [
                {"key": "name", "type": "text"},
                {"key": "owner", "type": "reference", "to": "user", "index": true},
                {"key": "account", "type": "reference", "to": "account", "index": true}]}
        ],
        "roles": [{"key": "rep", "grants": [
            {"object": "deal", "actions": ["create", "view", "edit"], "relations": ["any"], "fields": ["*"]},
            {"object": "account", "actions": ["view"], "relations": ["owner"], "fields": ["*"]}]}]
    });
    let run = |with_hidden: bool, to: Json| {
        let mut world = crate::company::World::new(&definition);
        for user in ["boss", "li.na"] {
            world.ok(json!({"create": {"object": "user", "id": user, "fields": {"name": user}}}));
        }
        let account = |external: &str, owner: &str| {
            json!({"upsert": {"object": "account", "external": {"system": "erp", "id": external},
            "fields": {"name": "Acme", "margin": 7, "owner": owner}}})
        };
        world.ok(account("own", "li.na"));
        // More than are looked at in one page, and before the own one by their ids.
        for n in 0..if with_hidden { 120 } else { 0 } {
            world.ok(account(&format!("hidden {n}"), "boss"));
        }
        let rep = world.user("li.na", "rep");
        let deal = json!({"upsert": {"object": "deal", "external": {"system": "erp", "id": "1"},
            "fields": {"name": "d", "owner": "li.na"}, "references": [{"field": "account", "to": to}]}});
        world.run(&rep, deal).map(|made| made.record().unwrap().get("account").is_some())
    };
    for (to, found) in [
        (json!({"external": {"system": "erp", "id": "own"}}), true),
        (json!({"external": {"system": "erp", "id": "hidden 3"}}), false),
        (json!({"having": {"name": "Acme"}}), true),
        (json!({"having": {"margin": 7}}), false),
    ] {
        let (with, without) = (run(true, to.clone()), run(false, to.clone()));
        assert_eq!(with, without, "{to}");
        assert_eq!(with.is_ok(), found, "{to}");
    }
}

#[test]
fn nobody_comes_between_a_lookup_and_what_it_makes() {
    // Two decisions on the same state: the second one finds what the first has made.
    let mut world = world();
    let product = json!([{"field": "product", "to": {"having": {"series": "GTX"}}, "or_create": {"fields": {"name": "GTX Pro"}}}]);
    let commands = [upsert("1", product.clone()), upsert("2", product)].map(crate::company::command);
    let (one, two) = (world.system(), world.system());
    let mut facts = guanxi::store::Facts::new();
    let set = loop {
        match world.crm.decide(&one, &commands[0], &facts).unwrap() {
            guanxi::crm::Step::Ask(asks) => facts.merge(guanxi::store::Store::fetch(&mut world.store, &asks).unwrap()),
            guanxi::crm::Step::Done(set, _) => break set,
        }
    };
    let ran = world.crm.run(&mut world.store, &two, &commands[1]).unwrap();
    assert!(ran.record().unwrap().get("product").is_some());
    let late = guanxi::store::Store::commit(&mut world.store, &set);
    assert!(matches!(late, Err(guanxi::store::CommitError::Conflict(_))));
    world.crm.run(&mut world.store, &one, &commands[0]).unwrap();
    assert_eq!(world.stored("product"), 1);
}

#[test]
fn references_are_written_as_they_are_read() {
    let json = upsert(
        "1",
        json!([
        {"field": "account", "to": {"external": {"system": "erp", "id": "K-1"}}, "or_create": {"fields": {"name": "x"}}},
        {"field": "user", "to": {"having": {"name": "x"}}, "or_create": {"id": "x"}}]),
    );
    let command: Command = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(serde_json::to_value(&command).unwrap(), json);
    for odd in [
        json!({"field": "a", "to": {"external": {"system": "erp", "id": "1"}, "having": {"a": 1}}}),
        json!({"field": "a", "to": {"id": "1"}}),
        json!({"field": "a", "to": {"having": {"a": 1}}, "or": {}}),
        json!({"field": "a", "to": {"having": {"a": 1}}, "or_create": {"object": "a"}}),
    ] {
        assert!(serde_json::from_value::<Reference>(odd.clone()).is_err(), "{odd}");
    }
}

#[test]
fn a_lookup_that_fails_comes_back_with_its_column() {
    let mut world = world();
    world.made("product", json!({"name": "GTX Pro"}));
    let ctx = world.system();
    let def = everything(json!([
        {"field": "product", "column": "Product", "lookup": {"field": "name"}},
        {"field": "account", "column": ["Country", "Account"], "lookup": {"external": "erp", "or_create": {
            "fields": [{"field": "name", "column": "Account"}, {"field": "phone", "column": "Phone"}]}}}]));
    let lines = [
        "no;Product;Country;Account;Phone",
        "1;GTX Pro;CN;云舟;021-6235 1234",
        "2;GTXPro;CN;云舟;021-6235 1234",
        "3;GTX Pro;CN;Acme;12",
        "4;;;;",
        "5;;CN;;",
    ];
    let ran = run(&mut world, &ctx, def, &lines);
    assert_eq!(ran.counts(), [2, 0, 0, 3]);
    assert_eq!(ran.report.related_created, 1);
    let told = ran.lines();
    assert_eq!(
        told[0],
        "row 3, column `Product`: refers to the product whose `name` is `GTXPro`, which does not exist"
    );
    assert!(told[1].starts_with("row 4, column `Phone`: "), "{}", told[1]);
    assert_eq!(told[2], "row 6, column `Account`: is required, since another part of what is looked up is there");
    assert_eq!(titled(&mut world, "account", "云舟", "external_ids").as_deref(), Some("erp:CN|云舟"));
    let page = world.ask(&ctx, &Query::list(name("account"))).unwrap();
    assert_eq!(page.records.len(), 1);
}
