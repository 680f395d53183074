use super::accessors::typed;

typed! {
    /// A ticket to be: a request for service, a complaint or a repair.
    ///
    /// # Example: a complaint
    /// ```
    /// use guanxi::model::{Ticket, TicketView};
    /// use guanxi::record::Draft;
    ///
    /// let ticket = Ticket::new("Delivery is a week late").kind("complaint").priority("high").number("T-1007");
    /// assert_eq!(TicketView::try_from(Draft::from(ticket))?.kind(), Some("complaint"));
    /// # Ok::<(), guanxi::model::WrongObject>(())
    /// ```
    Ticket,
    /// A request for service, a complaint or a repair.
    TicketView,
    "ticket";

    text number: "the number that people quote";
    text subject: "the subject";
    option kind: "the kind: `request`, `complaint`, `repair`";
    option priority: "the priority: `low`, `medium`, `high`, `urgent`";
    option status: "the status: `new`, `in_progress`, `waiting`, `resolved`, `closed`";
    text detail: "the problem in detail";
    text product: "the product";
    option channel: "how the customer reached us: `phone`, `wechat`, `store`, …";
    text purchase_channel: "where the product was bought";
    text usage_scenario: "what the product is used for";
    record account: "the id of the account";
    record contact: "the id of the contact";
    record deal: "the id of the deal";
    record order: "the id of the order";
    host_id owner: "the id of the user who answers for it";
    host_id team: "the id of the team that the owner works in";
    host_ids collaborators + collaborator: "the ids of the users who work on it beside the owner";
    instant first_response_at: "when the customer was first answered";
    instant resolved_at: "when it was resolved";
    text resolution: "how it was resolved";
    decimal satisfaction: "how satisfied the customer was, 0 to 5";
    text sensitive_note: "what only few may read";
    flag sealed: "whether the record is sealed: no grant lets anybody change it";
}

impl Ticket {
    /// Returns the ticket with this subject.
    pub fn new(subject: &str) -> Self {
        Self::empty().subject(subject)
    }
}
