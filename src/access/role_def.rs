use serde::{Deserialize, Serialize};

use super::{Action, Relation, Selector};
use crate::value::Name;

/// A named set of grants, as a definition declares it.
///
/// Grants only add: somebody with several roles may do whatever one of them allows. What no grant names is denied.
///
/// # Example: the same role in Rust and as data
/// ```
/// use guanxi::access::{Action, GrantDef, Relation, RoleDef, Selector};
///
/// let built = RoleDef::new("service".parse()?).with_admin().with_grant(GrantDef::new(
///     "ticket".parse()?,
///     [Action::View, Action::Edit],
///     [Relation::Owner, Relation::SameTeam],
///     [Selector::Every],
/// ));
/// let read: RoleDef = serde_json::from_str(r#"{"key":"service","admin":true,"grants":[
///     {"object":"ticket","actions":["view","edit"],"relations":["owner","same_team"],"fields":["*"]}
/// ]}"#)?;
/// assert_eq!(built, read);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleDef {
    pub(super) key: Name,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) admin: bool,
    pub(super) grants: Vec<GrantDef>,
    /// The objects whose grants were to be taken away, of which there are none.
    #[serde(skip)]
    pub(super) lacking: Vec<String>,
}

/// What a role may do: these actions, on this object, for who stands in one of these relations to the record, with
/// fields of these classes.
///
/// Object `*` is every object. Field class `*` is every class but `sensitive`, so that `["*", "sensitive"]` is all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantDef {
    pub(super) object: Selector,
    pub(super) actions: Vec<Action>,
    pub(super) relations: Vec<Relation>,
    pub(super) fields: Vec<Selector>,
}

impl RoleDef {
    /// Returns a role that may do nothing.
    pub fn new(key: Name) -> Self {
        Self { key, admin: false, grants: Vec::new(), lacking: Vec::new() }
    }

    /// Adds a grant.
    #[must_use]
    pub fn with_grant(mut self, grant: GrantDef) -> Self {
        self.grants.push(grant);
        self
    }

    /// Takes away the grants that name `object`; those on every object (`*`) stay. Where the role has none,
    /// [`AccessTable::compile`](super::AccessTable::compile) says so.
    #[must_use]
    pub fn without_grants(mut self, object: &str) -> Self {
        let before = self.grants.len();
        self.grants.retain(|grant| !matches!(&grant.object, Selector::Named(name) if name == object));
        if self.grants.len() == before {
            self.lacking.push(object.to_owned());
        }
        self
    }

    /// Declares that the role is meant to be powerful: it grants nothing, but what the role may do is no
    /// [finding](super::Finding).
    #[must_use]
    pub fn with_admin(mut self) -> Self {
        self.admin = true;
        self
    }

    /// Returns the key.
    pub fn key(&self) -> &Name {
        &self.key
    }

    /// Returns whether the role is meant to be powerful.
    pub fn is_admin(&self) -> bool {
        self.admin
    }

    /// Returns the grants.
    pub fn grants(&self) -> &[GrantDef] {
        &self.grants
    }
}

impl GrantDef {
    /// Returns the grant of `actions` on records of `object`.
    pub fn new(
        object: Selector,
        actions: impl Into<Vec<Action>>,
        relations: impl Into<Vec<Relation>>,
        fields: impl Into<Vec<Selector>>,
    ) -> Self {
        Self { object, actions: actions.into(), relations: relations.into(), fields: fields.into() }
    }

    /// Returns the object, or `*`.
    pub fn object(&self) -> &Selector {
        &self.object
    }

    /// Returns the actions.
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// Returns the relations, one of which is enough.
    pub fn relations(&self) -> &[Relation] {
        &self.relations
    }

    /// Returns the field classes.
    pub fn fields(&self) -> &[Selector] {
        &self.fields
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}
