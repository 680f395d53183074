use guanxi::model::{Deal, Order, Payment};
use guanxi::value::Id;
use serde_json::json;

use crate::office::{Office, text};

fn order(office: &mut Office) -> (Id, Id) {
    let account = office.customer();
    let amount = "CNY 1000.00".parse().unwrap();
    let deal = office.create(Deal::new("云舟 2026").account(&account).owner("li.na").amount(amount));
    let order = Order::new("SO-1").account(&account).deal(&deal).owner("li.na").amount(amount);
    (office.create(order), deal)
}

fn pay(office: &mut Office, order: &Id, amount: &str) -> Id {
    let payment = Payment::new(amount.parse().unwrap()).order(order).method("bank_transfer");
    let made = office.run_as("qian.jin", "finance", &guanxi::Command::create(payment));
    made.unwrap_or_else(|refused| panic!("{refused}")).id().clone()
}

fn progress(office: &mut Office, order: &Id, deal: &Id) -> [String; 4] {
    let (order, deal) = (office.record("order", order), office.record("deal", deal));
    [text(&order, "payment_status"), text(&order, "paid"), text(&deal, "payment_status"), text(&deal, "paid")]
}

#[test]
fn s0_15_finance_books_a_payment_and_sales_sees_paid_at_once() {
    let mut office = Office::open();
    let (order, deal) = order(&mut office);
    office.sent();
    let payment = pay(&mut office, &order, "CNY 400.00");
    assert_eq!(progress(&mut office, &order, &deal), ["partial", "CNY 400.00", "partial", "CNY 400.00"]);
    let sent = office.sent();
    assert_eq!(sent.iter().map(|e| (e.to(), e.rule().as_str())).collect::<Vec<_>>(), [("li.na", "payment-notice")]);
    assert!(sent[0].title().contains("CNY 400.00") && sent[0].title().contains("云舟"), "{}", sent[0].title());
    let view = office.see::<Payment>(&payment);
    assert_eq!((view.owner(), view.deal()), (Some("li.na"), Some(deal.clone())));

    pay(&mut office, &order, "CNY 600.00");
    assert_eq!(progress(&mut office, &order, &deal), ["paid", "CNY 1000.00", "paid", "CNY 1000.00"]);
    let seen = office.see_as("li.na", "sales", "order", &order).unwrap();
    assert_eq!(text(&seen, "payment_status"), "paid");
}

#[test]
fn s0_15_confirming_what_was_received_counts_it_once() {
    let mut office = Office::open();
    let (order, deal) = order(&mut office);
    let payment = pay(&mut office, &order, "CNY 400.00");
    office.sent();
    office.update("payment", &payment, json!({"status": "confirmed"}));
    assert_eq!(progress(&mut office, &order, &deal)[1], "CNY 400.00");
    assert!(office.sent().is_empty());
}

#[test]
fn s0_15_an_expected_payment_is_no_money_until_it_arrives() {
    let mut office = Office::open();
    let (order, deal) = order(&mut office);
    let due = Payment::new("CNY 1000.00".parse().unwrap()).order(&order).status("expected");
    let payment = office.create(due.due_on("2026-03-20".parse().unwrap()));
    assert_eq!(progress(&mut office, &order, &deal), ["unpaid", "", "", ""]);
    office.sent();
    office.at("2026-03-17T09:00:00+08:00");
    let sent = office.sent_in_short();
    assert_eq!(sent, ["notify to li.na by payment-due", "notify to role:finance by payment-due"]);
    office.update("payment", &payment, json!({"status": "received", "received_on": "2026-03-18"}));
    assert_eq!(progress(&mut office, &order, &deal), ["paid", "CNY 1000.00", "paid", "CNY 1000.00"]);
    assert_eq!(office.sent_in_short(), ["notify to li.na by payment-notice"]);
}

#[test]
fn s0_15_money_that_goes_back_no_longer_counts() {
    let mut office = Office::open();
    let (order, deal) = order(&mut office);
    let first = pay(&mut office, &order, "CNY 400.00");
    let second = pay(&mut office, &order, "CNY 600.00");
    office.sent();
    office.update("payment", &second, json!({"status": "returned"}));
    assert_eq!(progress(&mut office, &order, &deal), ["partial", "CNY 400.00", "partial", "CNY 400.00"]);
    assert_eq!(office.sent_in_short(), ["notify to li.na by payment-returned"]);
    office.update("payment", &first, json!({"status": "returned"}));
    assert_eq!(progress(&mut office, &order, &deal), ["refunded", "CNY 0.00", "refunded", "CNY 0.00"]);
}

#[test]
fn s0_15_another_currency_spoils_no_sum() {
    let mut office = Office::open();
    let (order, deal) = order(&mut office);
    pay(&mut office, &order, "CNY 400.00");
    pay(&mut office, &order, "USD 50.00");
    assert_eq!(progress(&mut office, &order, &deal), ["partial", "CNY 400.00", "partial", "CNY 400.00"]);
}
