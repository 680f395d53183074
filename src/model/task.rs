use super::accessors::typed;

typed! {
    /// A task to be: something for somebody to do.
    ///
    /// # Example: a part of it is for marketing
    /// ```
    /// use guanxi::model::{Task, TaskView};
    /// use guanxi::record::Draft;
    /// use guanxi::value::Id;
    ///
    /// let survey = Id::new("task-1")?;
    /// let report = Task::new("Collect the industry report").department("marketing").parent(&survey);
    /// assert_eq!(TaskView::try_from(Draft::from(report))?.parent(), Some(survey));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Task,
    /// Something for somebody to do.
    TaskView,
    "task";

    text title: "what is to be done";
    text detail: "the details";
    option kind: "the kind: `follow_up`, `call`, `service`, …";
    option department: "the department that does it";
    host_id assignee: "the id of the user who does it";
    host_id team: "the id of the team that the owner works in";
    host_ids collaborators + collaborator: "the ids of the users who work on it beside the owner";
    instant due_at: "when it is due";
    option priority: "the priority: `low`, `medium`, `high`, `urgent`";
    option status: "the status: `open`, `done`, `cancelled`";
    instant done_at: "when it was done";
    text result: "what came of it";
    record parent: "the id of the task that it is part of";
    record lead: "the id of the lead";
    record account: "the id of the account";
    record contact: "the id of the contact";
    record deal: "the id of the deal";
    record ticket: "the id of the ticket";
    record order: "the id of the order";
}

impl Task {
    /// Returns the task with this title.
    pub fn new(title: &str) -> Self {
        Self::empty().title(title)
    }
}
