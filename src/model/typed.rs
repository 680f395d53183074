use super::WrongObject;
use crate::record::Draft;

/// The typed draft of an object, and with it the typed view.
///
/// Use it to write and read an object of your own like a standard one; whatever takes or gives a [`Lead`](super::Lead)
/// takes and gives yours.
///
/// # Example: a membership of a gym
/// ```
/// use guanxi::model::{Typed, WrongObject};
/// use guanxi::record::Draft;
///
/// struct Membership(Draft);
///
/// impl From<Membership> for Draft {
///     fn from(membership: Membership) -> Draft {
///         membership.0
///     }
/// }
///
/// impl Typed for Membership {
///     const OBJECT: &'static str = "membership";
///     type View = MembershipView;
/// }
///
/// struct MembershipView(Draft);
///
/// impl TryFrom<Draft> for MembershipView {
///     type Error = WrongObject;
///
///     fn try_from(draft: Draft) -> Result<Self, WrongObject> {
///         WrongObject::check(&draft, Membership::OBJECT)?;
///         Ok(Self(draft))
///     }
/// }
///
/// impl MembershipView {
///     fn goal(&self) -> Option<&str> {
///         self.0.fields().get("goal")?.as_str()
///     }
/// }
///
/// let draft = Draft::new("membership".parse()?).set("goal", "marathon");
/// assert_eq!(MembershipView::try_from(draft)?.goal(), Some("marathon"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Typed: Into<Draft> {
    /// The key of the object.
    const OBJECT: &'static str;

    /// What is read of a record of this object.
    type View: TryFrom<Draft, Error = WrongObject>;
}
