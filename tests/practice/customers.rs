use guanxi::model::{Account, Activity, Contact, Deal, Order, Payment, Ticket};

use crate::office::Office;

#[test]
fn s0_9_the_customer_stands_on_one_page() {
    let mut office = Office::open();
    let account = office.customer();
    let contact = office.create(Contact::new("王伟").account(&account));
    let deal =
        office.create(Deal::new("Packing line 3").account(&account).owner("li.na").need("a third line").stage("won"));
    let order = office.create(Order::new("SO-1").account(&account).deal(&deal));
    office.create(Payment::new("CNY 100.00".parse().unwrap()).order(&order));
    office.create(Ticket::new("Pump is loud").contact(&contact));
    office.create(Activity::new("live_stream", office.now()).contact(&contact).summary("asked about the pump"));
    let page = office.customer_360(&account);
    let counts: Vec<_> = page
        .sections
        .iter()
        .flat_map(|section| {
            section.collections.iter().map(move |c| (section.key.as_str(), c.name.as_str(), c.records.len()))
        })
        .collect();
    assert_eq!(
        counts,
        [
            ("people", "contacts", 1),
            ("interaction", "activities", 1),
            ("transaction", "deals", 1),
            ("transaction", "orders", 1),
            ("transaction", "payments", 1),
            ("service", "tickets", 1),
            ("work", "tasks", 1),
        ]
    );
}

#[test]
fn s0_3_what_a_contact_or_a_deal_experienced_is_the_customers_history() {
    let mut office = Office::open();
    let account = office.customer();
    let contact = office.create(Contact::new("王伟").account(&account));
    let deal = office.create(Deal::new("Packing line 3").account(&account).owner("li.na"));
    office.create(Activity::new("live_stream", office.now()).contact(&contact));
    office.at("2026-03-03T09:00:00+08:00");
    let call = Activity::new("call", office.now()).deal(&deal).contact(&contact).actor("li.na").is_touch(true);
    office.create(call);
    let history = office.list("activity", &format!("account == '{account}'"));
    assert_eq!(history.len(), 2);
    let now = Some(office.now());
    assert_eq!(office.see::<Account>(&account).last_touch_at(), now);
    assert_eq!(office.see::<Contact>(&contact).last_touch_at(), now);
    assert_eq!(office.see::<Deal>(&deal).last_touch_at(), now);
}

#[test]
fn s0_3_a_touch_entered_late_does_not_turn_the_clock_back() {
    let mut office = Office::open();
    let account = office.customer();
    let touch = |office: &mut Office, at: &str| {
        let call = Activity::new("call", at.parse().unwrap()).account(&account).actor("li.na").is_touch(true);
        office.create(call);
        office.see::<Account>(&account).last_touch_at().unwrap().to_string()
    };
    assert_eq!(touch(&mut office, "2026-03-01T08:00:00Z"), "2026-03-01T08:00:00Z");
    assert_eq!(touch(&mut office, "2026-02-20T08:00:00Z"), "2026-03-01T08:00:00Z", "an older one");
    assert_eq!(touch(&mut office, "2026-12-24T08:00:00Z"), office.now().to_string(), "a planned one counts as of now");
}
