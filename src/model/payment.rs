use super::accessors::typed;
use crate::value::Money;

typed! {
    /// A payment to be: money that came in, or is expected.
    ///
    /// # Example: by bank transfer
    /// ```
    /// use guanxi::model::{Payment, PaymentView};
    /// use guanxi::record::Draft;
    ///
    /// let payment = Payment::new("CNY 54000.00".parse()?).method("bank_transfer").received_on("2026-03-05".parse()?);
    /// let view = PaymentView::try_from(Draft::from(payment))?;
    /// assert_eq!(view.amount(), Some("CNY 54000.00".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Payment,
    /// Money that came in, or is expected.
    PaymentView,
    "payment";

    text number: "the number of the bank slip or transaction";
    record order: "the id of the order";
    record deal: "the id of the deal";
    record account: "the id of the account";
    money amount: "the amount";
    option status: "the status: `expected`, `received`, `confirmed`, `returned`";
    date due_on: "the day on which it is due";
    date received_on: "the day on which it came in";
    option method: "how it was paid: `bank_transfer`, `wechat_pay`, `alipay`, …";
    text payer: "who paid";
    text payer_account: "the account that it was paid from";
    text invoice_number: "the number of the invoice";
    text note: "a note";
    host_id owner: "the id of the user who answers for it";
    host_id team: "the id of the team that the owner works in";
    host_ids collaborators + collaborator: "the ids of the users who work on it beside the owner";
}

impl Payment {
    /// Returns the payment of this amount.
    pub fn new(amount: Money) -> Self {
        Self::empty().amount(amount)
    }
}
