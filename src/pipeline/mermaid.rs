use std::fmt::Write as _;

use super::{MoveKind, Pipeline, Stage, StageKind};

impl Pipeline {
    /// Draws the pipeline as a Mermaid flowchart, with labels in the language `tag` where there are any.
    ///
    /// Solid arrows are regular moves, dotted ones skips, ways back and reopenings. Open stages are rectangles, won ones
    /// rounded, lost ones hexagons. A label is never more than a label: whatever Mermaid would read as its own is written
    /// as a character code (<https://mermaid.js.org/syntax/flowchart.html>, "Entity codes").
    pub fn mermaid(&self, tag: &str) -> String {
        let mut text = String::from("flowchart LR\n  start(( ))\n");
        for (place, stage) in self.stages.iter().enumerate() {
            let (open, close) = match stage.kind {
                StageKind::Open => ("[", "]"),
                StageKind::Won => ("([", "])"),
                StageKind::Lost => ("{{", "}}"),
            };
            // Writing to a string cannot fail.
            let _ = writeln!(text, "  s{place}{open}\"{}\"{close}", escaped(stage.label_in(tag)));
        }
        for (from, to, kind) in self.moves() {
            let from = from.map_or_else(|| "start".to_owned(), |from| format!("s{from}"));
            let arrow = if matches!(kind, MoveKind::Start | MoveKind::Next) { "-->" } else { "-.->" };
            let _ = writeln!(text, "  {from} {arrow} s{to}");
        }
        text
    }
}

impl Stage {
    /// Returns what people read in the language `tag`, or the key.
    pub(super) fn label_in(&self, tag: &str) -> &str {
        self.label.in_language(tag).filter(|label| !label.trim().is_empty()).unwrap_or(&self.key)
    }
}

fn escaped(label: &str) -> String {
    let mut text = String::with_capacity(label.len());
    let mut last = ' ';
    for letter in label.chars() {
        match letter {
            '\n' if last == '\r' => {}
            '\n' | '\r' => text.push_str("<br/>"),
            letter if letter.is_control() => text.push(' '),
            letter if letter.is_alphanumeric() || matches!(letter, ' ' | ',' | '.' | '-' | '_' | '(' | ')') => {
                text.push(letter);
            }
            // Other letters than those of ASCII mean nothing to Mermaid.
            letter if !letter.is_ascii() => text.push(letter),
            letter => {
                let _ = write!(text, "#{};", u32::from(letter));
            }
        }
        last = letter;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_in_a_label_is_read_as_mermaid() {
        assert_eq!(escaped("商务谈判, 第2轮"), "商务谈判, 第2轮");
        assert_eq!(escaped("say \"yes\"\nor\r\nno"), "say #34;yes#34;<br/>or<br/>no");
        assert_eq!(escaped("#quot; <b>&amp;`a`\\n"), "#35;quot#59; #60;b#62;#38;amp#59;#96;a#96;#92;n");
        assert_eq!(escaped("%%{init: {}}%%\u{0}"), "#37;#37;#123;init#58; #123;#125;#125;#37;#37; ");
    }
}
