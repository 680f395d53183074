//! What a million contacts with twelve fields take in the memory store, history included: `memory [CONTACTS]`.

use company::{Company, contact};

fn main() {
    let count: u64 = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(1_000_000);
    let mut company = Company::new();
    let before = resident();
    for number in 0..count {
        company.run(&contact(number));
    }
    let after = resident();
    println!("{count} contacts: {} MB, {} bytes each", (after - before) / 1_000_000, (after - before) / count);
}

/// Returns the resident memory of this process in bytes, as Linux tells it.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().split(' ').next()).and_then(|count| count.parse().ok());
    kilobytes.unwrap_or(0_u64) * 1_024
}
