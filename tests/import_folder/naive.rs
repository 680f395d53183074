//! The same numbers, counted from the files in the plainest way.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use crate::folder::Folder;

/// What is counted of one group.
#[derive(Default)]
struct Count {
    won: u64,
    lost: u64,
    open: u64,
    /// In cents.
    amount: u64,
}

impl Count {
    fn add(&mut self, stage: &str, amount: &str) {
        match stage {
            "Won" => {
                self.won += 1;
                let (whole, cents) = amount.split_once('.').unwrap_or((amount, "0"));
                let cents = format!("{cents}0")[..2].parse::<u64>().unwrap();
                self.amount += whole.parse::<u64>().unwrap() * 100 + cents;
            }
            "Lost" => self.lost += 1,
            _ => self.open += 1,
        }
    }

    fn to_json(&self) -> Json {
        let closed = self.won + self.lost;
        let amount = format!("{}.{:02}", self.amount / 100, self.amount % 100);
        let amounts = if self.won > 0 { json!([{"amount": amount, "currency": "USD"}]) } else { json!([]) };
        let mut json = json!({
            "won": self.won, "lost": self.lost, "open": self.open, "closed": closed, "amount": amounts
        });
        if closed > 0 {
            let rate = 100.0 * self.won as f64 / closed as f64;
            json["won_over_closed_percent"] = json!(format!("{rate:.2}"));
        }
        json
    }
}

type Counts = BTreeMap<String, Count>;

/// The report of the deals of a folder.
pub(crate) fn report(folder: &Folder) -> Json {
    let teams: BTreeMap<String, (String, String)> = lines(&folder.read("sales_teams.csv"))
        .into_iter()
        .map(|row| (row[0].clone(), (row[1].clone(), row[2].clone())))
        .collect();
    let mut stages: BTreeMap<&str, u64> = ["Prospecting", "Engaging", "Won", "Lost"].map(|stage| (stage, 0)).into();
    let (mut all, mut quarters, mut without) = (Count::default(), Counts::new(), 0);
    let mut groups: [Counts; 4] = Default::default();
    for row in lines(&folder.read("sales_pipeline.csv")) {
        let [_, agent, product, account, stage, _, closed, amount] = &row[..] else { panic!("{row:?}") };
        *stages.get_mut(stage.as_str()).unwrap() += 1;
        without += u64::from(account.is_empty());
        all.add(stage, amount);
        if !closed.is_empty() {
            let quarter = format!("{}Q{}", &closed[..4], (closed[5..7].parse::<u32>().unwrap() - 1) / 3 + 1);
            quarters.entry(quarter).or_default().add(stage, amount);
        }
        let (manager, region) = &teams[agent];
        let product = if product == "GTXPro" { "GTX Pro" } else { product };
        for (group, name) in groups.iter_mut().zip([product, agent, manager, region]) {
            group.entry(name.to_owned()).or_default().add(stage, amount);
        }
    }
    let of =
        |counts: &Counts| counts.iter().map(|(name, count)| (name.clone(), count.to_json())).collect::<Map<_, _>>();
    let [products, agents, managers, regions] = &groups;
    let stages: Map<_, _> = stages.iter().map(|(stage, count)| (stage.to_lowercase(), json!(count))).collect();
    json!({
        "stages": stages, "all": all.to_json(), "by_quarter": of(&quarters), "without": {"account": without},
        "by": {"product": of(products), "owner": of(agents), "owner.manager": of(managers), "owner.region": of(regions)}
    })
}

/// The rows of a file without its header; only what the data holds is understood: quotes around whole cells.
fn lines(text: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| {
        let mut cells = vec![String::new()];
        let mut is_quoted = false;
        for c in line.trim_end_matches('\r').chars() {
            match c {
                '"' => is_quoted = !is_quoted,
                ',' if !is_quoted => cells.push(String::new()),
                c => cells.last_mut().unwrap().push(c),
            }
        }
        cells
    };
    text.lines().skip(1).map(cells).collect()
}
