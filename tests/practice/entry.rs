use guanxi::Command;
use guanxi::model::{Contact, Deal, Lead};

use crate::office::Office;

#[test]
fn s4_18_phones_mails_and_names_are_kept_in_one_form() {
    let mut office = Office::open();
    let messy = Lead::new("  上海云舟科技有限公司 ").phone("(021) 6235-1234").email(" Wang.Wei@Example.COM ");
    let tidy = Lead::new("上海云舟科技有限公司").phone("+86 21 6235 1234").email("Wang.Wei@example.com");
    let (messy, tidy) = (office.create(messy), office.create(tidy));
    let (messy, tidy) = (office.see::<Lead>(&messy), office.see::<Lead>(&tidy));
    assert_eq!(messy.phone(), tidy.phone());
    assert!(messy.phone().unwrap().starts_with("+86"), "{:?}", messy.phone());
    assert_eq!(messy.email().unwrap().to_lowercase(), "wang.wei@example.com");
    assert_eq!(messy.company(), tidy.company());
}

#[test]
fn s4_18_what_is_no_phone_or_mail_is_refused_with_its_field() {
    let mut office = Office::open();
    let refused = office.refused(&Command::create(Contact::new("王伟").phone("none").email("wang.wei at example")));
    assert_eq!(refused.fields().iter().map(|p| p.field()).collect::<Vec<_>>(), ["phone", "email"]);
    assert!(office.list("contact", "has(name)").is_empty());
}

#[test]
fn s1_9_a_lead_needs_a_company_or_a_person() {
    let mut office = Office::open();
    let nobody = Lead::new("").region("east");
    assert_eq!(
        office.refused(&Command::create(nobody)).fields().iter().map(|p| p.field()).collect::<Vec<_>>(),
        ["company"]
    );
    office.create(Lead::person("Ada Lovelace"));
}

#[test]
fn s1_7_the_six_stages_of_sales_stand_in_order() {
    let crm = guanxi::standard().compile().unwrap();
    let deal = crm.schema().object("deal").unwrap();
    let stage = deal.at(deal.stage().unwrap()).unwrap();
    let stages: Vec<_> = stage.options().iter().map(AsRef::as_ref).collect();
    assert_eq!(
        stages,
        ["lead_acquisition", "first_contact", "need_confirmation", "proposal", "negotiation", "won", "lost"]
    );
    let mut office = Office::open();
    let made = office.create(Deal::new("Packing line 3"));
    assert_eq!(office.see::<Deal>(&made).stage(), Some("lead_acquisition"));
}
