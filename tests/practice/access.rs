use guanxi::Command;
use guanxi::crm::RejectedKind;
use guanxi::model::{Activity, Contact, Deal, Lead, Order, Payment, Task, Ticket};
use guanxi::value::Id;
use serde_json::json;

use crate::office::{Office, fields, name, text};

fn edit(object: &str, id: &Id, changes: serde_json::Value) -> Command {
    Command::update(name(object), id.clone(), fields(changes))
}

#[test]
fn s4_12_marketing_enters_leads_and_changes_nothing_of_sales_or_service() {
    let mut office = Office::open();
    let lead = Lead::new("上海云舟科技有限公司").region("east").industry("software").lead_source("event");
    let made = office.run_as("ma.ke", "marketing", &Command::create(lead)).unwrap();
    assert_eq!(made.view::<Lead>().unwrap().owner(), Some("li.na"), "marketing sees who follows");

    let account = office.customer();
    let deal = office.create(Deal::new("Packing line 3").account(&account).owner("li.na"));
    let ticket = office.create(Ticket::new("Pump is loud").account(&account).owner("chen.jie"));
    for command in [
        edit("deal", &deal, json!({"need": "more"})),
        edit("deal", &deal, json!({"stage": "won"})),
        edit("ticket", &ticket, json!({"status": "closed"})),
        edit("account", &account, json!({"service_level": "premium"})),
        edit("lead", made.id(), json!({"need": "more"})),
        Command::delete(name("deal"), deal.clone()),
        Command::create(Deal::new("Mine")),
    ] {
        let refused = office.run_as("ma.ke", "marketing", &command).unwrap_err();
        assert!(matches!(refused.kind(), RejectedKind::Denied | RejectedKind::NotFound), "{command:?}: {refused}");
    }
}

#[test]
fn s4_12_sales_moves_its_leads_on_and_never_deletes_them() {
    let mut office = Office::open();
    let lead = office.create(Lead::new("上海云舟科技有限公司").region("east").industry("software"));
    let qualified = edit("lead", &lead, json!({"status": "qualified", "need": "two pumps"}));
    office.run_as("li.na", "sales", &qualified).unwrap();
    assert_eq!(office.see::<Lead>(&lead).status(), Some("qualified"));
    for command in [
        Command::delete(name("lead"), lead.clone()),
        edit("lead", &lead, json!({"lead_source": "cold_call"})),
        edit("lead", &lead, json!({"company": "别的公司"})),
    ] {
        assert_eq!(office.run_as("li.na", "sales", &command).unwrap_err().kind(), RejectedKind::Denied, "{command:?}");
    }
    let refused = office.run_as("wang.fang", "sales", &qualified).unwrap_err();
    assert_eq!(refused.kind(), RejectedKind::NotFound, "another person's lead does not exist");
}

#[test]
fn s4_12_service_keeps_the_tickets() {
    let mut office = Office::open();
    let account = office.customer();
    let ticket = Ticket::new("Pump is loud").account(&account).owner("chen.jie").detail("since Monday");
    let made = office.run_as("chen.jie", "service", &Command::create(ticket)).unwrap();
    let resolved = edit("ticket", made.id(), json!({"status": "resolved", "resolution": "bearing replaced"}));
    office.run_as("chen.jie", "service", &resolved).unwrap();
    let deal = office.create(Deal::new("Packing line 3").account(&account).amount("CNY 9.00".parse().unwrap()));
    let seen = office.see_as("chen.jie", "service", "deal", &deal).unwrap();
    assert_eq!((text(&seen, "stage"), text(&seen, "amount")), ("lead_acquisition".into(), String::new()));
    let refused =
        office.run_as("chen.jie", "service", &edit("deal", &deal, json!({"amount": "CNY 1.00"}))).unwrap_err();
    assert_eq!(refused.kind(), RejectedKind::Denied);
}

#[test]
fn s2_32_on_signing_finance_sees_contract_and_payment_and_service_the_need() {
    let mut office = Office::open();
    let account = office.customer();
    let deal = Deal::new("Packing line 3").account(&account).owner("li.na").amount("CNY 180000.00".parse().unwrap());
    let deal = deal.contract_ends_on("2027-02-28".parse().unwrap()).need("secret plan").service_need("installation");
    let deal = office.create(deal.stage("won"));
    let finance = office.see_as("qian.jin", "finance", "deal", &deal).unwrap();
    let of = |field: &str| text(&finance, field);
    assert_eq!((of("amount"), of("contract_ends_on")), ("CNY 180000.00".into(), "2027-02-28".into()));
    assert_eq!((of("payment_status"), of("need")), ("unpaid".into(), String::new()), "what it needs, not more");
    let customer = office.see_as("qian.jin", "finance", "account", &account).unwrap();
    assert_eq!(text(&customer, "payment_account"), "工行 6222 0001");
    let service = office.see_as("chen.jie", "service", "deal", &deal).unwrap();
    assert_eq!((text(&service, "service_need"), text(&service, "amount")), ("installation".into(), String::new()));
    let services = office.see_as("chen.jie", "service", "account", &account).unwrap();
    assert!(!services.shows("payment_account"));
}

#[test]
fn s2_32_finance_records_payments_and_nobody_else_does() {
    let mut office = Office::open();
    let account = office.customer();
    let order = office.create(Order::new("SO-1").account(&account).owner("li.na"));
    let payment = || Command::create(Payment::new("CNY 1.00".parse().unwrap()).order(&order).payer("云舟"));
    let made = office.run_as("qian.jin", "finance", &payment()).unwrap();
    for (user, role) in [("ma.ke", "marketing"), ("li.na", "sales"), ("chen.jie", "service")] {
        assert_eq!(office.run_as(user, role, &payment()).unwrap_err().kind(), RejectedKind::Denied, "{role}");
    }
    let seen = office.see_as("li.na", "sales", "payment", made.id()).unwrap();
    assert_eq!(text(&seen, "amount"), "CNY 1.00", "whose customer paid sees it");
    assert!(office.see_as("wang.fang", "sales", "payment", made.id()).is_none());
}

#[test]
fn s4_10_after_closing_service_sees_what_was_bought_and_where() {
    let mut office = Office::open();
    let account = office.customer();
    let order = Order::new("SO-1").account(&account).product("pump P3").purchase_channel("web shop");
    let order = office.create(order.amount("CNY 9.00".parse().unwrap()));
    let seen = office.see_as("chen.jie", "service", "order", &order).unwrap();
    assert_eq!((text(&seen, "products"), text(&seen, "purchase_channel")), ("pump P3".into(), "web shop".into()));
    assert!(!seen.shows("amount"));
}

#[test]
fn s0_40_everybody_sees_people_shares_tasks_and_keeps_the_common_history() {
    let mut office = Office::open();
    let li_na: Id = "li.na".parse().unwrap();
    for (user, role) in
        [("ma.ke", "marketing"), ("wang.fang", "sales"), ("chen.jie", "service"), ("qian.jin", "finance")]
    {
        assert_eq!(text(&office.see_as(user, role, "user", &li_na).unwrap(), "name"), "李娜", "{role}");
        assert!(office.see_as(user, role, "team", &"east".parse().unwrap()).is_some(), "{role}");
        let task =
            office.run_as(user, role, &Command::create(Task::new("Ask the customer").assignee("li.na"))).unwrap();
        assert!(office.see_as(user, role, "task", task.id()).is_some(), "{role}");
        office.run_as("li.na", "sales", &edit("task", task.id(), json!({"status": "done"}))).unwrap();
        let call = Activity::new("call", office.now()).actor(user).summary("called");
        let call = office.run_as(user, role, &Command::create(call)).unwrap();
        assert_eq!(
            text(&office.see_as("li.na", "sales", "activity", call.id()).unwrap(), "summary"),
            "called",
            "{role}"
        );
        let raise = edit("user", &li_na, json!({"capacity": 1000}));
        assert_eq!(office.run_as(user, role, &raise).unwrap_err().kind(), RejectedKind::Denied, "{role}");
    }
}

#[test]
fn s4_2_contacts_are_seen_like_their_customers() {
    let mut office = Office::open();
    let account = office.customer();
    let contact = Contact::new("王伟").account(&account).owner("li.na").phone("13800138000").preference("tea");
    let contact = office.create(contact.set("sensitive_note", "allergic"));
    let seen = |office: &mut Office, user: &str, role: &str| {
        let view = office.see_as(user, role, "contact", &contact);
        view.map(|view| ["phone", "preference", "sensitive_note"].map(|field| view.shows(field)))
    };
    assert_eq!(seen(&mut office, "li.na", "sales"), Some([true, true, false]));
    assert_eq!(seen(&mut office, "wang.fang", "sales"), None);
    for (user, role) in [("ma.ke", "marketing"), ("chen.jie", "service"), ("qian.jin", "finance")] {
        assert_eq!(seen(&mut office, user, role), Some([true, false, false]), "{role}");
    }
    assert_eq!(seen(&mut office, "root", "admin"), Some([true, true, true]));
}

#[test]
fn s0_27_departments_comment_on_the_same_customer() {
    let mut office = Office::open();
    let account = office.customer();
    let comment = Command::comment(name("account"), account.clone(), "Please call before noon @li.na");
    for (user, role) in [("ma.ke", "marketing"), ("li.na", "sales"), ("chen.jie", "service"), ("qian.jin", "finance")] {
        office.run_as(user, role, &comment).unwrap_or_else(|refused| panic!("{role}: {refused}"));
    }
    let stranger = office.run_as("wang.fang", "sales", &comment).unwrap_err();
    assert_eq!(stranger.kind(), RejectedKind::NotFound);
}

#[test]
fn s0_17_a_sales_manager_may_give_a_lead_that_nobody_matched_to_somebody() {
    let mut office = Office::open();
    let lead = office.create(Lead::new("广州海珠贸易有限公司").region("south").industry("trade"));
    office.sent();
    let give = edit("lead", &lead, json!({"owner": "wang.fang"}));
    office.run_as("zhao.lei", "sales_manager", &give).unwrap();
    assert_eq!(office.see::<Lead>(&lead).status(), Some("assigned"));
    assert_eq!(office.sent_in_short(), ["mail to wang.fang by lead-assigned"]);
}
