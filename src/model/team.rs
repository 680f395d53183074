use super::accessors::typed;
use super::reading::with_text_id;

typed! {
    /// A team to be, under the id that the host gives.
    ///
    /// # Example: one of two teams in the east
    /// ```
    /// use guanxi::model::{Team, TeamView};
    /// use guanxi::record::Draft;
    ///
    /// let team = Team::new("east-1").name("华东一部").parent("east").manager("chen.jing");
    /// assert_eq!(TeamView::try_from(Draft::from(team))?.manager(), Some("chen.jing"));
    /// # Ok::<(), guanxi::model::WrongObject>(())
    /// ```
    Team,
    /// A group of users under a manager.
    TeamView,
    "team";

    text name: "the name";
    option department: "the department: `sales`, `service`, …";
    text region: "the region that the team serves";
    host_id manager: "the id of the user who leads the team";
    host_id parent: "the id of the team that this one is part of";
}

impl Team {
    /// Returns the team with this id and nothing else; a text that cannot be an id is left out, and entry asks for one.
    pub fn new(id: &str) -> Self {
        Self(with_text_id(Self::empty().0, id))
    }
}
