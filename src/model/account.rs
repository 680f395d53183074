use super::accessors::typed;

typed! {
    /// An account to be: an organisation, household or person that we sell to or serve.
    ///
    /// # Example: a key customer
    /// ```
    /// use guanxi::model::{Account, AccountView};
    /// use guanxi::record::Draft;
    ///
    /// let account = Account::new("杭州西湖茶业有限公司").grade("A").founded_on("1998-05-18".parse()?).owner("li.na");
    /// let view = AccountView::try_from(Draft::from(account))?;
    /// assert_eq!((view.grade(), view.owner()), (Some("A"), Some("li.na")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Account,
    /// An organisation, household or person that we sell to or serve.
    AccountView,
    "account";

    text name: "the name";
    text short_name: "the short name";
    option kind: "what it is: `organisation`, `household`, `person`";
    text uscc: "the unified social credit code";
    text domain: "the domain of its web site";
    text phone: "the phone number";
    text address: "the address";
    text region: "the region";
    text industry: "the industry";
    option size: "the size by headcount: `micro`, `small`, `medium`, `large`";
    money annual_revenue: "the annual revenue";
    date founded_on: "the day it was founded";
    record parent: "the id of the account that it belongs to";
    option lead_source: "where it came from: `web_form`, `event`, `referral`, …";
    tags tags + tag: "the tags";
    option lifecycle: "where the relationship stands: `lead`, `customer`, `repeat`, `dormant`, `lost`";
    option churn_reason: "why the customer was lost";
    option grade: "the value class that sets the cadence of touches: `A`, `B`, `C`";
    text need: "what the customer needs";
    host_id owner: "the id of the user who answers for it";
    host_id team: "the id of the team that the owner works in";
    host_ids collaborators + collaborator: "the ids of the users who work on it beside the owner";
    instant last_touch_at (by rules): "when somebody of ours last followed up";
    date last_purchase_on: "the day of the last purchase";
    decimal satisfaction: "the last satisfaction score, 0 to 5";
    option service_level: "the level of service: `standard`, `premium`";
    text payment_account: "the account that the customer pays from";
    text sensitive_note: "what only few may read";
    flag sealed: "whether the record is sealed: no grant lets anybody change it";
}

impl Account {
    /// Returns the account with this name.
    pub fn new(name: &str) -> Self {
        Self::empty().name(name)
    }
}
