use guanxi::Command;
use guanxi::model::{Account, Contact, Deal, Order};
use guanxi::value::Id;
use serde_json::json;

use crate::office::{Office, name, text};

fn deal(office: &mut Office, account: &Id) -> Id {
    let contact = office.create(Contact::new("王伟").phone("13800138000").account(account));
    let deal = Deal::new("Packing line 3").account(account).contact(&contact).owner("li.na").team("east");
    let deal = deal.amount("CNY 180000.00".parse().unwrap()).product("pump P3").need("a second line");
    office.create(deal.service_need("on-site installation required"))
}

fn win(office: &mut Office, deal: &Id) {
    office.run(&Command::move_stage(name("deal"), deal.clone(), "won"));
}

#[test]
fn s0_19_a_won_deal_congratulates_sales_tells_finance_and_gives_service_a_task() {
    let mut office = Office::open();
    let account = office.customer();
    let deal = deal(&mut office, &account);
    assert!(office.sent().is_empty());
    win(&mut office, &deal);
    let sent = office.sent();
    let to = |to: &str| {
        sent.iter()
            .find(|e| e.to() == to && e.rule().as_str() == "deal-won")
            .unwrap_or_else(|| panic!("nothing to {to}"))
    };

    let congratulations = to("li.na");
    assert!(congratulations.title().contains("Packing line 3"));
    assert!(congratulations.body().contains("CNY 180000.00") && congratulations.body().contains("pump P3"));

    let receivable = to("role:finance");
    assert!(receivable.title().contains("CNY 180000.00"), "{}", receivable.title());
    assert!(receivable.body().contains("工行 6222 0001"), "the payment account: {}", receivable.body());

    let tasks = office.list("task", "kind == 'service'");
    assert_eq!(tasks.len(), 1);
    assert!(text(&tasks[0], "detail").contains("on-site installation required"));
    assert!(text(&tasks[0], "detail").contains("王伟"), "whom to call: {}", text(&tasks[0], "detail"));
    assert_eq!((text(&tasks[0], "department"), text(&tasks[0], "deal")), ("service".into(), deal.to_string()));
    to("role:service");

    let view = office.see::<Deal>(&deal);
    assert_eq!(view.closed_on(), Some("2026-03-02".parse().unwrap()));
    assert_eq!((view.payment_status(), view.forecast_category()), (Some("unpaid"), Some("closed")));
}

#[test]
fn s0_19_it_happens_once_and_only_for_what_is_won() {
    let mut office = Office::open();
    let account = office.customer();
    let deal = deal(&mut office, &account);
    for stage in ["first_contact", "need_confirmation", "proposal", "negotiation"] {
        office.run(&Command::move_stage(name("deal"), deal.clone(), stage));
        assert!(office.sent().is_empty(), "{stage}");
    }
    win(&mut office, &deal);
    assert_eq!(office.sent().len(), 3);
    win(&mut office, &deal);
    office.update("deal", &deal, json!({"need": "a third line"}));
    assert!(office.sent().is_empty());
    assert_eq!(office.list("task", "kind == 'service'").len(), 1);
}

#[test]
fn s0_24_what_is_not_known_is_said_to_be_missing_not_left_blank() {
    let mut office = Office::open();
    let account = office.create(Account::new("上海云舟科技有限公司"));
    office.create(Deal::new("Spare parts").account(&account).need("seals").stage("won"));
    let sent = office.sent();
    let finance = sent.iter().find(|e| e.to() == "role:finance").unwrap();
    assert!(finance.body().contains("not on file"), "{}", finance.body());
    assert!(!sent.iter().any(|e| e.to() == "li.na"), "nobody is congratulated for a deal without an owner");
}

#[test]
fn s2_33_a_won_deal_starts_invoicing() {
    let mut office = Office::open();
    let account = office.customer();
    let deal = deal(&mut office, &account);
    win(&mut office, &deal);
    let tasks = office.list("task", "kind == 'invoice'");
    assert_eq!(tasks.len(), 1);
    assert_eq!((text(&tasks[0], "department"), text(&tasks[0], "deal")), ("finance".into(), deal.to_string()));
}

#[test]
fn s0_22_a_prospect_becomes_a_customer_and_then_a_repeat_customer() {
    let mut office = Office::open();
    let account = office.customer();
    let lifecycle = |office: &mut Office| office.see::<Account>(&account).lifecycle().unwrap().to_owned();
    assert_eq!(lifecycle(&mut office), "lead");
    for expected in ["customer", "repeat", "repeat"] {
        let deal = deal(&mut office, &account);
        win(&mut office, &deal);
        assert_eq!(lifecycle(&mut office), expected);
    }
    assert_eq!(office.see::<Account>(&account).last_purchase_on(), Some("2026-03-02".parse().unwrap()));
}

#[test]
fn s0_22_a_shop_order_makes_a_customer_too_and_one_purchase_counts_once() {
    let mut office = Office::open();
    let account = office.customer();
    office.create(Order::new("SO-1").account(&account).ordered_on("2026-02-27".parse().unwrap()));
    let view = office.see::<Account>(&account);
    assert_eq!((view.lifecycle(), view.last_purchase_on()), (Some("customer"), Some("2026-02-27".parse().unwrap())));
    let other = office.create(Account::new("苏州云河科技有限公司"));
    let deal = deal(&mut office, &other);
    win(&mut office, &deal);
    office.create(Order::new("SO-2").account(&other).deal(&deal));
    assert_eq!(office.see::<Account>(&other).lifecycle(), Some("customer"), "the order belongs to the deal");
}

#[test]
fn s0_4_a_loss_needs_its_reason_and_the_manager_learns_it() {
    let mut office = Office::open();
    let account = office.customer();
    let deal = deal(&mut office, &account);
    let lost = Command::move_stage(name("deal"), deal.clone(), "lost");
    let refused = office.refused(&lost);
    assert_eq!(refused.fields().iter().map(|p| p.field()).collect::<Vec<_>>(), ["lost_reason"]);
    assert_eq!(office.see::<Deal>(&deal).stage(), Some("lead_acquisition"), "nothing was written");

    office.update("deal", &deal, json!({"stage": "lost", "lost_reason": "slow_response"}));
    let sent = office.sent();
    assert_eq!(sent.iter().map(|e| (e.to(), e.rule().as_str())).collect::<Vec<_>>(), [("zhao.lei", "deal-lost")]);
    assert!(sent[0].body().contains("slow_response"));
    assert_eq!(office.see::<Deal>(&deal).closed_on(), Some("2026-03-02".parse().unwrap()));
}
