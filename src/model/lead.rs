use super::accessors::typed;

typed! {
    /// A lead to be: interest that is not qualified yet.
    ///
    /// # Example: from the web form
    /// ```
    /// use guanxi::model::{Lead, LeadView};
    /// use guanxi::record::Draft;
    ///
    /// let lead = Lead::new("上海云舟科技有限公司").phone("021-6235 1234").region("east").industry("software");
    /// let view = LeadView::try_from(Draft::from(lead))?;
    /// assert_eq!(view.company(), Some("上海云舟科技有限公司"));
    /// assert_eq!(view.owner(), None);
    /// # Ok::<(), guanxi::model::WrongObject>(())
    /// ```
    Lead,
    /// Interest that is not qualified yet.
    LeadView,
    "lead";

    text company: "the company";
    text contact_name: "the name of the person";
    text position: "the position in the company";
    text phone: "the phone number";
    text email: "the e-mail address";
    text wechat: "the WeChat id";
    text region: "the region";
    text industry: "the industry";
    option size: "the size by headcount: `micro`, `small`, `medium`, `large`";
    option lead_source: "where it came from: `web_form`, `event`, `referral`, …";
    text channel: "the channel within the source, such as one account on one platform";
    text campaign: "the marketing campaign";
    text need: "what is needed";
    money budget: "the budget";
    option timeframe: "within what time the decision falls: `month`, `quarter`, `half_year`, `later`";
    integer score: "the score, 0 to 100";
    option grade: "the value class: `A`, `B`, `C`";
    option status: "the status: `new`, `assigned`, `contacted`, `qualified`, `disqualified`, `converted`";
    option disqualified_reason: "why the lead is none";
    host_id owner: "the id of the user who answers for it";
    host_id team: "the id of the team that the owner works in";
    host_ids collaborators + collaborator: "the ids of the users who work on it beside the owner";
    instant routed_at (by rules): "when rules last looked for an owner";
    instant assigned_at (by rules): "when the lead was last assigned";
    instant last_touch_at (by rules): "when somebody of ours last followed up";
    record account: "the id of the account that it became";
    record contact: "the id of the contact that it became";
    record deal: "the id of the deal that it became";
    text sensitive_note: "what only few may read";
    flag sealed: "whether the record is sealed: no grant lets anybody change it";
}

impl Lead {
    /// Returns the lead of a company.
    pub fn new(company: &str) -> Self {
        Self::empty().company(company)
    }

    /// Returns the lead of a person without a company.
    pub fn person(name: &str) -> Self {
        Self::empty().contact_name(name)
    }
}
