use serde::Serialize;

use super::row::Row;
use super::{AccessTable, Action, Relation, Relations, RoleSet};
use crate::schema::ClassNumber;
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
        let roles = paired(self.named_roles(), newer.named_roles());
        let objects = paired(self.named_objects(), newer.named_objects());
        let classes = paired(self.classes.iter(), newer.classes.iter());
        let mut changes = Vec::new();
        for role in &roles {
            for object in &objects {
                for action in Action::ALL {
                    let sides =
                        (self.side(role.older, object.older, action), newer.side(role.newer, object.newer, action));
                    for class in &classes {
                        let of =
                            |sealed| (sides.0.relations(class.older, sealed), sides.1.relations(class.newer, sealed));
                        for (relation, sealed, allowed) in differing(of(false), of(true)) {
                            let (role, object, class) = (role.name.clone(), object.name.clone(), class.name.clone());
                            changes.push(CellChange { role, object, action, class, relation, sealed, allowed });
                        }
                    }
                }
            }
        }
        changes
    }

    fn named_roles(&self) -> impl Iterator<Item = (usize, &Name)> {
        self.roles.iter().map(|role| &role.key).enumerate()
    }

    fn named_objects(&self) -> impl Iterator<Item = (u16, &Name)> {
        self.objects.iter().map(|object| (object.number(), object.name()))
    }

    fn side(&self, role: Option<usize>, object: Option<u16>, action: Action) -> Side {
        let Some((role, object)) = role.zip(object) else { return Side { row: Row::NONE, sealed: false } };
        let role = RoleSet::NONE.with(role);
        Side { row: self.union(role, object, action), sealed: self.seal_on(role, object, action).is_some() }
    }
}

/// What one of two tables says about a role, an object and an action.
struct Side {
    row: Row,
    /// Whether a seal forbids the action.
    sealed: bool,
}

impl Side {
    /// Returns the relations in which a class is allowed: all of them where everybody may.
    fn relations(&self, class: Option<ClassNumber>, sealed: bool) -> Relations {
        let granted = class.map_or(Relations::NONE, |class| self.row.relations(class));
        if sealed && self.sealed {
            Relations::NONE
        } else if granted.contains(Relation::Any) {
            Relations::ALL
        } else {
            granted
        }
    }
}

/// Returns the relations that are allowed before and not after, or the other way round, with what holds after: those of
/// open records, and of sealed ones what differs from that.
fn differing(
    open: (Relations, Relations),
    sealed: (Relations, Relations),
) -> impl Iterator<Item = (Relation, bool, bool)> {
    let changed = |(before, after): (Relations, Relations), relation| {
        (before.contains(relation) != after.contains(relation)).then_some(after.contains(relation))
    };
    Relation::ALL.into_iter().flat_map(move |relation| {
        let of_open = changed(open, relation);
        let of_sealed = changed(sealed, relation).filter(|now| Some(*now) != of_open);
        let of_open = of_open.map(|now| (relation, false, now));
        of_open.into_iter().chain(of_sealed.map(|now| (relation, true, now)))
    })
}

/// A name of either definition, with its number in each.
struct Paired<'a, N> {
    name: &'a Name,
    older: Option<N>,
    newer: Option<N>,
}

/// Returns the older names in their order, then those that are new.
fn paired<'a, N>(
    older: impl Iterator<Item = (N, &'a Name)>,
    newer: impl Iterator<Item = (N, &'a Name)>,
) -> Vec<Paired<'a, N>> {
    let mut all: Vec<_> = older.map(|(number, name)| Paired { name, older: Some(number), newer: None }).collect();
    for (number, name) in newer {
        match all.iter_mut().find(|known| known.name == name) {
            Some(known) => known.newer = Some(number),
            None => all.push(Paired { name, older: None, newer: Some(number) }),
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
