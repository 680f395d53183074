/// Returns the known name that `name` is most likely a slip of: at most a third of its letters wrong.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Longer names are no slips; and the distance takes the product of the lengths.
    let name: Vec<char> = name.chars().take(65).collect();
    let most = name.len().div_ceil(3);
    if name.len() > 64 {
        return None;
    }
    known
        .into_iter()
        .filter(|other| other.chars().count().abs_diff(name.len()) <= most)
        .map(|other| (distance(&name, other), other))
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, other)| other)
}

/// Returns `, did you mean …` or nothing.
pub(super) fn hint(nearest: Option<&str>) -> String {
    nearest.map(|name| format!(", did you mean `{name}`?")).unwrap_or_default()
}

/// Returns what else may be meant by an unknown `name`: the known name that it is a slip of, or which names there are.
pub(crate) fn or_which<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    if let Some(near) = nearest(name, known.clone()) {
        return format!("; did you mean `{near}`?");
    }
    let mut first: Vec<_> = known.take(MOST_TOLD.saturating_add(1)).map(|name| format!("`{name}`")).collect();
    if first.is_empty() {
        return ": there is none".to_owned();
    }
    if first.len() > MOST_TOLD {
        first.truncate(MOST_TOLD);
        first.push("…".to_owned());
    }
    format!(": expected one of {}", first.join(", "))
}

/// How many names are told to whoever meant none of them.
const MOST_TOLD: usize = 12;

/// Counts the insertions, deletions, replacements and swaps of neighbours that lead from one to the other: optimal
/// string alignment (Damerau 1964).
fn distance(one: &[char], other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&last, j) + usize::from(a != b)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && one.get(i - 1) == Some(b) && other.get(j - 1) == Some(a);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_other_words_are_not() {
        let known = ["region", "grade", "amount"];
        assert_eq!(nearest("regoin", known), Some("region"));
        assert_eq!(nearest("amout", known), Some("amount"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest("", known), None);
        assert_eq!(nearest("首次接獨", ["首次接触", "需求确认"]), Some("首次接触"));
    }

    #[test]
    fn who_means_none_of_the_names_is_told_which_there_are() {
        let known = ["sales", "service"];
        assert_eq!(or_which("salse", known.into_iter()), "; did you mean `sales`?");
        assert_eq!(or_which("boss", known.into_iter()), ": expected one of `sales`, `service`");
        assert_eq!(or_which("boss", [].into_iter()), ": there is none");
        let many: Vec<_> = (0..13).map(|n| format!("team-{n}")).collect();
        let told = or_which("boss", many.iter().map(String::as_str));
        assert!(told.ends_with("`team-11`, …") && !told.contains("team-12"), "{told}");
    }
}
