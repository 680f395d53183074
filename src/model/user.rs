use super::accessors::typed;
use super::reading::with_text_id;

typed! {
    /// A user to be: somebody who works here, under the id that the host gives.
    ///
    /// # Example: somebody who takes leads from software companies in the east
    /// ```
    /// use guanxi::model::{User, UserView};
    /// use guanxi::record::Draft;
    ///
    /// let li_na = User::new("li.na").role("sales").region("east").industry("software").industry("retail");
    /// let view = UserView::try_from(Draft::from(li_na))?;
    /// assert_eq!(view.id().and_then(|id| id.as_text()), Some("li.na"));
    /// assert_eq!(view.industries(), ["retail", "software"]);
    /// # Ok::<(), guanxi::model::WrongObject>(())
    /// ```
    User,
    /// Somebody who works here, with skills, capacity and activity.
    UserView,
    "user";

    text name: "the name";
    text email: "the e-mail address";
    text phone: "the phone number";
    option role: "the job: `sales`, `service`, `finance`, …; it grants nothing";
    flag active: "whether the person works here now; an inactive one is assigned nothing";
    text region: "the region that the person works in";
    tags industries + industry: "the industries that the person knows";
    tags skills + skill: "the skills that the person has";
    tags languages + language: "the languages that the person speaks";
    integer capacity: "how many open items the person may hold at once";
    host_id team: "the id of the team that the person works in";
    host_id manager: "the id of the person's manager";
}

impl User {
    /// Returns the user with this id and nothing else; a text that cannot be an id is left out, and entry asks for one.
    pub fn new(id: &str) -> Self {
        Self(with_text_id(Self::empty().0, id))
    }
}
