//! Work to count instructions of, under `valgrind --tool=callgrind`; `instructions.sh` does so and prints what each comes to.
//!
//! `driven` updates through the driver; `by-hand` makes the same decisions against the store itself: it knows what to ask
//! before it decides. `contacts` and `leads` are created, `rows` imported; `no-rows` are the same, only made.

use company::{Company, contact, lead, promotion, row, strict};
use guanxi::Command;
use guanxi::crm::Step;
use guanxi::store::{Asks, Store};
use guanxi::value::Key;

fn main() {
    let mut args = std::env::args().skip(1);
    let how = args.next().unwrap_or_default();
    let rounds: u64 = args.next().and_then(|rounds| rounds.parse().ok()).unwrap_or(1_000);
    match how.as_str() {
        "contacts" => return created(contact, rounds),
        "leads" => return created(lead, rounds),
        "rows" => return drop(Company::with(strict()).import((0..rounds).map(row))),
        "no-rows" => {
            return drop(Company::with(strict()).import((0..rounds).map(row).filter(|row| row.cells().is_empty())));
        }
        _ => {}
    }
    let mut company = Company::new();
    let contacts: Vec<_> = (0..100).map(|number| company.run(&contact(number))).collect();
    for round in 0..rounds {
        let contact = &contacts[(round % 100) as usize];
        let command = promotion(contact, round / 100);
        match how.as_str() {
            "driven" => drop(company.run(&command)),
            "by-hand" => by_hand(&mut company, &command, contact),
            _ => panic!("expected `driven` or `by-hand`"),
        }
    }
}

fn created(command: fn(u64) -> Command, rounds: u64) {
    let mut company = Company::new();
    (0..rounds).for_each(|number| drop(company.run(&command(number))));
}

fn by_hand(company: &mut Company, command: &Command, contact: &guanxi::value::Id) {
    company.ctx = company.ctx.next();
    let key = Key::new(company.ctx.tenant().clone(), command.object().clone(), contact.clone());
    let facts = company.store.fetch(&Asks::new().record(key)).expect("memory does not fail");
    match company.crm.decide(&company.ctx, command, &facts).expect("the command is right") {
        Step::Done(changes, _) => company.store.commit(&changes).expect("nobody else writes"),
        Step::Ask(asks) => panic!("the update needs more than its record: {asks:?}"),
    }
}
