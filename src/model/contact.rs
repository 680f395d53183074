use super::accessors::typed;

typed! {
    /// A contact to be: a person, usually of an account.
    ///
    /// # Example: who decides
    /// ```
    /// use guanxi::model::{Contact, ContactView};
    /// use guanxi::record::Draft;
    ///
    /// let contact = Contact::new("欧阳娜娜").email("ouyang@example.com").buying_role("decision_maker");
    /// assert_eq!(ContactView::try_from(Draft::from(contact))?.buying_role(), Some("decision_maker"));
    /// # Ok::<(), guanxi::model::WrongObject>(())
    /// ```
    Contact,
    /// A person, usually of an account.
    ContactView,
    "contact";

    text name: "the name";
    text phone: "the mobile phone number";
    text landline: "the landline number";
    text email: "the e-mail address";
    text wechat: "the WeChat id";
    record account: "the id of the account that the person belongs to";
    text position: "the position in the company";
    text address: "the address";
    text language: "the language that the person prefers";
    date birthday: "the birthday";
    option gender: "the gender";
    option age_group: "the age group: `under_18`, `from_18`, `from_30`, `from_45`, `from_60`";
    option lead_source: "where it came from: `web_form`, `event`, `referral`, …";
    flag marketing_opt_out: "whether the person wants no marketing";
    tags tags + tag: "the tags";
    option buying_role: "the part in a purchase: `decision_maker`, `influencer`, `user`, `gatekeeper`";
    text preference: "what the person prefers";
    text service_note: "what service should know";
    host_id owner: "the id of the user who answers for it";
    host_id team: "the id of the team that the owner works in";
    host_ids collaborators + collaborator: "the ids of the users who work on it beside the owner";
    instant last_touch_at (by rules): "when somebody of ours last followed up";
    text sensitive_note: "what only few may read";
    flag sealed: "whether the record is sealed: no grant lets anybody change it";
}

impl Contact {
    /// Returns the contact with this name.
    pub fn new(name: &str) -> Self {
        Self::empty().name(name)
    }
}
