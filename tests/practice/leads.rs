use guanxi::model::{Account, Activity, Deal, Lead, User};
use guanxi::rules::Priority;
use guanxi::{Command, Outcome};
use serde_json::json;

use crate::office::{Office, text};

fn lead(company: &str) -> Lead {
    Lead::new(company).phone("021-6235 1234").region("east").industry("software")
}

#[test]
fn s0_17_a_lead_goes_to_sales_by_region_and_industry_with_a_mail_at_the_same_time() {
    let mut office = Office::open();
    let made = office.run(&Command::create(lead("上海云舟科技有限公司")));
    let view = made.view::<Lead>().unwrap();
    assert_eq!((view.owner(), view.team(), view.status()), (Some("li.na"), Some("east"), Some("assigned")));
    assert_eq!(view.assigned_at(), Some(office.now()));
    let sent = office.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!((sent[0].kind().as_str(), sent[0].to(), sent[0].rule().as_str()), ("mail", "li.na", "lead-assigned"));
    assert!(sent[0].title().contains("上海云舟科技有限公司"), "{}", sent[0].title());
    assert!(sent[0].body().contains("+862162351234"), "{}", sent[0].body());
    assert!(office.sent().is_empty(), "what is settled waits no longer");

    let west = office.create(lead("成都锦里软件有限公司").region("west"));
    assert_eq!(office.see::<Lead>(&west).owner(), Some("wang.fang"));
}

#[test]
fn s0_17_people_take_turns_and_nobody_who_left_gets_a_lead() {
    let mut office = Office::open();
    office.create(User::new("sun.li").role("sales").region("east").industry("software"));
    office.create(User::new("gone").role("sales").region("east").industry("software").active(false));
    office.create(User::new("helper").role("service").region("east").industry("software"));
    let owners: Vec<_> = (0..5)
        .map(|number| {
            let id = office.create(lead(&format!("云舟{number}号店")));
            office.see::<Lead>(&id).owner().unwrap().to_owned()
        })
        .collect();
    assert_eq!(owners, ["li.na", "sun.li", "li.na", "sun.li", "li.na"]);
}

#[test]
fn s0_33_the_choice_explains_itself() {
    let mut office = Office::open();
    let made = office.run(&Command::create(lead("上海云舟科技有限公司")));
    let why = made.why();
    let routed = why.lines().find(|line| line.contains("`lead-route`")).unwrap_or_else(|| panic!("{why}"));
    assert!(routed.contains("`owner` is now `li.na` (turn 1 of 1 in rotation)"), "{routed}");
}

fn told_the_manager(made: &Outcome) -> bool {
    made.effects().iter().any(|effect| effect.to() == "role:sales_manager" && effect.priority() == Priority::High)
}

#[test]
fn s0_33_where_nobody_matches_the_sales_manager_is_told_and_gets_a_task() {
    let mut office = Office::open();
    let made = office.run(&Command::create(lead("广州海珠贸易有限公司").region("south")));
    let view = made.view::<Lead>().unwrap();
    assert_eq!((view.owner(), view.status()), (None, Some("new")));
    assert!(made.why().contains("assigned to nobody: no candidate matches"), "{}", made.why());
    assert!(told_the_manager(&made));
    let tasks = office.list("task", "department == 'sales' && status == 'open'");
    assert_eq!(tasks.len(), 1);
    assert!(text(&tasks[0], "detail").contains("south"), "{:?}", tasks[0]);

    let again = office.update("lead", made.id(), json!({"industry": "trade"}));
    assert!(!told_the_manager(&again), "once is enough");
    let found = office.update("lead", made.id(), json!({"region": "east", "industry": "software"}));
    assert_eq!(found.view::<Lead>().unwrap().owner(), Some("li.na"), "what is completed is routed");
}

#[test]
fn s0_33_a_lead_without_a_region_waits_for_it() {
    let mut office = Office::open();
    let made = office.run(&Command::create(Lead::person("Ada Lovelace").industry("software")));
    assert!(made.why().contains("`region` has no value to match"), "{}", made.why());
    assert!(told_the_manager(&made));
}

#[test]
fn s0_2_routing_never_takes_a_lead_from_its_owner() {
    let mut office = Office::open();
    let made = office.run(&Command::create(lead("上海云舟科技有限公司").owner("wang.fang")));
    assert_eq!(made.view::<Lead>().unwrap().owner(), Some("wang.fang"));
    assert_eq!(office.sent_in_short(), ["mail to wang.fang by lead-assigned"]);
    let moved = office.update("lead", made.id(), json!({"region": "west"}));
    assert_eq!(moved.view::<Lead>().unwrap().owner(), Some("wang.fang"));
    assert!(office.sent().is_empty());
}

#[test]
fn s0_2_a_new_owner_is_told_and_has_three_days_of_his_own() {
    let mut office = Office::open();
    let id = office.create(lead("上海云舟科技有限公司"));
    office.sent();
    office.at("2026-03-04T09:00:00+08:00");
    office.update("lead", &id, json!({"owner": "wang.fang"}));
    assert_eq!(office.sent_in_short(), ["mail to wang.fang by lead-assigned"]);
    office.at("2026-03-05T09:00:00+08:00");
    assert!(office.sent().is_empty(), "the three days of the first owner no longer count");
    office.at("2026-03-07T09:00:00+08:00");
    assert_eq!(office.sent_in_short(), ["mail to wang.fang by lead-second-reminder"]);
}

#[test]
fn s0_18_a_lead_that_nobody_followed_for_three_days_is_recalled_once() {
    let mut office = Office::open();
    let forgotten = office.create(lead("上海云舟科技有限公司"));
    let followed = office.create(lead("苏州云河科技有限公司"));
    office.sent();
    office.at("2026-03-03T10:00:00+08:00");
    office.create(Activity::new("call", office.now()).lead(&followed).actor("li.na").is_touch(true));
    assert_eq!(office.see::<Lead>(&followed).status(), Some("contacted"));
    assert_eq!(office.see::<Lead>(&followed).last_touch_at(), Some(office.now()));

    office.at("2026-03-05T08:59:59+08:00");
    assert!(office.sent().is_empty(), "not before three days are over");
    let fired = office.at("2026-03-05T09:00:00+08:00");
    assert_eq!(fired.iter().map(Outcome::id).collect::<Vec<_>>(), [&forgotten]);
    let sent = office.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!((sent[0].to(), sent[0].rule().as_str()), ("li.na", "lead-second-reminder"));
    assert_eq!(sent[0].priority(), Priority::High);
    office.at("2026-03-06T09:00:00+08:00");
    assert!(office.sent().is_empty(), "a second reminder, not a daily one");
}

#[test]
fn s0_18_what_is_no_touch_does_not_count_as_following() {
    let mut office = Office::open();
    let id = office.create(lead("上海云舟科技有限公司"));
    office.sent();
    office.create(Activity::new("web_visit", office.now()).lead(&id));
    office.at("2026-03-05T09:00:00+08:00");
    assert_eq!(office.sent_in_short(), ["mail to li.na by lead-second-reminder"]);
}

#[test]
fn s1_21_after_five_days_the_manager_knows() {
    let mut office = Office::open();
    office.create(lead("上海云舟科技有限公司"));
    office.at("2026-03-05T09:00:00+08:00");
    office.sent();
    office.at("2026-03-07T09:00:00+08:00");
    assert_eq!(office.sent_in_short(), ["notify to zhao.lei by lead-escalation"]);
}

#[test]
fn s4_4_a_lead_that_became_a_deal_says_so() {
    let mut office = Office::open();
    let id = office.create(lead("上海云舟科技有限公司").lead_source("webinar"));
    let account = office.create(Account::new("上海云舟科技有限公司").owner("li.na"));
    let deal = office.create(Deal::new("云舟 2026").lead(&id).account(&account).owner("li.na"));
    let view = office.see::<Lead>(&id);
    assert_eq!((view.status(), view.deal(), view.account()), (Some("converted"), Some(deal), Some(account)));
    let marketing = office.see_as("ma.ke", "marketing", "lead", &id).unwrap();
    assert_eq!(text(&marketing, "status"), "converted");
    assert_eq!(text(&marketing, "lead_source"), "webinar");
}
