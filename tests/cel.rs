//! How far the condition language is CEL: every case of its conformance suite that is read and checked without a problem
//! gives the value that the suite expects.
//!
//! `cel/passed.txt` lists the cases that pass, `cel/skipped.md` says for every section why the others are not read. The cases
//! are those of <https://github.com/google/cel-spec> (Apache-2.0), of which only the names are kept here.

#[path = "cel/case.rs"]
mod case;
#[path = "cel/expected.rs"]
mod expected;

use std::collections::{BTreeMap, BTreeSet};

use case::{Bindings, Case};
use guanxi::expr::{Env, Expr, Scope};
use guanxi::value::Instant;

const PASSED: &str = include_str!("cel/passed.txt");
const SKIPPED: &str = include_str!("cel/skipped.md");

/// The files that need no protocol buffers and no extensions.
const USABLE: [&str; 13] = [
    "basic",
    "comparisons",
    "conversions",
    "fields",
    "fp_math",
    "integer_math",
    "lists",
    "logic",
    "macros",
    "macros2",
    "parse",
    "string",
    "timestamps",
];

/// What became of a case.
enum Verdict {
    Passes,
    /// It is no expression here, or has no type here.
    Refused(String),
    /// It has another value.
    Differs(String),
}

fn judge(case: &Case) -> Verdict {
    let bindings: &Bindings = match &case.bindings {
        Ok(bindings) => bindings,
        Err(why) => return Verdict::Refused((*why).to_owned()),
    };
    let expr = match case.expr.parse::<Expr>() {
        Ok(expr) => expr,
        Err(error) => return Verdict::Refused(error.to_string()),
    };
    assert_eq!(expr.to_string().parse::<Expr>().as_ref(), Ok(&expr), "{}: {expr}", case.id);
    assert_eq!(Expr::from_json(&expr.to_json()).as_ref(), Ok(&expr), "{}: {expr}", case.id);
    let program = match expr.compile(bindings) {
        Ok(program) => program,
        Err(problems) => return Verdict::Refused(problems.to_string()),
    };
    let env = Env::new(Instant::EPOCH);
    let found = program.value(Scope::new(&bindings.row, &env));
    if case.expected.is(&found) {
        return Verdict::Passes;
    }
    Verdict::Differs(format!("`{}` is {found:?}, expected {:?}", case.expr, case.expected))
}

/// Returns the lines of a list of `kind` in the file of what is skipped: the word behind `- `.
fn listed(heading: &str) -> BTreeSet<&'static str> {
    let part = SKIPPED.split("\n## ").find(|part| part.starts_with(heading)).unwrap_or_default();
    part.lines().filter_map(|line| line.strip_prefix("- `")?.split('`').next()).collect()
}

#[test]
fn what_is_read_means_the_same() {
    let Some(folder) = case::folder() else {
        println!("the conformance suite is not here; nothing was tested");
        return;
    };
    let passed: BTreeSet<&str> = PASSED.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let (sections, exact) = (listed("Not read"), listed("Exact where CEL rounds"));
    let (mut wrong, mut now, mut skipped) = (Vec::new(), BTreeSet::new(), BTreeMap::<String, usize>::new());
    let cases = case::read(&folder);
    for case in &cases {
        let id = case.id.as_str();
        // A name may have a `/`, a section has none.
        let section = id.match_indices('/').nth(1).map_or(id, |(end, _)| &id[..end]);
        match judge(case) {
            Verdict::Passes => {
                now.insert(id);
                if exact.contains(id) {
                    wrong.push(format!("{id} is what CEL expects"));
                }
                if !passed.contains(id) {
                    wrong.push(format!("{id} passes and is not listed"));
                }
            }
            Verdict::Differs(_) if exact.contains(id) => {}
            Verdict::Differs(how) => wrong.push(format!("{id}: {how}")),
            Verdict::Refused(_) if section == "string/matches" && !cfg!(feature = "regex") => {}
            Verdict::Refused(why) => {
                if std::env::var_os("CEL_REFUSED").is_some() {
                    println!("refused {id}: `{}`: {why}", case.expr.escape_debug());
                }
                *skipped.entry(section.to_owned()).or_default() += 1;
                let file = section.split('/').next().unwrap_or_default();
                if passed.contains(id) {
                    wrong.push(format!("{id} is refused: {why}"));
                } else if !sections.contains(section) && !sections.contains(file) {
                    wrong.push(format!("{id} is refused, and no reason is given for {section}"));
                }
            }
        }
    }
    if std::env::var("CEL").as_deref() == Ok("write") {
        let header = PASSED.lines().take_while(|line| line.starts_with('#'));
        let lines: Vec<&str> = header.chain(now.iter().copied()).collect();
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cel/passed.txt");
        std::fs::write(path, lines.join("\n") + "\n").unwrap();
    }
    for section in sections.iter().filter(|s| !skipped.keys().any(|k| k == *s || k.split('/').next() == Some(s))) {
        wrong.push(format!("a reason is given for {section}, and nothing of it is refused"));
    }
    for id in passed.difference(&now).filter(|id| !cases.iter().any(|case| case.id == **id)) {
        wrong.push(format!("{id} is listed and not in the suite"));
    }
    let in_subset = now.iter().filter(|id| USABLE.contains(&id.split('/').next().unwrap_or_default())).count();
    let not_read = skipped.values().sum::<usize>();
    println!("{} cases: {} pass, of which {in_subset} count, {not_read} are not read", cases.len(), now.len());
    assert!(wrong.is_empty(), "{} surprises:\n{}", wrong.len(), wrong.join("\n"));
    assert!(in_subset >= 600, "{in_subset} pass");
}
