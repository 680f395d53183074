use crate::value::{Id, Name};

/// Who asks: a user with the roles that the host gives him, or the host's own automation.
///
/// The id of a user is the id of his user record, which owner fields refer to. guanxi trusts the host: it checks no
/// password and no session.
///
/// # Example
/// ```
/// use guanxi::access::Principal;
///
/// let li_na = Principal::user("li.na".parse()?).with_role("sales".parse()?);
/// assert_eq!(li_na.roles().len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    id: Id,
    kind: PrincipalKind,
    roles: Vec<Name>,
}

/// What kind of principal asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PrincipalKind {
    /// A person, who may do what his roles grant.
    User,
    /// The host's own automation, such as a web form or an import: may do everything.
    System,
}

impl Principal {
    /// Returns a user without roles, who may do nothing.
    pub fn user(id: Id) -> Self {
        Self { id, kind: PrincipalKind::User, roles: Vec::new() }
    }

    /// Returns the host's own automation of this name.
    ///
    /// It may do everything, **also see and change sensitive fields and override seals**: use it for what the host
    /// itself does, never on behalf of a person.
    pub fn system(name: Id) -> Self {
        Self { id: name, kind: PrincipalKind::System, roles: Vec::new() }
    }

    /// Adds a role; a system principal needs none.
    #[must_use]
    pub fn with_role(mut self, role: Name) -> Self {
        self.roles.push(role);
        self
    }

    /// Returns the id of the user, or the name of the automation.
    pub fn id(&self) -> &Id {
        &self.id
    }

    /// Returns what kind of principal this is.
    pub fn kind(&self) -> PrincipalKind {
        self.kind
    }

    /// Returns the names of the roles, as the host gave them.
    pub fn roles(&self) -> &[Name] {
        &self.roles
    }
}
