use guanxi::model::{Account, Activity, Contact, Ticket};
use guanxi::rules::Priority;
use guanxi::value::Id;
use rust_decimal::Decimal;
use serde_json::json;

use crate::office::{Office, text};

fn buyer(office: &mut Office) -> (Id, Id) {
    let account = office.customer();
    let contact = office.create(Contact::new("王伟").email("wang.wei@example.com").account(&account));
    (account, contact)
}

#[test]
fn s0_8_a_ticket_reaches_the_sales_person_of_the_customer() {
    let mut office = Office::open();
    let (account, contact) = buyer(&mut office);
    let ticket = office.create(Ticket::new("Invoice is missing").contact(&contact));
    assert_eq!(office.see::<Ticket>(&ticket).account(), Some(account), "the customer of the contact");
    assert_eq!(office.sent_in_short(), ["notify to li.na by ticket-notice"]);
    let seen = office.see_as("li.na", "sales", "ticket", &ticket).unwrap();
    assert_eq!(text(&seen, "subject"), "Invoice is missing");
    assert!(office.see_as("wang.fang", "sales", "ticket", &ticket).is_none(), "nobody else in sales");
}

#[test]
fn s0_1_a_complaint_is_told_at_once_and_service_sees_the_deal_in_progress() {
    let mut office = Office::open();
    let (account, contact) = buyer(&mut office);
    let deal = office.create(
        guanxi::model::Deal::new("Packing line 3")
            .account(&account)
            .owner("li.na")
            .need("a third line")
            .stage("negotiation"),
    );
    office.create(Ticket::new("Delivery is late").kind("complaint").contact(&contact).account(&account));
    let sent = office.sent();
    assert_eq!(
        sent.iter().map(|e| (e.kind().as_str(), e.to(), e.priority())).collect::<Vec<_>>(),
        [("message", "li.na", Priority::High)]
    );
    assert!(sent[0].title().contains("Delivery is late"));
    let seen = office.see_as("chen.jie", "service", "deal", &deal).unwrap();
    assert_eq!(text(&seen, "stage"), "negotiation");
}

#[test]
fn s0_1_a_request_that_turns_into_a_complaint_is_told_too() {
    let mut office = Office::open();
    let (account, _) = buyer(&mut office);
    let ticket = office.create(Ticket::new("Delivery is late").account(&account));
    office.sent();
    office.update("ticket", &ticket, json!({"kind": "complaint"}));
    assert_eq!(office.sent_in_short(), ["message to li.na by ticket-complaint"]);
}

#[test]
fn s0_20_a_resolved_ticket_tells_sales_and_asks_the_customer() {
    let mut office = Office::open();
    let (account, contact) = buyer(&mut office);
    let ticket = office.create(Ticket::new("Pump is loud").contact(&contact));
    office.sent();
    office.at("2026-03-02T16:00:00+08:00");
    office.update("ticket", &ticket, json!({"status": "resolved", "resolution": "bearing replaced"}));
    let sent = office.sent();
    assert_eq!(sent.len(), 2);
    let (to_sales, survey) =
        (&sent.iter().find(|e| e.to() == "li.na").unwrap(), sent.iter().find(|e| e.kind() == "mail").unwrap());
    assert!(to_sales.body().contains("bearing replaced"));
    assert_eq!((survey.to(), survey.rule().as_str()), ("wang.wei@example.com", "ticket-resolved"));
    assert!(survey.body().contains("王伟") && survey.body().contains("Pump is loud"), "{}", survey.body());
    assert_eq!(office.see::<Ticket>(&ticket).resolved_at(), Some(office.now()));

    office.update("ticket", &ticket, json!({"satisfaction": "4.5"}));
    let sent = office.sent();
    assert_eq!(sent.iter().map(|e| (e.to(), e.rule().as_str())).collect::<Vec<_>>(), [("li.na", "survey-result")]);
    assert!(sent[0].title().contains("4.5"));
    let seen = office.see_as("li.na", "sales", "account", &account).unwrap();
    assert_eq!(text(&seen, "satisfaction"), "4.5", "sales can judge whether to offer again");
    office.update("ticket", &ticket, json!({"status": "closed"}));
    assert!(office.sent().is_empty());
}

#[test]
fn s0_13_an_unhappy_customer_is_called_back() {
    let mut office = Office::open();
    let (account, contact) = buyer(&mut office);
    let ticket = office.create(Ticket::new("Pump is loud").contact(&contact).owner("chen.jie"));
    office.update("ticket", &ticket, json!({"satisfaction": "1.5"}));
    let tasks = office.list("task", "kind == 'call'");
    assert_eq!(tasks.len(), 1);
    assert_eq!((text(&tasks[0], "assignee"), text(&tasks[0], "priority")), ("chen.jie".into(), "urgent".into()));
    assert_eq!(office.see::<Account>(&account).satisfaction(), Some(Decimal::new(15, 1)));
}

#[test]
fn s4_11_a_ticket_goes_to_somebody_who_knows_the_product() {
    let mut office = Office::open();
    let (account, _) = buyer(&mut office);
    let known = office.create(Ticket::new("Pump is loud").account(&account).product("pump P3"));
    assert_eq!(office.see::<Ticket>(&known).owner(), Some("chen.jie"));
    let sent = office.sent_in_short();
    assert_eq!(sent, ["notify to chen.jie by ticket-assigned", "notify to li.na by ticket-notice"]);
    let unknown = office.create(Ticket::new("A question").account(&account).product("compressor"));
    assert_eq!(office.see::<Ticket>(&unknown).owner(), None);
}

#[test]
fn s4_11_a_ticket_that_nobody_answers_within_a_working_day_is_recalled() {
    let mut office = Office::open();
    let (account, _) = buyer(&mut office);
    office.at("2026-03-06T17:00:00+08:00");
    let waiting = office.create(Ticket::new("Pump is loud").account(&account));
    let answered = office.create(Ticket::new("Pump is very loud").account(&account));
    office.create(Activity::new("call", office.now()).ticket(&answered).actor("chen.jie").is_touch(true));
    let view = office.see::<Ticket>(&answered);
    assert_eq!((view.status(), view.first_response_at()), (Some("in_progress"), Some(office.now())));
    office.sent();
    office.at("2026-03-08T17:00:00+08:00");
    assert!(office.sent().is_empty(), "a weekend is no working day");
    office.at("2026-03-09T17:00:00+08:00");
    let sent = office.sent();
    assert_eq!(sent.iter().map(|e| (e.to(), e.record())).collect::<Vec<_>>(), [("role:service", &waiting)]);
}
