use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::expr::Expr;

/// The stages of an object in the order of its pipeline, each with the word for what it means: `open`, `won` or `lost`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct StageWords(pub(crate) Arc<[(String, &'static str)]>);

/// What conditions can say of a stage beside its key.
pub(super) const WORDS: [&str; 4] = ["is_lost", "is_open", "is_won", "stage_rank"];

impl StageWords {
    /// Returns the expression over the field `stage` that one of [`WORDS`] stands for.
    ///
    /// `is_won` is true in the stages that are won; `stage_rank` counts them from 1.
    pub(super) fn definition(&self, word: &str, stage: &str) -> Option<Expr> {
        let Self(stages) = self;
        if stages.is_empty() {
            return None;
        }
        let field = json!({ "field": stage });
        let tree = match word.strip_prefix("is_") {
            Some(meaning) => {
                let such: Vec<&String> =
                    stages.iter().filter(|(_, word)| *word == meaning).map(|(key, _)| key).collect();
                json!({ "in": [field, such] })
            }
            None => rank(stages, &field),
        };
        WORDS.contains(&word).then(|| Expr::from_json(&tree).ok()).flatten()
    }
}

fn rank(stages: &[(String, &'static str)], field: &Json) -> Json {
    let last = json!(stages.len());
    let before = (1..stages.len()).zip(stages).rev();
    before.fold(last, |otherwise, (rank, (key, _))| json!({ "if": [{ "eq": [field, key] }, rank, otherwise] }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_for_stages() {
        let stages = [("new", "open"), ("talk", "open"), ("won", "won"), ("gone", "lost")];
        let words = StageWords(stages.iter().map(|(key, word)| ((*key).to_owned(), *word)).collect());
        let said = |word: &str| words.definition(word, "stage").map(|expr| expr.to_string());
        assert_eq!(said("is_open").as_deref(), Some("stage in ['new', 'talk']"));
        assert_eq!(said("is_lost").as_deref(), Some("stage in ['gone']"));
        assert_eq!(
            said("stage_rank").as_deref(),
            Some("stage == 'new' ? 1 : stage == 'talk' ? 2 : stage == 'won' ? 3 : 4")
        );
        assert_eq!((said("is_good"), StageWords::default().definition("is_won", "stage")), (None, None));
    }
}
