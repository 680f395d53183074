//! Laws of access: random policies are decided as a dozen plain lines decide them, and roles only ever add.

mod dice;

use dice::Dice;
use guanxi::access::{
    AccessDecision, AccessTable, Action, CellChange, GrantDef, Permit, Principal, Relation, Relations, RoleDef,
    SealDef, Selector,
};
use guanxi::schema::{ObjectDef, Schema, Settings};
use serde_json::json;

const TABLES: u64 = 100_000;
const OBJECTS: [&str; 3] = ["lead", "deal", "ticket"];
const CLASSES: [&str; 4] = ["system", "sales", "sensitive", "laboratory"];
const ROLES: [&str; 4] = ["marketing", "sales", "service", "admin"];

#[derive(Clone)]
struct Request {
    roles: Vec<&'static str>,
    object: &'static str,
    action: Action,
    class: &'static str,
    relations: Vec<Relation>,
    sealed: bool,
}

/// What the table must decide, read straight from the definition.
fn reference(request: &Request, roles: &[RoleDef], seals: &[SealDef]) -> bool {
    let is = |selector: &Selector, name: &str| match selector {
        Selector::Named(key) => key.as_str() == name,
        _ => true,
    };
    let sealed_off = request.sealed
        && seals.iter().any(|seal| {
            is(seal.object(), request.object)
                && seal.actions().contains(&request.action)
                && !seal.except().iter().any(|role| request.roles.contains(&role.as_str()))
        });
    let granted = roles.iter().filter(|role| request.roles.contains(&role.key().as_str())).any(|role| {
        role.grants().iter().any(|grant| {
            is(grant.object(), request.object)
                && grant.actions().contains(&request.action)
                && grant.relations().iter().any(|own| *own == Relation::Any || request.relations.contains(own))
                && grant.fields().iter().any(|field| {
                    is(field, request.class) && (*field != Selector::Every || request.class != "sensitive")
                })
        })
    });
    granted && !sealed_off
}

impl Dice {
    /// Between `least` and `most` draws, with repetitions.
    fn some<T: Clone>(&mut self, of: &[T], least: usize, most: usize) -> Vec<T> {
        (0..least + self.below(most - least + 1)).map(|_| self.one(of)).collect()
    }

    fn selector(&mut self, of: &[&str]) -> Selector {
        if self.below(4) == 0 { Selector::Every } else { self.one(of).parse().unwrap() }
    }

    fn grant(&mut self) -> GrantDef {
        let fields: Vec<_> = (0..=self.below(2)).map(|_| self.selector(&CLASSES)).collect();
        let (actions, relations) = (self.some(&Action::ALL, 1, 5), self.some(&Relation::ALL, 1, 3));
        GrantDef::new(self.selector(&OBJECTS), actions, relations, fields)
    }

    fn policy(&mut self) -> (Vec<RoleDef>, Vec<SealDef>) {
        let mut roles = Vec::new();
        for key in &ROLES[..1 + self.below(ROLES.len())] {
            let role = RoleDef::new(key.parse().unwrap());
            roles.push((0..self.below(9)).fold(role, |role, _| role.with_grant(self.grant())));
        }
        let names: Vec<_> = roles.iter().map(|role| role.key().clone()).collect();
        let mut seals = Vec::new();
        for _ in 0..self.below(3) {
            let seal = SealDef::new(self.selector(&OBJECTS), self.some(&Action::ALL, 1, 5));
            seals.push(self.some(&names, 0, 2).into_iter().fold(seal, SealDef::with_except));
        }
        (roles, seals)
    }

    fn request(&mut self) -> Request {
        Request {
            roles: self.some(&ROLES, 0, 3),
            object: self.one(&OBJECTS),
            action: self.one(&Action::ALL),
            class: self.one(&CLASSES),
            relations: self.some(&Relation::ALL[1..], 0, 3),
            sealed: self.below(2) == 0,
        }
    }
}

fn schema() -> Schema {
    let objects = OBJECTS.map(|key| ObjectDef::new(key.parse().unwrap()));
    let mut settings = Settings::default();
    settings.classes.push("laboratory".parse().unwrap());
    Schema::compile(&objects, &settings).unwrap()
}

fn decide<'t>(table: &'t AccessTable, schema: &Schema, request: &Request) -> AccessDecision<'t> {
    let user = Principal::user("li.na".parse().unwrap());
    let user = request.roles.iter().fold(user, |user, role| user.with_role(role.parse().unwrap()));
    let object = schema.object(request.object).unwrap().number();
    let class = schema.classes().number(request.class).unwrap();
    let (roles, relations) = (table.roles(&user), request.relations.iter().copied().collect::<Relations>());

    let decision = table.decide(roles, object, request.action, class, relations, request.sealed);
    let classes = table.classes(roles, object, request.action, relations, request.sealed);
    assert_eq!(classes.contains(class), decision.is_allowed(), "one by one and all at once");
    decision
}

#[test]
fn random_tables_decide_as_the_definition_reads() {
    let schema = schema();
    let (mut allowed, mut sealed_off) = (0_u64, 0_u64);
    for seed in 0..TABLES {
        let mut dice = Dice(seed);
        let (roles, seals) = dice.policy();
        let table = AccessTable::compile(&roles, &seals, &schema).unwrap();
        for _ in 0..8 {
            let mut request = dice.request();
            let decision = decide(&table, &schema, &request);
            let expected = reference(&request, &roles, &seals);
            assert_eq!(decision.is_allowed(), expected, "seed {seed}: {decision}");
            allowed += u64::from(expected);
            match decision {
                AccessDecision::Allowed(permit) => assert_permit(&permit, &request, &roles, seed),
                AccessDecision::Sealed { seal } => {
                    sealed_off += 1;
                    assert!(seals[seal].actions().contains(&request.action), "seed {seed}");
                    assert!(reference(&request, &roles, &[]), "seed {seed}: no grant, so the seal is not the reason");
                }
                _ => assert!(!reference(&request, &roles, &[]), "seed {seed}: the seal is the reason"),
            }
            // Roles only add: one more never takes away.
            request.roles.push(dice.one(&ROLES));
            assert!(!expected || decide(&table, &schema, &request).is_allowed(), "seed {seed}: not monotone");
        }
    }
    println!("{TABLES} tables, {} requests, {allowed} allowed, {sealed_off} sealed off", TABLES * 8);
    assert!(allowed > TABLES / 2 && sealed_off > TABLES / 50, "too few cases: {allowed}, {sealed_off}");
}

/// The grant that a decision names is one that allows the request by itself.
fn assert_permit(permit: &Permit<'_>, request: &Request, roles: &[RoleDef], seed: u64) {
    let role = roles.iter().find(|role| role.key() == permit.role()).unwrap();
    let only = RoleDef::new(role.key().clone()).with_grant(role.grants()[permit.grant()].clone());
    assert!(reference(request, &[only], &[]), "seed {seed}");
    assert!(permit.relation() == Relation::Any || request.relations.contains(&permit.relation()), "seed {seed}");
}

#[test]
fn a_role_takes_no_filter_away() {
    let fields = CLASSES.map(|class| json!({"key": format!("in_{class}"), "type": "text", "class": class}));
    let objects = OBJECTS.map(|key| serde_json::from_value(json!({"key": key, "fields": fields})).unwrap());
    let mut settings = Settings::default();
    settings.classes.push("laboratory".parse().unwrap());
    let schema = Schema::compile(&objects, &settings).unwrap();
    let (mut granted, mut denied) = (0, 0);
    for seed in 0..TABLES / 50 {
        let mut dice = Dice(seed);
        let (roles, seals) = dice.policy();
        let table = AccessTable::compile(&roles, &seals, &schema).unwrap();
        let names: Vec<_> = roles.iter().map(|role| role.key().clone()).collect();
        let some = dice.some(&names, 0, 2);
        let user = |names: &[guanxi::value::Name]| {
            let user = Principal::user("li.na".parse().unwrap());
            table.roles(&names.iter().fold(user, |user, role| user.with_role(role.clone())))
        };
        let (fewer, more) = (user(&some), user(&[&some[..], &[dice.one(&names)]].concat()));
        for object in schema.objects() {
            for field in object.fields() {
                let may = |roles| table.may_read_fields(roles, object, &[field.slot()]).is_ok();
                assert!(!may(fewer) || may(more), "seed {seed}: {} of {}", field.key(), object.name());
                *(if may(more) { &mut granted } else { &mut denied }) += 1;
            }
        }
    }
    assert!(granted > TABLES / 50 && denied > TABLES / 50, "too few cases: {granted}, {denied}");
}

#[test]
fn a_policy_does_not_differ_from_itself_and_differences_are_what_decisions_show() {
    let schema = schema();
    for seed in 0..50 {
        let mut dice = Dice(seed);
        let (old, new) = (dice.policy(), dice.policy());
        let older = AccessTable::compile(&old.0, &old.1, &schema).unwrap();
        let newer = AccessTable::compile(&new.0, &new.1, &schema).unwrap();
        assert_eq!(older.changes_to(&older), []);
        let changes = older.changes_to(&newer);
        let mut listed = 0;
        for request in single_relation_requests() {
            let differs = |sealed: bool| {
                let request = Request { sealed, ..request.clone() };
                let (before, after) = (reference(&request, &old.0, &old.1), reference(&request, &new.0, &new.1));
                (before != after).then_some(after)
            };
            let found = |sealed: bool| {
                let is_this = |change: &&CellChange| {
                    request.roles == [change.role.as_str()]
                        && request.relations == [change.relation]
                        && (request.object, request.class) == (change.object.as_str(), change.class.as_str())
                        && (request.action, sealed) == (change.action, change.sealed)
                };
                changes.iter().find(is_this).map(|change| change.allowed)
            };
            assert_eq!(found(false), differs(false), "seed {seed}");
            assert_eq!(found(true), differs(true).filter(|now| Some(*now) != differs(false)), "seed {seed}");
            listed += usize::from(found(false).is_some()) + usize::from(found(true).is_some());
        }
        let of_other_classes = changes.iter().filter(|change| !CLASSES.contains(&change.class.as_str())).count();
        assert_eq!(listed + of_other_classes, changes.len(), "seed {seed}: a cell is listed twice");
    }
}

/// Every request of one role in one relation.
fn single_relation_requests() -> Vec<Request> {
    let mut requests = Vec::new();
    for role in ROLES {
        for object in OBJECTS {
            for action in Action::ALL {
                for class in CLASSES {
                    for relation in Relation::ALL {
                        let (roles, relations) = (vec![role], vec![relation]);
                        requests.push(Request { roles, object, action, class, relations, sealed: false });
                    }
                }
            }
        }
    }
    requests
}
