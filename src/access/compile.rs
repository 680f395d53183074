use super::grant::{Grant, Scope, Seal};
use super::row::Row;
use super::table::Role;
use super::{AccessTable, Action, ClassSet, GrantDef, RoleDef, RoleSet, SealDef, Selector};
use crate::expr::nearest::or_which;
use crate::schema::{Problems, Schema};

/// Checks roles first, since seals name them, and fills the table only when nothing is wrong.
pub(super) fn table(roles: &[RoleDef], seals: &[SealDef], schema: &Schema) -> Result<AccessTable, Problems> {
    let mut problems = Problems::default();
    let most = schema.limits().roles.min(RoleSet::MAX);
    if roles.len() > most {
        problems.add("roles", format_args!("{} roles: expected at most {most}", roles.len()));
        return Err(problems);
    }
    if schema.objects().len() > MOST_OBJECTS {
        let count = schema.objects().len();
        problems.add("objects", format_args!("{count} objects: expected at most {MOST_OBJECTS}"));
        return Err(problems);
    }
    let mut made: Vec<Role> = Vec::with_capacity(roles.len());
    for (number, def) in roles.iter().enumerate() {
        let path = format!("roles[{number}]");
        if made.iter().any(|role| role.key == def.key) {
            problems.add(format!("{path}.key"), format_args!("`{}` is declared twice", def.key));
        }
        for object in &def.lacking {
            let hint = hint(schema, object);
            problems.add(format!("{path}.grants"), format_args!("no grant on `{object}` to take away{hint}"));
        }
        let grants = def.grants.iter().enumerate();
        let grants =
            grants.map(|(at, grant)| checked_grant(grant, &format!("{path}.grants[{at}]"), schema, &mut problems));
        made.push(Role { key: def.key.clone(), is_admin: def.admin, grants: grants.collect() });
    }
    let seals = seals.iter().enumerate();
    let seals =
        seals.map(|(at, seal)| checked_seal(seal, &format!("seals[{at}]"), schema, &made, &mut problems)).collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(AccessTable {
        objects: schema.objects().to_vec(),
        classes: schema.classes().clone(),
        rows: rows(&made, schema),
        roles: made,
        seals,
    })
}

/// 64 roles on 256 objects make a table of 2.9 MB.
const MOST_OBJECTS: usize = 256;

fn rows(roles: &[Role], schema: &Schema) -> Vec<Row> {
    let mut rows = Vec::with_capacity(schema.objects().len() * Action::ALL.len() * roles.len());
    for object in schema.objects() {
        for action in Action::ALL {
            for role in roles {
                let mut row = Row::NONE;
                for grant in role.grants.iter().filter(|grant| grant.scope.covers(object.number(), action)) {
                    row.grant(grant.classes, grant.relations);
                }
                rows.push(row);
            }
        }
    }
    rows
}

fn checked_grant(def: &GrantDef, path: &str, schema: &Schema, problems: &mut Problems) -> Grant {
    let scope = checked_scope(&def.object, &def.actions, path, schema, problems);
    if def.relations.is_empty() {
        problems.add(format!("{path}.relations"), "expected at least one relation, such as `any`");
    }
    if def.fields.is_empty() {
        problems.add(format!("{path}.fields"), "expected at least one field class, such as `*`");
    }
    let mut classes = ClassSet::NONE;
    for (at, field) in def.fields.iter().enumerate() {
        match field {
            Selector::Every => classes = classes | all_but_sensitive(schema),
            Selector::Named(name) => match schema.classes().number(name.as_str()) {
                Some(class) => classes = classes.with(class),
                None => problems.add(format!("{path}.fields[{at}]"), schema.classes().unknown(name)),
            },
        }
    }
    Grant { scope, relations: def.relations.iter().copied().collect(), classes }
}

fn all_but_sensitive(schema: &Schema) -> ClassSet {
    schema.classes().iter().filter(|(_, name)| **name != "sensitive").map(|(class, _)| class).collect()
}

fn checked_seal(def: &SealDef, path: &str, schema: &Schema, roles: &[Role], problems: &mut Problems) -> Seal {
    let scope = checked_scope(&def.object, &def.actions, path, schema, problems);
    let mut except = RoleSet::NONE;
    for (at, name) in def.except.iter().enumerate() {
        match roles.iter().position(|role| role.key == *name) {
            Some(number) => except = except.with(number),
            None => {
                let which = or_which(name.as_str(), roles.iter().map(|role| role.key.as_str()));
                problems.add(format!("{path}.except[{at}]"), format_args!("unknown role `{name}`{which}"));
            }
        }
    }
    Seal { scope, except }
}

fn checked_scope(object: &Selector, actions: &[Action], path: &str, schema: &Schema, problems: &mut Problems) -> Scope {
    if actions.is_empty() {
        problems.add(format!("{path}.actions"), "expected at least one action, such as `view`");
    }
    let number = match object {
        Selector::Every => None,
        Selector::Named(name) => match schema.object(name.as_str()) {
            Some(object) => Some(object.number()),
            None => {
                let hint = hint(schema, name.as_str());
                problems.add(format!("{path}.object"), format_args!("unknown object `{name}`{hint}"));
                None
            }
        },
    };
    Scope::new(number, actions)
}

fn hint(schema: &Schema, object: &str) -> String {
    schema.nearest_object(object).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::fixture::schema;

    fn problems(roles: &str, seals: &str) -> Vec<String> {
        let roles: Vec<RoleDef> = serde_json::from_str(roles).unwrap();
        let seals: Vec<SealDef> = serde_json::from_str(seals).unwrap();
        let problems = AccessTable::compile(&roles, &seals, &schema()).unwrap_err();
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn all_problems_come_at_once_each_with_its_path() {
        let found = problems(
            r#"[
                {"key": "sales", "grants": [
                    {"object": "dael", "actions": [], "relations": [], "fields": []},
                    {"object": "deal", "actions": ["view"], "relations": ["any"], "fields": ["*", "secret"]}
                ]},
                {"key": "sales", "grants": []}
            ]"#,
            r#"[{"object": "deal", "actions": ["delete"], "except": ["sales", "boss"]}]"#,
        );
        assert_eq!(
            found,
            [
                "roles[0].grants[0].actions: expected at least one action, such as `view`",
                "roles[0].grants[0].object: unknown object `dael`; did you mean `deal`?",
                "roles[0].grants[0].relations: expected at least one relation, such as `any`",
                "roles[0].grants[0].fields: expected at least one field class, such as `*`",
                "roles[0].grants[1].fields[1]: unknown class `secret`: expected one of `system`, `status`, `contact`, \
                 `marketing`, `sales`, `service`, `finance`, `sensitive`, `custom`; `settings.classes` adds others",
                "roles[1].key: `sales` is declared twice",
                "seals[0].except[1]: unknown role `boss`: expected one of `sales`, `sales`",
            ]
        );
    }

    #[test]
    fn sixty_four_roles_are_allowed_and_not_one_more() {
        let roles: Vec<_> = (0..=64).map(|n| RoleDef::new(format!("r{n}").parse().unwrap())).collect();
        assert!(AccessTable::compile(&roles[..63], &[], &schema()).is_ok());
        assert!(AccessTable::compile(&roles[..64], &[], &schema()).is_ok());
        let problems = AccessTable::compile(&roles, &[], &schema()).unwrap_err();
        assert_eq!(problems.to_string(), "roles: 65 roles: expected at most 64");
    }

    #[test]
    fn unknown_parts_of_a_definition_are_refused() {
        let grant = r#"{"object": "deal", "actions": ["view"], "relations": ["any"], "fields": ["*"], "when": "1"}"#;
        assert!(serde_json::from_str::<GrantDef>(grant).is_err());
        let grant = r#"{"object": "deal", "actions": ["look"], "relations": ["any"], "fields": ["*"]}"#;
        assert!(serde_json::from_str::<GrantDef>(grant).is_err());
        assert!(serde_json::from_str::<RoleDef>(r#"{"key": "sales", "grants": [], "inherits": "all"}"#).is_err());
    }
}
