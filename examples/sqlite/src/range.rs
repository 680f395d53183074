use guanxi::store::{Direction, Entry, Found, Range, Scope, Stored, Want};
use guanxi::value::{Key, Name, TenantId};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use crate::{SqliteError, id_column, read_id, read_revision};

/// Returns what a range holds, by one statement over an index that has the range's order.
pub(crate) fn read(transaction: &Connection, range: &Range) -> Result<Found, SqliteError> {
    let (condition, mut values) = condition(range);
    // Left to itself, the planner may read one tenant's entries out of everybody's.
    let term = match range.scope() {
        Scope::Tenant(_) => "term INDEXED BY term_of_tenant",
        Scope::AllTenants => "term INDEXED BY term_of_all_tenants",
    };
    let sql = match range.want() {
        Want::Count => format!("SELECT count(*) FROM (SELECT 1 FROM {term} {condition} LIMIT ?)"),
        Want::Keys => format!("SELECT tenant, object, id, bytes FROM {term} {condition} {} LIMIT ?", order(range)),
        // A cross join keeps the terms on the outside, and with them their order.
        Want::Records => format!(
            "SELECT tenant, object, id, bytes, revision, body
                FROM {term} CROSS JOIN record USING (tenant, object, id) {condition} {} LIMIT ?",
            order(range)
        ),
    };
    values.push(Value::from(range.page_size()));
    let mut statement = transaction.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut found = Found::nothing(range.want());
    while let Some(row) = rows.next()? {
        match &mut found {
            Found::Count(count) => *count = u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0),
            Found::Keys(entries) => entries.push(entry(row)?),
            Found::Records(records) => {
                let stored = Stored { revision: read_revision(row.get(4)?)?, body: blob(row, 5)?.into() };
                records.push((entry(row)?, stored));
            }
        }
    }
    Ok(found)
}

/// Returns the condition with one bound a side, so that SQLite starts right at the page: the position, or the bytes.
fn condition(range: &Range) -> (String, Vec<Value>) {
    let mut condition = "WHERE name = ?".to_owned();
    let mut values = vec![text(range.index().as_str())];
    if let Scope::Tenant(tenant) = range.scope() {
        condition += " AND tenant = ?";
        values.push(text(tenant.as_str()));
    }
    let (mut low, mut high) = (Some(range.from()), range.to());
    if let Some(after) = range.continued_after() {
        let (bound, beyond, outside) = match range.direction() {
            Direction::Ascending => (&mut low, '>', &*after.bytes < range.from()),
            Direction::Descending => (&mut high, '<', range.to().is_some_and(|to| &*after.bytes >= to)),
        };
        // Before the stretch begins, the position takes nothing from it.
        if !outside {
            *bound = None;
            let (names, marks) = match range.scope() {
                Scope::Tenant(_) => ("bytes, object, id", "?, ?, ?"),
                Scope::AllTenants => ("bytes, object, id, tenant", "?, ?, ?, ?"),
            };
            condition += &format!(" AND ({names}) {beyond} ({marks})");
            values.extend([Value::from(after.bytes.to_vec()), text(after.key.object().as_str())]);
            values.push(Value::from(id_column(after.key.id())));
            if *range.scope() == Scope::AllTenants {
                values.push(text(after.key.tenant().as_str()));
            }
        }
    }
    for (bound, sql) in [(low, " AND bytes >= ?"), (high, " AND bytes < ?")] {
        condition += bound.map_or("", |_| sql);
        values.extend(bound.map(|bytes| Value::from(bytes.to_vec())));
    }
    (condition, values)
}

fn order(range: &Range) -> &'static str {
    match range.direction() {
        Direction::Ascending => "ORDER BY bytes, object, id, tenant",
        Direction::Descending => "ORDER BY bytes DESC, object DESC, id DESC, tenant DESC",
    }
}

fn entry(row: &Row<'_>) -> Result<Entry, SqliteError> {
    let unfit = |column: &str| SqliteError::Unfit(format!("`{column}` in the database names nothing"));
    let (tenant, object) = (row.get_ref(0)?, row.get_ref(1)?);
    let (tenant, object) = (tenant.as_str().map_err(wrong_type)?, object.as_str().map_err(wrong_type)?);
    let tenant = TenantId::new(tenant).map_err(|_| unfit(tenant))?;
    let object = Name::new(object).map_err(|_| unfit(object))?;
    Ok(Entry { key: Key::new(tenant, object, read_id(blob(row, 2)?)?), bytes: blob(row, 3)?.into() })
}

fn blob<'r>(row: &'r Row<'_>, column: usize) -> Result<&'r [u8], SqliteError> {
    row.get_ref(column)?.as_blob().map_err(wrong_type)
}

fn wrong_type(error: rusqlite::types::FromSqlError) -> SqliteError {
    SqliteError::Unfit(format!("a column in the database has the wrong type: {error}"))
}

fn text(text: &str) -> Value {
    Value::from(text.to_owned())
}
