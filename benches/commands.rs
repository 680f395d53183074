//! How many commands a second go through the whole path: decide, explain, commit to the memory store, with the standard
//! definition's rules. Expected on one core: updates at least 100,000, creations at least 40,000.

use company::{Company, contact, promotion};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};

fn commands(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("command");
    group.throughput(Throughput::Elements(1));
    let mut company = Company::new();
    let contacts: Vec<_> = (0..10_000).map(|number| company.run(&contact(number))).collect();
    let mut round = 0_u64;
    group.bench_function("update a contact", |bencher| {
        bencher.iter_batched(
            || {
                round += 1;
                promotion(&contacts[(round % 10_000) as usize], round / 10_000)
            },
            |command| company.run(&command),
            BatchSize::SmallInput,
        );
    });
    let mut company = Company::new();
    let mut number = 0_u64;
    group.bench_function("create a contact with 12 fields", |bencher| {
        bencher.iter_batched(
            || {
                number += 1;
                contact(number)
            },
            |command| company.run(&command),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

criterion_group!(benches, commands);
criterion_main!(benches);
