use guanxi::model::{Account, Activity, Contact, Deal, Lead, Order, Task};
use guanxi::rules::Priority;
use serde_json::json;

use crate::office::{Office, instant, text};

#[test]
fn s1_18_key_customers_hear_from_us_every_three_days_others_weekly_or_monthly() {
    let mut office = Office::open();
    for grade in ["A", "B", "C"] {
        office.create(Account::new(&format!("{grade} 类客户有限公司")).grade(grade).owner("li.na"));
    }
    let mut heard = Vec::new();
    for day in ["2026-03-05", "2026-03-09", "2026-04-01"] {
        office.at(&format!("{day}T09:00:00+08:00"));
        heard.push(office.sent().iter().filter(|e| e.rule().as_str().starts_with("cadence")).count());
        let tasks = office.list("task", "kind == 'follow_up' && assignee == 'li.na'");
        assert_eq!(tasks.len(), heard.len(), "{tasks:?}");
    }
    assert_eq!(heard, [1, 1, 1]);
}

#[test]
fn s1_18_every_touch_starts_the_interval_anew() {
    let mut office = Office::open();
    let account = office.create(Account::new("上海云舟科技有限公司").grade("A").owner("li.na").need("pumps"));
    office.at("2026-03-04T15:00:00+08:00");
    office.create(Activity::new("visit", office.now()).account(&account).actor("li.na").is_touch(true));
    office.at("2026-03-05T09:00:00+08:00");
    assert!(office.sent().is_empty());
    office.at("2026-03-07T15:00:00+08:00");
    let sent = office.sent();
    assert_eq!(sent.iter().map(|e| e.rule().as_str()).collect::<Vec<_>>(), ["cadence-a"]);
    assert!(sent[0].body().contains("pumps"), "s1_20: the facts stand in the reminder: {}", sent[0].body());
    office.create(Activity::new("call", office.now()).account(&account).actor("li.na").is_touch(true));
    office.at("2026-03-10T15:00:00+08:00");
    assert_eq!(
        office.sent_in_short(),
        ["notify to li.na by cadence-a", "notify to li.na by task-overdue", "notify to zhao.lei by task-overdue"]
    );
}

#[test]
fn s1_19_what_a_prospect_does_calls_for_a_follow_up_at_once() {
    let mut office = Office::open();
    let lead = office.create(Lead::new("上海云舟科技有限公司").region("east").industry("software"));
    office.sent();
    for (event, kind) in
        [("visited_website", "web_visit"), ("downloaded_material", "download"), ("joined_event", "event")]
    {
        office.tell("lead", &lead, event);
        let sent = office.sent();
        assert_eq!(sent.len(), 1, "{event}");
        assert_eq!((sent[0].to(), sent[0].priority()), ("li.na", Priority::High), "{event}");
        let kept = office.list("activity", &format!("kind == '{kind}'"));
        assert_eq!(kept.len(), 1, "{event} is part of the history");
        assert_eq!(text(&kept[0], "lead"), lead.to_string());
    }
}

#[test]
fn s1_23_a_second_visit_on_the_same_day_is_no_second_reminder() {
    let mut office = Office::open();
    let account = office.customer();
    let contact = office.create(Contact::new("王伟").account(&account));
    office.tell("contact", &contact, "visited_website");
    assert_eq!(office.sent_in_short(), ["notify to li.na by contact-visited"], "the owner of the customer is told");
    office.tell("contact", &contact, "visited_website");
    assert!(office.sent().is_empty());
    office.at("2026-03-03T09:00:01+08:00");
    office.tell("contact", &contact, "visited_website");
    assert_eq!(office.sent_in_short(), ["notify to li.na by contact-visited"]);
    let visits = office.list("activity", "kind == 'web_visit'");
    assert_eq!(visits.iter().map(|visit| text(visit, "account")).collect::<Vec<_>>(), vec![account.to_string(); 2]);
}

#[test]
fn s1_24_a_birthday_is_greeted_every_year() {
    let mut office = Office::open();
    let account = office.customer();
    office.create(Contact::new("王伟").account(&account).birthday("1990-03-05".parse().unwrap()));
    for year in 2026..=2028 {
        office.at(&format!("{year}-03-05T08:59:00+08:00"));
        assert!(office.sent().is_empty(), "{year}");
        office.at(&format!("{year}-03-05T09:00:00+08:00"));
        let sent = office.sent();
        assert_eq!(sent.iter().map(|e| e.rule().as_str()).collect::<Vec<_>>(), ["contact-birthday"], "{year}");
        assert_eq!((sent[0].to(), sent[0].priority()), ("li.na", Priority::Low));
        assert!(sent[0].title().contains("王伟"));
    }
}

#[test]
fn s1_24_so_is_the_founding_day_of_a_company() {
    let mut office = Office::open();
    office.create(Account::new("上海云舟科技有限公司").owner("li.na").founded_on("2011-03-10".parse().unwrap()));
    office.at("2026-03-10T09:00:00+08:00");
    assert_eq!(office.sent_in_short(), ["notify to li.na by account-founding-day"]);
}

#[test]
fn s1_25_a_contract_that_ends_is_renewed_thirty_days_ahead() {
    let mut office = Office::open();
    let account = office.customer();
    let ends = "2026-06-30".parse().unwrap();
    let deal = Deal::new("云舟 2025").account(&account).owner("li.na").contract_ends_on(ends).need("CRM");
    let won = office.create(deal.clone().stage("won"));
    office.create(deal.stage("negotiation"));
    office.sent();
    office.at("2026-05-31T08:59:00+08:00");
    office.sent();
    office.at("2026-05-31T09:00:00+08:00");
    let sent = office.sent();
    assert_eq!(sent.iter().map(|e| e.rule().as_str()).collect::<Vec<_>>(), ["contract-renewal"]);
    assert_eq!((sent[0].record(), sent[0].priority()), (&won, Priority::High));
    assert!(sent[0].body().contains("2026-06-30"), "{}", sent[0].body());
    let tasks = office.list("task", "kind == 'renewal'");
    assert_eq!(tasks.iter().map(|task| text(task, "deal")).collect::<Vec<_>>(), [won.to_string()]);
}

#[test]
fn s1_22_what_was_agreed_is_recalled_on_its_day() {
    let mut office = Office::open();
    let account = office.customer();
    let call = Activity::new("call", office.now()).account(&account).actor("li.na").summary("asked for a price");
    office.create(call.next_step("send the quote").next_step_on("2026-03-04".parse().unwrap()));
    office.create(
        Deal::new("云舟 2026").account(&account).owner("li.na").expected_close_on("2026-03-12".parse().unwrap()),
    );
    office.at("2026-03-04T09:00:00+08:00");
    let sent = office.sent();
    assert_eq!(sent.iter().map(|e| e.rule().as_str()).collect::<Vec<_>>(), ["next-step"]);
    assert!(sent[0].title().contains("send the quote") && sent[0].body().contains("asked for a price"));
    office.at("2026-03-05T09:00:00+08:00");
    assert_eq!(office.sent_in_short(), ["notify to li.na by deal-close-date"]);
}

#[test]
fn s1_21_a_task_that_is_a_working_day_late_goes_to_the_manager() {
    let mut office = Office::open();
    let friday = instant("2026-03-06T18:00:00+08:00");
    let done = office.create(Task::new("Send the catalogue").assignee("li.na").due_at(friday));
    let late = office.create(Task::new("Send the quote").assignee("li.na").due_at(friday));
    office.update("task", &done, json!({"status": "done"}));
    assert_eq!(office.see::<Task>(&done).done_at(), Some(office.now()));
    office.at("2026-03-08T18:00:00+08:00");
    assert!(office.sent().is_empty(), "nobody is late at a weekend");
    let fired = office.at("2026-03-09T18:00:00+08:00");
    assert_eq!(fired.len(), 1);
    assert_eq!(fired[0].id(), &late);
    assert_eq!(office.sent_in_short(), ["notify to li.na by task-overdue", "notify to zhao.lei by task-overdue"]);
}

#[test]
fn s0_28_a_subtask_goes_to_marketing_and_its_end_comes_back() {
    let mut office = Office::open();
    let survey = office.create(Task::new("Needs survey").assignee("li.na").kind("survey"));
    let report = Task::new("Collect the industry report").parent(&survey).assignee("wang.fang").department("marketing");
    let report = office.create(report);
    assert_eq!(office.sent_in_short(), ["notify to wang.fang by subtask-assigned"]);
    office.update("task", &report, json!({"status": "done", "result": "3 pages"}));
    let sent = office.sent();
    assert_eq!(sent.iter().map(|e| (e.to(), e.rule().as_str())).collect::<Vec<_>>(), [("li.na", "subtask-done")]);
    assert!(sent[0].body().contains("3 pages"));
}

#[test]
fn s0_12_a_delivery_that_comes_due_is_recalled_to_sales_and_service() {
    let mut office = Office::open();
    let account = office.customer();
    let order = Order::new("SO-1").account(&account).owner("li.na").deliver_by("2026-03-13".parse().unwrap());
    office.create(order);
    office.at("2026-03-10T09:00:00+08:00");
    let sent = office.sent_in_short();
    assert_eq!(sent, ["notify to li.na by order-delivery", "notify to role:service by order-delivery"]);
}
