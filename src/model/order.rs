use super::accessors::typed;

typed! {
    /// An order to be: an accepted purchase.
    ///
    /// # Example: what was bought
    /// ```
    /// use guanxi::model::{Order, OrderView};
    /// use guanxi::record::Draft;
    ///
    /// let order = Order::new("SO-2026-0042").product("pump P3").product("filter F1").delivery_status("shipped");
    /// assert_eq!(OrderView::try_from(Draft::from(order))?.products(), ["filter F1", "pump P3"]);
    /// # Ok::<(), guanxi::model::WrongObject>(())
    /// ```
    Order,
    /// An accepted purchase.
    OrderView,
    "order";

    text number: "the number";
    record account: "the id of the account";
    record contact: "the id of the contact";
    record deal: "the id of the deal";
    option status: "the status: `placed`, `confirmed`, `fulfilled`, `completed`, `cancelled`";
    option delivery_status: "how far the delivery is: `pending`, `preparing`, `shipped`, `delivered`, …";
    option payment_status: "how far the payment is: `unpaid`, `partial`, `paid`, `refunded`";
    date ordered_on: "the day of the order";
    date deliver_by: "the day by which it must be there";
    date delivered_on: "the day on which it was there";
    money amount: "the amount";
    money paid: "what was paid so far";
    tags products + product: "the products";
    text purchase_channel: "where it was bought";
    text delivery_address: "where it goes";
    text service_need: "what service must do, such as an installation on site";
    host_id owner: "the id of the user who answers for it";
    host_id team: "the id of the team that the owner works in";
    host_ids collaborators + collaborator: "the ids of the users who work on it beside the owner";
    flag sealed: "whether the record is sealed: no grant lets anybody change it";
}

impl Order {
    /// Returns the order with this number.
    pub fn new(number: &str) -> Self {
        Self::empty().number(number)
    }
}
