use serde::Serialize;

use super::{AccessTable, Action, Relation, Relations, RoleSet};
use crate::value::Name;

/// One thing that a new policy allows or denies and the old one did not.
///
/// # Example: what a reviewer has to look at
/// ```
/// use guanxi::access::{AccessTable, RoleDef};
/// use guanxi::schema::{ObjectDef, Schema, Settings};
///
/// let schema = Schema::compile(&[ObjectDef::new("lead".parse()?)], &Settings::default())?;
/// let policy = |actions: &str| -> Result<AccessTable, Box<dyn std::error::Error>> {
///     let role: RoleDef = serde_json::from_str(&format!(
///         r#"{{"key":"sales","grants":[
///             {{"object":"lead","actions":{actions},"relations":["owner"],"fields":["status"]}}
///         ]}}"#,
///     ))?;
///     Ok(AccessTable::compile(&[role], &[], &schema)?)
/// };
/// let changes = policy(r#"["view"]"#)?.changes_to(&policy(r#"["view","edit"]"#)?);
/// assert_eq!(changes.len(), 1);
/// assert_eq!(changes[0].to_string(), "`sales` may now edit `status` of `lead` as `owner`");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CellChange {
    /// The role.
    pub role: Name,
    /// The object.
    pub object: Name,
    /// The action.
    pub action: Action,
    /// The field class.
    pub class: Name,
    /// The only relation, beside `any`, in which the principal stands to the record.
    pub relation: Relation,
    /// Whether the change is one for sealed records only.
    pub sealed: bool,
    /// Whether it is allowed now.
    pub allowed: bool,
}

impl AccessTable {
    /// Returns every cell that `newer` allows and this table denies, or the other way round: first by role, then by
    /// object, action, class and relation, in the order of the older definition, new names last.
    ///
    /// Roles, objects and classes are compared by their names. A change for sealed records is listed where it differs
    /// from that for the others.
    pub fn changes_to(&self, newer: &Self) -> Vec<CellChange> {
        let roles = joined(self.roles.iter().map(|role| &role.key), newer.roles.iter().map(|role| &role.key));
        let objects = joined(self.objects.iter().map(|o| o.name()), newer.objects.iter().map(|o| o.name()));
        let classes = joined(self.classes.iter().map(|(_, name)| name), newer.classes.iter().map(|(_, name)| name));
        let mut changes = Vec::new();
        for &role in &roles {
            for &object in &objects {
                for action in Action::ALL {
                    for &class in &classes {
                        let cell = Cell { role, object, action, class };
                        cell.compare(self, newer, &mut changes);
                    }
                }
            }
        }
        changes
    }
}

#[derive(Clone, Copy)]
struct Cell<'a> {
    role: &'a Name,
    object: &'a Name,
    action: Action,
    class: &'a Name,
}

impl Cell<'_> {
    fn compare(self, older: &AccessTable, newer: &AccessTable, changes: &mut Vec<CellChange>) {
        let differing = |sealed| {
            let (before, after) = (self.relations(older, sealed), self.relations(newer, sealed));
            let changed = move |relation: &Relation| before.contains(*relation) != after.contains(*relation);
            Relation::ALL.into_iter().filter(changed).map(move |relation| (relation, after.contains(relation)))
        };
        let open: Vec<_> = differing(false).collect();
        let of_sealed = differing(true).filter(|change| !open.contains(change)).map(|change| (change, true));
        for ((relation, allowed), sealed) in open.iter().map(|&change| (change, false)).chain(of_sealed) {
            let Self { role, object, action, class } = self;
            let (role, object, class) = (role.clone(), object.clone(), class.clone());
            changes.push(CellChange { role, object, action, class, relation, sealed, allowed });
        }
    }

    /// Returns the relations in which a table allows the cell: all of them where everybody may.
    fn relations(self, table: &AccessTable, sealed: bool) -> Relations {
        let role = table.roles.iter().position(|role| role.key == *self.role);
        let object = table.objects.iter().find(|object| object.name() == self.object);
        let class = table.classes.number(self.class.as_str());
        let Some(((role, object), class)) = role.zip(object).zip(class) else { return Relations::NONE };
        let (role, object) = (RoleSet::NONE.with(role), object.number());
        let granted = table.union(role, object, self.action).relations(class);
        if sealed && table.seal_on(role, object, self.action).is_some() {
            Relations::NONE
        } else if granted.contains(Relation::Any) {
            Relations::ALL
        } else {
            granted
        }
    }
}

fn joined<'a>(older: impl Iterator<Item = &'a Name>, newer: impl Iterator<Item = &'a Name>) -> Vec<&'a Name> {
    let mut all: Vec<_> = older.collect();
    for name in newer {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all
}

impl std::fmt::Display for CellChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let may = if self.allowed { "may now" } else { "may no longer" };
        let Self { role, action, class, object, relation, .. } = self;
        write!(f, "`{role}` {may} {action} `{class}` of `{object}` as `{relation}`")?;
        if self.sealed { f.write_str(", where it is sealed") } else { Ok(()) }
    }
}
