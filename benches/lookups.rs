//! How long the smallest questions take: an access decision (expected at most 10 ns), a record by key (1 µs) and by term
//! (3 µs) among a million contacts in the memory store.

use std::hint::black_box;

use company::{Company, contact, name};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use guanxi::access::{Action, Principal, Relations};
use guanxi::store::{Asks, Range, Store};
use guanxi::value::{Key, Value, ordered};

fn lookups(criterion: &mut Criterion) {
    let mut company = Company::new();
    let contacts: Vec<_> = (0..1_000_000).map(|number| company.run(&contact(number))).collect();
    let tenant = company.ctx.tenant().clone();

    let access = company.crm.access();
    let lead = company.crm.schema().object("lead").expect("a standard object");
    let class = company.crm.schema().classes().number("sales").expect("a standard class");
    let sales = Principal::user("u1".parse().expect("an id")).with_role(name("sales")).with_role(name("service"));
    let roles = access.roles(&sales);
    criterion.bench_function("access decision", |bencher| {
        bencher.iter(|| {
            let (action, relations) = (black_box(Action::Edit), black_box(Relations::ALL));
            black_box(access.decide(roles, lead.number(), action, class, relations, black_box(false)).is_allowed())
        });
    });

    let mut turn = 0_usize;
    criterion.bench_function("record by key", |bencher| {
        let next = || {
            turn = (turn + 7_919) % contacts.len();
            Asks::new().record(Key::new(tenant.clone(), name("contact"), contacts[turn].clone()))
        };
        let mut store = company.store.clone();
        bencher.iter_batched(next, |asks| store.fetch(&asks).expect("memory does not fail"), BatchSize::SmallInput);
    });
    let index = name("contact.email");
    criterion.bench_function("record by term", |bencher| {
        let next = || {
            turn = (turn + 7_919) % contacts.len();
            let email = ordered::encode(&Value::text(&format!("contact{turn}@example.com")));
            Asks::new().range(Range::exact(tenant.clone(), index.clone(), &email).limit(2))
        };
        let mut store = company.store.clone();
        bencher.iter_batched(next, |asks| store.fetch(&asks).expect("memory does not fail"), BatchSize::SmallInput);
    });
}

criterion_group!(benches, lookups);
criterion_main!(benches);
