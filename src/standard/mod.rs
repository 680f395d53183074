//! The standard definition as data: the practice of customer collaboration as a company would configure it.
//!
//! **Lives here:** JSON and the one function that puts it together, [`standard`]. Settings, calendars, pipelines, roles and
//! rules are the files of this room; the objects come from [`model`].
//!
//! **Never here:** code that another definition could not have. Whatever stands here can be changed, left out or added
//! to by a company without asking anybody.
//!
//! # Example: the standard, with one rule less and one more
//! ```
//! let mut ours = guanxi::standard().without_rule("account-founding-day");
//! ours.add_json(r#"{"rules": [{
//!     "key": "big-deal", "object": "deal", "on": {"saved": ["amount"]}, "when": "amount >= 'CNY 1000000.00'",
//!     "then": [{"emit": {"kind": "notify", "to": {"role": "sales_manager"}, "title": "Big deal: {name}"}}]
//! }]}"#);
//! assert!(ours.compile()?.rules().rule("big-deal").is_some());
//! # Ok::<(), guanxi::schema::Problems>(())
//! ```
//!
//! # Example: one field more on a standard object, one grant more for a role
//! ```
//! use guanxi::access::GrantDef;
//! use guanxi::schema::FieldDef;
//!
//! let hall: FieldDef =
//!     serde_json::from_str(r#"{"key": "hall", "type": "text", "label": {"en": "Hall", "zh": "展馆"}, "index": true}"#)?;
//! let leads: GrantDef =
//!     serde_json::from_str(r#"{"object": "lead", "actions": ["view"], "relations": ["any"], "fields": ["custom"]}"#)?;
//! let ours = guanxi::standard()
//!     .change_object("lead", |lead| lead.field(hall))
//!     .change_role("service", |service| service.with_grant(leads));
//! assert!(ours.compile()?.schema().object("lead").is_some_and(|lead| lead.field("hall").is_some()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//! A field without a `class` is of class `custom`, which the grants on `*` cover.
//!
//! # What it holds
//! The numbers are those by which `tests/practice` names its cases.
//!
//! ## Leads
//! | practice | where |
//! |---|---|
//! | S0-17, S4-4, S4-8: a lead goes to sales by region and industry, in turn, and the owner gets a mail at once | rules `lead-route`, `lead-assigned`; fields `user.region`, `user.industries` |
//! | S0-33: nobody matches: the lead stays new, the sales manager is told and gets a task | rule `lead-unmatched`; field `lead.routed_at`; role `sales_manager` |
//! | S0-18: not followed within three days: a second reminder | rule `lead-second-reminder` |
//! | S1-21: still not followed after five days: the manager knows | rule `lead-escalation` |
//! | S0-2: one owner, who is never replaced by routing | rule `lead-route`; field `lead.owner` |
//! | S4-4: a lead that became a deal says so, and marketing sees it | rule `deal-from-lead` |
//! | S4-7: source, campaign, preliminary need | fields `lead.lead_source`, `lead.campaign`, `lead.need` |
//!
//! ## Following up
//! | practice | where |
//! |---|---|
//! | a touch moves a lead on and keeps account, contact and deal warm | rules `touch-lead`, `touch-account`, `touch-contact`, `touch-deal` |
//! | S0-3, S0-11: what happens with a deal, contact, ticket or lead stands in the history of its customer | rule `activity-account`; section `interaction` |
//! | S1-18: key customers every three days, potential ones weekly, others monthly | rules `cadence-a`, `cadence-b`, `cadence-c`; field `account.grade` |
//! | S1-19, S1-23: visited the website, downloaded material, joined an event: follow up at once | rules `lead-visited`, `lead-downloaded`, `lead-joined`, `contact-visited`, `contact-downloaded`, `contact-joined`; events `visited_website`, `downloaded_material`, `joined_event` |
//! | S1-24: birthday of a contact, founding day of a company, every year | rules `contact-birthday`, `account-founding-day` |
//! | S1-25: a contract ends in thirty days | rule `contract-renewal`; field `deal.contract_ends_on` |
//! | S1-22: what was agreed is due, a deal should close | rules `next-step`, `deal-close-date` |
//! | S1-21: a task that is a working day late goes to the manager | rule `task-overdue`; calendar `china` |
//! | S0-28: a subtask goes to another department, and its end comes back | rules `subtask-assigned`, `subtask-done`, `task-done` |
//!
//! ## Won, delivered, paid
//! | practice | where |
//! |---|---|
//! | S1-9 to S1-14: six stages from first interest to signing, then won or lost | pipeline `sales`; field `deal.stage` |
//! | S0-19: congratulations with the order, receivable notice with the payment account, service task with the need | rule `deal-won` |
//! | S2-33: invoicing starts with the signature | rule `deal-won-invoice` |
//! | S0-22: prospect, customer, repeat customer | rules `deal-won-customer`, `order-customer`; field `account.lifecycle` |
//! | a lost deal has its reason, and the manager knows it | rule `deal-lost`; fields `deal.lost_reason`, `deal.lost_note` |
//! | S0-15: finance books a payment, sales sees it at once | rules `payment-links`, `payment-notice`, `payment-order`, `payment-deal`, `order-paid`, `order-part-paid`, `deal-paid`, `deal-part-paid` |
//! | money that goes back no longer counts | rules `payment-returned`, `payment-returned-order`, `payment-returned-deal`, `order-refunded`, `deal-refunded` |
//! | S0-12: payments and deliveries that come due | rules `payment-due`, `order-delivery` |
//!
//! A booked amount is never edited: a wrong payment is returned and entered again, as in every ledger.
//!
//! ## Service
//! | practice | where |
//! |---|---|
//! | S0-8: a ticket reaches the customer's sales person | rules `ticket-account`, `ticket-notice`, `ticket-shared` |
//! | S0-1: a complaint does so at once, on a channel that is read | rule `ticket-complaint` |
//! | S4-11: a ticket goes to service by skill, in turn; nobody answers within a working day | rules `ticket-route`, `ticket-assigned`, `touch-ticket`, `ticket-unanswered` |
//! | S0-20: the result goes to sales, a survey to the customer, its score to the account | rules `ticket-resolved`, `survey-result` |
//! | S0-13: an unhappy customer is called back | rule `survey-unhappy` |
//!
//! ## Who may what
//! | practice | where |
//! |---|---|
//! | S4-12: marketing owns leads, sales the follow-up, service the tickets | roles `marketing`, `sales`, `service` |
//! | S2-32: on signing finance sees contract and payment, service the need | roles `finance`, `service`; classes of `deal.contract_ends_on`, `deal.service_need` |
//! | S0-40, S4-2, S2-34: everybody sees whose customer it is, nobody more than the work needs | field classes; class `sensitive` for role `admin` alone |
//! | S4-18: names, phones, e-mail addresses in one form | formats of the fields; settings |
//! | S1-5, S0-14: how old a field may be | `freshness` of the fields |
//! | S0-9 to S0-13: the customer on one page | `customer_360` |

use crate::crm::Definition;
use crate::model;

const PARTS: [&str; 12] = [
    include_str!("settings.json"),
    include_str!("calendars.json"),
    include_str!("pipelines.json"),
    include_str!("roles.json"),
    include_str!("rules/routing.json"),
    include_str!("rules/activity.json"),
    include_str!("rules/behaviour.json"),
    include_str!("rules/reminders.json"),
    include_str!("rules/teamwork.json"),
    include_str!("rules/closing.json"),
    include_str!("rules/payments.json"),
    include_str!("rules/service.json"),
];

/// Returns the standard definition: take it as it is, or change whatever your company does differently.
///
/// # Example
/// ```
/// let crm = guanxi::standard().compile()?;
/// assert!(crm.schema().object("lead").is_some());
/// # Ok::<(), guanxi::schema::Problems>(())
/// ```
pub fn standard() -> Definition {
    let mut definition = Definition::new();
    for (_, object) in model::OBJECTS {
        definition.add_json(&format!(r#"{{"objects":[{object}]}}"#));
    }
    for part in PARTS {
        definition.add_json(part);
    }
    definition
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value as Json;

    use super::*;

    fn list(part: &str) -> Vec<Json> {
        let parts = PARTS.iter().map(|json| serde_json::from_str::<Json>(json).unwrap());
        parts.filter_map(|mut json| json.get_mut(part).map(Json::take)).flat_map(all).collect()
    }

    fn all(list: Json) -> Vec<Json> {
        match list {
            Json::Array(items) => items,
            other => panic!("no list: {other}"),
        }
    }

    #[test]
    fn it_compiles_without_a_problem() {
        if let Err(problems) = standard().compile() {
            panic!("{problems}");
        }
    }

    #[test]
    fn every_rule_is_documented_and_every_documented_rule_is_there() {
        let rows = include_str!("mod.rs").lines().filter(|line| line.starts_with("//! | "));
        let mut documented = BTreeSet::new();
        for row in rows {
            let (_, place) = row.rsplit_once(" | ").unwrap_or_else(|| panic!("no two cells: {row}"));
            let rules = place.split("; ").filter(|part| part.starts_with("rule"));
            documented.extend(rules.flat_map(|part| part.split('`').skip(1).step_by(2)).map(str::to_owned));
        }
        let there: BTreeSet<_> = list("rules").iter().map(|rule| rule["key"].as_str().unwrap().to_owned()).collect();
        assert_eq!(documented, there);
    }

    #[test]
    fn every_rule_says_what_it_does_in_two_languages_and_under_which_condition() {
        for rule in list("rules") {
            let key = &rule["key"];
            assert!(rule["when"].is_string(), "{key} has no condition");
            assert!(rule["label"]["en"].is_string(), "{key} has no English label");
            assert!(rule["label"]["zh"].as_str().is_some_and(|label| !label.is_ascii()), "{key} has no Chinese label");
        }
    }

    #[test]
    fn whom_a_rule_addresses_by_role_has_that_role() {
        let roles: BTreeSet<_> = list("roles").iter().map(|role| role["key"].as_str().unwrap().to_owned()).collect();
        let mut addressed = BTreeSet::new();
        for rule in list("rules") {
            for role in
                all(rule["then"].clone()).iter().filter_map(|operation| operation["emit"]["to"]["role"].as_str())
            {
                assert!(roles.contains(role), "{}: no role `{role}`", rule["key"]);
                addressed.insert(role.to_owned());
            }
        }
        assert_eq!(addressed.into_iter().collect::<Vec<_>>(), ["finance", "sales_manager", "service"]);
    }

    #[test]
    fn what_is_sent_reads_in_english_and_chinese() {
        for rule in list("rules") {
            for operation in all(rule["then"].clone()) {
                if let Some(title) = operation["emit"]["title"].as_str() {
                    assert!(title.chars().any(|c| c.is_ascii_alphabetic()) && !title.is_ascii(), "{title}");
                }
            }
        }
    }
}
