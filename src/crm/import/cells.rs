/// The texts of one row, by the position of their columns among those that an import uses: without white space around them
/// and in their right spelling.
#[derive(Debug, Clone, Default)]
pub(super) struct Cells<'a> {
    texts: Vec<&'a str>,
}

impl<'a> Cells<'a> {
    pub(super) fn new(texts: Vec<&'a str>) -> Self {
        Self { texts }
    }

    /// Returns the text in a column; nothing where the cell is empty.
    pub(super) fn text(&self, column: usize) -> &'a str {
        self.texts.get(column).copied().unwrap_or_default()
    }

    /// Returns the texts in some columns as one, which no other texts make: a `|` between them.
    pub(super) fn joined(&self, columns: &[usize]) -> String {
        if let &[only] = columns {
            return self.text(only).to_owned();
        }
        let mut made = String::new();
        for (position, &column) in columns.iter().enumerate() {
            if position > 0 {
                made.push('|');
            }
            for c in self.text(column).chars() {
                if matches!(c, '|' | '\\') {
                    made.push('\\');
                }
                made.push(c);
            }
        }
        made
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_other_texts_make_the_same_id(one in prop::collection::vec("[ab|\\\\]{0,4}", 2), other in prop::collection::vec("[ab|\\\\]{0,4}", 2)) {
            let joined = |texts: &[String]| Cells::new(texts.iter().map(String::as_str).collect()).joined(&[0, 1]);
            prop_assert_eq!(joined(&one) == joined(&other), one == other);
        }
    }
}
