use super::accessors::typed;
use crate::value::Instant;

typed! {
    /// An activity to be: something that happened with a customer, on whatever channel.
    ///
    /// # Example: a call after a live stream
    /// ```
    /// use guanxi::model::{Activity, ActivityView};
    /// use guanxi::record::Draft;
    ///
    /// let call = Activity::new("call", "2026-03-02T09:30:00+08:00".parse()?)
    ///     .direction("outbound")
    ///     .actor("li.na")
    ///     .summary("asked about the pump shown in the live stream");
    /// assert_eq!(ActivityView::try_from(Draft::from(call))?.actor(), Some("li.na"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Activity,
    /// Something that happened with a customer, on whatever channel.
    ActivityView,
    "activity";

    option kind: "the kind: `call`, `mail`, `meeting`, `visit`, `web_visit`, …";
    option direction: "who turned to whom: `inbound`, `outbound`, `two_way`";
    instant at: "when it happened";
    text channel: "the channel it went through";
    flag is_touch: "whether it counts as following up";
    text summary: "what happened, in a sentence";
    text content: "what was said";
    text next_step: "what comes next";
    date next_step_on: "the day of the next step";
    text campaign: "the marketing campaign";
    host_id actor: "the id of the user who did it";
    record lead: "the id of the lead";
    record account: "the id of the account";
    record contact: "the id of the contact";
    record deal: "the id of the deal";
    record ticket: "the id of the ticket";
}

impl Activity {
    /// Returns the activity of this kind (`call`, `mail`, `meeting`, …) that happened at `at`.
    pub fn new(kind: &str, at: Instant) -> Self {
        Self::empty().kind(kind).at(at)
    }
}
