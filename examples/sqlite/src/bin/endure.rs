//! A host that may be killed at any moment: `endure FILE STEPS` goes on where it was, `endure --digest FILE` prints what
//! the file holds.
//!
//! Every step has a context of its own, derived from its number. What was done is noted after the step, so the step that
//! was under way when the host was killed is run again, with the same context. `kill.sh` kills it at random moments and
//! compares the digest with that of an undisturbed run.

use std::error::Error;
use std::hash::{DefaultHasher, Hash, Hasher};

use guanxi::model::{Activity, Lead, User};
use guanxi::record::Fields;
use guanxi::value::{Duration, Id, Instant, Value};
use guanxi::{Command, Context, Crm};
use guanxi_sqlite::SqliteStore;
use rusqlite::{Connection, OptionalExtension};

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--digest", file] => println!("{}", digest(file)?),
        [file, steps] => endure(file, steps.parse()?)?,
        _ => return Err("expected FILE STEPS, or --digest FILE".into()),
    }
    Ok(())
}

fn endure(file: &str, steps: u64) -> Result {
    let crm = guanxi::standard().compile()?;
    let mut store = SqliteStore::open(file)?;
    // The host's own tables stand in the same file: what was done, and what was sent.
    let host = Connection::open(file)?;
    host.busy_timeout(std::time::Duration::from_secs(30))?;
    host.execute_batch(
        "CREATE TABLE IF NOT EXISTS done (step INTEGER PRIMARY KEY) STRICT;
         CREATE TABLE IF NOT EXISTS sent (effect TEXT PRIMARY KEY, title TEXT NOT NULL) STRICT;",
    )?;
    let done: Option<u64> = host.query_row("SELECT max(step) FROM done", [], |row| row.get(0)).optional()?.flatten();
    for step in done.map_or(0, |done| done + 1)..steps {
        take(step, &crm, &mut store, &host)?;
        host.execute("INSERT INTO done (step) VALUES (?1)", [step])?;
    }
    Ok(())
}

/// Takes one step: the same one, however often.
fn take(step: u64, crm: &Crm, store: &mut SqliteStore, host: &Connection) -> Result {
    let ctx = context(step)?;
    let lead = |step: u64| -> Result<Id> { Ok(Id::derive(context(step)?.now(), context(step)?.seed(), 0)) };
    let round = step / 8;
    let first = round * 8;
    match step % 8 {
        _ if step < 8 => {
            let user = User::new(&format!("u{step}")).role("sales").region("east").industry("software");
            crm.run(store, &ctx, &Command::create(user))?;
        }
        0 => {
            let lead = Lead::new(&format!("云舟{round}号有限公司")).region("east").industry("software");
            crm.run(store, &ctx, &Command::create(lead))?;
        }
        1 => {
            let mut fields = Fields::new();
            fields.set("need".parse()?, Some(Value::text(&format!("{step} 台"))));
            crm.run(store, &ctx, &Command::update("lead".parse()?, lead(first)?, fields))?;
        }
        2 if round % 3 > 0 => {
            let call = Activity::new("call", ctx.now()).is_touch(true).lead(&lead(first)?);
            crm.run(store, &ctx, &Command::create(call))?;
        }
        3 => {
            crm.run(store, &ctx, &Command::event("lead".parse()?, lead(first)?, "visited_website".parse()?))?;
        }
        4 => {
            crm.run(store, &ctx, &Command::comment("lead".parse()?, lead(first)?, "回访 Call again"))?;
        }
        5 if round % 5 == 4 => {
            crm.run(store, &ctx, &Command::delete("lead".parse()?, lead(first)?))?;
        }
        6 => while crm.tick(store, &ctx, 10)?.more {},
        7 => loop {
            let effects = crm.pending(store, &ctx, 10)?;
            if effects.is_empty() {
                break;
            }
            for effect in effects {
                // Sending twice is noticed by the key.
                let sent = "INSERT OR IGNORE INTO sent (effect, title) VALUES (?1, ?2)";
                host.execute(sent, (effect.key().to_string(), effect.title()))?;
                crm.settle(store, &ctx, effect.key())?;
            }
        },
        _ => {}
    }
    Ok(())
}

/// Returns the context of a step: half an hour after the one before.
fn context(step: u64) -> Result<Context> {
    let start: Instant = "2026-03-02T00:00:00Z".parse()?;
    let now = start.plus(Duration::from_millis(i64::try_from(step)? * 1_800_000)).ok_or("too many steps")?;
    Ok(Context::system("acme".parse()?, "endure", now, step)?)
}

/// Returns a fingerprint of everything that the file holds.
fn digest(file: &str) -> Result<String> {
    let connection = Connection::open(file)?;
    let mut names = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")?;
    let names = names.query_map([], |row| row.get::<_, String>(0))?.collect::<std::result::Result<Vec<_>, _>>()?;
    let mut hasher = DefaultHasher::new();
    let mut counts = Vec::new();
    for name in names.iter().filter(|name| !name.starts_with("sqlite_")) {
        let columns = connection.prepare(&format!("SELECT * FROM {name}"))?.column_count();
        let order: Vec<String> = (1..=columns).map(|column| column.to_string()).collect();
        let mut rows = connection.prepare(&format!("SELECT * FROM {name} ORDER BY {}", order.join(", ")))?;
        let mut rows = rows.query([])?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            count += 1;
            for column in 0..columns {
                format!("{:?}", row.get_ref(column)?).hash(&mut hasher);
            }
        }
        counts.push(format!("{name} {count}"));
    }
    Ok(format!("{:016x} ({})", hasher.finish(), counts.join(", ")))
}
