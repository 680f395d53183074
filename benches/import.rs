//! How many rows a second become contacts, with two unique keys and the standard definition's rules, history included:
//! `import [ROWS]`. Expected on one core: at least 30,000, and the last rows as fast as the first.

use std::time::Instant;

use company::{Company, row, strict};

fn main() {
    let count: u64 = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(1_000_000);
    let mut company = Company::with(strict());
    let mut laps = vec![Instant::now()];
    // Rows are made as they are read, as from a file.
    let rows = (0..count).map(|number| {
        if number > 0 && number % (count / 10).max(1) == 0 {
            laps.push(Instant::now());
        }
        row(number)
    });
    let report = company.import(rows);
    laps.push(Instant::now());
    for (tenth, lap) in laps.windows(2).enumerate() {
        let seconds = (lap[1] - lap[0]).as_secs_f64();
        println!("tenth {}: {:.0} rows a second", tenth + 1, (count as f64 / 10.0) / seconds);
    }
    let seconds = laps[0].elapsed().as_secs_f64();
    println!("{report}: {:.0} rows a second", count as f64 / seconds);
}
