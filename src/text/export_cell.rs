use crate::value::is_invisible;

/// For whom a cell is written. This enum is complete, and has no default: whoever exports has to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Safety {
    /// To the letter: for a program that reads it back.
    Exact,
    /// For a spreadsheet: what it would take for a formula begins with `'`, which makes it text there.
    Spreadsheet,
}

/// Returns a text as a cell of a file of separated cells (RFC 4180), always in quotes, so that a program that takes the file
/// with the separator with which it was written reads one cell.
///
/// One that takes another separator does not: of `"a","x;=1+1"` read with `;` it finds a cell that begins with `=`, since
/// quotes count only where a cell begins. Write with the separator of those who open the file, which in much of Europe is
/// `;`, or tell it in the first line (`sep=,`).
///
/// A spreadsheet takes a cell for a formula that begins with `=`, `+`, `-`, `@` or `|`, wide or narrow, whatever white
/// space, control characters and marks that no reader sees stand before it; so a name that somebody has typed into a form
/// would run on the machine of whoever opens the export.
///
/// # Example: a name that would call a program
/// ```
/// use guanxi::text::{Safety, export_cell};
///
/// assert_eq!(export_cell(" =cmd|'/c calc'!A1", Safety::Spreadsheet), r#""' =cmd|'/c calc'!A1""#);
/// assert_eq!(export_cell("=1+1", Safety::Exact), r#""=1+1""#);
/// assert_eq!(export_cell("云舟 \"A\"", Safety::Spreadsheet), r#""云舟 ""A""""#);
/// ```
pub fn export_cell(text: &str, safety: Safety) -> String {
    let mut made = String::with_capacity(text.len() + 2);
    made.push('"');
    if safety == Safety::Spreadsheet && begins_like_a_formula(text) {
        made.push('\'');
    }
    for c in text.chars() {
        if c == '"' {
            made.push('"');
        }
        made.push(c);
    }
    made.push('"');
    made
}

fn begins_like_a_formula(text: &str) -> bool {
    let first = text.chars().find(|&c| !c.is_whitespace() && !c.is_control() && !is_invisible(c) && !is_format(c));
    first.is_some_and(|c| {
        matches!(c, '=' | '+' | '-' | '@' | '|' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}' | '\u{ff5c}')
    })
}

/// Returns whether `c` is of the general category Cf (format) and seen by readers: number signs and the like that stand
/// before digits.
fn is_format(c: char) -> bool {
    matches!(
        c,
        '\u{0600}'..='\u{0605}'
            | '\u{06DD}'
            | '\u{070F}'
            | '\u{0890}'..='\u{0891}'
            | '\u{08E2}'
            | '\u{110BD}'
            | '\u{110CD}'
            | '\u{13430}'..='\u{1343F}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn whatever_stands_before_a_sign_it_is_no_formula() {
        let before = ["", "\t", "\r", "\n", " ", "\u{a0}", "\u{feff}", "\u{3000}", "\u{200b}", "\u{1}", "\u{600}"];
        for one in before {
            for two in before {
                for sign in "=+-@|\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}\u{ff5c}".chars() {
                    let text = format!("{one}{two}{sign}1");
                    assert_eq!(export_cell(&text, Safety::Spreadsheet), format!("\"'{text}\""), "{text:?}");
                    assert_eq!(export_cell(&text, Safety::Exact), format!("\"{text}\""));
                }
            }
        }
        for text in ["", " ", "a=1", "(-5)", "云舟-1", "5-1"] {
            assert_eq!(export_cell(text, Safety::Spreadsheet), format!("\"{text}\""));
        }
    }

    proptest! {
        #[test]
        fn an_exact_cell_is_read_back(text in "\\PC{0,12}|[\"',;=\\r\\n\\t a]{0,8}") {
            let cell = export_cell(&text, Safety::Exact);
            let inner = cell.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap();
            prop_assert_eq!(inner.replace("\"\"", "\""), text);
            prop_assert_eq!(inner.replace("\"\"", "").matches('"').count(), 0);
        }
    }
}
