use super::accessors::typed;

typed! {
    /// A deal to be: a possible sale with an amount, a stage and a day on which it should close.
    ///
    /// # Example: what service must know once it is won
    /// ```
    /// use guanxi::model::{Deal, DealView};
    /// use guanxi::record::Draft;
    ///
    /// let deal = Deal::new("Packing line 3").amount("CNY 180000.00".parse()?).service_need("on-site installation");
    /// let view = DealView::try_from(Draft::from(deal))?;
    /// assert_eq!(view.amount().map(|amount| amount.to_string()).as_deref(), Some("CNY 180000.00"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Deal,
    /// A possible sale with an amount, a stage and a day on which it should close.
    DealView,
    "deal";

    text name: "the name";
    record account: "the id of the account";
    record contact: "the id of the contact";
    record lead: "the id of the lead that it came from";
    option lead_source: "where it came from: `web_form`, `event`, `referral`, …";
    option kind: "the kind: `new_business`, `repeat`, `upsell`, `renewal`";
    option stage: "the stage, from `lead_acquisition` to `negotiation`, `won` or `lost`";
    option lost_reason: "why the deal was lost";
    text lost_note: "what there is to say about the loss";
    text competitor: "the competitor";
    text need: "what the customer needs";
    text service_need: "what service must do after the sale, such as an installation on site";
    tags products + product: "the products";
    money amount: "the amount";
    decimal discount: "the discount, 0 to 1";
    option forecast_category: "how sure it is: `pipeline`, `best_case`, `commit`, `closed`, `omitted`";
    date expected_close_on: "the day on which the deal should close";
    date closed_on: "the day on which the deal was won or lost";
    option payment_status: "how far the payment is: `unpaid`, `partial`, `paid`, `refunded`";
    money paid: "what was paid so far";
    date contract_ends_on: "the day on which the contract ends";
    host_id owner: "the id of the user who answers for it";
    host_id team: "the id of the team that the owner works in";
    host_ids collaborators + collaborator: "the ids of the users who work on it beside the owner";
    instant last_touch_at (by rules): "when somebody of ours last followed up";
    text sensitive_note: "what only few may read";
    flag sealed: "whether the record is sealed: no grant lets anybody change it";
}

impl Deal {
    /// Returns the deal with this name.
    pub fn new(name: &str) -> Self {
        Self::empty().name(name)
    }
}
